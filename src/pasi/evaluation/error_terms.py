"""What the squared error is made of."""

import numpy as np
from numpy.typing import ArrayLike

from pasi.evaluation.pairs import paired


def decompose_mse(observed: ArrayLike, predicted: ArrayLike) -> dict[str, float]:
    """The squared error as the sum of three terms: bias, slope and scatter (A6).

    bias, (mean p - mean y)^2, is a shift of all predictions. slope, (s_p - r s_y)^2, is what the calibration line of
    observed on predicted scores would remove besides: predictions that are spread too widely or too narrowly for how
    well they order the visits. scatter, (1 - r^2) s_y^2, is what no line removes. Moments divide by n, and r s_y is 0
    where all predictions are equal. The terms are those of Theil, Applied Economic Forecasting (1966), and Murphy,
    Monthly Weather Review 116 (1988).

    Args:
        observed: observed scores y (n,).
        predicted: predicted scores p (n,).

    Returns:
        The three terms, each 0 or more; they add up to `mse`. All are NaN for n = 0.

    Raises:
        ValueError: an array is not one-dimensional, a value is not finite, or the lengths differ.

    Example:
        The predictions are 2 y - 1: 1 too high on average, and of twice the spread. The MSE is 5/3.

        >>> {name: round(value, 3) for name, value in decompose_mse([1, 2, 3], [1, 3, 5]).items()}
        {'bias': 1.0, 'slope': 0.667, 'scatter': 0.0}
    """
    observed, predicted = paired(observed, predicted)
    if not len(observed):
        return dict.fromkeys(("bias", "slope", "scatter"), float("nan"))
    y, p = observed - observed.mean(), predicted - predicted.mean()
    gain = (y @ p) / (p @ p) if p @ p else 0.0  # the slope of the calibration line
    return {
        "bias": float((predicted.mean() - observed.mean()) ** 2),
        "slope": float((1 - gain) ** 2 * np.square(p).mean()),
        "scatter": float(np.square(y - gain * p).mean()),
    }
