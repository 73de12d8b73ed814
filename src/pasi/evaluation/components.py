"""Variance components of a score or an error: what differs between subjects, and what between visits of one (S21)."""

from collections.abc import Callable
from dataclasses import dataclass
from math import hypot

import numpy as np
from numpy.typing import ArrayLike

from pasi.evaluation.anova import Anova, anova_of, anova_sums, effective_visits
from pasi.evaluation.intervals import Interval
from pasi.evaluation.jackknife import FISHER, LOG, Scale, jackknife_interval
from pasi.evaluation.nested import nested_values


@dataclass(frozen=True)
class VarianceComponents:
    """Variances by subject and by visit within a subject, their total, and the share of the subject in it."""

    subject: Interval
    visit: Interval
    total: Interval
    share: Interval


def variance_components(values: ArrayLike, subjects: ArrayLike, *, level: float = 0.95) -> VarianceComponents:
    """Variance of values between subjects and between visits of one subject, by moments, for any numbers of visits.

    A value is mean + subject + visit. visit is the mean square within subjects, MSW; subject is (MSB - MSW) / n0, with
    n0 = (N - sum m^2 / N) / (G - 1) for G subjects of m visits, N in all (Searle, Casella and McCulloch, Variance
    Components, 1992, section 3.6). Where all have as many visits these are the estimates of restricted maximum
    likelihood too. share = subject / total is the one-way intraclass correlation, ICC(1).

    Args:
        values: a number a visit (n,), such as an observed score, or predicted minus observed.
        subjects: subject of each visit (n,), of any type that sorts.
        level: confidence level, 0 to 1.

    Returns:
        The variances in the unit of the values squared, from a jackknife-t of subjects: on the logarithm for visit and
        total, on Fisher's z for the share. The interval of the subject joins those of both mean squares, on the
        logarithm (MOVER), which covers better than a jackknife of the difference itself. It is cut at 0, but not in
        the total, MSB / n0 + (1 - 1 / n0) MSW, which is unbiased; a share may be below 0. All are NaN where there is
        one subject, and all but the total where each has one visit; bounds are NaN below 3 subjects.

    Raises:
        ValueError: an array is not one-dimensional, a value is not finite, or the lengths differ.

    Example:
        The mean squares are 32 and 2, of two visits each: (32 - 2) / 2 between subjects.

        >>> found = variance_components([1, 3, 5, 7, 9, 11], ["A", "A", "B", "B", "C", "C"])
        >>> found.subject.estimate, found.visit.estimate, found.total.estimate, round(found.share.estimate, 3)
        (15.0, 2.0, 17.0, 0.882)
    """
    values, codes = nested_values("values", values, subjects)
    sums, middle = anova_sums(values, codes)

    def interval(of: Callable[[Anova], np.ndarray], scale: Scale) -> Interval:
        return jackknife_interval(sums, lambda some: of(anova_of(some, middle)), scale, level=level)

    return VarianceComponents(
        subject=_between(sums, middle, interval(lambda found: found.within, LOG), level),
        visit=interval(lambda found: found.within, LOG),
        total=interval(lambda found: found.total, LOG),
        share=interval(lambda found: found.between / (found.between + found.within), FISHER),
    )


def _between(sums: np.ndarray, middle: float, within: Interval, level: float) -> Interval:
    """The variance between subjects, (MSB - MSW) / n0, cut at 0, its interval joined of those of both mean squares."""
    size = float(effective_visits(sums.sum(axis=0)))

    def mean_square(some: np.ndarray) -> np.ndarray:
        found = anova_of(some, middle)
        square: np.ndarray = size * found.between + found.within
        return square

    square = jackknife_interval(sums, mean_square, LOG, level=level)
    gap = square.estimate - within.estimate
    below = hypot(square.estimate - square.low, within.high - within.estimate)
    above = hypot(square.high - square.estimate, within.estimate - within.low)
    estimate, low, high = np.maximum(np.array([gap, gap - below, gap + above]) / size, 0).tolist()
    method = "subject jackknife-t of both mean squares, joined (MOVER)"
    if not np.isfinite(low):
        method = square.method if np.isfinite(within.low) else within.method
    return Interval(estimate, low, high, method, square.subjects)
