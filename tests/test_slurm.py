"""A run on a real Slurm of one node: a job killed, one put back, one out of time; the same tables as a local run.

`make test-slurm` runs it, and installs Slurm where it is root on Debian.
"""

import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
import yaml

from small_run import CONFIG, command, environment, make_copy, run

pytestmark = pytest.mark.slurm
HERE = Path(__file__).parent
PACKAGES = ("slurm-wlm", "munge")
LINKS = [Path("/etc/slurm") / name for name in ("slurm.conf", "gres.conf")]
TARGET = "results/evaluation/metrics.csv"
FOLDS = range(3)
LONG = {
    **CONFIG,
    "splits": {"folds": 3, "restarts": 20},
    "training": {
        "backbones": ["squeezenet1_1"], "weights": "none", "checkpoint_seconds": 0,
        "max_epochs": 400, "early_stopping_patience": 400,
    },
}  # fmt: skip
TIMED = {"history.csv"}  # has the seconds of each epoch
SETTINGS = (
    "--profile", "profiles/slurm", "--slurm-no-account", "--slurm-status-command", "squeue",
    "--slurm-init-seconds-before-status-checks", "2",
    "--default-resources", "slurm_partition=main", "mem_mb=500", "--set-resources", "train_fold:mem_mb=1500",
)  # fmt: skip


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A Slurm that is up; skips where none can be had."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        pytest.skip("a Slurm of one's own needs root on Debian")
    if shutil.which("slurmctld") is None:
        subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", *PACKAGES], check=True)
    if LINKS[0].exists():
        pytest.skip(f"{LINKS[0]} is there: a test must not touch a Slurm that somebody uses")
    folder = tmp_path_factory.mktemp("slurm")
    try:
        subprocess.run([HERE / "slurm" / "up.sh", folder], check=True)
        yield folder
    finally:
        for place in folder.glob("*.pid"):
            os.kill(int(place.read_text()), signal.SIGTERM)
        for link in LINKS:
            link.unlink(missing_ok=True)


def answers(*program: str) -> str:
    """What a program of Slurm prints; nothing where it fails."""
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else ""


def make_long(folder: Path) -> Path:
    """A copy of the checkout whose trainings take more than a minute."""
    copy = make_copy(folder)
    (copy / "small.yaml").write_text(yaml.safe_dump(LONG))
    return copy


def tables(copy: Path) -> dict[str, bytes]:
    """Bytes of all results by name."""
    results = copy / "results"
    told = {path for name in ("logs", "benchmarks") for path in (results / name).rglob("*")}
    files = (path for path in results.rglob("*") if path.is_file() and path not in told)
    return {str(path.relative_to(results)): path.read_bytes() for path in files if path.name not in TIMED}


def running() -> dict[int, str]:
    """Slurm's id of the job that trains each fold, where it is running."""
    lines = answers("squeue", "--noheader", "--states=RUNNING", "--format=%i %k").splitlines()
    found = (re.match(r"(\S+) rule_train_fold_wildcards_\w+_(\d)$", line) for line in lines)
    return {int(match[2]): match[1] for match in found if match}


def wait_for(what, seconds=180):
    """The first true value of `what()`."""
    deadline = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < deadline, answers("squeue")
        time.sleep(0.5)
    return found


def checkpointed(copy: Path, fold: int) -> str | None:
    """Slurm's id of the job of a fold that is running and has a checkpoint."""
    saved = list((copy / f"results/models/squeezenet1_1/fold{fold}/checkpoints").glob("*/*.ckpt"))
    return running().get(fold) if saved else None


def test_killed_put_back_and_out_of_time_gives_the_tables_of_a_local_run(cluster, tmp_path):
    local = make_long(tmp_path / "local")
    run(local, TARGET)
    copy = make_long(tmp_path / "cluster")
    snakemake = subprocess.Popen(
        command(TARGET, *SETTINGS, cores=2), cwd=copy, env=environment(copy),
        stdout=(copy / "run.log").open("w"), stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    try:
        subprocess.run(["scancel", "--signal=KILL", "--full", wait_for(lambda: checkpointed(copy, 0))], check=True)
        subprocess.run(["scontrol", "requeue", wait_for(lambda: checkpointed(copy, 1))], check=True)
        late = wait_for(lambda: checkpointed(copy, 2))
        subprocess.run(["scontrol", "update", f"JobId={late}", "TimeLimit=1"], check=True)
        assert snakemake.wait(timeout=600) == 0, (copy / "run.log").read_text()
    finally:
        if snakemake.poll() is None:
            os.killpg(snakemake.pid, signal.SIGKILL)
            subprocess.run(["scancel", "--user=root"], check=False)
    told = (copy / "run.log").read_text()
    assert "Submitted" in told or "submitted" in told
    for fold in FOLDS:
        log = copy / f"results/logs/train_fold/squeezenet1_1-fold{fold}.log"
        assert re.search(r"^resumed from epoch-\d+", log.read_text(), re.MULTILINE), (fold, told)
    expected, found = tables(local), tables(copy)
    assert set(found) == set(expected)
    assert [name for name in expected if found[name] != expected[name]] == []
    assert not re.search(r"^on GPU", log.read_text(), re.MULTILINE), "Slurm has assigned the GPUs"
