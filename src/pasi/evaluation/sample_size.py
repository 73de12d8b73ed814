"""How precise MAE and CCC would be with other numbers of subjects (S25)."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from pasi.evaluation.intervals import Interval
from pasi.evaluation.jackknife import FISHER, LOG, Scale, jackknife_interval
from pasi.evaluation.moments import ccc_of_sums, moment_sums
from pasi.evaluation.nested import FEWEST_SUBJECTS, nested_pairs, student_quantile


class PrecisionCurve(NamedTuple):
    """Numbers of subjects (m,), and the bounds (m,) that an interval would have with as many, on average."""

    subjects: np.ndarray
    mae_low: np.ndarray
    mae_high: np.ndarray
    ccc_low: np.ndarray
    ccc_high: np.ndarray


def precision_curve(
    observed: ArrayLike,
    predicted: ArrayLike,
    subjects: ArrayLike,
    sizes: Sequence[int],
    *,
    level: float = 0.95,
) -> PrecisionCurve:
    """Expected intervals of MAE and CCC for other numbers of subjects, with as many visits each.

    The jackknife error e of G subjects, on log MAE and on Fisher's z, falls as 1 / sqrt(G), since subjects are
    independent. With g subjects the bounds are estimate +/- t(g - 1) e sqrt(G / g) on that scale. Estimate and e are
    those of the subjects at hand, and as uncertain: with 6 normal subjects e is 0.41 to 1.60 times its true value in
    95% of trials (the root of chi-squared with 5 degrees of freedom, over 5).

    This is about how well a learner is measured, not about how good it would be if trained on more subjects.

    Args:
        observed: observed scores (n,), one per visit.
        predicted: predicted scores (n,).
        subjects: subject of each visit (n,), of any type that sorts.
        sizes: numbers of subjects (m,), 3 or more.
        level: confidence level, 0 to 1.

    Returns:
        The bounds; NaN below 3 subjects at hand, and where log MAE or z are not finite, of all or without one.

    Raises:
        ValueError: an array is not one-dimensional, a score is not finite, the lengths differ, or a size is below 3.

    Example:
        >>> observed, predicted = [10, 4, 22, 18, 6, 2, 15, 9], [12, 5, 19, 17, 7, 1, 12, 11]
        >>> found = precision_curve(observed, predicted, ["A", "A", "B", "B", "C", "C", "D", "D"], [4, 50])
        >>> found.ccc_low.round(3).tolist(), found.ccc_high.round(3).tolist()
        ([0.48, 0.921], [0.996, 0.968])
    """
    sizes = [int(size) for size in sizes]
    if min(sizes, default=FEWEST_SUBJECTS) < FEWEST_SUBJECTS:
        raise ValueError(f"sizes has {min(sizes)}, expected {FEWEST_SUBJECTS} subjects or more")
    y, p, codes = nested_pairs(observed, predicted, subjects)
    errors = np.stack([np.bincount(codes), np.bincount(codes, np.abs(p - y))], axis=1)
    error = jackknife_interval(errors, lambda some: some[..., 1] / some[..., 0], LOG, level=level)
    moments = moment_sums(y, p, codes) if len(y) else np.zeros((0, 6))
    concordance = jackknife_interval(moments, lambda some: ccc_of_sums(some, 0), FISHER, level=level)
    numbers = np.array(sizes, dtype=np.int64)
    return PrecisionCurve(numbers, *_bounds(error, LOG, numbers, level), *_bounds(concordance, FISHER, numbers, level))


def _bounds(found: Interval, scale: Scale, sizes: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Bounds (m,) that an interval would have with other numbers of subjects (m,)."""
    if np.isnan(found.high):
        return np.full(len(sizes), np.nan), np.full(len(sizes), np.nan)
    center, end = scale.there(np.array([found.estimate, found.high]))
    error = (end - center) / student_quantile(level, found.subjects - 1)
    quantiles = np.array([student_quantile(level, int(size) - 1) for size in sizes])
    reach = quantiles * error * np.sqrt(found.subjects / sizes)
    return scale.back(center - reach), scale.back(center + reach)
