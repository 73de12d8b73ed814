"""The smallest change that is more than error of measurement: SEM and minimal detectable change (S11)."""

from dataclasses import dataclass
from math import sqrt

from numpy.typing import ArrayLike

from pasi.evaluation.anova import anova_of, anova_sums
from pasi.evaluation.intervals import Interval
from pasi.evaluation.jackknife import LOG, jackknife_interval, root_interval
from pasi.evaluation.nested import nested_pairs

TWO_SIDED = 1.96


@dataclass(frozen=True)
class DetectableChange:
    """Standard error of measurement and minimal detectable changes at 95%, in the unit of the scores.

    between: of two scores of one visit, one observed and one predicted. change: of the change of one subject between
    two visits, predicted against observed.
    """

    sem: Interval
    between: Interval
    change: Interval


def detectable_change(
    observed: ArrayLike, predicted: ArrayLike, subjects: ArrayLike, *, level: float = 0.95
) -> DetectableChange:
    """How far apart an observed and a predicted score, or two changes, must be to be more than their error.

    With d = p - y, whose variance is s_b^2 between subjects and s_w^2 within them (`variance_components`), and
    s^2 = s_b^2 + s_w^2, in which s_b^2 is not cut at 0:
    sem = s / sqrt(2), the error of one score if both have as much (de Vet et al., Journal of Clinical Epidemiology 59,
    2006); between = 1.96 sqrt(2) sem = 1.96 s, the half-width of the limits of agreement;
    change = 1.96 sqrt(2) s_w: what a subject's predictions have in common at both visits cancels in its change, which
    leaves the variance 2 s_w^2 between predicted and observed change.
    A bias is in none of them. This is no smallest change that matters to a patient. Errors of visits of one subject are
    taken for independent but for what they all share.

    Args:
        observed: observed scores (n,), one per visit.
        predicted: predicted scores (n,).
        subjects: subject of each visit (n,), of any type that sorts.
        level: confidence level of the intervals, 0 to 1.

    Returns:
        The three figures, with intervals from a jackknife-t of subjects on the logarithm of the variance. All are NaN
        where there is one subject, and change where each subject has one visit; bounds are NaN below 3 subjects and
        where d never varies.

    Raises:
        ValueError: an array is not one-dimensional, a score is not finite, or the lengths differ.

    Example:
        The differences are 1, 3 and 5, 7: a variance of 2 within subjects, 9 in all.

        >>> found = detectable_change([0, 0, 0, 0], [1, 3, 5, 7], ["A", "A", "B", "B"])
        >>> round(found.sem.estimate, 2), round(found.between.estimate, 2), round(found.change.estimate, 2)
        (2.12, 5.88, 3.92)
    """
    observed, predicted, codes = nested_pairs(observed, predicted, subjects)
    sums, middle = anova_sums(predicted - observed, codes)
    total = jackknife_interval(sums, lambda some: anova_of(some, middle).total, LOG, level=level)
    within = jackknife_interval(sums, lambda some: anova_of(some, middle).within, LOG, level=level)
    return DetectableChange(
        sem=root_interval(total, sqrt(1 / 2)),
        between=root_interval(total, TWO_SIDED),
        change=root_interval(within, TWO_SIDED * sqrt(2)),
    )
