"""Prediction intervals that hold for visits of subjects that were not seen (S20)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pasi.evaluation.nested import nested_pairs, subject_count


@dataclass(frozen=True)
class ConformalWidth:
    """Half the width of a prediction interval, and how often the same rule held on these subjects.

    half_width: infinite where there are too few subjects for the level. covered: share of the visits, each subject
    counting alike, whose observed score lies within the half-width that all other subjects give. subjects: their
    number; needed: the fewest for a finite width.
    """

    half_width: float
    covered: float
    subjects: int
    needed: int


def conformal_width(
    observed: ArrayLike, predicted: ArrayLike, subjects: ArrayLike, *, level: float = 0.95
) -> ConformalWidth:
    """Half the width around a prediction that holds the observed score of a visit of a new subject.

    Split conformal prediction with subjects, not visits, as what is exchangeable: with G subjects, each absolute error
    of a subject with m visits weighs 1 / (m (G + 1)), and 1 / (G + 1) lies at infinity for the new subject. The
    half-width is the smallest error up to which the weights add up to the level (Lee, Barber and Willett,
    Distribution-free inference with hierarchical data, 2023; Dunn, Wasserman and Ramdas, Journal of the American
    Statistical Association 118, 2023). No distribution is assumed. It holds on average over subjects and visits: not
    for each subject, nor at each severity.

    It needs predictions by a model that saw none of these subjects, as those of the test part. Errors out of fold are
    of other models than the one that predicts a new subject: see `cross_conformal`.

    Args:
        observed: observed scores (n,), one per visit.
        predicted: predicted scores (n,).
        subjects: subject of each visit (n,), of any type that sorts.
        level: the share of visits of new subjects that the interval holds at least, 0 to 1.

    Returns:
        The half-width in the unit of the scores. Below level / (1 - level) subjects, 19 for 95%, it is infinite:
        so few subjects say nothing about what one in twenty of others may have.

    Raises:
        ValueError: an array is not one-dimensional, a score is not finite, or the lengths differ.

    Example:
        Four subjects with one visit each, a weight of 1/5: three of them are the least that holds a half.

        >>> found = conformal_width([0, 0, 0, 0], [1, -2, 3, 4], list("ABCD"), level=0.5)
        >>> found.half_width, found.covered, found.needed
        (3.0, 0.5, 1)
        >>> conformal_width([0, 0, 0, 0], [1, -2, 3, 4], list("ABCD")).half_width
        inf
    """
    observed, predicted, codes = nested_pairs(observed, predicted, subjects)
    count = subject_count(codes)
    errors = np.abs(predicted - observed)
    half_width = float(conformal_quantile(errors[None], subject_weights(codes), level)[0])
    covered = [np.mean(errors[codes == one] <= _without(errors, codes, one, level)) for one in range(count)]
    share = float(np.mean(covered)) if count else float("nan")
    return ConformalWidth(half_width, share, count, needed=int(np.ceil(np.round(level / (1 - level), 9))))


def subject_weights(codes: np.ndarray) -> np.ndarray:
    """The weight of each visit (n,), 1 / (m (G + 1)); the rest of 1 is that of the new subject.

    >>> subject_weights(np.array([0, 0, 1])).round(3).tolist()
    [0.167, 0.167, 0.333]
    """
    visits = np.bincount(codes)
    weights: np.ndarray = 1 / (visits[codes] * (len(visits) + 1.0))
    return weights


def conformal_quantile(values: np.ndarray, weights: np.ndarray, level: float) -> np.ndarray:
    """The smallest of each row of values (m, n) up to which the weights (n,) add up to the level; else infinity (m,).

    >>> conformal_quantile(np.array([[3.0, 1.0, 2.0]]), np.full(3, 0.25), 0.5).tolist()
    [2.0]
    """
    order = np.argsort(values, axis=1)
    reached = np.cumsum(weights[order], axis=1) >= level - 1e-12  # the sum of ten tenths is below 1
    padded = np.column_stack([np.take_along_axis(values, order, axis=1), np.full(len(values), np.inf)])
    place = np.where(reached.any(axis=1), reached.argmax(axis=1) if reached.shape[1] else 0, values.shape[1])
    found: np.ndarray = padded[np.arange(len(values)), place]
    return found


def _without(errors: np.ndarray, codes: np.ndarray, one: int, level: float) -> float:
    """The half-width that all other subjects give."""
    others = codes != one
    numbered = np.unique(codes[others], return_inverse=True)[1]
    return float(conformal_quantile(errors[None, others], subject_weights(numbered), level)[0])
