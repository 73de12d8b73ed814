"""Writing files atomically: under its name there is the old file or the whole new one, even after a crash."""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pasi.errors import UserError, WriteError

FULL = {errno.ENOSPC, errno.EDQUOT}  # a full disk, a quota that is used up
LOCKED = {errno.EACCES, errno.EPERM, errno.EROFS}  # no right to write, a disk that is read-only
LITTLE = 2**20  # bytes; a disk with less free counts as full where an error does not say


@contextmanager
def atomic_write(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; it is renamed to `path` only when the block ends without an error.

    The bytes are on the disk (fsync) before the file is renamed, so a reader finds the old file or the whole new one.
    The temporary name keeps the suffix, because writers choose the format by it. Raises WriteError where the disk is
    full or must not be written; the old file at `path` is then still there.
    """
    path = Path(path)
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.part{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
        fsync_folder(path.parent)
    except Exception as error:
        message = _disk_message(error, path, temporary)
        if message is None:
            raise
        raise WriteError(message) from error
    finally:
        _drop(temporary)


def fsync_folder(folder: Path) -> None:
    """Force the names in a folder to the disk (fsync), so that a renamed file keeps its new name after a crash."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def hardlink_or_copy(source: Path, target: Path) -> None:
    """Make `target` a hard link to `source`, or a copy of it on a file system without hard links."""
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)


def _disk_message(error: Exception, path: Path, temporary: Path) -> str | None:
    """The message for an error that a full or locked disk has caused; None for any other error."""
    if isinstance(error, UserError):
        return None
    folder = next(folder for folder in path.absolute().parents if folder.exists())
    free, written = shutil.disk_usage(folder).free, temporary.stat().st_size if temporary.exists() else 0
    code = getattr(error, "errno", None)
    silent = isinstance(error, RuntimeError) or type(error).__module__.startswith("safetensors")
    if code in FULL or (silent and free < LITTLE):  # torch and safetensors do not pass on the errno
        return (
            f"{path} cannot be written: the disk is full ({written / 1e6:.1f} MB of it written, {free / 1e6:.1f} MB "
            "free). Make room, or write to a larger disk (results in the config), and give the same command again."
        )
    if code in LOCKED:
        return (
            f"{path} cannot be written: {os.strerror(code)}. Give this user the right to write there, or write "
            "elsewhere (results in the config), and give the same command again."
        )
    return None


def _drop(temporary: Path) -> None:
    """Remove an unfinished file; on a disk that has become read-only it stays."""
    try:
        temporary.unlink(missing_ok=True)
    except OSError as error:
        if error.errno not in LOCKED:
            raise
