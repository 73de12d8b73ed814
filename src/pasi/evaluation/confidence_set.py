"""The learners among which the best one is, with a stated confidence (S17)."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from pasi.evaluation.differences import FEWEST_FOR_VERDICT
from pasi.evaluation.ranks import subject_errors

SMALL = 1e-12  # relative to the errors: what is left of a difference between learners that are equal


class ConfidenceSet(NamedTuple):
    """By learner (L,): whether it is in the set, and p: the sets of a level above 1 - p hold it."""

    inside: np.ndarray
    p: np.ndarray


def model_confidence_set(
    observed: ArrayLike, predicted: ArrayLike, subjects: ArrayLike, *, draws: int, seed: int, level: float = 0.95
) -> ConfidenceSet:
    """The model confidence set of learners by MAE, from a bootstrap of subjects.

    Of the learners that are left, t_i is the MAE of learner i minus the mean of all, over its standard error. The
    largest t is compared with its distribution over draws of subjects, and while it is too large for equal learners
    the learner that has it goes (Hansen, Lunde and Nason, Econometrica 79, 2011, T_max). p of a learner is the largest
    p-value up to the step at which it goes, and 1 for the last one; the set holds those with p above 1 - level. It
    holds all of the truly best learners with probability `level`, up to chance in few subjects. A large set says that
    the subjects do not tell the learners apart, not that these are equally good.

    Here the statistic of a draw is divided by the standard error of that draw, not by one of all draws: with it the set
    held all of 36 equal learners in 96 to 100% of simulated trials (docs/evaluation.md), without it in 49% with 6
    subjects and 84% with 11.

    Args:
        observed: observed scores (n,), one per visit.
        predicted: scores (L, n) that each of L learners predicts.
        subjects: subject of each visit (n,), of any type that sorts.
        draws: number of bootstrap draws.
        seed: seed of their random numbers.
        level: confidence level, 0 to 1.

    Returns:
        The set. Below 11 subjects all learners are in it, with p NaN: as in `verdict_of`, so few show nothing.

    Raises:
        ValueError: an array has other dimensions or lengths, a score is not finite, there is no learner or no visit, or
            no draw.

    Example:
        Two learners whose errors are about 1 and one whose are about 3, on twelve subjects.

        >>> low, high = [0.8, 1.3, 1.0] * 4, [2.6, 3.3, 3.1] * 4
        >>> found = model_confidence_set([0] * 12, [low, low[::-1], high], range(12), draws=1000, seed=0)
        >>> found.inside.tolist(), found.p.round(2).tolist()
        ([True, True, False], [1.0, 1.0, 0.0])
    """
    errors, visits = subject_errors(observed, predicted, subjects)
    if draws < 1:
        raise ValueError(f"draws is {draws}, expected 1 or more")
    learners, count = errors.shape
    if count < FEWEST_FOR_VERDICT:
        return ConfidenceSet(np.ones(learners, dtype=bool), np.full(learners, np.nan))
    drawn = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), size=draws).astype(np.float64)
    residuals = errors - errors.sum(axis=1, keepdims=True) / visits.sum() * visits  # (L, G), whose sums are 0
    means, p, worst = errors.sum(axis=1) / visits.sum(), np.ones(learners), 0.0
    left = np.arange(learners)
    while len(left) > 1:
        own = residuals[left] - residuals[left].mean(axis=0)
        largest, place = _largest(means[left] - means[left].mean(), own, float(visits.sum()))
        worst = max(worst, float((_drawn_largest(drawn, own) >= largest).mean()))
        p[left[place]] = worst
        left = np.delete(left, place)
    return ConfidenceSet(p > 1 - level, p)


def _largest(difference: np.ndarray, residuals: np.ndarray, visits: float) -> tuple[float, int]:
    """The largest t of the learners (k,), and its place; residuals (k, G) are those of the differences."""
    count = residuals.shape[1]
    error = np.sqrt((residuals**2).sum(axis=1) * count / (count - 1)) / visits
    t = _ratio(difference, error)
    return float(t.max()), int(t.argmax())


def _drawn_largest(drawn: np.ndarray, residuals: np.ndarray) -> np.ndarray:
    """The largest t about 0 in each draw (draws,), of residuals (k, G) whose sum over all subjects is 0."""
    count = residuals.shape[1]
    sums = drawn @ residuals.T
    squares = np.maximum(drawn @ (residuals**2).T - sums**2 / count, 0)
    largest: np.ndarray = _ratio(sums, np.sqrt(squares * count / (count - 1))).max(axis=1)
    return largest


def _ratio(difference: np.ndarray, error: np.ndarray) -> np.ndarray:
    """t, 0 where a difference does not exceed the rounding of equal learners, infinite where it alone does."""
    scale = SMALL * max(1.0, float(np.abs(difference).max()))
    with np.errstate(divide="ignore", invalid="ignore"):
        t = difference / np.where(error > scale, error, 0)
    return np.where(np.abs(difference) <= scale, 0.0, t)
