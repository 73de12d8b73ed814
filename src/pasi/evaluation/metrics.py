"""Point metrics of predicted against observed scores, on numpy arrays (R44, R45).

Each function takes two arrays of the same length n, in the same unit, and computes in float64. Each raises ValueError,
naming the array, where an array is not one-dimensional, a value is not finite, or the lengths differ. A metric that is
undefined for the data, as the correlation with a constant is, is NaN and no error.
"""

import numpy as np
from numpy.typing import ArrayLike

from pasi.evaluation.pairs import paired


def mae(observed: ArrayLike, predicted: ArrayLike) -> float:
    """Mean absolute error, mean |p - y|.

    Args:
        observed: observed scores y (n,).
        predicted: predicted scores p (n,).

    Returns:
        0 (perfect) or more, in the unit of the scores; NaN for n = 0.

    Raises:
        ValueError: an array is not one-dimensional, a value is not finite, or the lengths differ.

    Example:
        The errors are 1, 0, 1 and 2.

        >>> mae([1, 2, 3, 4], [2, 2, 4, 6])
        1.0
    """
    observed, predicted = paired(observed, predicted)
    return float(np.abs(predicted - observed).mean()) if len(observed) else float("nan")


def mse(observed: ArrayLike, predicted: ArrayLike) -> float:
    """Mean squared error, mean (p - y)^2.

    Args:
        observed: observed scores y (n,).
        predicted: predicted scores p (n,).

    Returns:
        0 (perfect) or more, in the unit of the scores squared; NaN for n = 0.

    Raises:
        ValueError: an array is not one-dimensional, a value is not finite, or the lengths differ.

    Example:
        The squared errors are 1, 0, 1 and 4.

        >>> mse([1, 2, 3, 4], [2, 2, 4, 6])
        1.5
    """
    observed, predicted = paired(observed, predicted)
    return float(np.square(predicted - observed).mean()) if len(observed) else float("nan")


def pcc(observed: ArrayLike, predicted: ArrayLike) -> float:
    """Pearson's correlation coefficient, s_yp / (s_y s_p): how close the points lie to any rising line (R45).

    Args:
        observed: observed scores y (n,).
        predicted: predicted scores p (n,).

    Returns:
        -1 to 1; NaN where an array is constant or empty.

    Raises:
        ValueError: an array is not one-dimensional, a value is not finite, or the lengths differ.

    Example:
        The sums of squares about the means are 5 and 11, that of the products is 7: 7 / sqrt(5 x 11).

        >>> round(pcc([1, 2, 3, 4], [2, 2, 4, 6]), 3)
        0.944
    """
    observed, predicted = paired(observed, predicted)
    if _constant(observed) or _constant(predicted):
        return float("nan")
    y, p = observed - observed.mean(), predicted - predicted.mean()
    return float(np.clip((y / np.linalg.norm(y)) @ (p / np.linalg.norm(p)), -1, 1))


def ccc(observed: ArrayLike, predicted: ArrayLike, ddof: int = 0) -> float:
    """Lin's concordance correlation coefficient: how close the points lie to the identity line (R44).

    2 s_yp / (s_y^2 + s_p^2 + (mean y - mean p)^2), as in Lin, "A concordance correlation coefficient to evaluate
    reproducibility", Biometrics 45 (1989). Its absolute value is at most that of
    `pcc`: a shift, or another spread, lowers it.

    Args:
        observed: observed scores y (n,).
        predicted: predicted scores p (n,).
        ddof: variances and covariance divide by n - `ddof`; 0 is Lin's own form, 1 that of torchmetrics.

    Returns:
        -1 to 1, and 0 where one array is constant; NaN where both are the same constant, or for n <= `ddof`.

    Raises:
        ValueError: an array is not one-dimensional, a value is not finite, or the lengths differ.

    Example:
        The means are 2.5 and 3.5, the variances 5/4 and 11/4, the covariance is 7/4: 3.5 / (1.25 + 2.75 + 1).

        >>> ccc([1, 2, 3, 4], [2, 2, 4, 6])
        0.7
        >>> ccc([1, 2, 3, 4], [1, 2, 3, 4])
        1.0
    """
    observed, predicted = paired(observed, predicted)
    if len(observed) <= ddof:
        return float("nan")
    if _constant(observed) or _constant(predicted):  # asked first, as rounding leaves 0.1, 0.1, 0.1 a variance above 0
        both = _constant(observed) and _constant(predicted)
        return float("nan") if both and observed[0] == predicted[0] else 0.0
    (observed_variance, covariance), (_, predicted_variance) = np.cov(observed, predicted, ddof=ddof)
    shift = predicted.mean() - observed.mean()
    return float(2 * covariance / (observed_variance + predicted_variance + shift**2))


def metric_row(observed: ArrayLike, predicted: ArrayLike, ccc_ddof: int = 0) -> dict[str, float]:
    """All metrics of one learner: the cells n, mae, mse, pcc and ccc of a row of Table 1 and Table S1 (R43).

    Args:
        observed: observed scores (n,).
        predicted: predicted scores (n,).
        ccc_ddof: the `ddof` of `ccc`.

    Returns:
        n, and the metrics as their functions give them: for n = 0 each is NaN.

    Raises:
        ValueError: an array is not one-dimensional, a value is not finite, or the lengths differ.

    Example:
        >>> row = metric_row([1, 2, 3, 4], [2, 2, 4, 6])
        >>> {name: round(value, 3) for name, value in row.items()}
        {'n': 4, 'mae': 1.0, 'mse': 1.5, 'pcc': 0.944, 'ccc': 0.7}
    """
    observed, predicted = paired(observed, predicted)
    return {
        "n": len(observed),
        "mae": mae(observed, predicted),
        "mse": mse(observed, predicted),
        "pcc": pcc(observed, predicted),
        "ccc": ccc(observed, predicted, ccc_ddof),
    }


def _constant(values: np.ndarray) -> bool:
    """Whether `values` has one distinct value, or none."""
    return not len(values) or values.min() == values.max()
