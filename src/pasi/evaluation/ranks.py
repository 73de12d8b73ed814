"""Ranks of learners by MAE, with intervals, and how probable it is that each is the best (S17)."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from pasi.evaluation.differences import FEWEST_FOR_VERDICT
from pasi.evaluation.nested import jackknife_covariance, nested_pairs, student_quantile

TIE = 1e-12  # points of the score; a smaller difference of two MAEs is a rounding error


class Ranks(NamedTuple):
    """By learner (L,): its rank, 1 the lowest MAE, and the bounds of its true rank; then what the draws show.

    drawn_low, drawn_high: bounds of the middle part of its ranks. best: share of the draws in which it is best.
    """

    rank: np.ndarray
    low: np.ndarray
    high: np.ndarray
    drawn_low: np.ndarray
    drawn_high: np.ndarray
    best: np.ndarray


def rank_intervals(
    observed: ArrayLike, predicted: ArrayLike, subjects: ArrayLike, *, draws: int, seed: int, level: float = 0.95
) -> Ranks:
    """Ranks of learners by MAE on the same visits: intervals of the true ranks, and ranks in a bootstrap of subjects.

    The rank is 1 plus the number of learners with a lower MAE. low is 1 plus the number of learners that are shown to
    be better, high is L minus the number shown to be worse, each by a jackknife-t of subjects on the difference of the
    two MAEs, at (1 - level) / (L - 1) by Bonferroni (Mogstad, Romano, Shaikh and Wilhelm, Review of Economic Studies
    91, 2024, with a simpler adjustment). The level is that of one learner, which was named beforehand: of many rank
    intervals some are wrong.

    In each of `draws` samples of G subjects with replacement all learners are ranked, too. drawn_low and drawn_high are
    the inverted-cdf quantiles of its ranks at (1 -/+ level) / 2. They say how much ranks move, and are no confidence
    interval: in docs/evaluation.md they hold the rank of the truly best of 36 learners in 41% of trials with 6
    subjects. best is the share of draws in which a learner's MAE is the lowest, shared among equals (Goldstein and
    Spiegelhalter, Journal of the Royal Statistical Society A 159, 1996): how often chance in the subjects lets it look
    best, and not the probability that it is.

    Args:
        observed: observed scores (n,), one per visit.
        predicted: scores (L, n) that each of L learners predicts.
        subjects: subject of each visit (n,), of any type that sorts.
        draws: number of bootstrap draws.
        seed: seed of their random numbers.
        level: confidence level, 0 to 1.

    Returns:
        Ranks and shares of each learner. Below 11 subjects the bounds are 1 and L: as in `verdict_of`, so few subjects
        show nothing of learners.

    Raises:
        ValueError: an array has other dimensions or lengths, a score is not finite, there is no learner or no visit, or
            no draw.

    Example:
        The first learner is better on each subject, the others are equal.

        >>> predicted = [[1, 1, 2, 1], [3, 2, 4, 2], [3, 2, 4, 2]]
        >>> found = rank_intervals([0, 0, 0, 0], predicted, ["A", "A", "B", "C"], draws=100, seed=0)
        >>> found.rank.tolist(), found.low.tolist(), found.high.tolist()
        ([1, 2, 2], [1, 1, 1], [3, 3, 3])
        >>> found.drawn_high.tolist(), found.best.tolist()
        ([1, 2, 2], [1.0, 0.0, 0.0])
    """
    errors, visits = subject_errors(observed, predicted, subjects)
    if draws < 1:
        raise ValueError(f"draws is {draws}, expected 1 or more")
    count = len(visits)
    drawn = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), size=draws)  # (draws, G)
    means = (drawn @ errors.T) / (drawn @ visits)[:, None]  # (draws, L)
    ranks, rank = _ranks(means), _ranks(errors.sum(axis=1)[None] / visits.sum())[0]
    tails = [(1 - level) / 2, (1 + level) / 2]
    drawn_low, drawn_high = np.quantile(ranks, tails, axis=0, method="inverted_cdf").astype(np.int64)
    first = ranks == 1
    best = (first / first.sum(axis=1, keepdims=True)).mean(axis=0)
    return Ranks(rank, *_bounds(errors, visits, level), drawn_low, drawn_high, best)


def subject_errors(observed: ArrayLike, predicted: ArrayLike, subjects: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Sums of absolute errors of each learner and subject (L, G), and numbers of visits (G,).

    >>> errors, visits = subject_errors([0, 0, 0], [[1, 2, 3], [1, 1, 1]], ["A", "A", "B"])
    >>> errors.tolist(), visits.tolist()
    ([[3.0, 3.0], [2.0, 1.0]], [2, 1])
    """
    rows = np.asarray(predicted, dtype=np.float64)
    if rows.ndim != 2 or not rows.size:
        raise ValueError(f"predicted has the shape {rows.shape}, expected a row a learner and a column a visit")
    pairs = [nested_pairs(observed, row, subjects) for row in rows]
    errors = np.stack([np.bincount(codes, np.abs(p - y)) for y, p, codes in pairs])
    return errors, np.bincount(pairs[0][2])


def _bounds(errors: np.ndarray, visits: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Bounds (L,) of each rank, from the learners that are shown to be better or worse."""
    learners, count = errors.shape
    if count < FEWEST_FOR_VERDICT or learners < 2:
        return np.ones(learners, dtype=np.int64), np.full(learners, learners)
    total, visited = errors.sum(axis=1, keepdims=True), visits.sum()
    covariance = jackknife_covariance((total - errors) / (visited - visits))
    variance = np.diag(covariance)[:, None] + np.diag(covariance) - 2 * covariance
    difference = (total - total.T) / visited  # (L, L), above 0 where the learner of the column is better
    reach = student_quantile(1 - (1 - level) / (learners - 1), count - 1) * np.sqrt(np.maximum(variance, 0)) + TIE
    return 1 + (difference > reach).sum(axis=1), learners - (difference < -reach).sum(axis=1)


def _ranks(means: np.ndarray) -> np.ndarray:
    """1 plus the number of learners with a lower mean, in each row (m, L)."""
    order = np.sort(means, axis=1)
    ends = np.concatenate([np.full((len(means), 1), True), np.diff(order, axis=1) > TIE], axis=1)
    place = np.maximum.accumulate(np.where(ends, np.arange(1, means.shape[1] + 1), 0), axis=1)
    ranks = np.empty(means.shape, dtype=np.int64)
    np.put_along_axis(ranks, np.argsort(means, axis=1), place, axis=1)
    return ranks
