"""Intraclass correlation of two or more raters of the same visits, agreement and consistency (S5)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pasi.evaluation.intervals import Interval
from pasi.evaluation.jackknife import FISHER, jackknife_interval


@dataclass(frozen=True)
class Intraclass:
    """ICC(A,1) and ICC(C,1), and how many visits and raters they are of."""

    agreement: Interval
    consistency: Interval
    visits: int
    raters: int


def intraclass_correlation(scores: ArrayLike, subjects: ArrayLike, *, level: float = 0.95) -> Intraclass:
    """Intraclass correlation of single scores of a visit, where each rater scored each visit.

    With the mean squares of a two-way analysis of variance, R of n visits, C of k raters and E of the residual,
    agreement is (R - E) / (R + (k - 1) E + k (C - E) / n), ICC(A,1) of McGraw and Wong (Psychological Methods 1, 1996)
    and ICC(2,1) of Shrout and Fleiss (Psychological Bulletin 86, 1979). consistency is (R - E) / (R + (k - 1) E),
    ICC(C,1) or ICC(3,1), which forgives a rater who scores higher throughout. The model is a rater like any other: give
    observed and predicted scores as two columns. With two columns, agreement is Lin's CCC but for terms of 1 / n.

    The visits are the targets, so that changes over time count as differences that raters should see. Published
    intervals take visits for independent; here subjects are left out one at a time.

    Args:
        scores: scores (n, k), a row a visit and a column a rater.
        subjects: subject of each visit (n,), of any type that sorts.
        level: confidence level, 0 to 1.

    Returns:
        Both correlations, at most 1, with intervals from a jackknife-t of subjects on Fisher's z. NaN below two visits
        and where all scores are equal; bounds are NaN below 3 subjects and where a correlation is 1 or undefined.

    Raises:
        ValueError: scores are not (n, k) with k of 2 or more, one is not finite, or the lengths differ.

    Example:
        The second rater is 1 higher throughout.

        >>> found = intraclass_correlation([[1, 2], [2, 3], [3, 4], [4, 5]], ["A", "A", "B", "B"])
        >>> round(found.agreement.estimate, 3), found.consistency.estimate
        (0.769, 1.0)
    """
    scores, codes = _checked(scores, subjects)
    centered = scores - scores.mean() if len(scores) else scores
    terms = [np.ones(len(scores)), *centered.T, centered.mean(axis=1) ** 2, (centered**2).sum(axis=1)]
    count = len(np.unique(codes))
    sums = np.stack([np.bincount(codes, term, minlength=count) for term in terms], axis=1)  # (G, k + 3)
    agreement = jackknife_interval(sums, lambda some: _icc(some)[0], FISHER, level=level)
    consistency = jackknife_interval(sums, lambda some: _icc(some)[1], FISHER, level=level)
    return Intraclass(agreement, consistency, visits=scores.shape[0], raters=scores.shape[1])


def _icc(sums: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Agreement and consistency (...) from sums (..., k + 3): visits, scores of each rater, mean^2 and score^2."""
    visits, scores, mean_squares, squares = sums[..., 0], sums[..., 1:-2], sums[..., -2], sums[..., -1]
    raters = scores.shape[-1]
    center = scores.sum(axis=-1) / (visits * raters)
    of_visits = raters * (mean_squares - visits * center**2)
    of_raters = (scores**2).sum(axis=-1) / visits - visits * raters * center**2
    residual = np.maximum(squares - visits * raters * center**2 - of_visits - of_raters, 0)
    row, column = of_visits / (visits - 1), of_raters / (raters - 1)
    error = residual / ((visits - 1) * (raters - 1))
    common = row + (raters - 1) * error
    return (row - error) / (common + raters * (column - error) / visits), (row - error) / common


def _checked(scores: ArrayLike, subjects: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Scores (n, k) as float64, and the number of each visit's subject (n,)."""
    scores, subjects = np.asarray(scores, dtype=np.float64), np.asarray(subjects)
    if scores.ndim != 2 or scores.shape[1] < 2:
        raise ValueError(f"scores has the shape {scores.shape}, expected a row a visit and two columns or more")
    if not np.isfinite(scores).all():
        row, column = np.argwhere(~np.isfinite(scores))[0]
        found = scores[row, column]
        raise ValueError(f"scores has {found} in row {row}, column {column}, expected finite numbers")
    if subjects.shape != scores.shape[:1]:
        raise ValueError(f"subjects has the shape {subjects.shape}, expected ({len(scores)},) as scores has rows")
    return scores, np.unique(subjects, return_inverse=True)[1]
