"""A mean, such as the rate of an endpoint, where physicians scored a part of the subjects and a model all of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pasi.evaluation.intervals import Interval
from pasi.evaluation.nested import FEWEST_SUBJECTS, student_quantile
from pasi.evaluation.pairs import finite_values, paired

PSEUDO = 1  # subjects of each answer that are added for an interval, as Agresti and Caffo do for two rates


@dataclass(frozen=True)
class PoweredMean:
    """mean: prediction-powered. physicians: of the scored subjects alone. weight: lambda, what the model counts.

    gain: squared error of `physicians` over that of `mean`: 2 stands for as good as twice as many scored subjects.
    error: standard error of `mean`.
    """

    mean: Interval
    physicians: Interval
    weight: float
    gain: float
    error: float


def prediction_powered_mean(
    observed: ArrayLike,
    predicted: ArrayLike,
    unscored: ArrayLike,
    *,
    weight: float | None = None,
    level: float = 0.95,
) -> PoweredMean:
    """The mean of a score over all subjects, from those scored by physicians and the model's reading of the others.

    mean y + w (mean f' - mean f), with y and f the score and the reading of the n scored subjects and f' the reading of
    the N others. Its variance is var(y - w f) / n + w^2 var(f') / N (Angelopoulos et al., Science 382, 2023, with
    w = 1). The weight that makes it least is cov(y, f) / ((1 + n / N) var f) (Angelopoulos, Duchi and Zrnic, PPI++,
    arXiv 2311.01453), here cut to 0 and 1; with a model that is no use it is near 0, and the physicians' mean is left.
    Half an interval is Student's quantile with n - 1 degrees of freedom times the error, where they had the normal one.
    Where all scores are 0 or 1, two more scored subjects count for the interval, the error and the gain, one of each
    answer and both with the mean reading (as Agresti and Caffo, The American Statistician 54, 2000, do for two rates),
    because nothing varies among ten subjects of whom none reaches an endpoint.

    Which subjects physicians score must be drawn at random, within each arm. The mean is then right whatever the model
    does, up to its estimated weight. One number a subject: of several visits take their mean. The difference of two
    arms is `difference_of` both means (`pasi.evaluation.rate_difference`).

    Args:
        observed: score of each scored subject (n,), such as 0 or 1 for an endpoint.
        predicted: the model's reading of the same subjects (n,).
        unscored: its reading of the other subjects (N,).
        weight: w; None for the one with the least variance.
        level: confidence level, 0 to 1.

    Returns:
        Means with intervals that are not cut to the range of the scores. Bounds are NaN below 3 scored subjects, with
        one unscored subject of weight above 0, and where scores other than 0 and 1 do not vary. Without unscored
        subjects the weight is 0.

    Raises:
        ValueError: an array is not one-dimensional, a score is not finite, or the lengths differ.

    Example:
        Of four scored subjects the model misses one; of the eight others it reads six as responders.

        >>> found = prediction_powered_mean([1, 1, 1, 0], [1, 1, 0, 0], [1] * 6 + [0] * 2, weight=1)
        >>> found.mean.estimate, found.physicians.estimate  # 0.75 + (0.75 - 0.5)
        (1.0, 0.75)
        >>> found = prediction_powered_mean([1, 1, 1, 0], [1, 1, 0, 0], [1] * 6 + [0] * 2)
        >>> round(found.weight, 3), round(found.mean.estimate, 3)  # (1 / 6) / (1.5 x 8 / 33)
        (0.458, 0.865)
    """
    y, f = paired(observed, predicted)
    others = finite_values("unscored", unscored)
    w = (_best_weight(y, f, others) if weight is None else float(weight)) if len(others) else 0.0
    shift = w * float(others.mean()) if len(others) else 0.0
    wide, read = _with_pseudo_subjects(y, f, others)
    rest = _variance(w * others) if w else 0.0
    variance, alone = _variance(wide - w * read) + rest, _variance(wide)
    mean, center = (float(own.mean()) + shift if len(y) else float("nan") for own in (y - w * f, wide - w * read))
    plain = float(y.mean()) if len(y) else float("nan")
    return PoweredMean(
        mean=_interval(mean, center, variance, len(y), level),
        physicians=_interval(plain, float(wide.mean()) if len(y) else plain, alone, len(y), level),
        weight=w,
        gain=alone / variance if variance > 0 else float("nan"),
        error=float(np.sqrt(variance)),
    )


def _with_pseudo_subjects(y: np.ndarray, f: np.ndarray, others: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Scores and readings of the scored subjects; of answers with PSEUDO more of each kind, all of the mean reading."""
    if not len(y) or not np.isin(y, (0.0, 1.0)).all():
        return y, f
    mean = float(np.concatenate([f, others]).mean())
    return np.concatenate([y, np.repeat([0.0, 1.0], PSEUDO)]), np.concatenate([f, np.full(2 * PSEUDO, mean)])


def _best_weight(y: np.ndarray, f: np.ndarray, others: np.ndarray) -> float:
    """The weight with the least variance, from 0 to 1; that of f is estimated from all readings."""
    if len(y) < FEWEST_SUBJECTS or not len(others):
        return 0.0
    spread = float(np.var(np.concatenate([f, others]), ddof=1))
    covariance = float(np.cov(y, f)[0, 1])
    return float(np.clip(covariance / ((1 + len(y) / len(others)) * spread), 0, 1)) if spread > 0 else 0.0


def _variance(values: np.ndarray) -> float:
    """Squared standard error of a mean; NaN below two values."""
    return float(np.var(values, ddof=1)) / len(values) if len(values) > 1 else float("nan")


def _interval(mean: float, center: float, variance: float, scored: int, level: float) -> Interval:
    nan = float("nan")
    if scored < FEWEST_SUBJECTS:
        return Interval(mean, nan, nan, f"none: fewer than {FEWEST_SUBJECTS} scored subjects", scored)
    if not variance > 0:
        return Interval(mean, nan, nan, "none: nothing varies, or one unscored subject", scored)
    reach = student_quantile(level, scored - 1) * float(np.sqrt(variance))
    return Interval(mean, center - reach, center + reach, "prediction-powered, Student's t", scored)
