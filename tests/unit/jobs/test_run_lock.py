"""Two runs in one folder: the second is refused by name; a killed one leaves nothing locked (F4, F5)."""

import subprocess
import sys

import pytest

from pasi.errors import RunningError
from pasi.jobs.run_lock import RUN, is_superseded, lock_run

# A run and its job, which both last until they are killed or their input ends.
HOLDER = """
import subprocess, sys
from pathlib import Path
from pasi.jobs.run_lock import lock_run
lock = lock_run(Path(sys.argv[1]))
job = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"])
print(job.pid, flush=True)
sys.stdin.read()
"""
PIPES = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}


@pytest.fixture
def holder(tmp_path):
    """A run in a process of its own, with a job that outlives it."""
    process = subprocess.Popen([sys.executable, "-c", HOLDER, tmp_path], **PIPES)
    job = int(process.stdout.readline())
    yield process
    process.kill()
    subprocess.run(["kill", str(job)], check=False)
    process.communicate()


def test_a_second_run_is_refused_with_process_host_and_start(tmp_path, holder):
    with pytest.raises(RunningError, match=rf"process {holder.pid} on .+, started 20\d\d-.*wait for it"):
        lock_run(tmp_path, {})


def test_a_killed_run_leaves_nothing_locked_though_its_job_lives_on(tmp_path, holder):
    (tmp_path / "locks").mkdir()
    (tmp_path / "locks" / "0.output.lock").write_text("results/oof.parquet")
    holder.kill()
    holder.wait()
    assert lock_run(tmp_path, {}).is_locked
    assert list((tmp_path / "locks").iterdir()) == []


def test_of_runs_that_start_at_once_one_gets_the_folder(tmp_path):
    started = [subprocess.Popen([sys.executable, "-c", HOLDER, tmp_path], **PIPES) for _ in range(6)]
    first = [process.stdout.readline() for process in started]  # nothing of a run that has ended by an error
    jobs = [int(line) for line in first if line]
    for process in started:
        process.kill()
    subprocess.run(["kill", *map(str, jobs)], check=False)
    errors = [process.communicate()[1] for process in started]
    assert len(jobs) == 1
    assert sum("another run is at work in this folder" in error for error in errors) == 5


def test_a_job_knows_whether_a_later_run_than_its_own_has_begun(tmp_path):
    first, second = {}, {}
    lock_run(tmp_path, first).release()
    assert not is_superseded(tmp_path, first)
    lock_run(tmp_path, second).release()
    assert is_superseded(tmp_path, first)
    assert not is_superseded(tmp_path, second)


@pytest.mark.parametrize("left", [None, "", "[]", "{}"])
def test_what_is_not_known_is_no_later_run(tmp_path, left):
    if left is not None:
        (tmp_path / "pasi").mkdir()
        (tmp_path / "pasi/run.json").write_text(left)
    assert not is_superseded(tmp_path, {RUN: "a"})
    assert not is_superseded(tmp_path, {})
