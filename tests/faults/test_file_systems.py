"""Whole runs on a file system that lacks nearly all that one can lack, and a fold that two machines share (S1 to S5).

The system calls of the runs fail as on such a file system (tests/support/plain_file_system.c); machines are namespaces
with host names of their own.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from checkout import TESTS
from pasi.jobs.lease import PACE
from small_run import CONFIG, command, environment, make_copy, run

pytestmark = pytest.mark.faults
# Lustre's answer to flock, that of NFS without lockd to locks of ranges, SMB's to fsync of a folder, FAT's to links.
LACKS = {"FLOCK": "38", "RANGES": "37", "FSYNC": "22", "LINK": "1", "HIDE": "1"}
SMALL = {
    **CONFIG,
    "splits": {"folds": 2, "restarts": 20},
    "training": {**CONFIG["training"], "backbones": ["shufflenet_v2_x0_5"]},
}
FOLD = "results/models/shufflenet_v2_x0_5/fold0"
HOLD = """
import os, sys, time
from pathlib import Path
from pasi.jobs.checkpoints import lock_fold
with lock_fold(Path(sys.argv[1])):
    print(os.uname().nodename, "has it", flush=True)
    time.sleep(float(sys.argv[2]))
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """The library that lets system calls fail."""
    compiler, built = shutil.which("gcc") or shutil.which("cc"), tmp_path_factory.mktemp("library") / "plain.so"
    if compiler is None:
        pytest.skip("a C compiler is needed, and there is none")
    source = TESTS / "support" / "plain_file_system.c"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-Wall", "-o", built, source, "-ldl"], check=True)
    return built


@pytest.fixture
def plain(library, monkeypatch):
    """A function that lets processes which a test starts lack all of it below a folder."""

    def lack(folder: Path):
        monkeypatch.setenv("LD_PRELOAD", str(library))
        monkeypatch.setenv("PLAIN_BELOW", str(folder))
        for name, value in LACKS.items():
            monkeypatch.setenv(f"PLAIN_{name}", value)

    return lack


def small_copy(folder):
    copy = make_copy(folder)
    (copy / "small.yaml").write_text(yaml.safe_dump(SMALL))
    return copy


def test_a_run_ends_with_the_same_bytes_where_a_file_system_lacks_nearly_all(tmp_path, plain):
    (tmp_path / "sound").mkdir()
    (tmp_path / "plain").mkdir()
    sound, copy = small_copy(tmp_path / "sound"), small_copy(tmp_path / "plain")
    run(sound, "results/oof.parquet")
    plain(copy)
    printed = run(copy, "results/oof.parquet")
    assert "photos.sqlite cannot be used (No locks available): each plan reads" in printed
    assert printed.count("photos.sqlite cannot be used") == 1
    for name in ("oof.parquet", "test.parquet"):
        assert (copy / "results" / name).read_bytes() == (sound / "results" / name).read_bytes(), name
    left = {"weights.safetensors", "history.csv", "predictions.parquet", "learning.json"}
    assert {path.name for path in (copy / FOLD).iterdir()} == left
    assert {path.name for path in (copy / ".snakemake/pasi").iterdir()} == {"run.json", "run.lock", "photos.sqlite"}
    assert "Nothing to be done" in run(copy, "results/oof.parquet")


def test_a_killed_run_goes_on_where_nothing_can_be_locked_and_a_living_one_is_named(tmp_path, plain):
    copy = small_copy(tmp_path)
    small = copy / "small.yaml"
    small.write_text(small.read_text().replace("max_epochs: 2", "max_epochs: 500\n  checkpoint_seconds: 0"))
    plain(copy)
    first = subprocess.Popen(
        command("train", cores=1), cwd=copy, env=environment(copy), start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        while not (copy / ".snakemake/pasi/run.json").exists():
            assert first.poll() is None
        second = subprocess.run(
            command("train", cores=1), cwd=copy, env=environment(copy), capture_output=True, text=True, check=False
        )
        assert second.returncode
        assert f"another run is at work in this folder (process {first.pid} on " in second.stdout + second.stderr
    finally:
        os.killpg(first.pid, 9)
        first.wait()
    small.write_text(yaml.safe_dump(SMALL))
    run(copy, "results/oof.parquet")


def test_a_fold_whose_machine_died_is_taken_over_by_another_one(tmp_path, plain):
    allowed = subprocess.run(["unshare", "-u", "true"], capture_output=True, check=False)
    if allowed.returncode:
        pytest.skip("a host name of its own can be given to a process by root alone")
    plain(tmp_path)

    def hold(host, seconds):
        code = ["-c", HOLD, str(tmp_path / "checkpoints"), str(seconds)]
        line = ["unshare", "-u", "sh", "-c", f'hostname {host}; exec "$@"', "sh", sys.executable, *code]
        return subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    first = hold("node-a", 600)
    assert first.stdout.readline() == "node-a has it\n"
    second = hold("node-b", 0)
    assert second.stdout.readline() == "another process is training this fold; this one waits for it to end\n"
    first.kill()
    first.communicate()
    printed, warned = second.communicate(timeout=20 * PACE.stale)
    assert printed == "node-b has it\n"
    assert "on node-a, which cannot be seen from here" in warned
    assert list((tmp_path / "checkpoints").iterdir()) == [tmp_path / "checkpoints" / "lock"]


def test_pasi_doctor_says_all_of_it_in_one_line_a_folder(tmp_path, plain):
    (tmp_path / "small.yaml").write_text("training: {weights: none}\n")
    plain(tmp_path)
    code = "from pasi.commands.main import main; main()"
    doctor = [sys.executable, "-c", code, "doctor", "--config", "small.yaml"]
    printed = subprocess.run(doctor, cwd=tmp_path, capture_output=True, text=True, check=False).stdout
    lines = [line for line in printed.splitlines() if " files " in line]
    assert [line.split(":")[0].split()[-1] for line in lines] == ["results", "data/weights", ".snakemake"]
    assert [line.split()[0] for line in lines] == ["note"] * 3
    for ability, count in {"kernel locks": 2, "locks of ranges": 1, "fsync of folders": 3, "hard links": 1}.items():
        assert sum(f"no {ability}" in line for line in lines) == count, ability
    assert [path.name for path in tmp_path.iterdir()] == ["small.yaml"]
