"""Limits of agreement for several visits a subject (S6, S7)."""

from dataclasses import dataclass
from math import hypot, sqrt

import numpy as np
from numpy.typing import ArrayLike

from pasi.evaluation.anova import anova_of, anova_sums
from pasi.evaluation.intervals import Interval
from pasi.evaluation.jackknife import LOG, jackknife_interval
from pasi.evaluation.nested import nested_pairs

LIMIT = 1.96  # Bland and Altman's, not 1.959964


@dataclass(frozen=True)
class LimitsOfAgreement:
    """Bias and limits of agreement, each with its interval, and the standard deviations that they are made of.

    deviation: of one difference of an unseen subject; subject and visit: its parts between subjects and within them.
    subject is 0 where its variance is estimated below 0; deviation is then less than visit.
    """

    bias: Interval
    lower: Interval
    upper: Interval
    deviation: float
    subject: float
    visit: float


def limits_of_agreement(
    observed: ArrayLike, predicted: ArrayLike, subjects: ArrayLike, *, level: float = 0.95
) -> LimitsOfAgreement:
    """Bland and Altman's limits of agreement where subjects have several visits and their true score changes.

    With d = p - y, the bias is the mean of d over visits and the limits are bias +/- 1.96 s, where s^2 is the variance
    of d between subjects plus that within them, from a one-way analysis of variance (Bland and Altman, Journal of
    Biopharmaceutical Statistics 17, 2007, section 3): s^2 = MSB / n0 + (1 - 1 / n0) MSW, n0 as for
    `variance_components`. The variance between subjects is not cut at 0 in this sum, so that s is that of one visit a
    subject in the limit, where n0 is 1: a second visit of one subject of many changes little. The standard deviation of
    all d would take visits for independent and be too small. About 95% of the differences of unseen subjects lie
    between the limits if d is normal, and if its spread does not grow with the score; nothing here checks that.

    The interval of the bias is a jackknife-t of subjects, that of s the same on the logarithm of s^2; those of the
    limits join the two (MOVER: Zou, Statistical Methods in Medical Research 22, 2013, who takes the interval of s from
    the chi-squared distribution, which holds for normal differences of equal spread alone).

    Args:
        observed: observed scores y (n,), one per visit.
        predicted: predicted scores p (n,).
        subjects: subject of each visit (n,), of any type that sorts.
        level: confidence level of the intervals, 0 to 1; the limits themselves are always those of 95%.

    Returns:
        Bias, limits and deviations in the unit of the scores. With one visit a subject s is the standard deviation
        of d, and subject and visit are NaN. The limits are NaN where there is one subject; their bounds are NaN below 3
        subjects, and where s is 0 or undefined without a subject.

    Raises:
        ValueError: an array is not one-dimensional, a score is not finite, or the lengths differ.

    Example:
        The differences are 1, 3 and 5, 7: 2 within subjects, (16 - 2) / 2 between them, and 4 +/- 1.96 x 3.

        >>> found = limits_of_agreement([0, 0, 0, 0], [1, 3, 5, 7], ["A", "A", "B", "B"])
        >>> found.bias.estimate, round(found.lower.estimate, 2), round(found.upper.estimate, 2), found.deviation
        (4.0, -1.88, 9.88, 3.0)
        >>> found.upper.method
        'none: fewer than 3 subjects'
    """
    observed, predicted, codes = nested_pairs(observed, predicted, subjects)
    sums, middle = anova_sums(predicted - observed, codes)
    bias = jackknife_interval(sums, lambda some: anova_of(some, middle).mean, level=level)
    variance = jackknife_interval(sums, lambda some: anova_of(some, middle).total, LOG, level=level)
    parts = anova_of(sums.sum(axis=0), middle)
    return LimitsOfAgreement(
        bias=bias,
        lower=_limit(bias, variance, -1),
        upper=_limit(bias, variance, 1),
        deviation=sqrt(variance.estimate),
        subject=sqrt(max(float(parts.between), 0.0)),
        visit=sqrt(float(parts.within)),
    )


def _limit(bias: Interval, variance: Interval, sign: int) -> Interval:
    """The lower (-1) or upper (1) limit, its interval joined of those of the bias and of the variance."""
    deviation, least, most = (sqrt(value) for value in (variance.estimate, variance.low, variance.high))
    inward, outward = LIMIT * (deviation - least), LIMIT * (most - deviation)
    below, above = (inward, outward) if sign > 0 else (outward, inward)
    limit = bias.estimate + sign * LIMIT * deviation
    low, high = limit - hypot(bias.estimate - bias.low, below), limit + hypot(bias.high - bias.estimate, above)
    method = variance.method if np.isnan(variance.low) else "subject jackknife-t of bias and variance, joined (MOVER)"
    return Interval(limit, low, high, method, bias.subjects)
