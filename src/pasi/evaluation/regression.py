"""The line of predicted on observed values, with a band whose errors are clustered by subject."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pasi.evaluation.nested import FEWEST_SUBJECTS, nested_pairs, student_quantile, subject_count


@dataclass(frozen=True)
class RegressionBand:
    """A regression line on a grid and the confidence band of its mean; NaN where the data do not give one."""

    slope: float
    intercept: float
    line: np.ndarray
    low: np.ndarray
    high: np.ndarray


def regression_band(observed: ArrayLike, predicted: ArrayLike, subjects: ArrayLike, grid: ArrayLike) -> RegressionBand:
    """Least-squares line of predicted on observed (n,) at `grid` (m,), with a 95% confidence band of the mean (R46).

    The variance is the cluster-robust sandwich by subject with the CR1 factor G/(G-1) (n-1)/(n-2) and Student's t with
    G - 1 degrees of freedom (Cameron and Miller 2015). No band below 3 subjects, no line where observed is constant.
    Raises as `ccc_interval`.
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
