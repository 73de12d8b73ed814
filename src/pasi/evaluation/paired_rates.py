"""The change of a rate where one reader takes the place of another, on the same subjects."""

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike

from pasi.evaluation.intervals import Interval
from pasi.evaluation.pairs import paired
from pasi.evaluation.proportion import check_flags

STEPS = 60  # halvings of an interval of length 1: beyond the precision of a float


@dataclass(frozen=True)
class PairedRates:
    """Rates by both readers, predicted minus observed, and how many subjects only one of them counts."""

    observed: float
    predicted: float
    change: Interval
    observed_only: int
    predicted_only: int


def paired_rates(observed: ArrayLike, predicted: ArrayLike, *, level: float = 0.95) -> PairedRates:
    """How far the rate by the prediction is from the observed rate, each subject answered by both.

    The interval holds the changes D for which Tango's score statistic (b - c - n D) / sqrt(n (2 q + D (1 - D))) lies
    within the normal quantiles, b and c the numbers of subjects that only the prediction or only the observation
    counts, and q the most likely probability of c for this D (Tango, Statistics in Medicine 17, 1998, page 891). Where
    both agree on all subjects, the change is within +/- z^2 / (n + z^2): agreement of few subjects proves little. A
    jackknife would give an interval of no width there.

    Args:
        observed: whether each subject reaches the endpoint by the observed score (n,), as numbers or booleans.
        predicted: the same by the predicted score (n,).
        level: confidence level, 0 to 1.

    Returns:
        Shares, with an interval from -1 to 1; NaN for no subjects.

    Raises:
        ValueError: an array is not one-dimensional, an answer is neither 0 nor 1, or the lengths differ.

    Example:
        >>> found = paired_rates([1] * 30 + [0] * 10, [1] * 30 + [0] * 10).change
        >>> round(found.low, 4), found.estimate, round(found.high, 4)  # 3.8415 / 43.8415
        (-0.0876, 0.0, 0.0876)
        >>> found = paired_rates([1, 1, 1, 1, 0, 0, 0, 0, 0, 0], [1, 1, 0, 0, 0, 0, 0, 0, 0, 1])
        >>> found.observed_only, found.predicted_only, round(found.change.low, 3), round(found.change.high, 3)
        (2, 1, -0.454, 0.28)
    """
    y, p = paired(observed, predicted)
    for name, values in (("observed", y), ("predicted", p)):
        check_flags(name, values)
    less, more = int(((y == 1) & (p == 0)).sum()), int(((y == 0) & (p == 1)).sum())
    return PairedRates(
        observed=float(y.mean()) if len(y) else float("nan"),
        predicted=float(p.mean()) if len(y) else float("nan"),
        change=_tango(more, less, len(y), level),
        observed_only=less,
        predicted_only=more,
    )


def _tango(more: int, less: int, size: int, level: float) -> Interval:
    from scipy.special import ndtri

    if not size:
        nan = float("nan")
        return Interval(nan, nan, nan, "none: no subjects", 0)
    z, estimate = float(ndtri((1 + level) / 2)), (more - less) / size
    low = _root(lambda change: _score(change, more, less, size) - z, -1.0, estimate)
    high = _root(lambda change: _score(change, more, less, size) + z, estimate, 1.0)
    return Interval(estimate, low, high, "Tango's score interval", size)


def _score(change: float, more: int, less: int, size: int) -> float:
    """Tango's statistic, which falls as the change grows."""
    b = (2 * size - more + less) * change - more - less
    q = (sqrt(b**2 + 8 * size * less * change * (1 - change)) - b) / (4 * size)
    variance = size * (2 * q + change * (1 - change))
    distance = more - less - size * change
    return distance / sqrt(variance) if variance > 0 else float(np.sign(distance)) * float("inf")


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    """Where a falling function is 0 between two changes; the end where it has no other sign."""
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if function(middle) > 0 else (low, middle)
    return (low + high) / 2
