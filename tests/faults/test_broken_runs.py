"""Whole runs that are killed, starved of disk or started twice at once, against one left alone (F1, F4 to F7)."""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import time
from contextlib import suppress

import pytest
import yaml

from small_run import CONFIG, command, environment, make_copy, run
from waiting import wait_for

pytestmark = pytest.mark.faults

KILLS = 20
LINES = 60  # of about 500 that a whole run and its trainings print; a run that is killed may print so many
PAIRS = 20
EVERY_EPOCH = {**CONFIG, "training": {**CONFIG["training"], "max_epochs": 12, "checkpoint_seconds": 0}}
TABLES = ("oof.parquet", "test.parquet", "evaluation/metrics.csv", "report/table_s1.csv", "report/report.html")


def tables(folder, results="results"):
    """The bytes of the tables and of the report that a user reads, without the dates of openings of the test part."""
    found = {name: (folder / results / name).read_bytes() for name in TABLES}
    return {name: re.sub(rb"\b20\d\d-\d\d-\d\d\b", b"", text) for name, text in found.items()}


def start(folder, *arguments):
    """Start a run in a process group of its own, which prints to run.log."""
    log = (folder / "run.log").open("a")
    run_of_its_own = {"cwd": folder, "env": environment(folder), "stdout": log, "stderr": log}
    return subprocess.Popen(command(*arguments), start_new_session=True, **run_of_its_own)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A copy in which a run was left alone."""
    folder = make_copy(tmp_path_factory.mktemp("whole"))
    (folder / "small.yaml").write_text(yaml.safe_dump(EVERY_EPOCH))
    run(folder)
    return folder


@pytest.fixture
def anew(whole, tmp_path):
    """A copy of that one in which nothing has run."""
    left_behind = shutil.ignore_patterns("results", ".snakemake", "*.log")
    return shutil.copytree(whole, tmp_path / "anew", ignore=left_behind)


def logs(folder):
    """What the trainings of the last run have printed."""
    return "".join(path.read_text() for path in (folder / "results/logs/train_fold").glob("*.log"))


def kill_at(process, folder, line, draw):
    """Kill a run after it and its trainings have printed `line` lines more than when its first job began.

    Lines and not seconds, so that a run gets as far on a busy machine as on a fast one; and so that no run is killed
    while it still plans. Half of the kills take the jobs with them, half leave them alive.
    """

    def printed():
        return ((folder / "run.log").read_text() + logs(folder)).count("\n")

    wait_for(lambda: process.poll() is not None or "rule " in (folder / "run.log").read_text())
    goal = printed() + line
    wait_for(lambda: process.poll() is not None or printed() >= goal)
    time.sleep(draw.random())  # into what happens between two lines; nothing depends on how long this is
    if draw.random() < 0.5:
        process.kill()
    else:
        with suppress(ProcessLookupError):  # it has ended, and its jobs too
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def test_a_run_that_is_killed_twenty_times_ends_with_the_same_tables(whole, anew):
    """The moments are drawn anew each time; in about half of them a training has a checkpoint to go on from."""
    seed = random.SystemRandom().randrange(2**32)
    print("moments of the kills drawn from", seed)  # pytest shows it where this fails
    draw, printed = random.Random(seed), ""
    for _ in range(KILLS):
        (anew / "run.log").unlink(missing_ok=True)
        shutil.rmtree(anew / "results/logs", ignore_errors=True)
        kill_at(start(anew), anew, draw.randrange(LINES), draw)
        printed += logs(anew)
    run(anew)
    printed += logs(anew)
    assert "resumed from epoch-" in printed or "had ended before" in printed, "no training was hit"
    assert tables(anew) == tables(whole)
    assert "Nothing to be done" in run(anew)


def meet(folder, pair):
    """Stop that run of a pair which has the folder until the other has ended, as it must."""
    holder = folder / ".snakemake/pasi/run.json"
    runs = {process.pid: process for process in pair}
    first = wait_for(lambda: runs.get(json.loads(holder.read_text())["process"]))
    (second,) = (process for process in pair if process is not first)
    first.send_signal(signal.SIGSTOP)
    second.wait()
    first.send_signal(signal.SIGCONT)


def test_of_two_runs_at_once_one_is_refused_and_every_job_runs_once(whole):
    """The split and what it needs, twenty times; a run that comes when the other has ended finds nothing to do."""
    refused = 0
    for _ in range(PAIRS):
        shutil.rmtree(whole / "results/splits")
        shutil.rmtree(whole / "results/cohort")
        (whole / "run.log").unlink(missing_ok=True)
        pair = [start(whole, "splits") for _ in range(2)]
        if not refused:
            meet(whole, pair)
        ended = sorted(process.wait() for process in pair)
        printed = (whole / "run.log").read_text()
        jobs = re.findall(r"^(\w+) begins", printed, re.MULTILINE)
        assert sorted(jobs) == ["read_labels", "split_subjects", "splits"]
        assert ended[0] == 0
        assert ended[1] == ("another run is at work in this folder (process" in printed)
        refused += ended[1]
    assert refused > 0, "the two never met"


def fill(file):
    """Write into `file` until its disk is full."""
    with file.open("wb") as open_file:
        while True:
            open_file.write(bytes(2**16))


def test_a_disk_that_fills_up_is_told_and_the_run_goes_on_after_room_was_made(whole, anew, mount_disk):
    disk = mount_disk("120m")  # the weights fit, and little else
    (anew / "results").symlink_to(disk)
    filler, process, log = disk / "filler", start(anew), anew / "run.log"
    wait_for(lambda: process.poll() is not None or "(Rule: train_fold)" in log.read_text())  # one has ended
    with pytest.raises(OSError, match="No space left"):
        fill(filler)
    assert process.wait() == 1
    full = r"results/\S+ cannot be written(: the disk is full \(.* MB free\)\. Make room| \(No space left on device\))"
    assert re.search(full, log.read_text())
    ended = {path: path.read_bytes() for path in disk.glob("models/*/*/predictions.parquet")}
    assert ended
    filler.unlink()
    run(anew)
    assert tables(anew) == tables(whole)
    assert {path: path.read_bytes() for path in ended} == ended
