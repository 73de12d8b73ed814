"""How often values of the table of scores occur, as bars of a picture."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median_low
from typing import NamedTuple

from pasi.review.render import points

MOST_BARS = 16
WIDTH, HEIGHT, BOTTOM = 320, 140, 22  # pixels of a picture; BOTTOM is the room for the axis


class Bar(NamedTuple):
    """A bar: how many visits it stands for, and its place and size in pixels."""

    visits: int
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Histogram:
    """Values in bars of equal width `step`, of which the first begins at `start`. values: sorted, at least one."""

    name: str
    unit: str
    values: Sequence[float]
    start: float
    step: float
    counts: Sequence[int]

    @classmethod
    def of(cls, name: str, unit: str, values: Sequence[float]) -> "Histogram | None":
        """The histogram of values; None where there is none."""
        if not values:
            return None
        step = _step((max(values) - min(values)) / (MOST_BARS - 1))
        places = Counter(math.floor(value / step) for value in values)
        first, last = min(places), max(places)
        counts = [places[place] for place in range(first, last + 1)]
        return cls(name, unit, sorted(values), first * step, step, counts)

    @property
    def summary(self) -> str:
        """The lowest, the middle and the highest value; of an even number, the middle is the lower of the two."""
        low, middle, high = (points(value) for value in (self.values[0], median_low(self.values), self.values[-1]))
        return f"{low} to {high} {self.unit}, median {middle}"

    @property
    def text(self) -> str:
        """All bars in words, for whoever does not see them."""
        bars = zip(self._edges(), self.counts, strict=False)
        return "; ".join(f"{count} from {low:g} to {low + self.step:g}" for low, count in bars if count)

    @property
    def bars(self) -> Iterator[Bar]:
        """The bars from left to right; the highest leaves room for its number."""
        width, room = WIDTH / len(self.counts), HEIGHT - BOTTOM
        for place, count in enumerate(self.counts):
            height = max(0.85 * room * count / max(self.counts), 1.5) if count else 0.0
            pixels = (place * width + 1, room - height, width - 2, height)
            yield Bar(count, *(round(own, 2) for own in pixels))

    @property
    def ticks(self) -> list[tuple[float, str, str]]:
        """Where a number stands on the axis, the number, and how it is anchored."""
        edges, bars = list(self._edges()), len(self.counts)
        middle = [(WIDTH * (bars // 2) / bars, _label(edges[bars // 2]), "middle")] if bars > 3 else []
        return [(0, _label(edges[0]), "start"), *middle, (WIDTH, _label(edges[-1]), "end")]

    def _edges(self) -> Iterator[float]:
        for place in range(len(self.counts) + 1):
            yield round(self.start + place * self.step, 6)


def _label(value: float) -> str:
    return f"{value + 0.0:g}".replace("-", "\N{MINUS SIGN}")


def _step(least: float) -> float:
    """The smallest of 0.1, 0.2, 0.5, 1, 2, 5 and so on that is no smaller.

    >>> [_step(least) for least in (0, 0.15, 3)]
    [0.1, 0.2, 5.0]
    """
    power = 0.1
    while True:
        for factor in (1, 2, 5):
            if factor * power >= least:
                return round(factor * power, 6)
        power *= 10
