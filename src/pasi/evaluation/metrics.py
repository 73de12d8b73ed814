"""Point metrics of predictions against what physicians observed, on numpy arrays (R44, R45).

Every function takes two 1-D arrays of the same length n, in the same unit, and computes in float64. ValueError, naming
the array, where one is not 1-D, the lengths differ or a value is not finite. A metric that the data do not define
(no rows, a correlation with a constant) is NaN, never an error.
"""

import numpy as np
from numpy.typing import ArrayLike


def paired(observed: ArrayLike, predicted: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Both as float64 arrays (n,); raises ValueError as the head of this module says."""
    observed, predicted = (np.asarray(values, dtype=np.float64) for values in (observed, predicted))
    for name, values in (("observed", observed), ("predicted", predicted)):
        if values.ndim != 1:
            raise ValueError(f"{name} has the shape {values.shape}, expected one dimension")
        if not np.isfinite(values).all():
            row = int(np.flatnonzero(~np.isfinite(values))[0])
            raise ValueError(f"{name} has {values[row]} in row {row}, expected finite numbers")
    if observed.shape != predicted.shape:
        raise ValueError(f"observed has {len(observed)} rows, predicted {len(predicted)}: expected as many")
    return observed, predicted


def mae(observed: ArrayLike, predicted: ArrayLike) -> float:
    """Mean absolute error, mean |p - y|: 0 (perfect) upwards, in the unit of the data."""
    observed, predicted = paired(observed, predicted)
    return float(np.abs(predicted - observed).mean()) if len(observed) else float("nan")


def mse(observed: ArrayLike, predicted: ArrayLike) -> float:
    """Mean squared error, mean (p - y)^2: 0 (perfect) upwards, in the unit of the data squared."""
    observed, predicted = paired(observed, predicted)
    return float(np.square(predicted - observed).mean()) if len(observed) else float("nan")


def pcc(observed: ArrayLike, predicted: ArrayLike) -> float:
    """Pearson's correlation s_yp / (s_y s_p), -1 to 1; NaN where either side is constant or empty (R45)."""
    observed, predicted = paired(observed, predicted)
    if _constant(observed) or _constant(predicted):
        return float("nan")
    y, p = observed - observed.mean(), predicted - predicted.mean()
    return float(np.clip((y / np.linalg.norm(y)) @ (p / np.linalg.norm(p)), -1, 1))


def ccc(observed: ArrayLike, predicted: ArrayLike, ddof: int = 0) -> float:
    """Lin's concordance correlation 2 s_yp / (s_y^2 + s_p^2 + (mean y - mean p)^2), -1 to 1 (Lin 1989; R44).

    Variances and covariance divide by n - `ddof`: 0 is Lin's own form, 1 that of torchmetrics. 0 where one side is
    constant; NaN where both are the same constant, or for n <= `ddof`.
    """
    observed, predicted = paired(observed, predicted)
    if len(observed) <= ddof:
        return float("nan")
    if _constant(observed) or _constant(predicted):  # said outright: rounding makes the variance of 0.1, 0.1, 0.1 not 0
        both = _constant(observed) and _constant(predicted)
        return float("nan") if both and observed[0] == predicted[0] else 0.0
    (observed_variance, covariance), (_, predicted_variance) = np.cov(observed, predicted, ddof=ddof)
    shift = predicted.mean() - observed.mean()
    return float(2 * covariance / (observed_variance + predicted_variance + shift**2))


def metric_row(observed: ArrayLike, predicted: ArrayLike, ccc_ddof: int = 0) -> dict[str, float]:
    """The row of a results table: n, mae, mse, pcc, ccc (Table 1, Table S1); all but n are NaN for n = 0."""
    observed, predicted = paired(observed, predicted)
    return {
        "n": len(observed),
        "mae": mae(observed, predicted),
        "mse": mse(observed, predicted),
        "pcc": pcc(observed, predicted),
        "ccc": ccc(observed, predicted, ccc_ddof),
    }


def decompose_mse(observed: ArrayLike, predicted: ArrayLike) -> dict[str, float]:
    """Where the squared error comes from; the three parts, each 0 or more, add up to `mse` (S19).

    bias: (mean p - mean y)^2. scale: (s_p - s_y)^2, the predictions spread too far or too little. order:
    2 (s_p s_y - s_yp) = 2 s_p s_y (1 - r), what no shift or stretch of the predictions mends. Moments divide by n.
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


def _constant(values: np.ndarray) -> bool:
    """Whether `values` has one distinct value, or none."""
    return not len(values) or values.min() == values.max()
