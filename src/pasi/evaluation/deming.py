"""Deming's line: predicted on observed scores where both have errors of the same size (S9)."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from pasi.evaluation.intervals import Interval
from pasi.evaluation.jackknife import jackknife_interval
from pasi.evaluation.moments import moment_sums
from pasi.evaluation.nested import nested_pairs


class DemingLine(NamedTuple):
    """Slope, and intercept in points, of predicted on observed scores."""

    slope: Interval
    intercept: Interval


def deming_line(observed: ArrayLike, predicted: ArrayLike, subjects: ArrayLike, *, level: float = 0.95) -> DemingLine:
    """The line through the visits that is nearest to them at right angles, of p on y.

    slope = (s_p^2 - s_y^2 + sqrt((s_p^2 - s_y^2)^2 + 4 s_yp^2)) / (2 s_yp), intercept = mean p - slope mean y: the
    maximum-likelihood line where the errors of both scores are normal with equal variances (Linnet, Clinical Chemistry
    39, 1993). Least squares of p on y is flattened by the physician's error, this is not. If the predictions have the
    larger errors, as they usually have, its slope is above the true one. It describes; it predicts nothing.

    Args:
        observed: observed scores y (n,), one per visit.
        predicted: predicted scores p (n,).
        subjects: subject of each visit (n,), of any type that sorts.
        level: confidence level, 0 to 1.

    Returns:
        Slope and intercept, with intervals from a jackknife-t of subjects. NaN where the scores do not vary together;
        bounds are NaN below 3 subjects, and where the line is undefined without one of them.

    Raises:
        ValueError: an array is not one-dimensional, a score is not finite, or the lengths differ.

    Example:
        >>> found = deming_line([0, 2, 4, 6], [1, 5, 9, 13], ["A", "B", "C", "D"])
        >>> found.slope.estimate, found.intercept.estimate
        (2.0, 1.0)
    """
    observed, predicted, codes = nested_pairs(observed, predicted, subjects)
    sums = moment_sums(observed, predicted, codes)
    middle = observed.mean() if len(codes) else 0.0
    slope = jackknife_interval(sums, lambda some: _line(some, middle)[0], level=level)
    return DemingLine(slope, jackknife_interval(sums, lambda some: _line(some, middle)[1], level=level))


def _line(sums: np.ndarray, middle: float) -> tuple[np.ndarray, np.ndarray]:
    """Slope and intercept (...) from sums (..., 6) of `moment_sums`, which are about `middle`, the mean of all y."""
    count, y, p, yy, pp, yp = np.moveaxis(sums, -1, 0)
    along, up, both = yy - y * y / count, pp - p * p / count, yp - y * p / count
    both = np.where(np.abs(both) > 1e-12 * np.sqrt(np.maximum(yy * pp, 0)), both, np.nan)
    slope = (up - along + np.hypot(up - along, 2 * both)) / (2 * both)
    return slope, middle * (1 - slope) + (p - slope * y) / count
