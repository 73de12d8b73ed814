"""Intervals that a reader can compute from printed numbers alone, and what they leave out: visits have subjects."""

import math
from statistics import NormalDist

from scipy.stats import t as student

from pasi.audit.bounds import Bounds

QUANTILE = 1.96  # of the normal distribution, for 95%


def error_deviation(mae: float, mse: float) -> float:
    """The standard deviation of absolute errors, sqrt(MSE - MAE^2), moments over n; 0 where rounding makes it negative.

    >>> round(error_deviation(3.336, 27.191), 2)
    4.01
    """
    return math.sqrt(max(mse - mae**2, 0.0))


def naive_interval(mae: float, mse: float, visits: int) -> Bounds:
    """The 95% interval of the MAE as if visits were independent: MAE +/- 1.96 sqrt((MSE - MAE^2) / n), cut at 0.

    Args:
        mae: mean absolute error.
        mse: mean squared error, in the same unit squared.
        visits: number n of visits.

    Returns:
        The interval. It is naive: visits of one subject are alike, so that it holds the true MAE less often than 95%.

    Example:
        resnet34 of the paper:

        >>> found = naive_interval(3.336, 27.191, 34)
        >>> round(found.low, 1), round(found.high, 1)
        (2.0, 4.7)
    """
    reach = QUANTILE * error_deviation(mae, mse) / math.sqrt(visits)
    return Bounds(max(0.0, mae - reach), mae + reach)


def alike_interval(mae: float, mse: float, subjects: int) -> Bounds:
    """The 95% interval of the MAE if the absolute errors of a subject's visits were all equal, cut at 0.

    There are then as many values as subjects: MAE +/- t(G - 1) sqrt((MSE - MAE^2) / (G - 1)), with Student's quantile.
    With subjects of as many visits each it is the other end of what clusters can do: the design effect
    1 + (m - 1) rho of m visits (Kish, Survey Sampling, 1965) is 1 in `naive_interval` and m here.

    Args:
        mae: mean absolute error.
        mse: mean squared error.
        subjects: number G of subjects, 2 or more.

    Example:
        >>> found = alike_interval(3.336, 27.191, 6)
        >>> found.low, round(found.high, 1)
        (0.0, 7.9)
    """
    reach = float(student.ppf(0.975, subjects - 1)) * error_deviation(mae, mse) / math.sqrt(subjects - 1)
    return Bounds(max(0.0, mae - reach), mae + reach)


def fisher_interval(pcc: float, visits: int) -> Bounds:
    """The naive 95% interval of r, tanh(artanh r +/- 1.96 / sqrt(n - 3)) (Fisher 1921); [-1, 1] for n <= 3.

    >>> found = fisher_interval(0.9, 34)
    >>> round(found.low, 2), round(found.high, 2)
    (0.81, 0.95)
    """
    if visits <= 3:
        return Bounds(-1.0, 1.0)
    if abs(pcc) >= 1:
        return Bounds(pcc, pcc)
    reach = QUANTILE / math.sqrt(visits - 3)
    return Bounds(math.tanh(math.atanh(pcc) - reach), math.tanh(math.atanh(pcc) + reach))


def correlation_to_tell_apart(gap: float, deviation: float, other: float, visits: int) -> float:
    """How strongly absolute errors of two learners must correlate over visits, for their MAEs to differ at 95%.

    The variance of the difference is (s_a^2 + s_b^2 - 2 rho s_a s_b) / n, and the gap must exceed 1.96 of its root.
    This is the paired comparison that a table does not allow, with visits as if independent.

    Args:
        gap: distance of the two MAEs.
        deviation: standard deviation s_a of the absolute errors of one learner.
        other: that of the other, s_b.
        visits: number n of visits.

    Returns:
        The least rho; above 1 where no correlation tells them apart, below -1 where any does.

    Example:
        >>> round(correlation_to_tell_apart(0.5, 4.0, 3.9, 34), 2)
        0.93
        >>> correlation_to_tell_apart(0.0, 4.0, 3.9, 34) > 1
        True
    """
    rest = deviation**2 + other**2 - visits * (gap / QUANTILE) ** 2
    if deviation * other == 0:
        return math.inf if rest >= 0 else -math.inf
    return rest / (2 * deviation * other)


def optimism_of_the_best(learners: int, standard_error: float, correlation: float) -> float:
    """By how much the lowest MAE of equally good learners is expected to be below their true one.

    The expected least of k standard normal values, by Blom (1958) -quantile((k - 0.375) / (k + 0.25)), times the
    standard error of a MAE and sqrt(1 - rho), as errors on the same visits correlate and share that part.

    Args:
        learners: number k of learners among which the best was picked.
        standard_error: that of one MAE.
        correlation: rho between the MAEs of two learners, from 0 to 1.

    Example:
        >>> round(optimism_of_the_best(33, 0.69, 0.5), 2)
        1.01
        >>> optimism_of_the_best(1, 0.69, 0.5)
        0.0
    """
    if learners < 2:
        return 0.0
    expected = NormalDist().inv_cdf((learners - 0.375) / (learners + 0.25))
    return expected * standard_error * math.sqrt(1 - correlation)
