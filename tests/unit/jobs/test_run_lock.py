"""Two runs in one folder: the second is refused by name; a killed one leaves nothing locked (F4, F5)."""

import fcntl
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from file_systems import NO_LOCKS, WITHOUT_FLOCK, elsewhere, failing, here, write_lease
from pasi.errors import RunningError, WriteError
from pasi.jobs.run_lock import RUN, describe_run, is_superseded, lock_run

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


@pytest.mark.parametrize("number", NO_LOCKS)
def test_without_kernel_locks_a_second_run_is_refused_and_a_killed_one_is_not_waited_for(tmp_path, number, monkeypatch):
    arguments = [sys.executable, "-c", WITHOUT_FLOCK.format(number=number) + HOLDER, tmp_path]
    process = subprocess.Popen(arguments, **PIPES)
    job = int(process.stdout.readline())
    monkeypatch.setattr(fcntl, "flock", failing(number))
    try:
        with pytest.raises(RunningError, match=rf"process {process.pid} on .+, started 20\d\d-.*wait for it"):
            lock_run(tmp_path, {})
        process.kill()
        process.wait()
        lock_run(tmp_path, {}).release()
    finally:
        subprocess.run(["kill", str(process.pid), str(job)], check=False)
        process.communicate()


def test_a_run_that_ends_leaves_no_lease(tmp_path):
    code = "import sys; from pathlib import Path; from pasi.jobs.run_lock import lock_run; "
    code += "lock = lock_run(Path(sys.argv[1])); assert Path(sys.argv[1], 'pasi/run.lock.lease').exists()"
    subprocess.run([sys.executable, "-c", code, tmp_path], check=True)
    assert sorted(path.name for path in (tmp_path / "pasi").iterdir()) == ["run.json", "run.lock"]


@pytest.mark.parametrize(
    ("record", "holder", "expected"),
    [
        ({"process": 4711, "host": "node-b", "started": "T"}, elsewhere(), "process 4711 on node-b, started T"),
        ({"process": 12, "host": "node-a", "started": "T"}, elsewhere(), "process 4711 on node-b"),
        ({"process": 12, "host": "node-a", "started": "T"}, None, "process 12 on node-a, started T"),
        ({}, elsewhere(), "process 4711 on node-b"),
        ([], None, None),
    ],
)
def test_a_run_is_described_by_its_own_record_alone(tmp_path, record, holder, expected):
    """One that has just got the lock has not written its record yet, and there may be that of an earlier run."""
    (tmp_path / "run.json").write_text(json.dumps(record))
    assert describe_run(tmp_path / "run.json", holder) == expected


def test_a_refusal_names_the_holder_of_the_lease(tmp_path, monkeypatch):
    monkeypatch.setattr(fcntl, "flock", failing(38))
    write_lease(tmp_path / "pasi" / "run.lock.lease", here())
    with pytest.raises(RunningError, match=rf"\(process {os.getpid()} on "):
        lock_run(tmp_path, {})


def test_a_folder_that_cannot_be_written_is_refused_before_the_first_job(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(WriteError, match=r"file/pasi cannot be written \(Not a directory\): give this user the right"):
        lock_run(tmp_path / "file", {})


@pytest.mark.parametrize(("name", "call"), [("chmod", (Path, "chmod")), ("setting of times", (os, "utime"))])
def test_what_snakemake_needs_is_tried_before_the_first_job(tmp_path, monkeypatch, name, call):
    monkeypatch.setattr(*call, failing(95))
    text = rf"run\.json allows no {name} \(Operation not supported\), which Snakemake needs: start the run in a"
    with pytest.raises(WriteError, match=text):
        lock_run(tmp_path / "state", {})
