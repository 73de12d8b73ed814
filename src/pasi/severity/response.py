"""Response to treatment: improvement from the first visit, thresholds such as PASI 75, bands of severity (R47, R48).

All is decided on whole steps of the index (tenths of a point for PASI): in floats, 42.4 to 10.6 misses PASI 75. A
value that is no multiple of the step, as a prediction, is rounded to it first, a tie to the even step; an index
without a step, since a sign of it is continuous, moves in millionths. Values below 0 count as 0 (R28: predictions are
clipped where they are shown).
"""

from fractions import Fraction

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from pasi.severity.index import SeverityIndex
from pasi.storage.tables import Columns

FINEST = Fraction(1, 10**6)  # the step of an index that has none
CLEAR = 100  # the threshold of per cent that means clear


def improvement(baseline: float, value: float, quantum: Fraction | None) -> int | None:
    """100 (P0 - Pt) / P0, rounded down to whole per cent: 100 is clear, below 0 is worse than at the first visit.

    None where `baseline` is not above 0. `quantum` is that of the SeverityIndex.
    """
    start, now = to_steps([baseline, value], quantum).tolist()
    return 100 * (start - now) // start if start > 0 else None


def severity_band(value: float, index: SeverityIndex, *, predicted: bool) -> str:
    """Name of the band of severity: the first whose end is not exceeded, else the last (R48).

    A predicted value below `index.clear_below` is in the first band, since a prediction is never exactly 0.
    """
    if predicted and value < index.clear_below:
        return index.bands[0].name
    now = max(value, 0.0)
    return next((band.name for band in index.bands if band.up_to is None or now <= band.up_to), index.bands[-1].name)


def with_improvements(visits: Columns, index: SeverityIndex) -> tuple[pd.DataFrame, dict[str, int]]:
    """`visits` with observed_improvement and predicted_improvement, whole per cent, and how many rows have none.

    Each source is measured against its own value at the subject's first visit. NaN (and counted, by source) where that
    value is not above 0, or the visit is not there because it lacks a region: a later one is no baseline.
    """
    frame = pd.DataFrame(dict(visits))
    first = _first_rows(frame)
    undefined = {}
    for source in ("observed", "predicted"):
        now = to_steps(frame[source], index.quantum)
        start = np.where(first < 0, 0, now[first])
        change = np.floor_divide(100 * (start - now), start, where=start > 0, out=np.zeros_like(now))
        frame[f"{source}_improvement"] = np.where(start > 0, change, np.nan)
        undefined[source] = int((start <= 0).sum())
    return frame, undefined


def response_table(visits: Columns, index: SeverityIndex) -> pd.DataFrame:
    """Who reaches each of the index's response thresholds, by observed and by predicted score (S12).

    `visits` of one learner. Columns: part, threshold (per cent), visits (after a subject's first, with an improvement
    from both sources), observed and predicted (how many of them reach it), agreed (how many by both or by neither). An
    exact tie reaches; 100 per cent is reached by a prediction below `clear_below`, since none is exactly 0.
    """
    frame, _ = with_improvements(visits, index)
    later = frame[~frame["first_visit"].to_numpy(dtype=bool)].dropna(
        subset=["observed_improvement", "predicted_improvement"]
    )
    rows = []
    for part, group in later.groupby("part", sort=False):
        for threshold in index.responses:
            observed = group["observed_improvement"] >= threshold
            predicted = group["predicted_improvement"] >= threshold
            if threshold == CLEAR:
                predicted |= group["predicted"] < index.clear_below
            counts = (len(group), int(observed.sum()), int(predicted.sum()), int((observed == predicted).sum()))
            rows.append((part, threshold, *counts))
    return pd.DataFrame(rows, columns=["part", "threshold", "visits", "observed", "predicted", "agreed"])


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
    """Values of the index (n,) as whole numbers of steps, int64, those below 0 as 0."""
    step = quantum or FINEST
    exact = np.asarray(values, dtype=np.float64) * step.denominator / step.numerator
    return np.maximum(np.rint(exact), 0).astype(np.int64)


def _first_rows(frame: pd.DataFrame) -> np.ndarray:
    """For every row the number of its subject's row with `first_visit`, by learner and part; -1 where there is none."""
    number = pd.Series(np.arange(len(frame))).where(frame["first_visit"].to_numpy(dtype=bool), -1)
    keys = [frame[name].to_numpy() for name in ("learner", "part", "subject")]
    first: np.ndarray = number.groupby(keys, sort=False).transform("max").to_numpy(dtype=np.int64)
    return first
