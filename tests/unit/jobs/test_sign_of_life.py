"""Leases as signs of life: touched while a lock lasts, by a killed process no longer, and seen from other machines."""

import os
import subprocess
import sys
from dataclasses import replace

import pytest

from file_systems import elsewhere, here, write_lease
from pasi.jobs.checkpoints import lock_fold
from pasi.jobs.file_lock import FRESH, FileLock, find_holder, lease_of
from pasi.jobs.lease import PACE
from pasi.jobs.lease_file import look
from waiting import wait_for

NOW = 1_700_000_000.0


@pytest.mark.parametrize(
    ("holder", "age", "lives"),
    [(elsewhere(), 0, True), (elsewhere(), FRESH - 1, True), (elsewhere(), 1 - FRESH, True),
     (elsewhere(), FRESH + 1, False), (here(process=2**22 + 1), 0, False)],
)  # fmt: skip
def test_a_fresh_sign_of_another_machine_is_life(tmp_path, holder, age, lives):
    write_lease(tmp_path / "lock.lease", holder, NOW - age)
    assert (find_holder(tmp_path / "lock", NOW) is not None) is lives


def test_no_file_is_no_life(tmp_path):
    assert find_holder(tmp_path / "lock", NOW) is None
    (tmp_path / "lock.lease").write_text("torn")
    assert find_holder(tmp_path / "lock", NOW) is None


def test_a_sign_is_given_again_and_again_and_then_removed(tmp_path):
    place = lease_of(tmp_path / "lock")
    lock = FileLock(tmp_path / "lock", pace=replace(PACE, beat=0.01))
    with lock:
        assert look(place).holder.machine.host == os.uname().nodename
        os.utime(place, (0, 0))
        wait_for(lambda: place.stat().st_mtime)
    assert not place.exists()


def test_a_killed_process_gives_no_further_sign(tmp_path):
    code = "import os, sys; from pathlib import Path; from pasi.jobs.file_lock import FileLock\n"
    code += "FileLock(Path(sys.argv[1])).acquire(); os.kill(os.getpid(), 9)"
    lock = tmp_path / "lock"
    assert subprocess.run([sys.executable, "-c", code, lock], check=False).returncode == -9
    place = lease_of(lock)
    last = place.stat().st_mtime
    assert find_holder(lock, last) is None, "on this machine it is known to be dead"
    write_lease(place, elsewhere(), last)
    assert find_holder(lock, last) == elsewhere()
    assert find_holder(lock, last + FRESH + 1) is None


def test_whoever_has_the_checkpoints_of_a_fold_shows_life(tmp_path):
    with lock_fold(tmp_path / "checkpoints"):
        assert look(tmp_path / "checkpoints/lock.lease").holder.process == os.getpid()
    assert not (tmp_path / "checkpoints/lock.lease").exists()
