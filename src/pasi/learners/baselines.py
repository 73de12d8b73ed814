"""Two baselines that know nothing of lesions: the mean score of a region, and ridge regression on colour histograms.

Both are fitted on the folds of the networks. The rows of a fold are predicted by a fit without that fold; test rows are
the mean over the fits of all folds, as those of the networks are. A network that is no better than a baseline has
learned nothing beyond the colours of the photos.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pasi.cohort.region_visits import REGION_VISIT
from pasi.learners.ridge import choose_alpha, inner_groups, ridge_path
from pasi.learners.settings import HISTOGRAM_RIDGE, REGION_MEAN, Baseline
from pasi.splits.roles import TEST_FOLD
from pasi.splits.rows import row_folds
from pasi.storage.tables import Columns

ALPHAS = tuple(float(alpha) for alpha in np.logspace(-4, 4, 17))


@dataclass(frozen=True)
class Rows:
    """The region-visits of the cohort (n,), with all that a baseline may use."""

    region: np.ndarray
    subject: np.ndarray
    observed: np.ndarray
    fold: np.ndarray  # -1: test
    features: np.ndarray | None  # (n, 512)


# (rows, mask of the rows to fit) -> predictions of all rows (n,), and the fit as baselines/{learner}.json records it
Fitter = Callable[[Rows, np.ndarray], tuple[np.ndarray, dict[str, Any]]]


def fit_baseline(
    name: str, features: np.ndarray | None, scores: Columns, split: Columns
) -> tuple[dict[str, Any], pd.DataFrame]:
    """Fit one of BASELINES; returns the contents of baselines/{learner}.json and baselines/{learner}.parquet.

    features: `region_visit_histograms` of the rows of `scores` (n, 512); baseline_mean needs none. scores: subject,
    visit, region, composite. split: from `read_split`. Columns: learner, part ("oof", "test"), fold (-1 for test),
    subject, visit, region, observed, predicted (composite points, not clipped). Raises ValueError for an unknown name
    and for missing features, ResultError where the split lacks a subject.
    """
    if name not in FITTERS:
        raise ValueError(f"{name} is no baseline: one of {', '.join(FITTERS)}")
    region, subject = (np.asarray(scores[column], dtype=object) for column in ("region", "subject"))
    observed, fold = np.asarray(scores["composite"], dtype=np.float64), row_folds(scores, split)
    rows = Rows(region, subject, observed, fold, features)
    folds = [number for number in np.unique(fold).tolist() if number != TEST_FOLD]
    fits = {number: FITTERS[name](rows, (fold != TEST_FOLD) & (fold != number)) for number in folds}
    predicted = np.mean([values for values, _ in fits.values()], axis=0)
    for number, (values, _) in fits.items():
        predicted[fold == number] = values[fold == number]
    keys = {column: scores[column] for column in REGION_VISIT}
    part = np.where(fold == TEST_FOLD, "test", "oof")
    table = pd.DataFrame({"part": part, "fold": fold, **keys, "observed": observed, "predicted": predicted})
    table.insert(0, "learner", name)
    summary = {"name": name, "folds": [{"fold": number, **fit} for number, (_, fit) in fits.items()]}
    return summary, table.sort_values("part", kind="stable", ignore_index=True)


def fit_region_mean(rows: Rows, fitted: np.ndarray) -> tuple[np.ndarray, dict[str, Any]]:
    """One constant per region: the mean composite of its fitted rows; of all fitted rows where a region has none."""
    means = pd.Series(rows.observed[fitted]).groupby(rows.region[fitted], sort=False).mean()
    constants = {name: float(means.get(name, rows.observed[fitted].mean())) for name in dict.fromkeys(rows.region)}
    return np.array([constants[name] for name in rows.region]), {"rows": int(fitted.sum()), "means": constants}


def fit_histogram_ridge(rows: Rows, fitted: np.ndarray) -> tuple[np.ndarray, dict[str, Any]]:
    """Ridge with intercept on the square roots of histograms; the penalty is chosen by grouped inner cross-validation.

    The predictors are centred and not standardised: a division by the standard deviation inflates colours that hardly
    occur (coffee leaves, out of fold: CCC 0.93 without it, 0.89 with it).
    """
    if rows.features is None:
        raise ValueError(f"{HISTOGRAM_RIDGE} needs colour histograms: features is None")
    features, observed = rows.features[fitted], rows.observed[fitted]

    def errors(inside: np.ndarray, outside: np.ndarray) -> np.ndarray:
        coefficients, intercepts = ridge_path(features[inside], observed[inside], ALPHAS, intercept=True)
        predicted = features[outside] @ coefficients.T + intercepts
        squared: np.ndarray = np.square(predicted - observed[outside, None]).sum(axis=0)
        return squared

    alpha = choose_alpha(errors, inner_groups(rows.fold[fitted], rows.subject[fitted]), ALPHAS)
    (coefficients,), (intercept,) = ridge_path(features, observed, [alpha], intercept=True)
    fit = {"rows": len(observed), "alpha": alpha, "intercept": float(intercept), "coefficients": coefficients.tolist()}
    return rows.features @ coefficients + intercept, fit


FITTERS: dict[Baseline, Fitter] = {
    REGION_MEAN: fit_region_mean,
    HISTOGRAM_RIDGE: fit_histogram_ridge,
}
