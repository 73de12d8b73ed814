"""Whether two learners differ on the same visits: intervals, tests, and the adjustment for many learners.

The difference is judged on the scale of Fisher's z = artanh(CCC), where a jackknife of subjects with Student's t holds
its level with few subjects, and with a few subjects whose errors are larger. docs/evaluation.md has what was measured.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pasi.evaluation.intervals import Interval
from pasi.evaluation.metrics import ccc
from pasi.evaluation.moments import jackknifed_ccc, moment_sums
from pasi.evaluation.nested import (
    FEWEST_SUBJECTS,
    jackknife_error,
    nested_pairs,
    student_quantile,
    student_tail,
    subject_count,
)
from pasi.evaluation.pairs import paired

METHOD = "subject jackknife-t on the difference of Fisher's z"
MAE_METHOD = "subject jackknife-t"
LEVEL, ALPHA = 0.95, 0.05  # of intervals and of tests
# A test that assumes no more than symmetric differences, by their signs, has a smallest two-sided p of 2 / 2^G. After
# Holm over the 36 learners of the default it is below 0.05 from 11 subjects on (36 x 2 / 2^11 = 0.035). With fewer,
# each verdict would rest on the normal distribution of the differences, which so few subjects cannot show.
FEWEST_FOR_VERDICT = 11


@dataclass(frozen=True)
class Difference(Interval):
    """CCC or MAE of one learner minus that of another, with its interval, and the test.

    `z`, `z_low` and `z_high` are the difference of Fisher's z and its interval, by which two CCCs are tested, and NaN
    for MAEs; `p` is two-sided. All are NaN where there is no interval, and `method` says why.
    """

    z: float
    z_low: float
    z_high: float
    p: float


def difference_interval(
    observed: ArrayLike, a: ArrayLike, b: ArrayLike, subjects: ArrayLike, *, ddof: int = 0
) -> Difference:
    """CCC of learner a minus CCC of learner b on the same visits, with a paired 95% interval and a test.

    With z_(i) the difference of Fisher's z without subject i of G, its standard error is
    sqrt((G - 1) / G sum (z_(i) - mean z_(i))^2), and z over its error has Student's t with G - 1 degrees of freedom
    (the jackknife: Efron and Tibshirani, An Introduction to the Bootstrap, chapter 11). The interval of the CCCs
    themselves joins the two intervals of `ccc_interval` by their correlation over the jackknife (MOVER: Zou,
    Psychological Methods 12, 2007). The test is the one on z, so that in a few per cent of trials one excludes zero
    and the other does not.

    Args:
        observed: observed scores (n,), one per visit.
        a: scores (n,) predicted by one learner.
        b: scores (n,) predicted by the other.
        subjects: subject of each visit (n,), of any type that sorts.
        ddof: the `ddof` of `pasi.evaluation.metrics.ccc`.

    Returns:
        The difference, above 0 where a agrees better, from -2 to 2. The bounds are NaN below 3 subjects and where a
        CCC is undefined or 1, of all subjects or without one of them. For equal predictions all are 0, and p is 1.

    Raises:
        ValueError: an array is not one-dimensional, a score is not finite, or the lengths differ.

    Example:
        >>> observed, subjects = [10, 4, 22, 18, 6, 2, 15, 9], ["A", "A", "B", "B", "C", "C", "D", "D"]
        >>> close, flat = [12, 5, 19, 17, 7, 1, 12, 11], [11, 10, 13, 12, 10, 9, 11, 10]
        >>> found = difference_interval(observed, close, flat, subjects)
        >>> round(found.estimate, 3), round(found.z, 3), round(found.p, 3)
        (0.611, 1.477, 0.02)
        >>> found.method
        "subject jackknife-t on the difference of Fisher's z"
    """
    observed, a, codes = nested_pairs(observed, a, subjects)
    _, b = paired(observed, b)
    estimate, count = ccc(observed, a, ddof) - ccc(observed, b, ddof), subject_count(codes)
    if count < FEWEST_SUBJECTS:
        return _no_difference(estimate, f"none: fewer than {FEWEST_SUBJECTS} subjects", count)
    sums = np.stack([moment_sums(observed, predicted, codes) for predicted in (a, b)])
    whole, without = (np.stack(found) for found in zip(*(jackknifed_ccc(own, ddof) for own in sums), strict=True))
    if not (np.abs(np.column_stack([whole, without])) < 1).all():  # also where one is NaN
        return _no_difference(estimate, "none: a CCC is undefined or 1, of all subjects or without one", count)
    z, z_without = np.arctanh(whole), np.arctanh(without)
    error, reach = jackknife_error(z_without[0] - z_without[1]), student_quantile(LEVEL, count - 1)
    shift = float(z[0] - z[1])
    low, high = _joined(z, z_without, reach) if error else (estimate, estimate)
    p = student_tail(abs(shift) / error, count - 1) if error else 1.0
    return Difference(estimate, low, high, METHOD, count, shift, shift - reach * error, shift + reach * error, p)


def mae_difference(observed: ArrayLike, a: ArrayLike, b: ArrayLike, subjects: ArrayLike) -> Difference:
    """MAE of learner a minus MAE of learner b on the same visits, with a paired 95% interval and a test.

    The difference is the ratio of two sums over subjects, of |a - y| - |b - y| and of visits. Over its error by a
    jackknife of subjects, as `difference_interval` has it, it has Student's t with G - 1 degrees of freedom.

    Args:
        observed: observed scores (n,), one per visit.
        a: scores (n,) predicted by one learner.
        b: scores (n,) predicted by the other.
        subjects: subject of each visit (n,), of any type that sorts.

    Returns:
        The difference, below 0 where a errs less, in the unit of the scores. The bounds are NaN below 3 subjects. Where
        it is the same without each of the subjects, the interval has no width, and p is 1.

    Raises:
        ValueError: an array is not one-dimensional, a score is not finite, or the lengths differ.

    Example:
        With one visit per subject it is the paired t-test. The differences are -3, -2 and -1: -2 +/- 4.303 / sqrt(3).

        >>> found = mae_difference([0, 0, 0], [1, -1, 0], [4, 3, -1], ["A", "B", "C"])
        >>> found.estimate, round(found.low, 3), round(found.high, 3), round(found.p, 3)
        (-2.0, -4.484, 0.484, 0.074)
    """
    observed, a, codes = nested_pairs(observed, a, subjects)
    _, b = paired(observed, b)
    gains, count = np.abs(a - observed) - np.abs(b - observed), subject_count(codes)
    estimate = float(gains.mean()) if count else float("nan")
    if count < FEWEST_SUBJECTS:
        return _no_difference(estimate, f"none: fewer than {FEWEST_SUBJECTS} subjects", count)
    sums, visits = np.bincount(codes, gains), np.bincount(codes)
    error = jackknife_error((sums.sum() - sums) / (visits.sum() - visits))
    reach, nan = student_quantile(LEVEL, count - 1) * error, float("nan")
    p = student_tail(abs(estimate) / error, count - 1) if error else 1.0
    return Difference(estimate, estimate - reach, estimate + reach, MAE_METHOD, count, nan, nan, nan, p)


def holm(p: ArrayLike) -> np.ndarray:
    """Holm's adjusted p-values (m,): that any of m true hypotheses is rejected at 5% has a probability of 5% at most.

    Holm, Scandinavian Journal of Statistics 6 (1979). It holds however the tests depend on each other. NaN stays NaN
    and counts as no test.

    >>> holm([0.01, 0.04, 0.03, float("nan")]).round(9).tolist()
    [0.03, 0.06, 0.06, nan]
    """
    p = np.asarray(p, dtype=np.float64)
    adjusted, tested = np.full(p.shape, np.nan), np.flatnonzero(np.isfinite(p))
    order = tested[np.argsort(p[tested], kind="stable")]
    adjusted[order] = np.minimum(1, np.maximum.accumulate(p[order] * np.arange(len(order), 0, -1)))
    return adjusted


def verdict_of(gain: float, adjusted: float, subjects: int) -> str:
    """ "better", "worse" or "not shown", at 5%; "none" below FEWEST_FOR_VERDICT subjects or without a test.

    gain: above 0 where the learner is the better one.

    >>> verdict_of(0.4, 0.01, 54), verdict_of(0.4, 0.2, 54), verdict_of(0.4, 0.01, 6)
    ('better', 'not shown', 'none')
    """
    if subjects < FEWEST_FOR_VERDICT or np.isnan(adjusted):
        return "none"
    if adjusted >= ALPHA:
        return "not shown"
    return "better" if gain > 0 else "worse"


def _joined(z: np.ndarray, without: np.ndarray, reach: float) -> tuple[float, float]:
    """Bounds of the difference of two CCCs from their own intervals and their correlation over the jackknife (MOVER).

    z (2,): Fisher's z of both. without (2, G): the same without each subject. reach: Student's quantile.
    """
    errors = np.array([jackknife_error(values) for values in without])
    r = np.corrcoef(without)[0, 1] if errors.all() else 0.0  # a constant learner has no error to correlate
    low, middle, high = np.tanh([z - reach * errors, z, z + reach * errors])
    down, up = middle - low, high - middle
    below = down[0] ** 2 + up[1] ** 2 - 2 * r * down[0] * up[1]
    above = up[0] ** 2 + down[1] ** 2 - 2 * r * up[0] * down[1]
    difference = middle[0] - middle[1]
    return float(difference - np.sqrt(max(below, 0.0))), float(difference + np.sqrt(max(above, 0.0)))


def _no_difference(estimate: float, method: str, count: int) -> Difference:
    nan = float("nan")
    return Difference(estimate, nan, nan, method, count, nan, nan, nan, nan)
