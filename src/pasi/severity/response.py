"""Response to treatment: improvement from the baseline, and thresholds such as PASI 75 (R47).

All of it is decided on whole steps of the index, by one rule for observed and predicted values (pasi.severity.steps).
"""

import numpy as np
import pandas as pd

from pasi.severity.index import SeverityIndex
from pasi.severity.steps import is_clear, to_steps
from pasi.storage.tables import Columns

SOURCES = ("observed", "predicted")  # the columns with values of the index

# Why a visit has no response, apart from being the baseline itself.
BASELINE = "is the baseline"
REASONS = (
    "no order",
    "no baseline",
    "baseline incomplete",
    "before the baseline",
    "observed baseline is clear",
    "predicted baseline is clear",
)
IMPUTED = ("baseline incomplete", "observed baseline is clear", "predicted baseline is clear")


def improvement(baseline: float, value: float, index: SeverityIndex) -> int | None:
    """100 (P0 - Pt) / P0, rounded down to whole per cent: 100 is 0 points, below 0 is worse than at the baseline.

    None where `baseline` is clear (pasi.severity.steps): from there nothing can improve.
    """
    if is_clear(baseline, index):
        return None
    start, now = to_steps([baseline, value], index.quantum)
    return int(_per_cent(start, now))


def _per_cent(start: np.ndarray, now: np.ndarray) -> np.ndarray:
    """The improvement between whole steps of the index, rounded down; 0 where it starts from none."""
    change: np.ndarray = np.floor_divide(100 * (start - now), start, where=start > 0, out=np.zeros_like(now))
    return change


def with_improvements(visits: Columns, index: SeverityIndex) -> pd.DataFrame:
    """`visits` with three more columns: observed_improvement and predicted_improvement in whole per cent, no_response.

    visits: learner, part, subject, visit, visit_order (NaN where the order is not known), baseline (name of the
    subject's baseline visit, or ""), observed, predicted. Observed and predicted values are each compared with their
    own value at the baseline. The improvement is NaN at visits before the baseline, where the value at the baseline is
    clear, and where order or baseline are not known. Where the baseline is not among the visits, because it lacks
    a region, no other visit takes its place. no_response is "" where both improvements are defined, BASELINE at the
    baseline itself, and else the first of REASONS that holds.
    """
    frame = pd.DataFrame(dict(visits))
    is_baseline = frame["visit"].to_numpy() == frame["baseline"].to_numpy()
    first = _baseline_rows(frame, is_baseline)
    order = frame["visit_order"].to_numpy(dtype=np.float64)
    later = (first >= 0) & (order >= order[first])  # false where the order is NaN
    diseased = {}  # by source: whether the value at the baseline is above clear, so that it can improve
    for source in SOURCES:
        now = to_steps(frame[source], index.quantum)
        start = now[first]
        diseased[source] = (first >= 0) & ~is_clear(frame[source], index)[first]
        frame[f"{source}_improvement"] = np.where(later & diseased[source], _per_cent(start, now), np.nan)
    known = np.isfinite(order)
    named = frame["baseline"].to_numpy() != ""
    holds = (~known, ~named, named & (first < 0), ~later, *(~above for above in diseased.values()))
    frame["no_response"] = np.select([is_baseline, *holds], [BASELINE, *REASONS], default="")
    return frame


def response_table(visits: Columns, index: SeverityIndex) -> pd.DataFrame:
    """How many visits reach each of the index's response thresholds, by observed and by predicted score (S12).

    `visits` are those of one learner, with the columns of `with_improvements`. Columns: part, threshold (per cent),
    visits (those after the baseline with an improvement by both scores), observed and predicted (how many of them reach
    the threshold), agreed (how many reach it by both scores or by neither). An improvement equal to the threshold
    reaches it. A clear value, observed or predicted, reaches every threshold, so that whoever reaches 100 per cent
    reaches 90 too.
    """
    frame = with_improvements(visits, index)
    return _threshold_table(frame[frame["no_response"] == ""], index)


def non_responder_table(visits: Columns, index: SeverityIndex) -> pd.DataFrame:
    """`response_table` with non-responder imputation: a response that is undefined counts as none (S12).

    A trial counts a subject without a response as a non-responder, so that nobody vanishes from a rate. Here that is
    done for each source by itself: where the predicted baseline is clear, the predicted response is none, and the
    observed one is as it is. The visits are those of `response_table` and those whose reason is one of IMPUTED. Visits
    without a known order or baseline are not among them, because nothing says that they follow a baseline; nor are
    visits that lack a region, which have no value of the index. One more column, undefined: how many of the visits lack
    the response of a source.
    """
    frame = with_improvements(visits, index)
    return _threshold_table(frame[frame["no_response"].isin(("", *IMPUTED))], index, undefined=True)


def _threshold_table(frame: pd.DataFrame, index: SeverityIndex, *, undefined: bool = False) -> pd.DataFrame:
    """The counts of `response_table` over all rows of `frame`, as `with_improvements` gives them."""
    rows = []
    for part, group in frame.groupby("part", sort=False):
        lacking = [int((group["no_response"] != "").sum())] if undefined else []
        for threshold in index.responses:
            observed, predicted = (reaches(group, source, threshold, index) for source in SOURCES)
            counts = int(observed.sum()), int(predicted.sum()), int((observed == predicted).sum())
            rows.append((part, threshold, len(group), *lacking, *counts))
    names = ["part", "threshold", "visits", *(["undefined"] if undefined else []), "observed", "predicted", "agreed"]
    return pd.DataFrame(rows, columns=names)


def reaches(frame: pd.DataFrame, source: str, threshold: int, index: SeverityIndex) -> np.ndarray:
    """Whether each visit (n,) reaches `threshold` by one of SOURCES; false where its improvement is not defined.

    `frame` is one that `with_improvements` gives. A clear value reaches every threshold.
    """
    improved = frame[f"{source}_improvement"].to_numpy()
    reached: np.ndarray = np.isfinite(improved) & ((improved >= threshold) | is_clear(frame[source], index))
    return reached


def missing_responses(visits: Columns, index: SeverityIndex) -> pd.DataFrame:
    """Visits without a response by part and reason (S12): with the baselines and `response_table`, they are all visits.

    `visits` are those of one learner, with the columns of `with_improvements`. Columns: part, reason (one of REASONS),
    visits, subjects. Reasons that no visit has are left out.
    """
    frame = with_improvements(visits, index)
    rows = [
        (part, reason, len(own), own["subject"].nunique())
        for part, group in frame.groupby("part", sort=False)
        for reason in REASONS
        if len(own := group[group["no_response"] == reason])
    ]
    return pd.DataFrame(rows, columns=["part", "reason", "visits", "subjects"])


def _baseline_rows(frame: pd.DataFrame, is_baseline: np.ndarray) -> np.ndarray:
    """For each row the position of the baseline of its learner, part and subject; -1 where there is none."""
    number = pd.Series(np.arange(len(frame))).where(is_baseline, -1)
    keys = [frame[name].to_numpy() for name in ("learner", "part", "subject")]
    first: np.ndarray = number.groupby(keys, sort=False).transform("max").to_numpy(dtype=np.int64)
    return first
