"""The regression line of predicted on observed scores, with a confidence band whose errors are clustered by subject."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pasi.evaluation.nested import FEWEST_SUBJECTS, nested_pairs, student_quantile, subject_count


@dataclass(frozen=True)
class RegressionBand:
    """A regression line on a grid (m,) and the confidence band of its mean; NaN where the data do not determine it."""

    slope: float
    intercept: float
    line: np.ndarray
    low: np.ndarray
    high: np.ndarray


def regression_band(observed: ArrayLike, predicted: ArrayLike, subjects: ArrayLike, grid: ArrayLike) -> RegressionBand:
    """Least-squares line of predicted on observed scores, with a 95% confidence band of its mean (R46).

    The variance is the cluster-robust sandwich estimator by subject with the factor CR1, G/(G-1) (n-1)/(n-2), and
    Student's t has G - 1 degrees of freedom (Cameron and Miller, Journal of Human Resources 50, 2015).

    Args:
        observed: observed scores (n,), one per visit.
        predicted: predicted scores (n,).
        subjects: subject of each visit (n,), of any type that sorts.
        grid: observed scores (m,) at which line and band are computed.

    Returns:
        Line and band, in the unit of the scores. Below 3 subjects the band is NaN; where all observed scores are
        equal, the line is NaN too.

    Raises:
        ValueError: an array is not one-dimensional, a score is not finite, or the lengths differ.

    Example:
        >>> band = regression_band([0, 2, 4, 6], [1, 2, 3, 4], ["A", "B", "C", "D"], [0.0, 10.0])
        >>> round(band.slope, 3), round(band.intercept, 3), band.line.round(3).tolist()
        (0.5, 1.0, [1.0, 6.0])
    """
    observed, predicted, codes = nested_pairs(observed, predicted, subjects)
    grid = np.asarray(grid, dtype=np.float64)
    nothing = np.full(grid.shape, np.nan)
    if np.unique(observed).size < 2:
        return RegressionBand(float("nan"), float("nan"), nothing, nothing, nothing)
    center = observed.mean()  # about its mean, X'X is diagonal
    slope = float((observed - center) @ predicted / np.square(observed - center).sum())
    line = predicted.mean() + slope * (grid - center)
    intercept = float(predicted.mean() - slope * center)
    if subject_count(codes) < FEWEST_SUBJECTS:
        return RegressionBand(slope, intercept, line, nothing, nothing)
    variance = _clustered_variance(observed - center, predicted - predicted.mean(), slope, codes)
    points = np.stack([np.ones(grid.shape), grid - center], axis=-1)  # (m, 2)
    error = np.sqrt(np.einsum("mi,ij,mj->m", points, variance, points))
    reach = student_quantile(0.95, subject_count(codes) - 1) * error
    return RegressionBand(slope, intercept, line, line - reach, line + reach)


def _clustered_variance(x: np.ndarray, y: np.ndarray, slope: float, codes: np.ndarray) -> np.ndarray:
    """CR1 covariance (2, 2) of level and slope of the line through the centred x and y (n,)."""
    residual, count = y - slope * x, subject_count(codes)
    scores = np.stack([np.bincount(codes, residual), np.bincount(codes, residual * x)])  # (2, G)
    bread = np.diag([1 / len(x), 1 / np.square(x).sum()])
    factor = count / (count - 1) * (len(x) - 1) / (len(x) - 2)
    return factor * bread @ scores @ scores.T @ bread
