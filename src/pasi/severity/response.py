"""Response to treatment: improvement from the baseline, thresholds such as PASI 75, bands of severity (R47, R48).

Improvements are computed in whole steps of the index (tenths of a point for PASI), because in floats the improvement
from 42.4 to 10.6 falls just short of PASI 75. A value between two steps, such as a prediction, is rounded to the
nearest one, a tie to the even one. An index without a step, because a label is continuous, is rounded to millionths.
Values below 0 count as 0 here, although predictions are clipped nowhere else (R28).
"""

from fractions import Fraction

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from pasi.severity.index import SeverityIndex
from pasi.storage.tables import Columns

FINEST = Fraction(1, 10**6)  # the step of an index that has none
CLEAR = 100  # per cent: the threshold that only clear skin reaches
SOURCES = ("observed", "predicted")  # the columns with values of the index

# Why a visit has no response, apart from being the baseline itself.
BASELINE = "is the baseline"
REASONS = (
    "no order",
    "no baseline",
    "baseline incomplete",
    "before the baseline",
    "observed baseline is 0",
    "predicted baseline is 0",
)


def improvement(baseline: float, value: float, quantum: Fraction | None) -> int | None:
    """100 (P0 - Pt) / P0, rounded down to whole per cent: 100 is clear, below 0 is worse than at the baseline.

    None where `baseline`, rounded to a step, is not above 0. `quantum` is that of the SeverityIndex.
    """
    start, now = to_steps([baseline, value], quantum).tolist()
    return 100 * (start - now) // start if start > 0 else None


def severity_band(value: float, index: SeverityIndex, *, predicted: bool) -> str:
    """Name of the severity band of `value`: the first whose end it does not exceed, or else the last (R48).

    A predicted value below `index.clear_below` is in the first band, since a prediction is never exactly 0.
    """
    if predicted and value < index.clear_below:
        return index.bands[0].name
    now = max(value, 0.0)
    return next((band.name for band in index.bands if band.up_to is None or now <= band.up_to), index.bands[-1].name)


def with_improvements(visits: Columns, index: SeverityIndex) -> pd.DataFrame:
    """`visits` with three more columns: observed_improvement and predicted_improvement in whole per cent, no_response.

    visits: learner, part, subject, visit, visit_order (NaN where the order is not known), baseline (name of the
    subject's baseline visit, or ""), observed, predicted. Observed and predicted values are each compared with their
    own value at the baseline. The improvement is NaN at visits before the baseline, where the value at the baseline is
    not above 0, and where order or baseline are not known. Where the baseline is not among the visits, because it lacks
    a region, no other visit takes its place. no_response is "" where both improvements are defined, BASELINE at the
    baseline itself, and else the first of REASONS that holds.
    """
    frame = pd.DataFrame(dict(visits))
    is_baseline = frame["visit"].to_numpy() == frame["baseline"].to_numpy()
    first = _baseline_rows(frame, is_baseline)
    order = frame["visit_order"].to_numpy(dtype=np.float64)
    later = (first >= 0) & (order >= order[first])  # false where the order is NaN
    starts = []
    for source in SOURCES:
        now = to_steps(frame[source], index.quantum)
        start = np.where(first < 0, 0, now[first])
        change = np.floor_divide(100 * (start - now), start, where=start > 0, out=np.zeros_like(now))
        frame[f"{source}_improvement"] = np.where(later & (start > 0), change, np.nan)
        starts.append(start)
    known = np.isfinite(order)
    named = frame["baseline"].to_numpy() != ""
    holds = (~known, ~named, named & (first < 0), ~later, *(start <= 0 for start in starts))
    frame["no_response"] = np.select([is_baseline, *holds], [BASELINE, *REASONS], default="")
    return frame


def response_table(visits: Columns, index: SeverityIndex) -> pd.DataFrame:
    """How many visits reach each of the index's response thresholds, by observed and by predicted score (S12).

    `visits` are those of one learner, with the columns of `with_improvements`. Columns: part, threshold (per cent),
    visits (those after the baseline with an improvement by both scores), observed and predicted (how many of them reach
    the threshold), agreed (how many reach it by both scores or by neither). An improvement equal to the threshold
    reaches it. A prediction below `clear_below` reaches 100 per cent, since no prediction is exactly 0.
    """
    frame = with_improvements(visits, index)
    rows = []
    for part, group in frame[frame["no_response"] == ""].groupby("part", sort=False):
        for threshold in index.responses:
            observed = group["observed_improvement"] >= threshold
            predicted = group["predicted_improvement"] >= threshold
            if threshold == CLEAR:
                predicted |= group["predicted"] < index.clear_below
            counts = (len(group), int(observed.sum()), int(predicted.sum()), int((observed == predicted).sum()))
            rows.append((part, threshold, *counts))
    return pd.DataFrame(rows, columns=["part", "threshold", "visits", "observed", "predicted", "agreed"])


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


def band_table(visits: Columns, index: SeverityIndex) -> pd.DataFrame:
    """Visits of one learner by severity band (R48): part, observed band, and a column for each predicted band."""
    frame = pd.DataFrame(dict(visits))
    names = [band.name for band in index.bands]
    for source in ("observed", "predicted"):
        values = [severity_band(value, index, predicted=source == "predicted") for value in frame[source]]
        frame[source] = pd.Categorical(values, categories=names)
    counts = frame.groupby(["part", "observed", "predicted"], sort=False, observed=False).size()
    return counts.unstack("predicted").reset_index().rename_axis(columns=None)


def to_steps(values: ArrayLike, quantum: Fraction | None) -> np.ndarray:
    """Values of the index (n,) as whole numbers of steps, int64; values below 0 give 0."""
    step = quantum or FINEST
    exact = np.asarray(values, dtype=np.float64) * step.denominator / step.numerator
    return np.maximum(np.rint(exact), 0).astype(np.int64)


def _baseline_rows(frame: pd.DataFrame, is_baseline: np.ndarray) -> np.ndarray:
    """For each row the position of the baseline of its learner, part and subject; -1 where there is none."""
    number = pd.Series(np.arange(len(frame))).where(is_baseline, -1)
    keys = [frame[name].to_numpy() for name in ("learner", "part", "subject")]
    first: np.ndarray = number.groupby(keys, sort=False).transform("max").to_numpy(dtype=np.int64)
    return first
