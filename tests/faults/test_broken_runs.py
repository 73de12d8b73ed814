"""Whole runs that are killed, starved of disk or started twice at once, against one left alone (F1, F4 to F7)."""

import os
import random
import re
import shutil
import signal
import subprocess
import time

import pytest
import yaml

from small_run import CONFIG, command, environment, make_copy, run

pytestmark = pytest.mark.faults

KILLS = 20
PAIRS = 20
EVERY_EPOCH = {**CONFIG, "training": {**CONFIG["training"], "max_epochs": 12, "checkpoint_seconds": 0}}
TABLES = ("oof.parquet", "test.parquet", "evaluation/metrics.csv", "report/table_s1.csv", "report/report.html")


def tables(folder, results="results"):
    """The bytes of the tables and of the report that a user reads."""
    return {name: (folder / results / name).read_bytes() for name in TABLES}


def start(folder, *arguments):
    """A run in a process group of its own, and the file that it prints to."""
    told = (folder / "told.log").open("a")
    run_of_its_own = {"cwd": folder, "env": environment(folder), "stdout": told, "stderr": told}
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


def test_a_run_that_is_killed_twenty_times_ends_with_the_same_tables(whole, anew):
    """Half of the kills take the jobs with them, half leave them alive; the moments are drawn anew each time.

    They are counted from the first job of a run, so that no run is killed while it still plans. A training is imports
    for one half of its time, in which a kill costs it nothing that could be taken up, and epochs for the other.
    """
    seed = random.SystemRandom().randrange(2**32)
    print("moments of the kills drawn from", seed)  # pytest shows it where this fails
    draw = random.Random(seed)
    for _ in range(KILLS):
        (anew / "told.log").unlink(missing_ok=True)
        process = start(anew)
        while process.poll() is None and "rule " not in (anew / "told.log").read_text():
            time.sleep(0.1)
        time.sleep(draw.uniform(0, 12))
        if draw.random() < 0.5:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.wait()
    run(anew)
    logs = "".join(path.read_text() for path in (anew / "results/logs/train_fold").iterdir())
    assert "resumed from epoch-" in logs or "had ended before" in logs, "no training was hit"
    assert tables(anew) == tables(whole)
    assert "Nothing to be done" in run(anew)


def test_of_two_runs_at_once_one_is_refused_and_every_job_runs_once(whole):
    """The split and what it needs, twenty times; a run that comes when the other has ended finds nothing to do."""
    refused = 0
    for _ in range(PAIRS):
        shutil.rmtree(whole / "results/splits")
        shutil.rmtree(whole / "results/cohort")
        (whole / "told.log").unlink(missing_ok=True)
        pair = [start(whole, "splits") for _ in range(2)]
        ended = sorted(process.wait() for process in pair)
        told = (whole / "told.log").read_text()
        jobs = re.findall(r"^Finished jobid: \d+ \(Rule: (\w+)\)", told, re.MULTILINE)
        assert sorted(jobs) == ["read_labels", "split_subjects", "splits"]
        assert ended[0] == 0
        assert ended[1] == ("another run is at work in this folder (process" in told)
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
    filler, process, told = disk / "filler", start(anew), anew / "told.log"
    while process.poll() is None and "(Rule: train_fold)" not in told.read_text():  # until one has ended
        time.sleep(0.1)
    with pytest.raises(OSError, match="No space left"):
        fill(filler)
    assert process.wait() == 1
    full = r"results/\S+ cannot be written(: the disk is full \(.* MB free\)\. Make room| \(No space left on device\))"
    assert re.search(full, told.read_text())
    ended = {path: path.read_bytes() for path in disk.glob("models/*/*/predictions.parquet")}
    assert ended
    filler.unlink()
    run(anew)
    assert tables(anew) == tables(whole)
    assert {path: path.read_bytes() for path in ended} == ended
