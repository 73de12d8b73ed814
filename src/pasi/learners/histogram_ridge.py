"""Baselines that look at the colours of the photos: ridge regression on histograms, without and with the calendar."""

from typing import Any

import numpy as np

from pasi.learners.baseline_rows import Rows
from pasi.learners.ridge import choose_alpha, inner_groups, ridge_path
from pasi.learners.settings import PHOTO_BASELINES

ALPHAS = tuple(float(alpha) for alpha in np.logspace(-4, 4, 17))


def fit_histogram_ridge(rows: Rows, fitted: np.ndarray) -> tuple[np.ndarray, dict[str, Any]]:
    """Ridge with intercept on the square roots of histograms; the penalty is chosen by grouped inner cross-validation.

    The predictors are centred and not standardised: a division by the standard deviation inflates colours that hardly
    occur.
    """
    return _fit_ridge(_histograms(rows), rows, fitted)


def fit_histogram_week_ridge(rows: Rows, fitted: np.ndarray) -> tuple[np.ndarray, dict[str, Any]]:
    """The same with further predictors for region and week, so that it knows photos and calendar.

    These are the columns of `calendar_columns` at the fitted weeks. Each is 1 in many rows, while a colour seldom has a
    root above 0.3, so that one penalty hardly shrinks them.
    """
    weeks = np.unique(rows.week[fitted & np.isfinite(rows.week)])
    regions = list(dict.fromkeys(rows.region))
    calendar = calendar_columns(rows.region, rows.week, regions, weeks)
    predicted, fit = _fit_ridge(np.column_stack([_histograms(rows), calendar]), rows, fitted)
    return predicted, {**fit, "regions": regions, "weeks": weeks.tolist()}


def calendar_columns(region: np.ndarray, week: np.ndarray, regions: list[str], weeks: np.ndarray) -> np.ndarray:
    """Columns (n, r + r m): one for each of r regions, and one for each region and each of m weeks.

    The latter are the shares that the two nearest of `weeks` have in a linear interpolation; beyond the ends the
    nearest week has all, and where the week of a row is NaN none has any.

    >>> region, week = np.array(["upper", "lower"]), np.array([1.0, np.nan])
    >>> calendar_columns(region, week, ["upper", "lower"], np.array([0.0, 4.0])).tolist()
    [[1.0, 0.0, 0.75, 0.25, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0, 0.0, 0.0]]
    """
    of_region = (region[:, None] == np.array(regions, dtype=object)).astype(np.float64)  # (n, r)
    known = np.isfinite(week)
    shares = np.zeros((len(week), len(weeks)))
    for place, single in enumerate(np.eye(len(weeks))):
        shares[known, place] = np.interp(week[known], weeks, single)
    products = of_region[:, :, None] * shares[:, None, :]
    return np.column_stack([of_region, products.reshape(len(week), -1)])


def _histograms(rows: Rows) -> np.ndarray:
    if rows.features is None:
        raise ValueError(f"{' and '.join(PHOTO_BASELINES)} need colour histograms: features is None")
    return rows.features


def _fit_ridge(predictors: np.ndarray, rows: Rows, fitted: np.ndarray) -> tuple[np.ndarray, dict[str, Any]]:
    own, observed = predictors[fitted], rows.observed[fitted]

    def errors(inside: np.ndarray, outside: np.ndarray) -> np.ndarray:
        coefficients, intercepts = ridge_path(own[inside], observed[inside], ALPHAS, intercept=True)
        predicted = own[outside] @ coefficients.T + intercepts
        squared: np.ndarray = np.square(predicted - observed[outside, None]).sum(axis=0)
        return squared

    alpha = choose_alpha(errors, inner_groups(rows.fold[fitted], rows.subject[fitted]), ALPHAS)
    (coefficients,), (intercept,) = ridge_path(own, observed, [alpha], intercept=True)
    fit = {"rows": len(observed), "alpha": alpha, "intercept": float(intercept), "coefficients": coefficients.tolist()}
    return predictors @ coefficients + intercept, fit
