"""File systems that cannot do all: what a run can do without is passed over, what it needs fails with advice."""

import errno
import mmap
import os
import shutil
import stat
import time
from pathlib import Path

import numpy as np
import pytest

from file_systems import failing
from pasi.errors import WriteError
from pasi.storage.arrays import open_array
from pasi.storage.atomic import atomic_write, hardlink_or_copy, link_or_copy_now, remove_folder
from pasi.storage.json_files import write_json


def folders_alone(fsync, number):
    """`fsync` that fails for folders."""

    def flush(descriptor):
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(number, os.strerror(number))
        fsync(descriptor)

    return flush


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EBADF, errno.EACCES])
@pytest.mark.parametrize("files_too", [False, True])
def test_a_file_is_written_where_fsync_is_missing(tmp_path, monkeypatch, number, files_too):
    monkeypatch.setattr(os, "fsync", failing(number) if files_too else folders_alone(os.fsync, number))
    write_json([1], tmp_path / "t.json")
    write_json([2], tmp_path / "t.json")
    assert [path.name for path in tmp_path.iterdir()] == ["t.json"]
    assert (tmp_path / "t.json").read_text() == "[\n  2\n]\n"


@pytest.mark.parametrize("call", ["fsync", "replace"])
@pytest.mark.parametrize("number", [errno.EIO, errno.ESTALE, errno.ETIMEDOUT])
def test_a_disk_that_fails_is_told_with_what_to_do(tmp_path, monkeypatch, call, number):
    write_json([1], tmp_path / "t.json")
    monkeypatch.setattr(*((os, "fsync") if call == "fsync" else (Path, "replace")), failing(number))
    advice = r"t\.json cannot be written: .+\. The disk or the network file system fails, or lacks .* Write elsewhere"
    with pytest.raises(WriteError, match=advice):
        write_json([2], tmp_path / "t.json")
    monkeypatch.undo()
    assert (tmp_path / "t.json").read_text() == "[\n  1\n]\n"


def test_a_fault_of_another_file_is_not_put_on_the_one_that_is_written(tmp_path):
    with pytest.raises(OSError, match="Input/output error"), atomic_write(tmp_path / "t.json"):
        failing(errno.EIO)()
    with pytest.raises(FileNotFoundError), atomic_write(tmp_path / "t.json"):
        ...  # a writer that wrote nothing is a bug of ours


def test_an_unfinished_file_that_cannot_be_removed_hides_no_error(tmp_path, monkeypatch):
    monkeypatch.setattr(Path, "unlink", failing(errno.EBUSY))
    with pytest.raises(KeyError), atomic_write(tmp_path / "t.json"):
        raise KeyError("a bug of ours")


@pytest.mark.parametrize("number", [errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK, errno.EXDEV])
def test_where_there_are_no_hard_links_files_are_copied(tmp_path, monkeypatch, number):
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_text("whole")
    os.utime(source, (1000, 1000))
    monkeypatch.setattr(Path, "hardlink_to", failing(number))
    hardlink_or_copy(source, target)
    assert target.read_text() == "whole"
    link_or_copy_now(source, tmp_path / "now")
    assert (tmp_path / "now").stat().st_mtime > 1000


def test_a_hard_link_gets_the_present_time_or_becomes_a_copy(tmp_path, monkeypatch):
    source = tmp_path / "source"
    source.write_text("whole")
    os.utime(source, (1000, 1000))
    monkeypatch.setattr(os, "utime", failing(errno.EPERM))
    link_or_copy_now(source, tmp_path / "copy")
    assert (tmp_path / "copy").read_text() == "whole"
    assert (tmp_path / "copy").stat().st_mtime > 1000
    assert source.stat().st_mtime == 1000
    monkeypatch.undo()
    link_or_copy_now(source, tmp_path / "link")
    assert (tmp_path / "link").samefile(source)
    assert source.stat().st_mtime > 1000


def test_a_folder_that_is_busy_for_an_instant_is_removed(tmp_path, monkeypatch, capsys):
    (tmp_path / "folder").mkdir()
    rmtree, refusals = shutil.rmtree, iter([True, True, False, False])
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    monkeypatch.setattr(shutil, "rmtree", lambda path: failing(39)() if next(refusals) else rmtree(path))
    remove_folder(tmp_path / "folder")
    assert list(tmp_path.iterdir()) == []
    assert capsys.readouterr().out == ""
    remove_folder(tmp_path / "absent")


@pytest.mark.parametrize("number", [errno.ENODEV, errno.EINVAL])
def test_an_array_is_read_where_there_are_no_memory_maps(tmp_path, monkeypatch, number):
    array = np.arange(12, dtype=np.uint8).reshape(3, 4)
    np.save(tmp_path / "a.npy", array)
    assert isinstance(open_array(tmp_path / "a.npy"), np.memmap)
    monkeypatch.setattr(mmap, "mmap", failing(number))
    assert np.array_equal(open_array(tmp_path / "a.npy"), array)
    with pytest.raises(FileNotFoundError):
        open_array(tmp_path / "absent.npy")
