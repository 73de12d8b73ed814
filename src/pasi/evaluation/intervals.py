"""Intervals for agreement on visits that are nested in subjects.

Subjects were sampled, not visits, so the methods leave out or draw whole subjects. With 6 subjects, a nominal 95%
interval from bootstrap percentiles covers the CCC in 82 to 86% of simulated trials. The jackknife on Fisher's z with
Student's t, and that on log MAE, come closest to 95% (benchmarks/coverage.py; docs/evaluation.md has the tables).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pasi.evaluation.metrics import ccc, mae
from pasi.evaluation.moments import jackknifed_ccc, moment_sums
from pasi.evaluation.nested import FEWEST_SUBJECTS, jackknife_error, nested_pairs, student_quantile, subject_count


@dataclass(frozen=True)
class Interval:
    """An estimate with its interval. Where there is none, `low` and `high` are NaN and `method` says why."""

    estimate: float
    low: float
    high: float
    method: str
    subjects: int


def ccc_interval(
    observed: ArrayLike, predicted: ArrayLike, subjects: ArrayLike, *, level: float = 0.95, ddof: int = 0
) -> Interval:
    """Lin's CCC with an interval from a jackknife of subjects on Fisher's z = artanh(CCC).

    Half the width, on the scale of z, is t(G - 1) sqrt((G - 1) / G sum (z_(i) - mean z_(i))^2), where z_(i) leaves out
    subject i of G and t is Student's quantile (the jackknife: Efron and Tibshirani, An Introduction to the Bootstrap,
    chapter 11; the scale of z: Lin 1989).

    Args:
        observed: observed scores (n,), one per visit.
        predicted: predicted scores (n,).
        subjects: subject of each visit (n,), of any type that sorts.
        level: confidence level, 0 to 1.
        ddof: the `ddof` of `pasi.evaluation.metrics.ccc`.

    Returns:
        The CCC, with bounds from -1 to 1. The bounds are NaN below 3 subjects, where an array is constant, and where
        the CCC is undefined or 1, of all subjects or without one of them.

    Raises:
        ValueError: an array is not one-dimensional, a score is not finite, or the lengths differ.

    Example:
        >>> observed, predicted = [10, 4, 22, 18, 6, 2, 15, 9], [12, 5, 19, 17, 7, 1, 12, 11]
        >>> found = ccc_interval(observed, predicted, ["A", "A", "B", "B", "C", "C", "D", "D"])
        >>> round(found.estimate, 3), round(found.low, 3), round(found.high, 3)
        (0.95, 0.48, 0.996)
        >>> found.method, found.subjects
        ("subject jackknife-t on Fisher's z", 4)
    """
    return mean_ccc_interval(observed, [predicted], subjects, level=level, ddof=ddof)


def mean_ccc_interval(
    observed: ArrayLike, repeats: Sequence[ArrayLike], subjects: ArrayLike, *, level: float = 0.95, ddof: int = 0
) -> Interval:
    """The mean over `repeats` of the CCC, with an interval as `ccc_interval` gives it for one.

    repeats: the predictions (n,) of each repeat. The jackknife leaves out a subject in all repeats; what another repeat
    would give is not in the interval.

    Example:
        Two networks, of which the second is 1 higher everywhere.

        >>> observed, predicted = [10, 4, 22, 18, 6, 2, 15, 9], [12, 5, 19, 17, 7, 1, 12, 11]
        >>> repeats = [predicted, [value + 1 for value in predicted]]
        >>> subjects = ["A", "A", "B", "B", "C", "C", "D", "D"]
        >>> [round(ccc_interval(observed, one, subjects).estimate, 4) for one in repeats]
        [0.9498, 0.9435]
        >>> round(mean_ccc_interval(observed, repeats, subjects).estimate, 4)
        0.9467
    """
    pairs = [nested_pairs(observed, predicted, subjects) for predicted in repeats]
    estimate, count = float(np.mean([ccc(y, p, ddof) for y, p, _ in pairs])), subject_count(pairs[0][2])
    if count < FEWEST_SUBJECTS:
        return _no_interval(estimate, count)
    without = np.mean([jackknifed_ccc(moment_sums(*pair), ddof)[1] for pair in pairs], axis=0)
    nan = float("nan")
    if any(np.ptp(y) == 0 or np.ptp(p) == 0 for y, p, _ in pairs):  # the CCC is 0 for any subjects
        return Interval(estimate, nan, nan, "none: all observed or all predicted values are equal", count)
    if not (np.abs([estimate, *without]) < 1).all():  # also where one is NaN
        return Interval(estimate, nan, nan, "none: CCC undefined or 1, of all subjects or without one", count)
    center, reach = np.arctanh(estimate), student_quantile(level, count - 1) * jackknife_error(np.arctanh(without))
    low, high = np.tanh([center - reach, center + reach])
    method = f"subject jackknife-t on Fisher's z{_of_repeats(len(pairs))}"
    return Interval(estimate, float(low), float(high), method, count)


def mae_interval(observed: ArrayLike, predicted: ArrayLike, subjects: ArrayLike, *, level: float = 0.95) -> Interval:
    """Mean absolute error with an interval from a jackknife of subjects on its logarithm.

    The mean is the ratio of two sums over subjects, of errors and of visits, so subjects are weighted by their visits.
    Half the width is that of `ccc_interval`, on the scale of log MAE: the MAE is above 0, and its distribution over
    trials is skewed, so that an interval that is symmetric on the scale of the MAE itself ends too low.

    Args:
        observed: observed scores (n,), one per visit.
        predicted: predicted scores (n,).
        subjects: subject of each visit (n,), of any type that sorts.
        level: confidence level, 0 to 1.

    Returns:
        The MAE, with bounds above 0, in the unit of the scores. The bounds are NaN below 3 subjects, and where the MAE
        is 0, of all subjects or without one of them.

    Raises:
        ValueError: an array is not one-dimensional, a score is not finite, or the lengths differ.

    Example:
        The errors are 1, 2 and 3, so without one of them the MAE is 2.5, 2 or 1.5.

        >>> found = mae_interval([0, 0, 0], [1, -2, 3], ["A", "B", "C"])
        >>> found.estimate, round(found.low, 3), round(found.high, 3), found.method
        (2.0, 0.56, 7.138, 'subject jackknife-t on log MAE')
    """
    return mean_mae_interval(observed, [predicted], subjects, level=level)


def mean_mae_interval(
    observed: ArrayLike, repeats: Sequence[ArrayLike], subjects: ArrayLike, *, level: float = 0.95
) -> Interval:
    """The mean over `repeats` of the MAE, with an interval as `mae_interval` gives it for one.

    repeats: the predictions (n,) of each repeat. The jackknife leaves out a subject in all repeats.

    Example:
        The errors of the visits are 1, 2 and 3 on average over the two networks.

        >>> found = mean_mae_interval([0, 0, 0], [[0, -1, 2], [2, 3, 4]], ["A", "B", "C"])
        >>> found.estimate, round(found.low, 3), round(found.high, 3), found.method
        (2.0, 0.56, 7.138, 'subject jackknife-t on log MAE, mean of 2 repeats')
    """
    pairs = [nested_pairs(observed, predicted, subjects) for predicted in repeats]
    codes = pairs[0][2]
    estimate, count = float(np.mean([mae(y, p) for y, p, _ in pairs])), subject_count(codes)
    if count < FEWEST_SUBJECTS:
        return _no_interval(estimate, count)
    error = np.mean([np.abs(p - y) for y, p, _ in pairs], axis=0)
    errors, visits = np.bincount(codes, error), np.bincount(codes)
    if np.count_nonzero(errors) < 2:
        nan = float("nan")
        return Interval(estimate, nan, nan, "none: the MAE is 0, of all subjects or without one", count)
    without = (errors.sum() - errors) / (visits.sum() - visits)
    reach = student_quantile(level, count - 1) * jackknife_error(np.log(without))
    method = f"subject jackknife-t on log MAE{_of_repeats(len(pairs))}"
    low, high = estimate * np.exp([-reach, reach])
    return Interval(estimate, float(low), float(high), method, count)


def _of_repeats(repeats: int) -> str:
    return f", mean of {repeats} repeats" if repeats > 1 else ""


def _no_interval(estimate: float, count: int) -> Interval:
    return Interval(estimate, float("nan"), float("nan"), f"none: fewer than {FEWEST_SUBJECTS} subjects", count)
