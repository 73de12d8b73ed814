"""A GPU for each training: real processes on GPUs that are numbers only, killed, waiting, under a batch system."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pasi.errors import LeaseError
from pasi.jobs import gpu_lease
from pasi.jobs.gpu_lease import BATCH_JOBS, VISIBLE, lease_folder, lease_gpu, visible_gpus
from waiting import wait_for

# Keeps its GPU until its input ends.
JOB = """
import os, sys
from pathlib import Path
from pasi.jobs.gpu_lease import lease_gpu
with lease_gpu(int(sys.argv[2]), Path(sys.argv[1])) as gpu:
    assert os.environ["CUDA_VISIBLE_DEVICES"] == gpu
    print("has", gpu, flush=True)
    sys.stdin.read()
"""


@dataclass(frozen=True)
class Job:
    """A process that leases a GPU, and the file that it prints to."""

    process: subprocess.Popen
    log: Path

    @property
    def lines(self) -> list[str]:
        """What it has printed, in whole lines: where output is unbuffered, a line is written piece by piece."""
        return self.log.read_text().split("\n")[:-1]

    @property
    def waits(self) -> bool:
        return any("this job waits" in line for line in self.lines) and self.gpu is None

    @property
    def gpu(self) -> str | None:
        """The GPU that it has, or had before it ended."""
        return next((line[4:] for line in self.lines if line.startswith("has ")), None)

    def end(self) -> None:
        """End its input, and wait until it has ended."""
        self.process.communicate()
        assert self.process.returncode == 0


@pytest.fixture
def start(tmp_path) -> Iterator[Callable[..., Job]]:
    """A function that starts a process which leases one of `gpus`, each of which takes `jobs` at once."""
    started = []

    def start_job(gpus: str, jobs: int = 1) -> Job:
        environment = {name: value for name, value in os.environ.items() if name not in BATCH_JOBS}
        program, log = [sys.executable, "-c", JOB, tmp_path / "leases", str(jobs)], tmp_path / f"{len(started)}.log"
        with log.open("w") as file:
            pipes = {"stdin": subprocess.PIPE, "stdout": file, "env": {**environment, VISIBLE: gpus}}
            started.append(Job(subprocess.Popen(program, **pipes), log))
        return started[-1]

    yield start_job
    for job in started:
        job.process.kill()
        job.process.communicate()


@pytest.mark.parametrize(("gpus", "jobs"), [("0,1", 1), ("0,1,2", 1), ("0,1", 2), ("GPU-a,MIG-b/1/0", 1)])
def test_twelve_jobs_share_the_gpus_evenly_and_never_one_too_many(start, gpus, jobs):
    waiting = [start(gpus, jobs) for _ in range(12)]
    full = Counter(dict.fromkeys(gpus.split(","), jobs))
    wait_for(lambda: all(job.gpu or job.waits for job in waiting))
    having = [job for job in waiting if job.gpu]
    while waiting := [job for job in waiting if job not in having]:
        assert Counter(job.gpu for job in having) == full, "none is idle while jobs wait"
        assert all(job.waits for job in waiting), "no GPU has one job too many"
        having[0].end()
        given = wait_for(lambda waiting=waiting: [job for job in waiting if job.gpu])
        assert [job.gpu for job in given] == [having[0].gpu], "what one gives back another gets"
        having = [*having[1:], *given]
    for job in having:
        job.end()


def test_the_emptiest_gpu_is_taken_first(tmp_path):
    environment = {VISIBLE: "4,7"}
    with lease_gpu(3, tmp_path, dict(environment)) as first, lease_gpu(3, tmp_path, dict(environment)) as second:
        assert {first, second} == {"4", "7"}
        with lease_gpu(3, tmp_path, dict(environment)), lease_gpu(3, tmp_path, dict(environment)) as fourth:
            pass
    with lease_gpu(3, tmp_path, dict(environment)) as again:
        assert again == "4"
    assert fourth in ("4", "7")


def test_a_killed_job_gives_its_gpu_back(start):
    holder = start("3")
    wait_for(lambda: holder.gpu)
    waiting = start("3")
    wait_for(lambda: waiting.waits)
    assert holder.lines == ["on GPU 3", "has 3"]
    assert waiting.lines == ["all 1 places on 1 GPUs are taken; this job waits"]
    holder.process.kill()
    wait_for(lambda: waiting.gpu)
    waiting.end()
    assert waiting.gpu == "3"


@pytest.mark.parametrize("name", BATCH_JOBS)
def test_a_batch_system_has_assigned_the_gpu(tmp_path, name):
    environment = {name: "1", VISIBLE: "2"}
    with lease_gpu(1, tmp_path / "leases", environment) as gpu:
        assert gpu is None
        assert environment == {name: "1", VISIBLE: "2"}
    assert not (tmp_path / "leases").exists()


@pytest.mark.parametrize("name", BATCH_JOBS)
def test_a_whole_run_inside_one_job_of_a_batch_system_shares_its_gpus(tmp_path, name):
    environments = [{name: "1", VISIBLE: "0,1"} for _ in range(2)]
    with lease_gpu(1, tmp_path, environments[0]) as first, lease_gpu(1, tmp_path, environments[1]) as second:
        assert {first, second} == {"0", "1"}


def test_gpu_0_of_two_jobs_of_a_batch_system_is_not_the_same():
    jobs = [{}, {"SLURM_JOB_ID": "7"}, {"SLURM_JOB_ID": "8"}]
    elements = [{"LSB_JOBID": "9", "LSB_JOBINDEX": number} for number in ("1", "2")]
    folders = [lease_folder(environment) for environment in (*jobs, *elements)]
    assert [folder.name.removeprefix(folders[0].name) for folder in folders] == ["", "-7", "-8", "-9-1", "-9-2"]


@pytest.mark.parametrize("environment", [{VISIBLE: ""}, {VISIBLE: "-1"}])
def test_where_there_is_no_gpu_nothing_is_leased(tmp_path, environment):
    with lease_gpu(1, tmp_path / "leases", environment) as gpu:
        assert gpu is None
    assert not (tmp_path / "leases").exists()


def test_a_training_on_the_cpu_leases_nothing(tmp_path):
    with lease_gpu(0, tmp_path / "leases", {VISIBLE: "0"}) as gpu:
        assert gpu is None


SMI = """GPU 0: NVIDIA H100 80GB HBM3 (UUID: GPU-11111111-2222-3333-4444-555555555555)
  MIG 1g.10gb     Device  0: (UUID: MIG-66666666-7777-8888-9999-000000000000)
GPU 1: NVIDIA GeForce RTX 4090 (UUID: GPU-aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee)
"""


@pytest.fixture
def nvidia_smi(tmp_path, monkeypatch) -> Callable[[str], None]:
    """A function that puts an nvidia-smi on the path, whose -L ends as a line of shell says; no other program is."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(gpu_lease, "SMI_OF_WSL", str(folder / "absent"))

    def make(line: str) -> None:
        path = folder / "nvidia-smi"
        path.write_text(f'#!/bin/sh\n[ "$*" = -L ] || exit 9\n{line}\n')
        path.chmod(0o700)

    return make


def test_where_the_driver_shows_no_folder_nvidia_smi_counts_the_gpus(tmp_path, nvidia_smi):
    """As on WSL2."""
    assert visible_gpus({}, tmp_path / "absent") == []
    nvidia_smi(f"printf '%s' '{SMI}'")
    assert visible_gpus({}, tmp_path / "absent") == ["0", "1"]


@pytest.mark.parametrize("line", ["exit 1", f"printf '%s' '{SMI}'; exit 1", "printf 'No devices were found'"])
def test_an_nvidia_smi_that_fails_counts_none(tmp_path, nvidia_smi, line):
    nvidia_smi(line)
    assert visible_gpus({}, tmp_path / "absent") == []


def test_trainings_lease_the_gpus_that_nvidia_smi_counts(tmp_path, nvidia_smi, monkeypatch):
    monkeypatch.setattr(gpu_lease.visible_gpus, "__defaults__", (tmp_path / "absent",))
    nvidia_smi(f"printf '%s' '{SMI}'")
    with lease_gpu(1, tmp_path / "leases", {}) as first, lease_gpu(1, tmp_path / "leases", {}) as second:
        assert {first, second} == {"0", "1"}


def test_gpus_are_those_that_are_visible_or_all(tmp_path):
    for number in range(3):
        (tmp_path / f"0000:{number}").mkdir()
    assert visible_gpus({}, tmp_path) == ["0", "1", "2"]
    assert visible_gpus({VISIBLE: "2, 0"}, tmp_path) == ["2", "0"]
    assert visible_gpus({VISIBLE: "1,-1,0"}, tmp_path) == ["1"]
    assert visible_gpus({VISIBLE: ""}, tmp_path) == []


def test_a_folder_of_another_user_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "getuid", lambda: tmp_path.stat().st_uid + 1)
    with (
        pytest.raises(LeaseError, match="belongs to another user: set TMPDIR to a folder of your own"),
        lease_gpu(1, tmp_path, {VISIBLE: "0"}),
    ):
        pass
