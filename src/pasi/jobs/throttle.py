"""How often checkpoints are saved. It shapes no number, so it stands apart from what a training's digest counts."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SHARE = 0.03  # the largest part of the time of a training that saving checkpoints may take


class Throttle:
    """When the next checkpoint is due: after `seconds`, or later if saving would take more than SHARE of the time."""

    def __init__(self, seconds: float, now: Callable[[], float] = time.monotonic):
        self.seconds, self.now = seconds, now
        self.last, self.cost = now(), 0.0

    @property
    def due(self) -> bool:
        """Whether the next checkpoint should be saved now; always, where `seconds` is 0."""
        return self.now() - self.last >= max(self.seconds, self.cost / SHARE if self.seconds else 0)

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Measure how long saving takes, and count from its end until the next checkpoint."""
        started = self.now()
        yield
        self.last = self.now()
        self.cost = self.last - started
