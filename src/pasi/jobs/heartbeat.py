"""The heartbeat of a training: a file that shows other machines, which do not see its lock, that it is running."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

INTERVAL = 20.0  # seconds between two touches of the file
STALE_AFTER = 3 * INTERVAL  # seconds; an older heartbeat counts as dead; the margin covers clock skew


@contextmanager
def heartbeat(place: Path, interval: float = INTERVAL) -> Iterator[None]:
    """Keep the name of this machine in a file, touch it every `interval` seconds, and remove it at the end.

    Where the file cannot be written, other machines see no heartbeat, and the block runs all the same.
    """
    stopped = threading.Event()

    def touch() -> None:
        while not stopped.wait(interval):
            with suppress(OSError):
                os.utime(place)

    with suppress(OSError):
        place.write_text(os.uname().nodename)
    thread = threading.Thread(target=touch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()
        with suppress(OSError):
            place.unlink()


def beats_on_other_host(place: Path, now: float) -> bool:
    """Whether the file holds a heartbeat of another machine that is not stale; `now` is in seconds since 1970."""
    try:
        return place.read_text() != os.uname().nodename and abs(now - place.stat().st_mtime) < STALE_AFTER
    except OSError:
        return False
