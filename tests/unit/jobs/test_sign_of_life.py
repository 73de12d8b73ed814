"""Signs of life: given while a block lasts, by a process that is killed no longer, seen from other machines only."""

import os
import subprocess
import sys

import pytest

from pasi.jobs.checkpoints import lock_fold
from pasi.jobs.heartbeat import STALE_AFTER, beats_on_other_host, heartbeat
from waiting import wait_for

NOW = 1_700_000_000.0


def sign(place, host, age):
    place.write_text(host)
    os.utime(place, (NOW - age, NOW - age))
    return place


@pytest.mark.parametrize(
    ("host", "age", "lives"),
    [("other", 0, True), ("other", STALE_AFTER - 1, True), ("other", 1 - STALE_AFTER, True),
     ("other", STALE_AFTER + 1, False), (os.uname().nodename, 0, False)],
)  # fmt: skip
def test_a_fresh_sign_of_another_machine_is_life(tmp_path, host, age, lives):
    assert beats_on_other_host(sign(tmp_path / "host", host, age), NOW) is lives


def test_no_file_is_no_life(tmp_path):
    assert not beats_on_other_host(tmp_path / "host", NOW)


def test_a_sign_is_given_again_and_again_and_then_removed(tmp_path):
    place = tmp_path / "host"
    with heartbeat(place, 0.01):
        assert place.read_text() == os.uname().nodename
        os.utime(place, (0, 0))
        wait_for(lambda: place.stat().st_mtime)
    assert not place.exists()


def test_a_folder_that_takes_no_file_stops_nobody(tmp_path, monkeypatch):
    place, tries, touch = tmp_path / "absent" / "host", [], os.utime

    def count(path):
        tries.append(path)
        touch(path)

    monkeypatch.setattr(os, "utime", count)
    with heartbeat(place, 0.01):
        wait_for(lambda: len(tries) >= 3)  # the first that fails does not end the thread
    assert set(tries) == {place}
    assert list(tmp_path.iterdir()) == []


def test_a_killed_process_gives_no_further_sign(tmp_path):
    code = "import os, sys; from pathlib import Path; from pasi.jobs.heartbeat import heartbeat\n"
    code += "with heartbeat(Path(sys.argv[1]), 0.01): os.kill(os.getpid(), 9)"
    place = tmp_path / "host"
    process = subprocess.Popen([sys.executable, "-c", code, place], start_new_session=True)
    assert process.wait() == -9
    with pytest.raises(ProcessLookupError):  # nothing of it is left that could give one
        os.killpg(process.pid, 0)
    last = place.stat().st_mtime
    place.write_text("other")
    os.utime(place, (last, last))
    assert beats_on_other_host(place, last)
    assert not beats_on_other_host(place, last + STALE_AFTER)


def test_whoever_has_the_checkpoints_of_a_fold_heartbeat(tmp_path):
    with lock_fold(tmp_path / "checkpoints"):
        assert (tmp_path / "checkpoints/host").read_text() == os.uname().nodename
    assert not (tmp_path / "checkpoints/host").exists()
