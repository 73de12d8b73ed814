"""Closed ranges of numbers, by which the audit computes: a printed value stands for all numbers that round to it."""

import math
from collections.abc import Iterable
from typing import NamedTuple


class Bounds(NamedTuple):
    """All numbers from `low` to `high`; empty where `low` is above `high`."""

    low: float
    high: float

    @property
    def empty(self) -> bool:
        """Whether no number is in the range.

        >>> Bounds(2, 1).empty, Bounds(1, 1).empty
        (True, False)
        """
        return self.low > self.high

    @property
    def middle(self) -> float:
        """The number halfway between the ends.

        >>> Bounds(1, 2).middle
        1.5
        """
        return (self.low + self.high) / 2

    def meet(self, other: "Bounds") -> "Bounds":
        """The numbers that are in both ranges.

        >>> Bounds(1, 3).meet(Bounds(2, 5))
        Bounds(low=2, high=3)
        """
        return Bounds(max(self.low, other.low), min(self.high, other.high))

    def clamp(self, value: float) -> float:
        """The number of the range that is nearest to `value`.

        >>> Bounds(1, 3).clamp(5)
        3
        """
        return min(max(value, self.low), self.high)

    def root(self) -> "Bounds":
        """The range of the square roots; what is below 0 counts as 0.

        >>> Bounds(-1, 9).root()
        Bounds(low=0.0, high=3.0)
        """
        return Bounds(math.sqrt(max(self.low, 0)), math.sqrt(max(self.high, 0)))


ANY = Bounds(-math.inf, math.inf)
NONE = Bounds(math.inf, -math.inf)


def span(ranges: Iterable[Bounds]) -> Bounds:
    """The smallest range that holds all `ranges`; an empty one where there are none.

    >>> span([Bounds(1, 2), Bounds(4, 5)])
    Bounds(low=1, high=5)
    """
    found = [one for one in ranges if not one.empty]
    return Bounds(min(one.low for one in found), max(one.high for one in found)) if found else NONE
