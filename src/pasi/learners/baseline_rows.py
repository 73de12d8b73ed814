"""What a baseline may use of the cohort, and what the cohort must hold for it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from pasi.learners.settings import ARM_WEEK, BASELINES, FIRST_VISIT, HISTOGRAM_WEEK_RIDGE, WEEK, Baseline
from pasi.splits.rows import row_folds
from pasi.storage.tables import Columns

NO_WEEKS, NO_ARMS, NO_BASELINES = (
    "no two visits have different weeks",
    "no two subjects have different arms",
    "no subject has a baseline visit",
)


@dataclass(frozen=True)
class Rows:
    """The region-visits of the cohort (n,), with all that a baseline may use.

    week: NaN where it is not known. arm: "" where it is not known. is_baseline: whether the visit is the subject's
    baseline. features: `region_visit_histograms` (n, 512), for baselines that look at photos.
    """

    region: np.ndarray
    subject: np.ndarray
    observed: np.ndarray
    fold: np.ndarray  # -1: test
    week: np.ndarray
    arm: np.ndarray
    is_baseline: np.ndarray
    features: np.ndarray | None


# (rows, mask of the rows to fit) -> predictions of all rows (n,), and the fit as baselines/{learner}.json records it
Fitter = Callable[[Rows, np.ndarray], tuple[np.ndarray, dict[str, Any]]]


def baseline_rows(scores: Columns, split: Columns, features: np.ndarray | None) -> Rows:
    """The rows of cohort/scores.parquet. Raises ResultError where the split lacks a subject."""
    visit, baseline = (np.asarray(scores[name], dtype=object) for name in ("visit", "baseline"))
    return Rows(
        region=np.asarray(scores["region"], dtype=object),
        subject=np.asarray(scores["subject"], dtype=object),
        observed=np.asarray(scores["composite"], dtype=np.float64),
        fold=row_folds(scores, split),
        week=np.asarray(scores["week"], dtype=np.float64),
        arm=arms_of(scores),
        is_baseline=visit == baseline,
        features=features,
    )


def arms_of(scores: Columns) -> np.ndarray:
    """The arm of each row (n,), "" throughout where the table of scores has no such column."""
    return np.asarray(scores["arm"] if "arm" in scores else [""] * len(scores["subject"]), dtype=object)


def missing_baselines(scores: Columns) -> dict[Baseline, str]:
    """The baselines that a cohort cannot have, and why; scores: cohort/scores.parquet. Nothing is guessed in its place.

    >>> scores = {"subject": ["A", "A"], "visit": ["V1", "V2"], "week": [0.0, 4.0], "baseline": ["", ""]}
    >>> missing_baselines(scores)["baseline_first_visit"]
    'no subject has a baseline visit'
    >>> sorted(missing_baselines(scores))
    ['baseline_arm_week', 'baseline_first_visit']
    """
    week = np.asarray(scores["week"], dtype=np.float64)
    lacking = {
        NO_WEEKS: len(np.unique(week[np.isfinite(week)])) < 2,
        NO_ARMS: len(set(arms_of(scores).tolist()) - {""}) < 2,
        NO_BASELINES: not (np.asarray(scores["visit"]) == np.asarray(scores["baseline"])).any(),
    }
    needs = {
        WEEK: (NO_WEEKS,),
        ARM_WEEK: (NO_WEEKS, NO_ARMS),
        FIRST_VISIT: (NO_WEEKS, NO_BASELINES),
        HISTOGRAM_WEEK_RIDGE: (NO_WEEKS,),
    }
    reasons = {name: [reason for reason in needs.get(name, ()) if lacking[reason]] for name in BASELINES}
    return {name: " and ".join(found) for name, found in reasons.items() if found}
