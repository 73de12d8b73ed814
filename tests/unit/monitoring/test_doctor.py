"""What a machine lacks, said with its fix: programs that answer as we let them, a server, folders and disks."""

import fcntl
import mmap
import os
import shutil
import stat
from collections import namedtuple
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from threading import Thread

import pytest

from file_systems import failing
from pasi.commands.main import main
from pasi.config.settings import read_settings
from pasi.monitoring import doctor, finding, step_times
from pasi.monitoring.doctor import check_slurm, check_versions, check_weights
from pasi.monitoring.file_systems import EVERYWHERE, RESULTS, STATE
from pasi.monitoring.folder_checks import check_disk, check_file_systems, check_rights
from pasi.monitoring.gpu_check import check_gpu
from pasi.networks.catalogue import NETWORKS

GPU_LINE = "Tesla T4, 14913, 15360, 7.5, 535.54\nNVIDIA A100, 40000, 40960, 8.0, 535.54\n"


@pytest.fixture(autouse=True)
def _patient(monkeypatch):
    """A limit that the programs and servers of these tests keep however busy the machine is."""
    for module in (doctor, finding):
        monkeypatch.setattr(module, "PATIENCE", 600)


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """A function that makes a program which prints a text; no other program is found."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def make(name, text, code=0):
        path = folder / name
        path.write_text(f"#!/bin/sh\nprintf '%s' '{text}'\nexit {code}\n")
        path.chmod(stat.S_IRWXU)

    return make


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """The paper's experiment in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return read_settings({})


def with_training(settings, **changes):
    return replace(settings, training=settings.training.model_copy(update=changes))


def told(findings):
    return [(finding.level, finding.text) for finding in findings]


def test_this_environment_has_what_the_package_takes():
    ((level, text),) = told(check_versions())
    assert level == "ok"
    assert "torch" in text


def test_old_and_missing_libraries_are_named(monkeypatch):
    monkeypatch.setattr(
        doctor, "requires", lambda _: ["torch>=999", "nobody-has-this", "numpy", "ruff>=9; extra == 'dev'"]
    )
    ((level, text),) = told(check_versions())
    assert level == "fault"
    assert text.startswith("torch 2.")
    assert text.endswith(", nobody-has-this is missing: make the environment again (make env)")


def test_gpus_are_told_with_what_they_can_do(programs):
    programs("nvidia-smi", GPU_LINE)
    assert told(check_gpu("auto", lambda: True)) == [
        ("ok", "Tesla T4, 14913 of 15360 MiB free, neither bf16 nor TF32, driver 535.54"),
        ("ok", "NVIDIA A100, 40000 of 40960 MiB free, bf16 and TF32, driver 535.54"),
    ]


def test_a_driver_that_does_not_tell_all_of_its_gpu_is_taken_as_it_is(programs):
    programs("nvidia-smi", "GRID M60, [N/A], [N/A], [N/A], 535.54")
    assert told(check_gpu("auto", lambda: True)) == [
        ("ok", "GRID M60, [N/A] of [N/A] MiB free, bf16 and TF32 unknown, driver 535.54")
    ]


@pytest.mark.parametrize(("visible", "reason"), [(None, "the driver may be too old"), ("7", "_DEVICES is '7'")])
def test_gpus_that_torch_does_not_find_are_a_fault_unless_the_cpu_is_wanted(programs, monkeypatch, visible, reason):
    programs("nvidia-smi", GPU_LINE)
    if visible is None:
        monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    else:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    level, text = told(check_gpu("auto", lambda: False))[-1]
    assert (level, reason in text) == ("fault", True)
    assert {level for level, _ in told(check_gpu("cpu", lambda: False))} == {"ok"}


def test_gpus_that_are_hidden_are_a_fault_only_where_one_is_wanted(programs, monkeypatch):
    programs("nvidia-smi", GPU_LINE)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    hidden = "none is visible, because CUDA_VISIBLE_DEVICES is '': trainings run on the CPU"
    assert told(check_gpu("auto", lambda: False))[-1] == ("note", hidden)
    assert told(check_gpu("cuda", lambda: False))[-1][0] == "fault"


def test_a_torch_that_cannot_be_loaded_is_a_fault(programs):
    def load():
        raise ImportError("libcudart.so.12: cannot open shared object file")

    programs("nvidia-smi", GPU_LINE)
    level, text = told(check_gpu("auto", load))[-1]
    assert (level, "torch cannot be loaded (libcudart.so.12" in text) == ("fault", True)


@pytest.mark.parametrize("broken", [False, True])
def test_no_gpu_is_a_fault_only_where_one_is_wanted(programs, broken):
    if broken:
        programs("nvidia-smi", "couldn't communicate with the NVIDIA driver", code=9)
    assert told(check_gpu("auto")) == [("note", "none: trainings run on the CPU")]
    ((level, text),) = told(check_gpu("cuda"))
    assert (level, "set training.device to auto or cpu" in text) == ("fault", True)


def test_a_folder_below_a_file_cannot_be_written(tmp_path):
    (tmp_path / "file").touch()
    fine, wrong = told(check_rights([str(tmp_path / "a/b"), str(tmp_path / "file/results")]))
    assert fine[0] == "ok"
    assert wrong == (
        "fault",
        f"{tmp_path}/file/results: {tmp_path}/file cannot be written; change its owner, or set it elsewhere",
    )


def test_a_sound_file_system_is_one_line_a_folder_and_nothing_is_left(tmp_path):
    folders = {str(tmp_path / "results"): RESULTS, str(tmp_path): STATE}
    assert told(check_file_systems(folders)) == [
        ("ok", f"{name}: its file system can do all that a run uses") for name in folders
    ]
    assert list(tmp_path.iterdir()) == []


MISSING = [  # what is broken, with which errno, the folders in which a run lacks it, and where that is a fault
    ((fcntl, "flock"), 38, "kernel locks (flock): leases", (RESULTS, STATE), ()),
    ((fcntl, "lockf"), 37, "locks of ranges (fcntl): each plan reads", (STATE,), ()),
    ((os, "fsync"), 22, "fsync of files: a power cut may tear files; no fsync of folders: ", EVERYWHERE, ()),
    ((Path, "hardlink_to"), 1, "hard links: tiles and outputs", (RESULTS,), ()),
    ((os, "utime"), 1, "setting of times: Snakemake cannot mark its outputs", (RESULTS, STATE), (RESULTS, STATE)),
    ((Path, "chmod"), 95, "chmod: Snakemake cannot keep its records", (STATE,), (STATE,)),
    ((Path, "replace"), 95, "renaming over a file: no file can be replaced whole", EVERYWHERE, EVERYWHERE),
    ((Path, "rename"), 95, "renaming of folders: no training can end", (RESULTS,), (RESULTS,)),
    ((mmap, "mmap"), 19, "memory maps: tiles are read whole", (RESULTS,), ()),
]


@pytest.mark.parametrize("content", EVERYWHERE)
@pytest.mark.parametrize(("call", "number", "text", "used", "needed"), MISSING)
def test_what_a_file_system_lacks_is_told_with_what_follows(
    tmp_path, monkeypatch, content, call, number, text, used, needed
):
    monkeypatch.setattr(*call, failing(number))
    ((level, found),) = told(check_file_systems({str(tmp_path): content}))
    assert level == ("fault" if content in needed else "note" if content in used else "ok")
    assert (f"{tmp_path}: no {text}" in found) == (content in used)
    assert ("; put it on another file system" in found) == (content in needed)
    assert "\n" not in found
    assert list(tmp_path.iterdir()) == []


def test_a_file_system_that_shows_all_files_to_everybody_is_told(tmp_path, monkeypatch):
    """As FAT and many network shares do: the mode of a new file is that of the mount."""
    create = os.open
    monkeypatch.setattr(os, "open", lambda path, flags, mode=0o777, **where: create(path, flags, 0o644, **where))
    mask = os.umask(0o022)
    try:
        ((level, text),) = told(check_file_systems({str(tmp_path): STATE}))
    finally:
        os.umask(mask)
    assert (level, text) == ("note", f"{tmp_path}: no permissions: others may be able to read what a run writes")


def test_a_folder_that_only_seems_to_be_open_is_a_fault(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "mkdir", failing(13))
    ((level, text),) = told(check_file_systems({str(tmp_path): RESULTS}))
    assert level == "fault"
    assert text.startswith(f"{tmp_path}: nothing can be written into {tmp_path} (Permission denied): put it on another")


def test_a_folder_without_rights_is_left_to_the_check_of_rights(tmp_path):
    (tmp_path / "file").touch()
    assert told(check_file_systems({str(tmp_path / "file" / "results"): RESULTS})) == []


def test_the_disk_is_held_against_what_the_run_takes(settings, monkeypatch, tmp_path):
    (tmp_path / "photos.csv").write_text("subject,visit,region,photo\n" + "S,1,upper,a.jpg\n" * 1000)
    small = with_training(settings, backbones=("squeezenet1_1",), keep_weights=("squeezenet1_1",))
    small = replace(small, cohort=small.cohort.model_copy(update={"photos": "photos.csv"}))
    # 1,235,496 parameters: 5 folds and 9 states in three checkpoints, 4 bytes each; 1,000 tiles of 128 x 128 x 3
    needed = 4 * (5 + 9) * 1_235_496 + 1000 * 49_152
    usage = namedtuple("usage", "free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(needed))
    assert told(check_disk(small)) == [
        (
            "ok",
            "118.3 MB free; results will take up to 118.3 MB more, and 44.5 MB for each further training that runs at "
            "the same time",
        )
    ]
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(needed - 1))
    ((level, text),) = told(check_disk(small))
    assert level == "fault"
    assert text.endswith(": set training.keep_weights to none, or results to a folder on a larger disk")
    ((_, text),) = told(check_disk(with_training(small, keep_weights="none", backbones=("vgg19",))))
    assert text.endswith(": set results to a folder on a larger disk")
    ((_, text),) = told(check_disk(with_training(small, ema=0.9)))  # 12 states, with the average of the weights
    assert "59.3 MB for each further training" in text
    (tmp_path / "results/tiles").mkdir(parents=True)
    (tmp_path / "results/tiles/shard-00.npy").write_bytes(b"1")
    assert told(check_disk(small))[0][0] == "ok", "what is there takes no more room"


def test_weights_that_a_server_has_will_be_fetched(settings, tmp_path):
    (tmp_path / NETWORKS["alexnet"].file).touch()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(tmp_path)))
    Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    wanted = with_training(settings, backbones=("alexnet",), weights=address, weights_cache=str(tmp_path / "cache"))
    try:
        assert told(check_weights(wanted)) == [("ok", "1 of 1 will be fetched; the server answers")]
    finally:
        server.shutdown()
        server.server_close()
    ((level, text),) = told(check_weights(wanted))
    assert level == "fault"
    assert f"127.0.0.1:{server.server_port} does not answer" in text
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "alexnet-7be5be79.safetensors").touch()
    assert told(check_weights(wanted)) == [("ok", "all 1 networks are cached")]
    assert told(check_weights(with_training(settings, weights="none"))) == [("ok", "trained from scratch")]


def test_a_folder_of_weights_at_fault_is_one_line_among_the_findings(settings, tmp_path):
    ((level, text),) = told(check_weights(with_training(settings, backbones=("alexnet",), weights="nowhere")))
    assert (level, "nowhere" in text) == ("fault", True)
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty/SHA256SUMS").touch()
    ((level, text),) = told(check_weights(with_training(settings, weights="empty")))
    assert level == "fault"
    assert "\n" not in text
    assert text.endswith(" (and 28 more: pasi check lists them)")


def test_slurm_is_looked_for(programs, monkeypatch):
    assert told(check_slurm()) == [("note", "not installed: jobs run on this machine")]
    programs("sbatch", "")
    ((level, text),) = told(check_slurm())
    assert (level, "cannot submit jobs from here" in text) == ("note", True)
    programs("sinfo", "main* up 1\nold down 3\ngpu up 2\n")
    monkeypatch.setattr(doctor.importlib.util, "find_spec", lambda _: None)
    assert told(check_slurm()) == [("fault", "its plugin is missing: pip install snakemake-executor-plugin-slurm")]
    monkeypatch.setattr(doctor.importlib.util, "find_spec", lambda _: object())
    assert told(check_slurm()) == [("ok", "partitions main, gpu")]
    programs("sinfo", "main* down 1\n")
    assert told(check_slurm()) == [("note", "no partition is up: submitted jobs will wait")]


def test_the_command_times_a_step_and_ends_well_where_nothing_is_at_fault(programs, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    mask = os.umask(0o022)
    rows = [f"S{number},1,{region}" for number in range(12) for region in ("upper", "trunk", "lower")]
    photos = [f"{row},{number}.jpg" for number, row in enumerate(rows)]
    (tmp_path / "photos.csv").write_text("\n".join(["subject,visit,region,photo", *photos, ""]))
    grades = [f"{row},1,2,3,4" for row in rows]
    (tmp_path / "scores.csv").write_text(
        "\n".join(["subject,visit,region,erythema,induration,desquamation,area", *grades, ""])
    )
    (tmp_path / "my.yaml").write_text(
        "{cohort: {photos: photos.csv, scores: scores.csv}, tiles: {size: 32},"
        " training: {backbones: [shufflenet_v2_x0_5], weights: none, device: cpu}}"
    )
    (tmp_path / "pairs.yaml").write_text("stacking: {honest: true}")
    clock = count(0, 18)  # seconds; it is read before each of two steps and after the second
    monkeypatch.setattr(step_times, "_now", lambda _: next(clock))
    try:
        assert main(["doctor", "--config", "my.yaml", "--time"]) == 0
        printed = capsys.readouterr().out
        assert main(["doctor", "--config", "my.yaml", "pairs.yaml", "--time"]) == 0
    finally:
        os.umask(mask)
    assert "ok    weights   trained from scratch\n" in printed
    # 36 rows x 0.9 x 0.8 are 26: 22 fitted in two batches of 16, 4 monitored in one
    assert "shufflenet_v2_x0_5    18.000 s a step" in printed
    assert "5 trainings of 100 epochs, each worth 2.3 steps, take 5.8 h, one at a time" in printed
    # 36 rows x 0.9 x 0.6 are 19: 17 fitted in two batches and 3 monitored in one; 15 trainings x 700 / 3 steps x 18 s
    assert (
        "15 trainings of 100 epochs, each worth 2.3 steps (10 of them without two folds, 2.3 steps), take 17.5 h"
        in (capsys.readouterr().out)
    )
