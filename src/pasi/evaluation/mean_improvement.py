"""How far the scores of a part fall from the baseline to the last week, in points: evaluation/improvements.csv."""

import numpy as np
import pandas as pd

from pasi.evaluation.jackknife import jackknife_interval
from pasi.storage.tables import Columns

ESTIMATES = ("observed", "predicted", "difference")
COLUMNS = ["part", "week", "subjects", *(f"{name}{bound}" for name in ESTIMATES for bound in ("", "_low", "_high"))]


def mean_improvement_table(visits: Columns) -> pd.DataFrame:
    """Mean of baseline minus last week, observed and predicted, of the subjects that have both visits.

    Each source is compared with its own value at the baseline. A baseline that is clear counts, since no share of it is
    taken. Predictions that are too alike show too small an improvement, though their mean bias may be 0.

    Args:
        visits: those of one learner, one row a visit: part, subject, visit, week (NaN where not known), baseline (name
            of the subject's baseline visit, or ""), observed, predicted.

    Returns:
        One row a part, with the last week at which any of its subjects was seen after the baseline, the number of
        subjects, and each mean with its 95% interval by a jackknife of subjects. difference: predicted minus observed,
        below 0 where the predictions show too small an improvement. No row where there is no such week.

    Example:
        >>> visits = {"part": ["oof"] * 4, "subject": ["A", "A", "B", "B"], "visit": ["V0", "V1"] * 2}
        >>> visits |= {"week": [0, 12] * 2, "baseline": ["V0"] * 4}
        >>> found = mean_improvement_table(visits | {"observed": [9, 1, 7, 3], "predicted": [6, 2, 6, 4]})
        >>> found[["week", "subjects", "observed", "predicted", "difference"]].values.tolist()
        [[12.0, 2.0, 6.0, 3.0, -3.0]]
    """
    frame = pd.DataFrame(dict(visits))
    rows = [_row(str(part), own) for part, own in frame.groupby("part", sort=False)]
    return pd.DataFrame([row for row in rows if row], columns=COLUMNS)


def _row(part: str, frame: pd.DataFrame) -> dict[str, object]:
    """The cells of one part; none where no subject was seen after its baseline."""
    first = frame[frame["visit"] == frame["baseline"]]
    pairs = frame.merge(first, on="subject", suffixes=("", "_first"))
    later = pairs[pairs["week"] > pairs["week_first"]]
    if later.empty:
        return {}
    last = later[later["week"] == later["week"].max()]
    change = {name: (last[f"{name}_first"] - last[name]).to_numpy(np.float64) for name in ("observed", "predicted")}
    change["difference"] = change["predicted"] - change["observed"]
    codes, subjects = pd.factorize(last["subject"])
    cells: dict[str, object] = {"part": part, "week": float(last["week"].iloc[0]), "subjects": len(subjects)}
    for name, values in change.items():
        sums = np.stack([np.bincount(codes), np.bincount(codes, values)], axis=1)
        found = jackknife_interval(sums, lambda some: some[..., 1] / some[..., 0])
        cells |= {name: found.estimate, f"{name}_low": found.low, f"{name}_high": found.high}
    return cells
