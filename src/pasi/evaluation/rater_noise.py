"""What the error of the raters alone does to the figures of a perfect predictor."""

from dataclasses import dataclass
from math import pi, sqrt

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True)
class RaterNoise:
    """Figures against the scores of one rater. All but `mae` are NaN where the raters err by more than scores spread.

    mae, ccc, slope: those of a perfect predictor, which gives the score without the rater's error; slope is that of the
    line of predicted on observed scores. highest_ccc: the largest CCC of any prediction that knows nothing of the
    rater's error.
    """

    mae: float
    ccc: float
    highest_ccc: float
    slope: float


def rater_noise(observed: ArrayLike, rater_difference: float) -> RaterNoise:
    """The figures of a perfect predictor where two raters of one visit differ by `rater_difference` on average.

    An observed score is y = t + e, a true score and the rater's error, which is normal with the standard deviation d,
    independent of t and of another rater's error. Two raters then differ by D = 2 d / sqrt(pi) on average, so that
    d = D sqrt(pi) / 2. With R = 1 - d^2 / s_y^2, the reliability of one rater, a prediction p = t has

    - MAE: sqrt(2 / pi) d = D / sqrt(2);
    - CCC: 2 s_t^2 / (s_y^2 + s_t^2) = 2 R / (1 + R);
    - slope of the line of p on y: s_t^2 / s_y^2 = R, below 1. The calibration line, of y on p, has the slope 1.

    No p that is independent of e has a larger CCC than sqrt(R), which p = t / sqrt(R), about the same mean, reaches by
    being spread as widely as the observed scores. Sources: Spearman, American Journal of Psychology 15 (1904), for R
    and the line of p on y; Lin 1989 for the CCC. Errors that grow with the score, as those of PASI do, have the same
    formulas with their mean square for d^2, but for the MAE, which is then lower.

    Args:
        observed: observed scores (n,), of one rater each.
        rater_difference: mean absolute difference D between two raters, in the unit of the scores, above 0.

    Returns:
        The figures. CCCs and slope are NaN where d is at least the standard deviation of the observed scores.

    Raises:
        ValueError: `observed` is not one-dimensional, or holds a value that is not finite.

    Example:
        The standard deviation of the observed scores is 2, that of the raters' error 1, so that R = 3/4.

        >>> found = rater_noise([8, 12, 8, 12], 2 / sqrt(pi))
        >>> [round(value, 3) for value in (found.mae, found.ccc, found.highest_ccc, found.slope)]
        [0.798, 0.857, 0.866, 0.75]
    """
    observed = np.asarray(observed, dtype=np.float64)
    if observed.ndim != 1 or not np.isfinite(observed).all():
        raise ValueError(f"observed has the shape {observed.shape}, or values that are not finite: expected (n,)")
    mae, nan = rater_difference / sqrt(2), float("nan")
    variance = float(observed.var()) if len(observed) else 0.0
    error = rater_difference**2 * pi / 4
    if error >= variance:
        return RaterNoise(mae, nan, nan, nan)
    reliability = 1 - error / variance
    return RaterNoise(mae, 2 * reliability / (1 + reliability), sqrt(reliability), reliability)
