"""Waiting for an event in another process or thread, however busy the machine is."""

import time
from collections.abc import Callable
from typing import TypeVar

LIMIT = 1800  # seconds; only what hangs takes that long
POLL = 0.1  # seconds between two looks

Found = TypeVar("Found")


def wait_for(look: Callable[[], Found], describe: Callable[[], object] = lambda: "") -> Found:
    """The first true value of `look()`; raises AssertionError with `describe()` where none comes within `LIMIT`."""
    deadline = time.monotonic() + LIMIT
    while not (found := look()):
        if time.monotonic() > deadline:
            raise AssertionError(f"nothing happened in {LIMIT} s: {describe()}")
        time.sleep(POLL)
    return found
