"""The baselines, which no network is part of, fitted on the folds of the networks.

The rows of a fold are predicted by a fit without that fold; test rows are the mean over the fits of all folds, as those
of the networks are. A network that is no better than the strongest baseline has learned nothing beyond what that one
knows: the region, the week, the arm, or the colours of the photos.
"""

from typing import Any

import numpy as np
import pandas as pd

from pasi.cohort.region_visits import REGION_VISIT
from pasi.learners.baseline_rows import Fitter, baseline_rows
from pasi.learners.histogram_ridge import fit_histogram_ridge, fit_histogram_week_ridge
from pasi.learners.mean_course import fit_arm_course, fit_first_visit, fit_week_course
from pasi.learners.region_constants import fit_region_mean, fit_region_median
from pasi.learners.settings import (
    ARM_WEEK,
    FIRST_VISIT,
    HISTOGRAM_RIDGE,
    HISTOGRAM_WEEK_RIDGE,
    REGION_MEAN,
    REGION_MEDIAN,
    WEEK,
    Baseline,
)
from pasi.splits.roles import TEST_FOLD
from pasi.storage.tables import Columns

FITTERS: dict[Baseline, Fitter] = {
    REGION_MEAN: fit_region_mean,
    REGION_MEDIAN: fit_region_median,
    WEEK: fit_week_course,
    ARM_WEEK: fit_arm_course,
    FIRST_VISIT: fit_first_visit,
    HISTOGRAM_RIDGE: fit_histogram_ridge,
    HISTOGRAM_WEEK_RIDGE: fit_histogram_week_ridge,
}


def fit_baseline(
    name: str, features: np.ndarray | None, scores: Columns, split: Columns
) -> tuple[dict[str, Any], pd.DataFrame]:
    """Fit one of BASELINES; returns the contents of baselines/{learner}.json and baselines/{learner}.parquet.

    features: `region_visit_histograms` of the rows of `scores` (n, 512); only PHOTO_BASELINES need them. scores:
    cohort/scores.parquet, of which subject, visit, region, composite, week, baseline and, where it is there, arm are
    read. split: from `read_split`. Columns: learner, part ("oof", "test"), fold (-1 for test), subject, visit, region,
    observed, predicted (composite points, not clipped). Raises ValueError for an unknown name and for missing features,
    ResultError where the split lacks a subject.
    """
    if name not in FITTERS:
        raise ValueError(f"{name} is no baseline: one of {', '.join(FITTERS)}")
    rows = baseline_rows(scores, split, features)
    fold = rows.fold
    folds = [number for number in np.unique(fold).tolist() if number != TEST_FOLD]
    fits = {number: FITTERS[name](rows, (fold != TEST_FOLD) & (fold != number)) for number in folds}
    predicted = np.mean([values for values, _ in fits.values()], axis=0)
    for number, (values, _) in fits.items():
        predicted[fold == number] = values[fold == number]
    keys = {column: scores[column] for column in REGION_VISIT}
    part = np.where(fold == TEST_FOLD, "test", "oof")
    table = pd.DataFrame({"part": part, "fold": fold, **keys, "observed": rows.observed, "predicted": predicted})
    table.insert(0, "learner", name)
    summary = {"name": name, "folds": [{"fold": number, **fit} for number, (_, fit) in fits.items()]}
    return summary, table.sort_values("part", kind="stable", ignore_index=True)
