"""Prediction intervals from out-of-fold errors, around the predictions of the networks of all folds (S20)."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from pasi.evaluation.conformal import conformal_quantile, subject_weights
from pasi.evaluation.nested import nested_values
from pasi.evaluation.pairs import finite_values


class PredictionIntervals(NamedTuple):
    """Lower and upper bounds (m,) of the observed scores of new visits."""

    low: np.ndarray
    high: np.ndarray


def cross_conformal(
    error: ArrayLike, subjects: ArrayLike, folds: ArrayLike, new: ArrayLike, *, level: float = 0.95
) -> PredictionIntervals:
    """CV+ intervals of visits of new subjects, with subjects as what is exchangeable.

    For each training visit, whose out-of-fold error is r and whose fold is k, network k predicts q_k of the new visit.
    The bounds are the conformal quantiles of q_k - |r| and q_k + |r| over training visits, which weigh as in
    `conformal_width` (jackknife+ and CV+: Barber et al., Annals of Statistics 49, 2021; subjects: Lee, Barber and
    Willett 2023). So each error meets the network that made it, and not the mean of all networks, which would be a
    model that nobody judged out of fold. At least 1 - 2 (1 - level) of the visits of new subjects are within the
    bounds; about the level are, as a rule.

    Args:
        error: predicted minus observed out of fold (n,), one per training visit.
        subjects: subject of each training visit (n,), of any type that sorts.
        folds: number of the fold of each training visit (n,), 0 to K - 1, whose network did not see its subject.
        new: the predictions (K, m) of new visits by the network of each fold.
        level: 0 to 1.

    Returns:
        The bounds in the unit of the scores; infinite below level / (1 - level) subjects, 19 for 95%. They may lie
        outside the scale: cut them there, if you like.

    Raises:
        ValueError: an array has other dimensions or lengths, a value is not finite, or a fold has no network.

    Example:
        Two networks, which say 10 and 12 of a new visit, and errors of 1 and 3 of four subjects.

        >>> found = cross_conformal([1, -1, 3, -3], list("ABCD"), [0, 1, 0, 1], [[10], [12]], level=0.75)
        >>> found.low.tolist(), found.high.tolist()
        ([7.0], [15.0])
    """
    errors, codes = nested_values("error", error, subjects)
    numbers = finite_values("folds", folds)
    if numbers.shape != errors.shape:
        raise ValueError(f"folds has the shape {numbers.shape}, error {errors.shape}: expected the same")
    new = np.asarray(new, dtype=np.float64)
    if new.ndim != 2 or not np.isfinite(new).all():
        raise ValueError(f"new has the shape {new.shape}, expected a row a fold and a column a visit, all finite")
    wrong = np.flatnonzero(~np.isin(numbers, np.arange(len(new))))
    if len(wrong):
        raise ValueError(f"folds has {numbers[wrong[0]]:g} in row {wrong[0]}, expected 0 to {len(new) - 1}")
    weights, predicted = subject_weights(codes), new[numbers.astype(np.int64)].T  # (m, n)
    low = -conformal_quantile(np.abs(errors) - predicted, weights, level)
    return PredictionIntervals(low, conformal_quantile(predicted + np.abs(errors), weights, level))
