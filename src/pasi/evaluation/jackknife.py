"""Intervals of any statistic that follows from sums over subjects: a jackknife that leaves out a subject at a time."""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from pasi.evaluation.intervals import Interval
from pasi.evaluation.nested import FEWEST_SUBJECTS, jackknife_error, student_quantile

Function = Callable[[np.ndarray], np.ndarray]


class Scale(NamedTuple):
    """A scale on which an interval is symmetric: its name, the way there, and the way back."""

    name: str
    there: Function
    back: Function


PLAIN = Scale("", np.positive, np.positive)
LOG = Scale(" on the logarithm", np.log, np.exp)  # of what is above 0, such as a variance
FISHER = Scale(" on Fisher's z", np.arctanh, np.tanh)  # of what lies between -1 and 1, such as an ICC or a kappa


def jackknife_interval(sums: np.ndarray, statistic: Function, scale: Scale = PLAIN, *, level: float = 0.95) -> Interval:
    """A statistic of all subjects, with an interval from a jackknife of subjects and Student's t.

    With e the statistic on the scale, and e_(i) the same without subject i of G, the interval on the scale is
    e +/- t(G - 1) sqrt((G - 1) / G sum (e_(i) - mean e_(i))^2) (Efron and Tibshirani, An Introduction to the Bootstrap,
    chapter 11). Since the statistic follows from sums, no row is read again for any subject that is left out.

    Args:
        sums: for each subject the sums over its visits that the statistic needs (G, ...).
        statistic: gives the statistic (...) of sums (..., *sums.shape[1:]), NaN where it is undefined.
        scale: PLAIN, LOG or FISHER.
        level: confidence level, 0 to 1.

    Returns:
        The statistic with its bounds. They are NaN below 3 subjects, and where the statistic is undefined or at an end
        of the scale, of all subjects or without one of them.

    Example:
        The mean of 1, 2 and 3, one visit a subject: 2 +/- 4.303 / sqrt(3).

        >>> found = jackknife_interval(np.array([[1, 1.0], [1, 2], [1, 3]]), lambda sums: sums[..., 1] / sums[..., 0])
        >>> found.estimate, round(found.low, 3), round(found.high, 3), found.method
        (2.0, -0.484, 4.484, 'subject jackknife-t')
    """
    total = sums.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        estimate = float(statistic(total))
        if len(sums) < FEWEST_SUBJECTS:
            return _none(estimate, f"fewer than {FEWEST_SUBJECTS} subjects", len(sums))
        return left_out_interval(estimate, np.asarray(statistic(total - sums)), scale, level=level)


def left_out_interval(estimate: float, without: np.ndarray, scale: Scale = PLAIN, *, level: float = 0.95) -> Interval:
    """The same of a statistic that does not follow from sums: from its values without each subject (G,).

    >>> found = left_out_interval(2.0, np.array([2.5, 2.0, 1.5]))
    >>> round(found.low, 3), round(found.high, 3)
    (-0.484, 4.484)
    """
    count = len(without)
    if count < FEWEST_SUBJECTS:
        return _none(estimate, f"fewer than {FEWEST_SUBJECTS} subjects", count)
    with np.errstate(divide="ignore", invalid="ignore"):
        center, others = float(scale.there(np.array(estimate))), scale.there(without.astype(np.float64))
    if not np.isfinite([center, *others]).all():
        return _none(estimate, "undefined or at an end of its range, of all subjects or without one", count)
    reach = student_quantile(level, count - 1) * jackknife_error(others)
    low, high = scale.back(np.array([center - reach, center + reach]))
    return Interval(estimate, float(low), float(high), f"subject jackknife-t{scale.name}", count)


def _none(estimate: float, reason: str, count: int) -> Interval:
    return Interval(estimate, float("nan"), float("nan"), f"none: {reason}", count)


def root_interval(variance: Interval, factor: float = 1.0) -> Interval:
    """The interval of `factor` times a standard deviation, from that of its variance.

    >>> found = root_interval(Interval(4.0, 1.0, 9.0, "method", 6), 10)
    >>> found.estimate, found.low, found.high, found.method
    (20.0, 10.0, 30.0, 'method')
    """
    estimate, low, high = (factor * np.sqrt([variance.estimate, variance.low, variance.high])).tolist()
    return replace(variance, estimate=estimate, low=low, high=high)
