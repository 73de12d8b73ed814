"""A GPU for each training: real processes on GPUs that are numbers only, killed, waiting, under a batch system."""

import os
import signal
import subprocess
import sys
import time

import pytest

from pasi.errors import LeaseError
from pasi.jobs.gpu_lease import BATCH_JOBS, VISIBLE, lease_folder, lease_gpu, visible_gpus

JOB = """
import os, sys, time
from pathlib import Path
from pasi.jobs.gpu_lease import lease_gpu
folder, jobs, seconds = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
with lease_gpu(jobs, folder) as gpu:
    started = time.monotonic()
    print("has", os.environ["CUDA_VISIBLE_DEVICES"], started, flush=True)
    time.sleep(seconds)
    print("had", gpu, time.monotonic(), flush=True)
"""


def start(folder, gpus, jobs=1, seconds=0.5):
    """A process that leases one of `gpus`."""
    environment = {name: value for name, value in os.environ.items() if name not in BATCH_JOBS}
    return subprocess.Popen(
        [sys.executable, "-c", JOB, str(folder), str(jobs), str(seconds)],
        env={**environment, VISIBLE: gpus}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def leases(processes):
    """GPU, start and end of each lease."""
    found = []
    for process in processes:
        printed, _ = process.communicate(timeout=120)
        assert process.returncode == 0
        words = [line.split() for line in printed.splitlines() if line.startswith("ha")]
        (_, gpu, begun), (_, had, ended) = words
        assert gpu == had
        found.append((gpu, float(begun), float(ended)))
    return found


@pytest.mark.parametrize(("gpus", "jobs"), [("0,1", 1), ("0,1,2", 1), ("0,1", 2), ("GPU-a,MIG-b/1/0", 1)])
def test_twelve_jobs_share_the_gpus_evenly_and_never_one_too_many(tmp_path, gpus, jobs):
    ids = gpus.split(",")
    found = leases([start(tmp_path / "leases", gpus, jobs) for _ in range(12)])
    for gpu in ids:
        own = [(begun, ended) for name, begun, ended in found if name == gpu]
        assert len(own) >= 12 / len(ids) - jobs, "none is idle while jobs wait"
        for begun, _ in own:
            assert sum(other <= begun < ended for other, ended in own) <= jobs
    assert {gpu for gpu, _, _ in found} == set(ids)


def test_the_emptiest_gpu_is_taken_first(tmp_path):
    environment = {VISIBLE: "4,7"}
    with lease_gpu(3, tmp_path, dict(environment)) as first, lease_gpu(3, tmp_path, dict(environment)) as second:
        assert {first, second} == {"4", "7"}
        with lease_gpu(3, tmp_path, dict(environment)), lease_gpu(3, tmp_path, dict(environment)) as fourth:
            pass
    with lease_gpu(3, tmp_path, dict(environment)) as again:
        assert again == "4"
    assert fourth in ("4", "7")


def test_a_killed_job_gives_its_gpu_back(tmp_path):
    holder = start(tmp_path, "3", seconds=600)
    assert holder.stdout.readline() == "on GPU 3\n"
    waiting = start(tmp_path, "3", seconds=0)
    assert waiting.stdout.readline() == "all 1 places on 1 GPUs are taken; this job waits\n"
    time.sleep(0.5)
    assert waiting.poll() is None
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert leases([waiting])[0][0] == "3"


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


def test_gpus_are_those_that_are_visible_or_all(tmp_path):
    assert visible_gpus({}, tmp_path / "absent") == []
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
