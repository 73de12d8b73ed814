"""Leases: one process has one, its end is judged without any clock but the own one, and a lost one is noticed."""

import os
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from file_systems import FakeTime, elsewhere, failing, here, write_lease
from pasi.jobs.holder import decoded, encoded, this_process
from pasi.jobs.lease import PACE, Lease, Pace
from pasi.jobs.lease_file import create, look, touch


@pytest.fixture
def path(tmp_path):
    return tmp_path / "lock.lease"


def paced(clock):
    return replace(PACE, now=clock.now, sleep=clock.sleep)


def touching(path, time):
    return lambda: os.utime(path, (time, time))


def wait_for(event, message):
    deadline = time.monotonic() + 60
    while not event():
        assert time.monotonic() < deadline, message
        time.sleep(0.01)


def test_a_lease_names_its_process_and_is_gone_after_its_release(path):
    lease = Lease(path)
    assert lease.take()
    holder = look(path).holder
    assert (holder.process, holder.machine.host, holder.alive) == (os.getpid(), os.uname().nodename, True)
    assert not Lease(path).take(), "a second one of the same process"
    lease.release()
    assert list(path.parent.iterdir()) == []
    lease.release()
    assert Lease(path).take()


def test_the_lease_of_a_dead_process_of_this_machine_is_taken_at_once(path):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    write_lease(path, here(process=ended.pid))
    clock = FakeTime()
    lease = Lease(path, pace=paced(clock))
    assert lease.take()
    assert clock.time == PACE.settle
    assert look(path).holder == lease.own
    assert [file.name for file in path.parent.iterdir()] == [path.name], "nothing is left of the change"


def test_a_process_that_was_killed_and_not_waited_for_is_dead(path):
    killed = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        write_lease(path, here(process=killed.pid, born=0))
        assert look(path).holder.alive
        killed.kill()
        wait_for(lambda: look(path).holder.alive is False, "it has ended and still has an entry")
    finally:
        killed.wait()


def test_a_later_process_with_the_same_number_does_not_count(path):
    assert here().alive
    assert here(born=this_process().born + 1).alive is False


@pytest.mark.parametrize("who", [elsewhere(), here(machine=here().machine._replace(namespace="pid:[7]"))])
def test_a_process_out_of_sight_is_neither_alive_nor_dead(who):
    assert who.alive is None


@pytest.mark.parametrize("skew", [-86400.0, 0.0, 86400.0])
def test_a_lease_of_another_machine_that_is_touched_is_held_whatever_the_clocks_say(path, capfd, skew):
    write_lease(path, elsewhere(), time.time() + skew)
    clock = FakeTime().at(5, touching(path, time.time() + skew + 5))
    assert not Lease(path, pace=paced(clock)).take()
    assert clock.time <= 6
    said = capfd.readouterr().err
    assert said.startswith(f"{path} is the lock of process 4711 on node-b, which cannot be seen from here: up to 20 s")
    assert look(path).holder == elsewhere()


@pytest.mark.parametrize("skew", [-86400.0, 0.0, 86400.0])
def test_a_lease_of_another_machine_that_is_not_touched_is_taken_whatever_the_clocks_say(path, skew):
    write_lease(path, elsewhere(), time.time() + skew)
    clock = FakeTime()
    lease = Lease(path, pace=paced(clock))
    assert lease.take()
    assert clock.time == PACE.stale + PACE.settle
    assert look(path).holder == lease.own


@pytest.mark.parametrize("left", [b"", b"{", b'{"process": 1}', b"null", b"[]", b'{"machine": {"host": 1}}', b"\xff"])
def test_a_torn_record_is_watched_like_one_of_another_machine(path, left):
    path.write_bytes(left)
    assert decoded(left) is None
    clock = FakeTime()
    assert Lease(path, pace=paced(clock)).take()
    assert clock.time >= PACE.stale


def test_a_record_that_is_being_written_is_held(path):
    path.write_bytes(b"")
    clock = FakeTime().at(0.1, lambda: write_lease(path, here()))
    assert not Lease(path, pace=paced(clock)).take()
    assert clock.time < 1


def test_a_lease_that_is_released_while_it_is_watched_is_taken(path):
    write_lease(path, elsewhere())
    clock = FakeTime().at(3, path.unlink)
    assert Lease(path, pace=paced(clock)).take()
    assert clock.time < 4


def test_while_a_file_server_hangs_no_holder_counts_as_dead(path):
    write_lease(path, elsewhere(), 1000)
    clock = FakeTime()
    # Each of the first two looks takes ten minutes; the holder touches its lease when the server is back.
    clock.at(0, lambda: setattr(clock, "time", clock.time + 600))
    clock.at(600, lambda: setattr(clock, "time", clock.time + 600))
    clock.at(1204, touching(path, 2000))
    assert not Lease(path, pace=paced(clock)).take()


def test_of_two_that_judged_the_same_lease_one_replaces_it(path):
    """The second one looks again before it replaces anything."""
    write_lease(path, elsewhere())
    seen, first, second = look(path), Lease(path), Lease(path)
    assert first._replace(seen)
    assert not second._replace(seen)
    assert look(path).holder == first.own


def test_one_that_was_slower_finds_the_others_lease(path):
    """The first one replaces the lease and is stopped; another one does the same before it looks at its own again."""
    write_lease(path, elsewhere())
    clock = FakeTime()
    clock.at(PACE.stale + PACE.settle / 2, lambda: write_lease(path, here(token="faster")))
    assert not Lease(path, pace=paced(clock)).take()
    assert look(path).holder.token == "faster"


def test_a_process_that_died_while_it_replaced_a_lease_blocks_nothing(path):
    write_lease(path, elsewhere())
    following = write_lease(path.with_name("lock.lease.next"), elsewhere("node-c"))
    clock = FakeTime()
    assert Lease(path, pace=paced(clock)).take()
    assert not following.exists()


def test_a_lease_is_touched_until_it_is_released(path):
    lease = Lease(path, pace=Pace(beat=0.01))
    assert lease.take()
    os.utime(path, (0, 0))
    wait_for(lambda: path.stat().st_mtime > 0, "touched")
    path.unlink()
    wait_for(path.exists, "made again after it was removed by hand")
    lease.release()
    assert not path.exists()


def test_where_no_time_can_be_set_the_touch_is_in_the_text(path, monkeypatch):
    create(path, elsewhere())
    before = look(path)
    monkeypatch.setattr(os, "utime", failing(1))
    touch(path, elsewhere(), 7)
    after = look(path)
    assert after.record != before.record
    assert after.holder == before.holder


def test_a_holder_that_was_stopped_for_long_notices_its_successor(path):
    lost, noticed = [], threading.Event()

    def notice(holder):
        lost.append(holder)
        noticed.set()

    lease = Lease(path, lost=notice, pace=Pace(beat=0.01))
    assert lease.take()
    successor = path.with_name("new")
    write_lease(successor, elsewhere())
    successor.replace(path)
    assert noticed.wait(60)
    lease.release()
    assert lost == [elsewhere()]
    assert look(path).holder == elsewhere(), "that of another one is not removed"


def test_a_folder_that_takes_no_file_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        Lease(tmp_path / "absent" / "lock.lease").take()
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError):
        Lease(tmp_path / "file" / "lock.lease").take()


def test_a_lease_that_cannot_be_written_leaves_no_empty_one(path, monkeypatch):
    monkeypatch.setattr("pasi.jobs.lease_file.encoded", failing(28))
    with pytest.raises(OSError, match="No space"):
        create(path, elsewhere())
    assert not path.exists()


def test_a_record_holds_all_of_a_process():
    assert decoded(encoded(this_process()._replace(token="a"))) == this_process()._replace(token="a")
    assert Path(f"/proc/{os.getpid()}").exists() == (this_process().born > 0)
