"""Files that appear on disk whole or not at all."""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pasi.errors import UserError, WriteError

FULL = {errno.ENOSPC, errno.EDQUOT}
LOCKED = {errno.EACCES, errno.EPERM, errno.EROFS}
LITTLE = 2**20  # bytes; a disk with less is full


@contextmanager
def atomic_write(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; it takes the place of `path` only when the block ends without an error.

    The bytes are on the disk (fsync) before the name is, so a reader sees the old file or the whole new one. The
    temporary name keeps the suffix, because writers choose the format by it. Raises WriteError where the disk is full
    or may not be written; what stood at `path` is then still there.
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
        told = _disk_fault(error, path, temporary)
        if told is None:
            raise
        raise WriteError(told) from error
    finally:
        _drop(temporary)


def _disk_fault(error: Exception, path: Path, temporary: Path) -> str | None:
    """What of an error is the disk's fault, told for a user; None where nothing is."""
    if isinstance(error, UserError):
        return None
    folder = next(folder for folder in path.absolute().parents if folder.exists())
    free, written = shutil.disk_usage(folder).free, temporary.stat().st_size if temporary.exists() else 0
    code = getattr(error, "errno", None)
    silent = isinstance(error, RuntimeError) or type(error).__module__.startswith("safetensors")
    if code in FULL or (silent and free < LITTLE):  # torch and safetensors do not hand on what the disk said
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
    """Remove what is left of an unfinished file, where the disk lets us."""
    try:
        temporary.unlink(missing_ok=True)
    except OSError as error:
        if error.errno not in LOCKED:
            raise


def fsync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk: a file that was renamed is then found under its name after a crash."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def hardlink_or_copy(source: Path, target: Path) -> None:
    """Make `target` a second name of the bytes of `source`; a copy, on a file system without hard links."""
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)
