"""Variance components of a score or an error: what differs between subjects, and what between visits of one (S21)."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from pasi.evaluation.anova import Anova, anova_of, anova_sums
from pasi.evaluation.intervals import Interval
from pasi.evaluation.jackknife import FISHER, LOG, PLAIN, Scale, jackknife_interval
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
        total, on Fisher's z for the share. That of the subject is cut at 0, with both bounds; a share may be below 0.
        All are NaN where each subject has one visit or there is one subject; bounds are NaN below 3 subjects.

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
        subject=_cut(interval(lambda found: found.between, PLAIN)),
        visit=interval(lambda found: found.within, LOG),
        total=interval(lambda found: found.total, LOG),
        share=interval(lambda found: found.between / (found.between + found.within), FISHER),
    )


def _cut(found: Interval) -> Interval:
    """An interval of a variance, whose moment estimate may be below 0."""
    estimate, low, high = np.maximum([found.estimate, found.low, found.high], 0).tolist()
    return replace(found, estimate=estimate, low=low, high=high)
