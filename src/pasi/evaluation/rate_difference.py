"""The difference between two arms in the rate of an endpoint, one answer a subject."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pasi.evaluation.intervals import Interval
from pasi.evaluation.pairs import finite_values
from pasi.evaluation.proportion import check_flags


@dataclass(frozen=True)
class RateDifference:
    """Rates of two arms with Wilson's intervals, and treated minus control with Newcombe's."""

    treated: Interval
    control: Interval
    difference: Interval


def rate_difference(treated: ArrayLike, control: ArrayLike, *, level: float = 0.95) -> RateDifference:
    """The rates of two arms of different subjects, and their difference.

    With p the rates and l, u the bounds of Wilson's score intervals, the difference d = p1 - p0 lies within
    d - sqrt((p1 - l1)^2 + (u0 - p0)^2) and d + sqrt((u1 - p1)^2 + (p0 - l0)^2) (Newcombe, Statistics in Medicine 17,
    1998, page 873, method 10). It needs no variance that vanishes where all subjects of an arm answer alike.

    Args:
        treated: whether each subject of an arm reaches the endpoint (n,), as numbers or booleans.
        control: the same for the subjects of the other arm (m,).
        level: confidence level, 0 to 1.

    Returns:
        Rates from 0 to 1 and a difference from -1 to 1; all NaN that concerns an arm without subjects.

    Raises:
        ValueError: an array is not one-dimensional, or an answer is neither 0 nor 1.

    Example:
        Newcombe's first example, 56 of 70 against 48 of 80.

        >>> found = rate_difference([1] * 56 + [0] * 14, [1] * 48 + [0] * 32).difference
        >>> round(found.estimate, 4), round(found.low, 4), round(found.high, 4)
        (0.2, 0.0524, 0.3339)
    """
    one, other = (_rate(name, values, level) for name, values in (("treated", treated), ("control", control)))
    method = "Newcombe's hybrid of score intervals"
    return RateDifference(one, other, difference_of(one, other, method))


def difference_of(one: Interval, other: Interval, method: str) -> Interval:
    """`one` minus `other`, independent of each other, with bounds that join their distances from the estimates (MOVER).

    >>> found = difference_of(Interval(0.5, 0.1, 0.8, "", 9), Interval(0.25, -0.15, 0.55, "", 7), "MOVER")
    >>> found.estimate, found.low, found.high, found.subjects
    (0.25, -0.25, 0.75, 16)
    """
    low = float(np.hypot(one.estimate - one.low, other.high - other.estimate))
    high = float(np.hypot(one.high - one.estimate, other.estimate - other.low))
    estimate = one.estimate - other.estimate
    return Interval(estimate, estimate - low, estimate + high, method, one.subjects + other.subjects)


def wilson_interval(hits: float, size: int, *, level: float = 0.95) -> Interval:
    """The rate of `hits` among `size` subjects with Wilson's score interval.

    >>> found = wilson_interval(0, 10)  # z^2 / (n + z^2)
    >>> found.estimate, found.low, round(found.high, 4)
    (0.0, 0.0, 0.2775)
    """
    from scipy.special import ndtri

    if not size:
        nan = float("nan")
        return Interval(nan, nan, nan, "none: no subjects", 0)
    rate, z = hits / size, float(ndtri((1 + level) / 2))
    center, reach = rate + z**2 / (2 * size), z * np.sqrt(rate * (1 - rate) / size + z**2 / (4 * size**2))
    low, high = ((center + sign * reach) / (1 + z**2 / size) for sign in (-1, 1))
    ends = float(low) if hits else 0.0, float(high) if hits < size else 1.0  # without the rounding of the sums
    return Interval(rate, *ends, "Wilson's score interval", size)


def _rate(name: str, values: ArrayLike, level: float) -> Interval:
    flags = finite_values(name, values)
    check_flags(name, flags)
    return wilson_interval(float(flags.sum()), len(flags), level=level)
