"""A run on a real Slurm of one node: a job preempted, one killed, one out of time; the same tables as a local run.

`make test-slurm` runs it, and installs Slurm where it is root on Debian.
"""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
import yaml

from checkout import TESTS
from pasi.monitoring.run_state import held_locks
from small_run import CONFIG, command, environment, make_copy, result_bytes, run
from waiting import Found, wait_for

pytestmark = pytest.mark.slurm
PACKAGES = ("slurm-wlm", "munge")
LINKS = [Path("/etc/slurm") / name for name in ("slurm.conf", "gres.conf")]
TARGET = "results/evaluation/metrics.csv"
FOLDS = {0, 1, 2}
LONG = {
    **CONFIG,
    "splits": {"folds": 3, "restarts": 20},
    "training": {
        "backbones": ["squeezenet1_1"], "weights": "none", "checkpoint_seconds": 0,
        "max_epochs": 150, "early_stopping_patience": 150,
    },
}  # fmt: skip
SETTINGS = (
    "--profile", "profiles/slurm", "--slurm-no-account", "--slurm-status-command", "squeue",
    "--slurm-init-seconds-before-status-checks", "2",
    "--default-resources", "slurm_partition=main", "mem_mb=500", "--set-resources", "train_fold:mem_mb=1500",
)  # fmt: skip


def install() -> None:
    """Install Slurm from Debian's packages; skips the test with apt-get's message where that fails."""
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", *PACKAGES]):
        program = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *arguments]
        done = subprocess.run(program, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"needs Slurm ({' '.join(program[2:])} failed: {done.stderr[-500:]})")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A running Slurm; skips the test where none can be started."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        pytest.skip("needs root on Debian (to install and start a Slurm)")
    if shutil.which("slurmctld") is None:
        install()
    if LINKS[0].exists():
        pytest.skip(f"needs a machine without {LINKS[0]} (a test must not touch a Slurm that is in use)")
    folder = tmp_path_factory.mktemp("slurm")
    try:
        subprocess.run([TESTS / "support" / "slurm_up.sh", folder], check=True)
        yield folder
    finally:
        take_down([int(place.read_text()) for place in folder.glob("*.pid")])
        end_those_in(tmp_path_factory.getbasetemp())
        for link in LINKS:
            link.unlink(missing_ok=True)


def take_down(daemons: list[int]) -> None:
    """End all jobs, and then the daemons, which would not wait for jobs to end."""
    subprocess.run(["scancel", "--user=root"], check=False)
    wait_for(lambda: not answers("squeue", "--noheader"), queue)
    for process in daemons:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGTERM)
    wait_for(lambda: not any(Path(f"/proc/{process}").exists() for process in daemons))


def end_those_in(folder: Path) -> None:
    """Kill what has its working directory in a folder: without cgroups Slurm loses track of a killed job's children."""
    for place in Path("/proc").glob("[0-9]*/cwd"):
        with suppress(OSError):  # it has ended by itself
            if place.readlink().is_relative_to(folder):
                os.kill(int(place.parent.name), signal.SIGKILL)


def answers(*program: str) -> str:
    """What a program of Slurm prints; nothing where it fails."""
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else ""


def queue() -> str:
    """The jobs that Slurm knows, for the message of a test that fails."""
    return answers("squeue")


def make_long(folder: Path) -> Path:
    """A copy of the checkout whose trainings take long enough to be found running."""
    copy = make_copy(folder)
    (copy / "small.yaml").write_text(yaml.safe_dump(LONG))
    return copy


def running() -> dict[int, str]:
    """Slurm's id of the job that trains each fold, where it is running."""
    lines = answers("squeue", "--noheader", "--states=RUNNING", "--format=%i %k").splitlines()
    found = (re.match(r"(\S+) rule_train_fold_wildcards_\w+_(\d)_?$", line) for line in lines)
    return {int(match[2]): match[1] for match in found if match}


def at_work(copy: Path) -> dict[int, str]:
    """The running trainings that have a checkpoint."""
    models = copy / "results/models/squeezenet1_1"
    return {fold: job for fold, job in running().items() if any(models.glob(f"fold{fold}/checkpoints/*/*.ckpt"))}


def trainer(copy: Path, fold: int) -> int:
    """The process that trains a fold."""
    return held_locks()[(copy / f"results/models/squeezenet1_1/fold{fold}/checkpoints/lock").stat().st_ino]


def wait_during(run: subprocess.Popen, look: Callable[[], Found]) -> Found:
    """As `wait_for`, where a run that has ended will not bring it any more."""

    def looked() -> Found:
        found = look()
        assert found or run.poll() is None, "the run has ended"
        return found

    return wait_for(looked, queue)


def preempt_one(before: dict[int, str]) -> set[int]:
    """Start an urgent job while two trainings have both GPUs; the fold of the training that is preempted."""
    urgent = ["sbatch", "--partition=urgent", "--gres=gpu:1", "--mem=100", "--output=/dev/null", "--wrap=sleep 5"]
    subprocess.run(urgent, check=True, stdout=subprocess.DEVNULL)
    gone = wait_for(lambda: before.keys() - running().keys(), queue)
    assert len(gone) == 1
    wait_for(lambda: "PD" in answers("squeue", "--noheader", "--format=%t", f"--jobs={before[min(gone)]}"), queue)
    return gone


def test_preempted_killed_and_out_of_time_gives_the_tables_of_a_local_run(cluster, tmp_path):
    local = make_long(tmp_path / "local")
    run(local, TARGET)
    copy = make_long(tmp_path / "cluster")
    snakemake = subprocess.Popen(
        command(TARGET, *SETTINGS, cores=2), cwd=copy, env=environment(copy),
        stdout=(copy / "run.log").open("w"), stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    try:
        before = wait_during(snakemake, lambda: jobs if len(jobs := at_work(copy)) == 2 else {})
        (other,) = before.keys() - preempt_one(before)
        subprocess.run(["scancel", "--signal=KILL", "--full", before[other]], check=True)
        (third,) = FOLDS - before.keys()
        late = wait_during(snakemake, lambda: at_work(copy).get(third))
        os.kill(trainer(copy, third), signal.SIGSTOP)  # so that it is out of time however fast the machine is
        subprocess.run(["scontrol", "update", f"JobId={late}", "TimeLimit=1"], check=True)
        assert snakemake.wait(timeout=1800) == 0, (copy / "run.log").read_text()
    finally:
        end_those_in(copy)
    printed = (copy / "run.log").read_text()
    print(printed)  # for the log that make test-slurm keeps
    assert "Submitted" in printed or "submitted" in printed
    for fold in FOLDS:
        log = copy / f"results/logs/train_fold/squeezenet1_1-fold{fold}.log"
        assert re.search(r"^resumed from epoch-\d+", log.read_text(), re.MULTILINE), (fold, printed)
    expected, found = result_bytes(local / "results"), result_bytes(copy / "results")
    assert set(found) == set(expected)
    assert [name for name in expected if found[name] != expected[name]] == []
    assert not re.search(r"^on GPU", log.read_text(), re.MULTILINE), "Slurm has assigned the GPUs"
