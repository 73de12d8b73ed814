"""When subjects first reach a response, by observed and by predicted scores: evaluation/response_times.csv (S24)."""

import numpy as np
import pandas as pd

from pasi.evaluation.jackknife import jackknife_interval
from pasi.severity.index import SeverityIndex
from pasi.severity.response import IMPUTED, reaches, with_improvements
from pasi.storage.tables import Columns, Row

SOURCES = ("observed", "predicted")
COLUMNS = [
    *("part", "threshold", "subjects", "both", "only_observed", "only_predicted", "neither"),
    *("difference", "difference_low", "difference_high"),
]


def response_time_table(visits: Columns, index: SeverityIndex) -> pd.DataFrame:
    """The first week at which each subject reaches a response, compared between the two readings.

    A response is what `with_improvements` says it is, at any visit after the baseline whose week is known; it need not
    last. An undefined response counts as none, for each reading by itself. Visits are weeks apart: a first week is that
    of the visit at which it is seen, and who never reaches it is in no difference, because when they would have is not
    known. So a reading that misses the late responders can have a difference of 0; read it with the counts beside it.

    Args:
        visits: those of one learner, with the columns of `with_improvements` and week.
        index: the severity index, with its thresholds.

    Returns:
        By part and threshold: subjects with such a visit; how many of them reach it by both readings, by one alone, by
        neither; mean of the predicted minus the observed first week of those with both, with a jackknife-t of subjects
        (bounds NaN below 3). No row where no visit after a baseline has a week.

    Example:
        >>> from pasi.severity.index import Label, Region, SeverityBand
        >>> bands = (SeverityBand("any", None),)
        >>> index = SeverityIndex("S", "points", (Label("sign", 9, 1),), None, (Region("all", 1, 1),), bands, 0, (75,))
        >>> visits = {"learner": ["net"] * 6, "part": ["oof"] * 6, "subject": ["A"] * 3 + ["B"] * 3}
        >>> visits |= {"visit": ["V0", "V1", "V2"] * 2, "week": [0, 4, 12] * 2, "visit_order": [0, 1, 2] * 2}
        >>> visits |= {"baseline": ["V0"] * 6, "observed": [8, 2, 1, 8, 6, 2], "predicted": [8, 5, 2, 8, 7, 6]}
        >>> response_time_table(visits, index)[COLUMNS[1:8]].values.tolist()
        [[75.0, 2.0, 1.0, 1.0, 0.0, 0.0, 8.0]]
    """
    frame = with_improvements(visits, index)
    frame["week"] = frame["week"].astype(np.float64)
    frame = frame[frame["no_response"].isin(("", *IMPUTED)) & np.isfinite(frame["week"])]
    rows = [
        {"part": part, "threshold": threshold, **_row(own, threshold, index)}
        for part, own in frame.groupby("part", sort=False)
        for threshold in index.responses
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _row(rows: pd.DataFrame, threshold: int, index: SeverityIndex) -> Row:
    codes, subjects = pd.factorize(rows["subject"])
    weeks = rows["week"].to_numpy()
    first = {name: np.full(len(subjects), np.inf) for name in SOURCES}
    for name, earliest in first.items():
        reached = reaches(rows, name, threshold, index)
        np.minimum.at(earliest, codes[reached], weeks[reached])
    observed, predicted = (np.isfinite(first[name]) for name in SOURCES)
    both = observed & predicted
    gaps = first["predicted"][both] - first["observed"][both]
    found = jackknife_interval(np.stack([np.ones_like(gaps), gaps], axis=1), lambda some: some[..., 1] / some[..., 0])
    return {
        "subjects": len(subjects),
        "both": int(both.sum()),
        "only_observed": int((observed & ~predicted).sum()),
        "only_predicted": int((predicted & ~observed).sum()),
        "neither": int((~observed & ~predicted).sum()),
        "difference": found.estimate,
        "difference_low": found.low,
        "difference_high": found.high,
    }
