"""Writing files atomically: under its name there is the old file or the whole new one, even after a crash.

What some file systems lack and a run can do without is passed over without a message: forcing names to the disk, hard
links, setting times, removing a folder at once. `pasi doctor` tries it in each folder of a run and says what is
missing.
"""

import errno
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pasi.errors import UserError, WriteError

FULL = {errno.ENOSPC, errno.EDQUOT}  # a full disk, a quota that is used up
LOCKED = {errno.EACCES, errno.EPERM, errno.EROFS}  # no right to write, a disk that is read-only
# What fsync of a folder or a file, or opening a folder for it, says where a file system does not have it (SMB, FUSE).
NO_FSYNC = {errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTTY, errno.EBADF, errno.EISDIR, *LOCKED}
OF_THE_PATH = (FileNotFoundError, NotADirectoryError, FileExistsError, IsADirectoryError)  # no fault of a disk
TRIES = 5  # to remove a folder in which another process has a file open for an instant, as when it looks at a lock
PAUSE = 0.2  # seconds between them
LITTLE = 2**20  # bytes; a disk with less free counts as full where an error does not say


@contextmanager
def atomic_write(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; it is renamed to `path` only when the block ends without an error.

    The bytes are on the disk (fsync) before the file is renamed, so a reader finds the old file or the whole new one.
    The temporary name keeps the suffix, because writers choose the format by it. Raises WriteError where the disk is
    full, fails or must not be written; the old file at `path` is then still there.
    """
    path = Path(path)
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.part{path.suffix}")
    inside = False  # whether the error is one of the block, which may concern any other file
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        inside = True
        yield temporary
        inside = False
        _fsync(temporary, os.O_RDWR)  # Windows servers refuse it for a file that is open for reading alone
        temporary.replace(path)
        fsync_folder(path.parent)
    except Exception as error:
        message = _disk_message(error, path, temporary)
        if message is None and isinstance(error, OSError) and not (inside or isinstance(error, OF_THE_PATH)):
            message = _failing_message(error, path)
        if message is None:
            raise
        raise WriteError(message) from error
    finally:
        with suppress(OSError):  # on a disk that has become read-only the unfinished file stays
            temporary.unlink(missing_ok=True)


def fsync_folder(folder: Path) -> None:
    """Force the names in a folder to the disk (fsync), so that a renamed file keeps its new name after a crash.

    Passed over on a file system that cannot do it for folders; there a crash may bring the old file back.
    """
    _fsync(folder, os.O_RDONLY)


def _fsync(path: Path, mode: int) -> None:
    try:
        descriptor = os.open(path, mode)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        if error.errno not in NO_FSYNC:
            raise


def hardlink_or_copy(source: Path, target: Path) -> None:
    """Make `target` a hard link to `source`, or a copy of it on a file system without hard links."""
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)


def link_or_copy_now(source: Path, target: Path) -> None:
    """As `hardlink_or_copy`, with the present time as that of `target`: Snakemake wants outputs newer than inputs.

    A hard link has the time of `source`; where a file system does not let it be set, `target` becomes a copy.
    """
    hardlink_or_copy(source, target)
    try:
        os.utime(target)
    except OSError:
        target.unlink()
        shutil.copyfile(source, target)


def remove_folder(folder: Path) -> None:
    """Remove a folder that nothing needs any more; what cannot be removed is left, and named in one line."""
    reason: str | None = None
    for _ in range(TRIES):
        try:
            shutil.rmtree(folder)
            return
        except FileNotFoundError:
            return
        except OSError as error:
            reason = error.strerror
        time.sleep(PAUSE)
    print(f"{folder} is not removed ({reason}); nothing needs it, and it may be deleted", flush=True)


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


def _failing_message(error: OSError, path: Path) -> str:
    return (
        f"{path} cannot be written: {error.strerror}. The disk or the network file system fails, or lacks what every "
        "result needs (pasi doctor tries it). Write elsewhere (results in the config), and give the same command again."
    )
