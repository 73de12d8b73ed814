"""A lease: a file that names the process which holds a lock, and that this process touches every few seconds.

It stands in for the kernel's lock on file systems that have none (Lustre without the mount option `flock`, NFS without
lockd, some FUSE), and it is seen from other machines where kernel locks hold on one machine alone.

- It is created with O_EXCL, so that of several processes one gets it, and removed by its holder.
- The lease of a process of this machine ends when that process is dead.
- The lease of another machine ends when it has not changed for `Pace.stale` seconds while it was watched. Times are
  never compared with a clock: those of machines and file servers differ.
- A lease that has ended is replaced by a rename, by one process at a time. filelock's SoftFileLease needs a file system
  that exchanges two names in one step, which NFS, SMB and most FUSE cannot, and waits there for ever.
"""

import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pasi.jobs.holder import Holder, this_process
from pasi.jobs.lease_file import Sight, create, look, touch


@dataclass(frozen=True)
class Pace:
    """The times of a lease in seconds, and the clock and the pause of this process.

    beat: between two touches by its holder. stale: how long a watched lease must stay untouched to count as ended; it
    leaves room for several touches, and for the time for which a file system caches what it knows of a file. look:
    between two looks at it. settle: after it was replaced, until it is looked at once more and counts as held.
    """

    beat: float = 4.0
    stale: float = 20.0
    look: float = 0.25
    settle: float = 0.25
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


PACE = Pace()
UNSAID = 1.0  # seconds; a shorter wait prints nothing, because a lease is empty for an instant while it is written


class Lease:
    """The lease in the file `path`; `lost` is called from another thread when another process has replaced it."""

    def __init__(self, path: Path, *, lost: Callable[[Holder], None] | None = None, pace: Pace = PACE):
        self.path, self.lost, self.pace = path, lost, pace
        self.own = this_process()
        self._heart: threading.Thread | None = None
        self._stopped = threading.Event()
        self._announced: set[Path] = set()

    def take(self, *, alone: bool = False) -> bool:
        """Take the lease; False where another process has it and is alive.

        Takes up to `pace.stale` seconds where that process is out of sight, and says so. alone: whether a kernel lock
        keeps all other processes of this machine away, so that none that is out of sight can still hold the lease.
        Raises OSError where the file cannot be written, FileNotFoundError where its folder is missing.
        """
        self.own = this_process()
        while not create(self.path, self.own):
            seen = look(self.path)
            ended = self._has_ended(self.path, seen, alone) if seen else None
            if ended is False:
                return False
            if seen and ended and self._replace(seen):
                break
            self.pace.sleep(self.pace.look)  # it has changed hands, or is about to
        self._stopped = threading.Event()
        self._heart = threading.Thread(target=self._beat, daemon=True)
        self._heart.start()
        return True

    def release(self) -> None:
        """Give the lease back; nothing happens where this object does not hold it."""
        if self._heart is None:
            return
        self._stopped.set()
        self._heart.join()
        self._heart = None
        with suppress(OSError):
            seen = look(self.path)
            if seen and seen.holder == self.own:
                self.path.unlink()

    def _has_ended(self, path: Path, seen: Sight, alone: bool = False) -> bool | None:
        """Whether a lease has ended; None where it has changed hands meanwhile."""
        holder = seen.holder
        alive = holder.alive if holder else None
        if alive is None and holder and alone and holder.on_this_machine:  # in a container, or before a new host name
            alive = False
        return self._stays_untouched(path, seen) if alive is None else not alive

    def _stays_untouched(self, path: Path, seen: Sight) -> bool | None:
        """Watch a lease until it is touched (False), has changed hands (None), or was not touched for long (True).

        A look that takes long counts as a short one: while a file server hangs, the holder cannot touch its lease.
        """
        watched, last = 0.0, self.pace.now()
        while watched < self.pace.stale:
            self.pace.sleep(self.pace.look)
            again = look(path)
            if again is None or again.holder != seen.holder:
                return None
            if again != seen:
                return False
            now = self.pace.now()
            watched, last = watched + min(now - last, 2 * self.pace.look), now
            if watched > UNSAID:
                self._announce(path, seen.holder)
        return True

    def _announce(self, path: Path, holder: Holder | None) -> None:
        """Say once why this process waits."""
        if path in self._announced:
            return
        self._announced.add(path)
        who = f"{holder}, which cannot be seen from here" if holder else "an unknown process"
        text = f"up to {self.pace.stale:.0f} s are spent on finding out whether it is still alive"
        print(f"{path} is the lock of {who}: {text}", file=sys.stderr, flush=True)

    def _replace(self, seen: Sight) -> bool:
        """Put an own lease into the place of one that has ended; False where another process was faster.

        The own lease is first created as NAME.next, which only one process at a time can do: of two
        processes that found the same lease ended, the second would otherwise replace the new lease of the first.
        """
        following = self.path.with_name(f"{self.path.name}.next")
        if not create(following, self.own):
            other = look(following)  # exists for an instant, unless its process died at this very moment
            if other and self._has_ended(following, other):
                following.unlink(missing_ok=True)
            return False
        if look(self.path) != seen:
            following.unlink(missing_ok=True)
            return False
        with suppress(FileNotFoundError):  # this process was stopped for so long that another one removed it
            following.replace(self.path)
        self.pace.sleep(self.pace.settle)
        now = look(self.path)
        return now is not None and now.holder == self.own

    def _beat(self) -> None:
        """Touch the lease again and again until it is released or lost."""
        beats = 0
        while not self._stopped.wait(self.pace.beat):
            beats += 1
            with suppress(OSError):  # a file system that fails for a moment; a folder that was removed by hand
                seen = look(self.path)
                if seen is None:
                    create(self.path, self.own)
                elif seen.holder in (None, self.own):
                    touch(self.path, self.own, beats)
                else:
                    if self.lost:
                        self.lost(seen.holder)
                    return
