"""A sign of life of a training, for whoever looks from another machine, where its lock cannot be seen."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

INTERVAL = 20.0  # seconds between two signs
STALE_AFTER = (
    3 * INTERVAL
)  # seconds after which nobody is taken to be there, more than file systems and clocks differ by


@contextmanager
def heartbeat(place: Path, period: float = INTERVAL) -> Iterator[None]:
    """Keep the name of this machine in a file that is touched every `period` seconds, and remove it at the end.

    A disk that takes no file is no reason to stop: then others see no sign.
    """
    stopped = threading.Event()

    def touch() -> None:
        while not stopped.wait(period):
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
    """Whether another machine gave a sign of life in this file of late; `now` is in seconds since 1970."""
    try:
        return place.read_text() != os.uname().nodename and abs(now - place.stat().st_mtime) < STALE_AFTER
    except OSError:
        return False
