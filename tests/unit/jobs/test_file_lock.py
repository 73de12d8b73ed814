"""Locks on file systems with kernel locks, without them, and with locks that hold on one machine alone."""

import errno
import fcntl
import os
import shutil
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from file_systems import NO_LOCKS, WITHOUT_FLOCK, FakeTime, elsewhere, failing, here, write_lease
from pasi.jobs import lease_file
from pasi.jobs.file_lock import FileLock, NoKernelLockError, find_holder, lease_of, lock_file
from pasi.jobs.lease import PACE
from pasi.jobs.lease_file import look

HOLDER = """
import sys, time
from pathlib import Path
from pasi.jobs.file_lock import FileLock
lock = FileLock(Path(sys.argv[1]))
print(lock.try_acquire(), flush=True)
sys.stdin.read()
lock.release()
"""
NOW = 1_700_000_000.0


def start(path, number=None):
    """A process that tries to get the lock, says whether it has it, and releases it at the end of its input."""
    code = HOLDER if number is None else WITHOUT_FLOCK.format(number=number) + HOLDER
    return subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def end(*processes):
    for process in processes:
        process.kill()
        process.communicate()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "lock"


@pytest.fixture
def clock():
    return FakeTime()


def lock_with(path, clock, **options):
    return FileLock(path, pace=replace(PACE, now=clock.now, sleep=clock.sleep), **options)


@pytest.mark.parametrize("number", [None, *NO_LOCKS])
def test_of_processes_that_start_at_once_one_has_the_lock(path, number):
    started = [start(path, number) for _ in range(6)]
    try:
        assert sorted(process.stdout.readline() for process in started) == ["False\n"] * 5 + ["True\n"]
    finally:
        end(*started)


@pytest.mark.parametrize("number", [None, *NO_LOCKS])
def test_a_killed_holder_holds_nothing_and_one_that_ends_leaves_nothing(path, number):
    killed = start(path, number)
    assert killed.stdout.readline() == "True\n"
    end(killed)
    following = start(path, number)
    assert following.stdout.readline() == "True\n"
    following.communicate("", timeout=60)
    assert [file.name for file in path.parent.iterdir()] == ["lock"]


@pytest.mark.parametrize(("first", "second"), [(None, 38), (38, None)])
def test_a_machine_with_kernel_locks_and_one_without_keep_apart(path, first, second):
    """As Lustre is on a cluster where one node mounts it with flock."""
    holder = start(path, first)
    assert holder.stdout.readline() == "True\n"
    other = start(path, second)
    try:
        assert other.stdout.readline() == "False\n"
    finally:
        end(holder, other)


def test_a_marker_that_an_earlier_version_left_hinders_nothing(path, monkeypatch):
    path.write_text("4711\nnode-b\n")
    monkeypatch.setattr(fcntl, "flock", failing(38))
    assert FileLock(path).try_acquire()


def test_a_kernel_lock_that_another_machine_does_not_see_is_backed_by_the_lease(path, clock):
    """BeeGFS, localflock, nolock: flock succeeds on both machines."""
    write_lease(lease_of(path), elsewhere())
    clock.at(4, lambda: os.utime(lease_of(path)))
    lock = lock_with(path, clock)
    assert not lock.try_acquire()
    assert not lock.is_locked
    assert lock.try_acquire(), "it is not touched again"
    assert look(lease_of(path)).holder.process == os.getpid()
    lock.release()


@pytest.mark.parametrize("changes", [{"namespace": "pid:[7]"}, {"host": "a-container"}])
def test_a_kernel_lock_shows_that_no_other_container_of_this_machine_has_the_lease(path, clock, changes):
    write_lease(lease_of(path), here(machine=here().machine._replace(**changes)))
    assert lock_with(path, clock).try_acquire()
    assert clock.time == PACE.settle


def test_a_process_that_once_got_no_kernel_lock_still_has_its_lease(path, clock, monkeypatch):
    """As where NFS's lockd has no memory left for an instant."""
    with monkeypatch.context() as once:
        once.setattr(fcntl, "flock", failing(37))
        first = FileLock(path)
        assert first.try_acquire()
    assert not lock_with(path, clock).try_acquire()
    first.release()
    assert lock_with(path, clock).try_acquire()


def test_a_lock_for_this_machine_alone_has_no_lease(path, monkeypatch):
    with FileLock(path, shared=False) as lock:
        assert lock.is_locked
        assert not FileLock(path, shared=False).try_acquire()
        assert not lease_of(path).exists()
    monkeypatch.setattr(fcntl, "flock", failing(38))
    with FileLock(path, shared=False):
        assert lease_of(path).exists(), "without kernel locks it is all there is"
        assert not FileLock(path, shared=False).try_acquire()


def test_a_full_disk_takes_the_lease_and_not_the_lock(path, monkeypatch):
    monkeypatch.setattr(lease_file, "encoded", failing(errno.ENOSPC))
    assert FileLock(path).try_acquire()
    assert not FileLock(path).try_acquire()
    monkeypatch.setattr(fcntl, "flock", failing(38))
    with pytest.raises(OSError, match="No space"):
        FileLock(path).try_acquire()


def test_a_lock_whose_folder_was_renamed_meanwhile_is_none(tmp_path, monkeypatch):
    (tmp_path / "fold").mkdir()
    flock = fcntl.flock

    def rename_first(file, operation):
        if (tmp_path / "fold").exists():
            (tmp_path / "fold").rename(tmp_path / "discarded")
        flock(file, operation)

    monkeypatch.setattr(fcntl, "flock", rename_first)
    with pytest.raises(FileNotFoundError):
        FileLock(tmp_path / "fold" / "lock").try_acquire()
    monkeypatch.setattr(fcntl, "flock", flock)
    assert lock_file(tmp_path / "discarded" / "lock"), "the one that was locked by mistake is free again"


def test_a_file_system_whose_files_have_no_lasting_number_has_no_kernel_locks(path, monkeypatch):
    monkeypatch.setattr(os.path, "samestat", lambda one, other: False)
    with pytest.raises(NoKernelLockError):
        lock_file(path)


def test_who_waits_is_announced_once_and_gets_the_lock(path):
    holder = start(path)
    assert holder.stdout.readline() == "True\n"
    announced = []

    def announce():
        announced.append(True)
        end(holder)

    lock = FileLock(path)
    lock.acquire(announce)
    assert lock.is_locked
    assert announced == [True]


def test_a_fork_does_not_release_the_lock_of_its_parent(path):
    with FileLock(path) as lock:
        child = os.fork()
        if not child:
            lock.release()
            os._exit(0)
        os.waitpid(child, 0)
        assert lease_of(path).exists()
        assert not FileLock(path).try_acquire()


@pytest.mark.parametrize(
    ("holder", "age", "found"),
    [(elsewhere(), 5, True), (elsewhere(), -50, True), (elsewhere(), 90, False), (here(), 1e6, True),
     (here(process=2**22 + 1), 0, False)],
)  # fmt: skip
def test_a_look_at_a_lease_changes_nothing_and_waits_for_nothing(path, holder, age, found):
    place = write_lease(lease_of(path), holder, NOW - age)
    assert find_holder(path, NOW) == (holder if found else None)
    assert [file.name for file in path.parent.iterdir()] == [place.name]
    assert place.stat().st_mtime == NOW - age


def test_a_holder_is_gone_with_its_folder(tmp_path):
    (tmp_path / "fold").mkdir()
    lock = FileLock(tmp_path / "fold" / "lock", pace=replace(PACE, beat=0.01))
    assert lock.try_acquire()
    shutil.rmtree(tmp_path / "fold")
    time.sleep(0.05)  # a few touches that cannot be made
    assert not (tmp_path / "fold").exists()
    lock.release()
