"""What the squared error is made of."""

import numpy as np
from numpy.typing import ArrayLike

from pasi.evaluation.pairs import paired


def decompose_mse(observed: ArrayLike, predicted: ArrayLike) -> dict[str, float]:
    """The squared error as the sum of three terms: bias, scale and order (A6).

    bias, (mean p - mean y)^2, is a shift of all predictions. scale, (s_p - s_y)^2, is a spread that is too wide or too
    narrow. order, 2 s_p s_y (1 - r), is what no shift or stretch of the predictions removes. Moments divide by n. The
    terms are those of Kobayashi and Salam, Agronomy Journal 92 (2000).

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
        {'bias': 1.0, 'scale': 0.667, 'order': 0.0}
    """
    observed, predicted = paired(observed, predicted)
    if not len(observed):
        return dict.fromkeys(("bias", "scale", "order"), float("nan"))
    (observed_variance, covariance), (_, predicted_variance) = np.cov(observed, predicted, ddof=0)
    deviations = np.sqrt(observed_variance), np.sqrt(predicted_variance)
    return {
        "bias": float((predicted.mean() - observed.mean()) ** 2),
        "scale": float((deviations[1] - deviations[0]) ** 2),
        "order": float(max(0.0, 2 * (deviations[0] * deviations[1] - covariance))),
    }
