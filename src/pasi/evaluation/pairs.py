"""Pairs of observed and predicted scores, checked as every statistic needs them."""

import numpy as np
from numpy.typing import ArrayLike


def paired(observed: ArrayLike, predicted: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Both arrays as float64, checked as every metric needs them.

    Args:
        observed: observed scores (n,).
        predicted: predicted scores (n,).

    Returns:
        The two arrays (n,).

    Raises:
        ValueError: an array is not one-dimensional, a value is not finite, or the lengths differ.

    Example:
        >>> paired([1, 2], [3, 4])
        (array([1., 2.]), array([3., 4.]))
        >>> paired([1, 2], [3, float("nan")])
        Traceback (most recent call last):
        ValueError: predicted has nan in row 1, expected finite numbers
    """
    observed, predicted = finite_values("observed", observed), finite_values("predicted", predicted)
    if observed.shape != predicted.shape:
        raise ValueError(f"observed has {len(observed)} rows, predicted {len(predicted)}: expected as many")
    return observed, predicted


def finite_values(name: str, values: ArrayLike) -> np.ndarray:
    """An array (n,) as float64. Raises ValueError, with its name, where it has other dimensions or is not finite.

    >>> finite_values("age", [1, float("nan")])
    Traceback (most recent call last):
    ValueError: age has nan in row 1, expected finite numbers
    """
    values = np.asarray(values, dtype=np.float64)
    if values.ndim != 1:
        raise ValueError(f"{name} has the shape {values.shape}, expected one dimension")
    if not np.isfinite(values).all():
        row = int(np.flatnonzero(~np.isfinite(values))[0])
        raise ValueError(f"{name} has {values[row]} in row {row}, expected finite numbers")
    return values
