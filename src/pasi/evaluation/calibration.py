"""The calibration line, of observed on predicted scores, with intervals over subjects."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pasi.evaluation.nested import FEWEST_SUBJECTS, jackknife_error, nested_pairs, student_quantile, subject_count

LEVEL = 0.95
LEAST_SPREAD = (
    1e-3  # predictions of a smaller spread, in that of the observed scores, are rounding errors of a constant
)


@dataclass(frozen=True)
class Calibration:
    """A calibration line: slope with its interval, intercept, and the line on a grid (m,) with its pointwise band.

    NaN stands where the data do not determine a number.
    """

    slope: float
    slope_low: float
    slope_high: float
    intercept: float
    line: np.ndarray
    low: np.ndarray
    high: np.ndarray


def calibration_line(observed: ArrayLike, predicted: ArrayLike, subjects: ArrayLike, grid: ArrayLike) -> Calibration:
    """Least-squares line of observed on predicted scores, with a pointwise 95% band of its mean (R46).

    A prediction p stands for an observed score of intercept + slope p on average. A slope of 1 and an intercept of 0
    are perfect calibration; a slope below 1 means that the predictions are spread too widely. The line of predicted on
    observed answers another question, and has a slope below 1 even for calibrated predictions.

    The errors are those of a jackknife of subjects, which is the cluster-robust variance CR3, and Student's t has
    G - 1 degrees of freedom (Bell and McCaffrey, Survey Methodology 28, 2002; Cameron and Miller, Journal of Human
    Resources 50, 2015). Each point of the band has 95%; the line as a whole, over the range of the predictions, has 82
    to 87% in simulated trials (docs/evaluation.md).

    Args:
        observed: observed scores (n,), one per visit.
        predicted: predicted scores (n,).
        subjects: subject of each visit (n,), of any type that sorts.
        grid: predicted scores (m,) at which line and band are computed.

    Returns:
        Line, band and slope, in the unit of the scores. Below 3 subjects, and where the predictions are all equal
        without one of the subjects, the intervals are NaN. Where all are equal, or spread by less than a thousandth of
        the observed scores, the line is NaN too.

    Raises:
        ValueError: an array is not one-dimensional, a score is not finite, or the lengths differ.

    Example:
        >>> found = calibration_line([1, 2, 3, 4], [0, 2, 4, 6], ["A", "B", "C", "D"], [0.0, 10.0])
        >>> round(found.slope, 3), round(found.intercept, 3), found.line.round(3).tolist()
        (0.5, 1.0, [1.0, 6.0])
    """
    observed, predicted, codes = nested_pairs(observed, predicted, subjects)
    grid = np.asarray(grid, dtype=np.float64)
    nan, nothing = float("nan"), np.full(grid.shape, np.nan)
    if predicted.std() <= LEAST_SPREAD * observed.std() or np.unique(predicted).size < 2:
        return Calibration(nan, nan, nan, nan, nothing, nothing, nothing)
    middle = predicted.mean()
    sums = _sums(observed, predicted - middle, codes)
    slope, level = _coefficients(sums.sum(axis=0))
    line, intercept = level + slope * (grid - middle), float(level - slope * middle)
    slopes, levels = _coefficients(sums.sum(axis=0) - sums)
    if subject_count(codes) < FEWEST_SUBJECTS or not np.isfinite(slopes).all():
        return Calibration(float(slope), nan, nan, intercept, line, nothing, nothing)
    t = student_quantile(LEVEL, subject_count(codes) - 1)
    lines = levels[:, None] + slopes[:, None] * (grid - middle)  # (G, m)
    reach = t * np.sqrt((len(lines) - 1) * lines.var(axis=0))
    of_slope = t * jackknife_error(slopes)
    return Calibration(
        float(slope), float(slope - of_slope), float(slope + of_slope), intercept, line, line - reach, line + reach
    )


def _sums(y: np.ndarray, p: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """For each subject the sums of 1, y, p, p^2 and yp (G, 5)."""
    return np.stack([np.bincount(codes, terms) for terms in (np.ones_like(y), y, p, p * p, y * p)], axis=1)


def _coefficients(sums: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Slope and level at p = 0 (...) of the line through the visits with these sums (..., 5); NaN without spread."""
    n, y, p, pp, yp = np.moveaxis(sums, -1, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = pp - p * p / n
        spread = np.where(spread > 1e-12 * pp, spread, np.nan)  # below that it is a rounding error
        slope = (yp - y * p / n) / spread
        return slope, (y - slope * p) / n
