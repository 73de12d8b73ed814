"""Whether the differences grow with the score: their line, their spread, and limits of agreement that widen (S8)."""

from dataclasses import dataclass
from math import pi, sqrt

import numpy as np
from numpy.typing import ArrayLike

from pasi.evaluation.intervals import Interval
from pasi.evaluation.jackknife import left_out_interval
from pasi.evaluation.limits import LIMIT
from pasi.evaluation.nested import nested_pairs, subject_count
from pasi.evaluation.pairs import finite_values

OF_NORMAL = sqrt(pi / 2)  # a normal standard deviation over its mean absolute value


@dataclass(frozen=True)
class ProportionalBias:
    """How difference and spread change with the score, and the limits of agreement at some scores (m,).

    slope: points of the difference for each point of the score; spread: the same of the mean absolute residual.
    """

    slope: Interval
    spread: Interval
    bias: np.ndarray
    lower: np.ndarray
    upper: np.ndarray


def proportional_bias(
    observed: ArrayLike, predicted: ArrayLike, subjects: ArrayLike, scores: ArrayLike, *, level: float = 0.95
) -> ProportionalBias:
    """The line of the differences on the means of both scores, and limits of agreement that follow their spread.

    With d = p - y and m = (y + p) / 2, b0 + b1 m is the least-squares line of d on m, and c0 + c1 m that of the
    absolute residuals, whose mean is 0.80 standard deviations if they are normal. The limits at m are
    b0 + b1 m +/- 1.96 sqrt(pi / 2) (c0 + c1 m), V-shaped where c1 is not 0 (Bland and Altman, Statistical Methods in
    Medical Research 8, 1999, section 3.2). A spread below 0 is taken as 0. The intervals are a jackknife-t of subjects,
    in which both lines are fitted anew without each subject.

    b1 is above 0 where the predictions vary more than the observed scores, and below 0 where they vary less, whatever
    the errors: a predictor that is calibrated varies less, so that b1 is below 0 for it. The question whether a
    prediction is right on average is that of `calibration_line`.

    Args:
        observed: observed scores y (n,), one per visit.
        predicted: predicted scores p (n,).
        subjects: subject of each visit (n,), of any type that sorts.
        scores: means of both scores (m,) at which bias and limits are computed.
        level: confidence level of the intervals, 0 to 1.

    Returns:
        Slopes and limits. All is NaN where all means are equal; bounds are NaN below 3 subjects, and where all means
        are equal without one of them.

    Raises:
        ValueError: an array is not one-dimensional, a score is not finite, or the lengths differ.

    Example:
        The differences are 1, 2, 3 and 4 at means of 2, 4, 6 and 8: on the line, without a spread.

        >>> found = proportional_bias([1.5, 3, 4.5, 6], [2.5, 5, 7.5, 10], ["A", "B", "C", "D"], [10.0])
        >>> found.slope.estimate, found.spread.estimate, found.upper.tolist()
        (0.5, 0.0, [5.0])
    """
    observed, predicted, codes = nested_pairs(observed, predicted, subjects)
    scores = finite_values("scores", scores)
    mean, difference = (observed + predicted) / 2, predicted - observed
    others = np.arange(subject_count(codes))[:, None] != codes  # (G, n): the visits without each subject
    everyone = np.ones((1, len(mean)), dtype=bool)
    ((level_0, slope, spread_0, spread),) = _lines(mean, difference, everyone)
    without = _lines(mean, difference, others)
    bias, reach = level_0 + slope * scores, LIMIT * OF_NORMAL * np.maximum(spread_0 + spread * scores, 0)
    return ProportionalBias(
        left_out_interval(float(slope), without[:, 1], level=level),
        left_out_interval(float(spread), without[:, 3], level=level),
        *(bias, bias - reach, bias + reach),
    )


def _lines(mean: np.ndarray, difference: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """b0, b1, c0 and c1 (k, 4) of k sets of visits (k, n)."""
    level, slope = _line(mean, np.broadcast_to(difference, kept.shape), kept)
    residuals = np.abs(difference - level[:, None] - slope[:, None] * mean)
    tiny = 1e-9 * np.abs(difference).max(initial=0.0)  # residuals of a perfect line are rounding errors
    return np.stack([level, slope, *_line(mean, np.where(residuals > tiny, residuals, 0.0), kept)], axis=1)


def _line(x: np.ndarray, y: np.ndarray, kept: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Level at 0 and slope (k,) of y (k, n) on x (n,), each of the visits that are kept (k, n)."""
    weight = kept.astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        count = weight.sum(axis=1)
        middle, height = weight @ x / count, (weight * y).sum(axis=1) / count
        away = weight * (x - middle[:, None])
        variation = (away**2).sum(axis=1)
        variation = np.where(variation > 1e-12 * (weight @ x**2), variation, np.nan)
        slope = (away * y).sum(axis=1) / variation
        return height - slope * middle, slope
