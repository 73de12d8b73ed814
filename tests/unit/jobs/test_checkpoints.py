"""What a stopped training goes on from: whole generations, damage passed over, one holder at a time, ended once."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pasi.errors import WriteError
from pasi.jobs.checkpoints import Checkpoints, Throttle, discard_checkpoints, lock_fold, open_checkpoints
from waiting import wait_for

# Prints a line before each attempt on the lock and one when it has it; holds it until its input ends.
HOLDER = """
import sys
from pathlib import Path
from pasi.jobs import checkpoints
class Lock(checkpoints.FileLock):
    def _acquire(self):
        print("tries", flush=True)
        super()._acquire()
checkpoints.FileLock = Lock
with checkpoints.lock_fold(Path(sys.argv[1])):
    checkpoints.open_checkpoints(Path(sys.argv[1]), "key")
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def start(tmp_path) -> Iterator[Callable[[], tuple[subprocess.Popen, Path]]]:
    """A function that starts a process which locks the fold `root`; gives it and the file that it prints to."""
    processes = []

    def start_one() -> tuple[subprocess.Popen, Path]:
        log = tmp_path / f"{len(processes)}.log"
        program = [sys.executable, "-c", HOLDER, tmp_path / "root"]
        with log.open("w") as file:
            processes.append(subprocess.Popen(program, stdin=subprocess.PIPE, stdout=file))
        return processes[-1], log

    yield start_one
    for process in processes:
        process.kill()
        process.communicate()


def save(checkpoints, *epochs):
    for epoch in epochs:
        checkpoints.save(epoch, lambda path, epoch=epoch: path.write_bytes(bytes([epoch]) * 100))


def test_two_generations_are_kept_and_the_newest_is_taken(tmp_path):
    checkpoints = Checkpoints(tmp_path)
    assert checkpoints.newest() is None
    save(checkpoints, 1, 2, 10)
    assert [path.name[:13] for path in sorted(tmp_path.iterdir())] == ["epoch-000002-", "epoch-000010-"]
    assert checkpoints.newest().read_bytes() == bytes([10]) * 100


@pytest.mark.parametrize("left", [b"", bytes([3]) * 99, bytes([3]) * 50 + b"?" + bytes([3]) * 49])
def test_a_damaged_checkpoint_is_passed_over_and_told(tmp_path, capsys, left):
    checkpoints = Checkpoints(tmp_path)
    save(checkpoints, 2, 3)
    newest = checkpoints.newest()
    newest.write_bytes(left)
    assert checkpoints.newest().read_bytes() == bytes([2]) * 100
    assert f"{newest.name} is damaged" in capsys.readouterr().out
    checkpoints.newest().write_bytes(left)
    assert checkpoints.newest() is None


def test_a_write_that_fails_leaves_the_older_ones(tmp_path):
    def fail(path):
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    checkpoints = Checkpoints(tmp_path)
    save(checkpoints, 1)
    with pytest.raises(WriteError, match=r"next\.ckpt cannot be written: the disk is full"):
        checkpoints.save(2, fail)
    assert [path.name[:13] for path in tmp_path.iterdir()] == ["epoch-000001-"]


def test_an_ended_training_keeps_its_outputs_and_no_checkpoint(tmp_path):
    def write(folder):
        folder.mkdir()
        (folder / "history.csv").write_text("epoch")

    checkpoints = Checkpoints(tmp_path)
    save(checkpoints, 1)
    checkpoints.finish(write)
    assert checkpoints.ended
    assert [path.name for path in tmp_path.iterdir()] == ["ended"]
    checkpoints.publish_outputs([tmp_path / "out" / "history.csv"])
    checkpoints.publish_outputs([tmp_path / "out" / "history.csv"])  # Snakemake emptied it, or not
    assert (tmp_path / "out" / "history.csv").read_text() == "epoch"


def test_outputs_cut_short_are_no_end(tmp_path):
    def fail(folder):
        folder.mkdir()
        raise OSError(28, "No space left on device")

    checkpoints = Checkpoints(tmp_path)
    save(checkpoints, 1)
    with pytest.raises(OSError, match="No space"):
        checkpoints.finish(fail)
    assert not checkpoints.ended
    assert checkpoints.newest()


def test_what_another_training_left_is_dropped(tmp_path):
    save(open_checkpoints(tmp_path, "old"), 1)
    assert open_checkpoints(tmp_path, "new").newest() is None
    assert not (tmp_path / "old").exists()


def test_a_fold_has_one_training_at_a_time_and_the_next_waits(tmp_path, start):
    holder, log = start()
    wait_for(lambda: "held" in log.read_text())
    discard_checkpoints(tmp_path / "root")
    assert (tmp_path / "root" / "key").is_dir()
    waiter, log = start()
    wait_for(lambda: log.read_text().count("tries") > 3, log.read_text)
    assert "this one waits" in log.read_text()
    assert "held" not in log.read_text()
    holder.kill()
    wait_for(lambda: "held" in log.read_text(), log.read_text)
    waiter.kill()
    waiter.wait()
    discard_checkpoints(tmp_path / "root")
    assert not (tmp_path / "root").exists()


def test_who_waits_for_a_fold_that_is_gathered_meanwhile_gets_it(tmp_path, start):
    root = tmp_path / "root"
    with lock_fold(root):
        _, log = start()
        wait_for(lambda: "this one waits" in log.read_text())
        shutil.rmtree(root)
        wait_for(lambda: "held" in log.read_text(), log.read_text)
    assert (root / "key").is_dir()


def test_a_folder_that_cannot_be_written_is_told_before_anything_is_trained(tmp_path):
    (tmp_path / "root").write_text("a file")
    with pytest.raises(WriteError, match="root cannot be written"), lock_fold(tmp_path / "root"):
        pass


def test_saving_takes_three_percent_of_the_time_at_most():
    now = iter([0.0, 30.0, 60.0, 60.0, 63.0, 123.0, 163.0]).__next__
    throttle = Throttle(60, now)
    assert not throttle.due  # at 30
    assert throttle.due  # at 60
    with throttle.measured():  # 60 to 63: 3 s, so 100 s in between
        pass
    assert not throttle.due  # at 123
    assert throttle.due  # at 163
