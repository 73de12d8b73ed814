"""Ridge regression for a path of penalties, and the choice of a penalty by grouped cross-validation (R40)."""

from collections.abc import Callable, Sequence
from typing import cast

import numpy as np

from pasi.errors import SettingError

# (mask of the fitted rows, mask of those held out) -> sums of squared errors on the rows held out, one per penalty
PathErrors = Callable[[np.ndarray, np.ndarray], np.ndarray]


def ridge_path(
    predictors: np.ndarray, observed: np.ndarray, alphas: Sequence[float], *, intercept: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Minimise |y - b - X w|^2 + alpha |w|^2 for each alpha >= 0.

    predictors X (n, p) are not standardised; observed y (n,). Returns coefficients w (alphas, p) and intercepts b
    (alphas,), which are 0 without `intercept` and never penalised. One decomposition serves all penalties. For alpha 0
    and columns that depend on each other, w is the shortest solution.
    """
    center = predictors.mean(axis=0) if intercept else np.zeros(predictors.shape[1])
    level = observed.mean() if intercept else 0.0
    joined = np.column_stack([predictors - center, observed - level])
    # QR keeps the precision that X'X would lose. numpy's types know no other mode than "reduced".
    triangle = cast(np.ndarray, np.linalg.qr(joined, mode="r"))
    left, singular, right = np.linalg.svd(triangle[:, :-1], full_matrices=False)
    real = singular > np.finfo(np.float64).eps * max(predictors.shape) * singular.max(initial=0.0)
    left, singular, right = left[:, real], singular[real], right[real]
    shrunk = singular / (singular**2 + np.asarray(alphas, dtype=np.float64)[:, None])  # (alphas, rank)
    coefficients = (shrunk * (left.T @ triangle[:, -1])) @ right
    return coefficients, level - coefficients @ center


def choose_alpha(errors: PathErrors, groups: np.ndarray, alphas: Sequence[float]) -> float:
    """The penalty with the lowest squared error when each of `groups` (n,) is held out in turn; the largest of equals.

    Raises SettingError where there is only one group.
    """
    if len(np.unique(groups)) < 2:
        raise SettingError("a penalty cannot be chosen on one subject: use fewer folds, or set stacking.ridge_alpha")
    held_out = (errors(groups != group, groups == group) for group in np.unique(groups))
    totals = sum(held_out, start=np.zeros(len(alphas)))
    return float(max(alpha for alpha, total in zip(alphas, totals, strict=True) if total == totals.min()))


def inner_groups(folds: np.ndarray, subjects: np.ndarray) -> np.ndarray:
    """Groups (n,) to hold out while a penalty is chosen: the folds, or five groups of subjects if there is one fold."""
    if len(np.unique(folds)) > 1:
        return folds
    return np.unique(subjects, return_inverse=True)[1] % 5
