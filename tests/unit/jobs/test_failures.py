"""Why a training failed is kept, under the settings that it failed under, and only while it fails."""

import os
from contextlib import suppress

import pytest

from pasi.errors import DamagedFileError, TrainingError
from pasi.jobs.failures import read_failure, recording_failure
from pasi.run_folder import FAILURE


def fail(folder, error):
    with pytest.raises(type(error)), recording_failure(folder, "these settings"):
        raise error


def test_reason_settings_and_time_are_kept(tmp_path):
    fail(tmp_path, TrainingError("vgg11, fold 2: train_loss is nan"))
    os.utime(tmp_path / FAILURE, (5, 7))
    assert read_failure(tmp_path) == ("these settings", "vgg11, fold 2: train_loss is nan", True, 7)


@pytest.mark.parametrize(
    ("error", "reason"),
    [(DamagedFileError("a table is damaged"), "a table is damaged"), (ValueError("odd"), "ValueError: odd")],
)
def test_what_is_no_fault_of_the_training_is_kept_as_such(tmp_path, error, reason):
    fail(tmp_path, TrainingError("nan"))
    fail(tmp_path, error)
    assert read_failure(tmp_path)[:3] == ("these settings", reason, False)


def test_an_end_from_outside_is_no_failure(tmp_path):
    fail(tmp_path, TrainingError("nan"))
    fail(tmp_path, KeyboardInterrupt())
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_does_not_hide_the_reason(mount_disk, capsys):
    disk = mount_disk("64k")
    with suppress(OSError):
        (disk / "filler").write_bytes(bytes(2**20))
    fail(disk, TrainingError("nan"))
    assert "failed.json cannot be written: the disk is full" in capsys.readouterr().out


def test_a_training_that_ends_forgets_that_it_failed(tmp_path):
    fail(tmp_path, TrainingError("nan"))
    with recording_failure(tmp_path, "these settings"):
        pass
    assert read_failure(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"training": "these settings"}'])
def test_a_spoilt_record_counts_as_none(tmp_path, text):
    (tmp_path / FAILURE).write_text(text)
    assert read_failure(tmp_path) is None
