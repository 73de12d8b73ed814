"""A share of visits that are nested in subjects, with an interval that never leaves 0 to 1."""

import numpy as np
from numpy.typing import ArrayLike

from pasi.evaluation.intervals import Interval
from pasi.evaluation.jackknife import jackknife_interval
from pasi.evaluation.nested import FEWEST_SUBJECTS, nested_values, student_quantile, subject_count


def proportion_interval(hits: ArrayLike, subjects: ArrayLike, *, level: float = 0.95) -> Interval:
    """The share of visits that are hits, with the interval of Korn and Graubard for clustered data.

    It is Clopper and Pearson's with an effective number of visits in the place of their number n: p (1 - p) / v, with v
    (G - 1) / G times the jackknife variance of the share p over G subjects, times (t(n - 1) / t(G - 1))^2 for its few
    degrees of freedom, and never more than n (Korn and Graubard, Survey Methodology 24, 1998). Where all visits are
    hits, or none, v says nothing, and the effective number is G: as if all visits of a subject were one.

    Args:
        hits: whether each visit is a hit (n,), as numbers or booleans.
        subjects: subject of each visit (n,), of any type that sorts.
        level: confidence level, 0 to 1.

    Returns:
        The share with bounds from 0 to 1; NaN for no visits. The bounds are NaN below 3 subjects.

    Raises:
        ValueError: an array is not one-dimensional, a hit is neither 0 nor 1, or the lengths differ.

    Example:
        Ten subjects of one visit each, of which eight are hits: Clopper and Pearson's own interval.

        >>> found = proportion_interval([1] * 8 + [0] * 2, range(10))
        >>> round(found.estimate, 3), round(found.low, 3), round(found.high, 3)
        (0.8, 0.444, 0.975)
        >>> round(proportion_interval([1, 1, 1, 1], ["A", "A", "B", "C"]).low, 3)  # 0.025^(1/3)
        0.292
    """
    values, codes = nested_values("hits", hits, subjects)
    check_flags("hits", values)
    count, visits, nan = subject_count(codes), len(values), float("nan")
    share = float(values.mean()) if visits else nan
    if count < FEWEST_SUBJECTS:
        return Interval(share, nan, nan, f"none: fewer than {FEWEST_SUBJECTS} subjects", count)
    size = _effective_visits(values, codes, level)
    low, high = _clopper_pearson(share, size, level)
    return Interval(share, low, high, "Korn and Graubard, over subjects", count)


def check_flags(name: str, values: np.ndarray) -> None:
    """Refuse an array (n,) that holds anything but 0 and 1.

    >>> check_flags("hits", np.array([0, 2]))
    Traceback (most recent call last):
    ValueError: hits has 2 in row 1, expected 0 or 1
    """
    wrong = np.flatnonzero((values != 0) & (values != 1))
    if len(wrong):
        raise ValueError(f"{name} has {values[wrong[0]]:g} in row {wrong[0]}, expected 0 or 1")


def _effective_visits(values: np.ndarray, codes: np.ndarray, level: float) -> float:
    """The number of independent visits that would determine the share as well."""
    count, visits, share = subject_count(codes), len(values), float(values.mean())
    if share in (0.0, 1.0):
        return float(count)
    sums = np.stack([np.bincount(codes), np.bincount(codes, values)], axis=1)
    found = jackknife_interval(sums, lambda some: some[..., 1] / some[..., 0], level=level)
    few, many = (student_quantile(level, number - 1) for number in (count, visits))
    variance = (count - 1) / count * ((found.high - found.estimate) / few) ** 2
    return min(visits, share * (1 - share) / variance * (many / few) ** 2) if variance else float(visits)


def _clopper_pearson(share: float, size: float, level: float) -> tuple[float, float]:
    """Bounds of a share among `size` independent visits."""
    from scipy.special import betaincinv

    hits, misses, tail = share * size, (1 - share) * size, (1 - level) / 2
    low = float(betaincinv(hits, misses + 1, tail)) if hits else 0.0
    high = float(betaincinv(hits + 1, misses, 1 - tail)) if misses else 1.0
    return low, high
