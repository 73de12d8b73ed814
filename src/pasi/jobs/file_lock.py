"""A lock that one process at a time has: the kernel's where the file system has it, and a lease beside it or instead.

The library filelock is not used. Where there are no kernel locks it falls back to a marker file that stays for ever
when its process is killed on another machine; and it does not notice that the folder of a lock was renamed.
"""

import errno
import fcntl
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from pasi.jobs.holder import Holder
from pasi.jobs.lease import PACE, Lease, Pace
from pasi.jobs.lease_file import look

POLL = 0.1  # seconds between two attempts to get a lock
MOVED = 20  # attempts to lock a file that is no longer the one at its path; after them the lease is used instead
FRESH = 60.0  # seconds; a single look, without watching, takes a lease that was touched within them as held


class NoKernelLockError(OSError):
    """The file system has no kernel locks."""


class FileLock:
    """A lock on the file `path`, whose folder must exist.

    The kernel releases its lock when the process ends, even by a kill. The lease, `path` with the suffix .lease, ends
    then too (`pasi.jobs.lease`), for other machines within `pace.stale` seconds.

    shared: whether other machines may use the folder. If so, a lease is kept beside the kernel's lock too: many file
    systems have kernel locks that hold on one machine alone (BeeGFS, Lustre with localflock, NFS with nolock, FUSE).
    lost: called from another thread when another process has replaced the lease, because this one was stopped so long.
    """

    def __init__(
        self, path: Path, *, shared: bool = True, lost: Callable[[Holder], None] | None = None, pace: Pace = PACE
    ):
        self.path, self.shared = path, shared
        self._lease = Lease(lease_of(path), lost=lost, pace=pace)
        self._descriptor: int | None = None
        self._process = 0
        self.is_locked = False

    def try_acquire(self) -> bool:
        """Acquire the lock; False where another process has it and is alive.

        Takes up to `pace.stale` seconds where that cannot be seen at once. Raises OSError where the folder cannot be
        written, FileNotFoundError where it is missing.
        """
        try:
            descriptor = lock_file(self.path)
            if descriptor is None:
                return False
        except NoKernelLockError:
            descriptor = None
        try:
            self.is_locked = self._take_lease(alone=descriptor is not None)
        finally:
            if self.is_locked:
                self._descriptor, self._process = descriptor, os.getpid()
            elif descriptor is not None:
                os.close(descriptor)
        return self.is_locked

    def _take_lease(self, alone: bool) -> bool:
        if not alone:
            return self._lease.take()
        try:
            return not self.shared or self._lease.take(alone=True)
        except FileNotFoundError:
            raise
        except OSError:  # a disk is full, say: the kernel's lock alone is worth as much on this machine
            return True

    def acquire(self, announce: Callable[[], object] | None = None) -> None:
        """Acquire the lock, and wait for it where another process has it; `announce` is called once before waiting."""
        while not self.try_acquire():
            if announce:
                announce()
                announce = None
            time.sleep(POLL)

    def release(self) -> None:
        """Release the lock; nothing happens where this process does not hold it by this object."""
        if not self.is_locked or self._process != os.getpid():  # a fork has a copy of this object
            return
        self.is_locked = False
        self._lease.release()
        if self._descriptor is not None:
            with suppress(OSError):
                fcntl.flock(self._descriptor, fcntl.LOCK_UN)  # a fork may still have the file open
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> "FileLock":
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def lease_of(path: Path) -> Path:
    """The file of the lease that lies beside the lock `path`."""
    return path.with_name(f"{path.name}.lease")


def find_holder(path: Path, now: float) -> Holder | None:
    """The process that has the lease of the lock `path`, as far as one look can tell; `now` in seconds since 1970.

    A process of another machine counts by the time of its last touch. Nothing is changed, locked or waited for.
    """
    seen = None
    with suppress(OSError):
        seen = look(lease_of(path))
    if seen is None or seen.holder is None:
        return None
    alive = seen.holder.alive
    return seen.holder if (abs(now - seen.touched / 1e9) < FRESH if alive is None else alive) else None


def lock_file(path: Path) -> int | None:
    """Lock a file by the kernel, and return its descriptor; None where another process has locked it.

    Raises NoKernelLockError where the file system has no such locks.
    """
    for _ in range(MOVED):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        except OSError as error:
            os.close(descriptor)
            raise NoKernelLockError(error.errno, error.strerror) from error
        if _is_at(descriptor, path):
            return descriptor
        os.close(descriptor)  # its folder was renamed and removed since it was opened
    raise NoKernelLockError(errno.ESTALE, "the number of an open file is not that of its path")


def _is_at(descriptor: int, path: Path) -> bool:
    """Whether an open file is the one that now has this path."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except OSError:
        return False
