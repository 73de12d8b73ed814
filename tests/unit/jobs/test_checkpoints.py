"""What a stopped training goes on from: whole generations, damage passed over, one holder at a time, ended once."""

import fcntl
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from file_systems import NO_LOCKS, elsewhere, failing, silly_unlink
from pasi.errors import WriteError
from pasi.jobs import checkpoints as module
from pasi.jobs.checkpoints import Checkpoints, discard_checkpoints, lock_fold, open_checkpoints
from waiting import wait_for

# Prints a line before each attempt on the lock and one when it has it; holds it until its input ends.
HOLDER = """
import sys
from pathlib import Path
from pasi.jobs import checkpoints
class Lock(checkpoints.FileLock):
    def try_acquire(self):
        print("tries", flush=True)
        return super().try_acquire()
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


@pytest.fixture
def gathered(tmp_path):
    """The folder of checkpoints of a fold that has ended."""
    root = tmp_path / "fold0" / "checkpoints"
    with lock_fold(root):
        (open_checkpoints(root, "key").folder / "ended").mkdir()
        save(Checkpoints(root / "key"), 1)
    return root


def test_a_file_system_that_keeps_open_files_under_hidden_names_lets_the_folder_go(gathered, monkeypatch, capsys):
    """NFS and FUSE do; before, the lock's own file was open while its folder was removed."""
    monkeypatch.setattr(os, "unlink", silly_unlink())
    discard_checkpoints(gathered)
    assert list(gathered.parent.iterdir()) == []
    discard_checkpoints(gathered)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("number", NO_LOCKS)
def test_without_kernel_locks_a_fold_is_locked_and_removed_too(gathered, monkeypatch, number, capsys):
    monkeypatch.setattr(fcntl, "flock", failing(number))
    with lock_fold(gathered):
        discard_checkpoints(gathered)
        assert "is locked by a training and is not removed" in capsys.readouterr().out
    discard_checkpoints(gathered)
    assert list(gathered.parent.iterdir()) == []


def test_a_folder_that_cannot_be_renamed_is_emptied_and_named(gathered, monkeypatch, capsys):
    """As a Windows share does while a file in it is open."""
    monkeypatch.setattr(Path, "rename", failing(16))
    discard_checkpoints(gathered)
    assert [path.name for path in gathered.iterdir()] == ["lock"]
    said = capsys.readouterr().out
    assert said == f"{gathered} is not removed (Device or resource busy); it may be deleted when the run has ended\n"
    monkeypatch.undo()
    with lock_fold(gathered):
        assert not open_checkpoints(gathered, "key").ended
    discard_checkpoints(gathered)
    assert not gathered.exists()


def test_what_cannot_be_removed_is_left_and_named_and_removed_by_the_next(gathered, monkeypatch, capsys):
    monkeypatch.setattr(shutil, "rmtree", failing(39))
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    discard_checkpoints(gathered)
    assert not gathered.exists()
    said = capsys.readouterr().out.splitlines()
    assert all("is not removed (Directory not empty); nothing needs it, and it may be deleted" in line for line in said)
    (left,) = gathered.parent.iterdir()
    assert left.name.startswith(".checkpoints.discarded-")
    monkeypatch.undo()
    discard_checkpoints(gathered)
    assert list(gathered.parent.iterdir()) == []


def test_a_folder_that_cannot_be_locked_ends_nothing(gathered, monkeypatch, capsys):
    monkeypatch.setattr(os, "open", failing(13))
    discard_checkpoints(gathered)
    assert "is not removed (Permission denied)" in capsys.readouterr().out


def test_who_waits_while_a_fold_is_discarded_gets_a_new_folder(gathered, monkeypatch):
    arguments, waiters, remove = [sys.executable, "-c", HOLDER, gathered], [], module.remove_folder

    def remove_while_one_waits(folder):
        if not waiters:
            waiters.append(subprocess.Popen(arguments, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True))
            assert any("this one waits" in line for line in waiters[0].stdout)
        remove(folder)

    monkeypatch.setattr(module, "remove_folder", remove_while_one_waits)
    discard_checkpoints(gathered)
    try:
        assert any(line == "held\n" for line in waiters[0].stdout)
        assert (gathered / "key").is_dir()
        assert not (gathered / "key" / "ended").exists()
        assert [path.name for path in gathered.parent.iterdir()] == ["checkpoints"]
    finally:
        waiters[0].kill()
        waiters[0].communicate()


def test_a_training_whose_fold_was_taken_over_ends(tmp_path):
    code = "from pathlib import Path; import sys; from pasi.jobs.checkpoints import _end; "
    code += f"from pasi.jobs.holder import *; _end(Path('fold0'), {elsewhere()!r})"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ended.returncode == 75
    assert "process 4711 on node-b has taken over the fold: it ends" in ended.stdout


def test_outputs_have_the_present_time_where_none_can_be_set(tmp_path, monkeypatch):
    ended = tmp_path / "ended" / "history.csv"
    ended.parent.mkdir()
    ended.write_text("epoch")
    os.utime(ended, (1000, 1000))
    monkeypatch.setattr(os, "utime", failing(1))
    Checkpoints(tmp_path).publish_outputs([tmp_path / "out" / "history.csv"])
    published = tmp_path / "out" / "history.csv"
    assert published.read_text() == "epoch"
    assert published.stat().st_mtime > 1000
    assert ended.stat().st_mtime == 1000


def test_a_folder_that_cannot_be_written_is_told_before_anything_is_trained(tmp_path):
    (tmp_path / "root").write_text("a file")
    with pytest.raises(WriteError, match="root cannot be written"), lock_fold(tmp_path / "root"):
        pass
