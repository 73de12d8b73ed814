"""Agreement of responses by threshold and week, with the non-responder line (S12)."""

from collections.abc import Iterator
from dataclasses import asdict

import numpy as np
import pandas as pd

from pasi.evaluation.intervals import Interval
from pasi.evaluation.response_agreement import response_agreement
from pasi.severity.index import SeverityIndex
from pasi.severity.response import IMPUTED, reaches, with_improvements
from pasi.storage.tables import Columns

ESTIMATES = ("kappa", "sensitivity", "specificity", "difference")
COLUMNS = [
    *("part", "week", "threshold", "imputed", "visits", "subjects", "undefined"),
    *("both", "observed_only", "predicted_only", "neither"),
    *(f"{name}{bound}" for name in ESTIMATES for bound in ("", "_low", "_high")),
    "mcnemar",
]


def response_agreement_table(visits: Columns, index: SeverityIndex) -> pd.DataFrame:
    """`response_agreement` of one learner by part, week and threshold, and over all weeks.

    What a response is, and which visits have one, is decided by `pasi.severity.response:with_improvements`. Each row
    stands twice: of visits where both responses are defined, and (`imputed`) as `non_responder_table` counts, where an
    undefined response of a source is none.

    Args:
        visits: those of one learner, with the columns of `with_improvements` and week.
        index: the severity index, with its thresholds.

    Returns:
        One row for each part, week (NaN: all visits together), threshold and value of `imputed`, with the fields of
        `ResponseAgreement`: an interval has three columns, such as kappa, kappa_low and kappa_high. undefined: visits
        that lack the response of a source. Visits without a week are in the rows of all visits alone. McNemar's p is
        NaN there where a subject has several visits.

    Example:
        >>> from pasi.severity.index import Label, Region, SeverityBand
        >>> bands = (SeverityBand("any", None),)
        >>> index = SeverityIndex("S", "points", (Label("sign", 9, 1),), None, (Region("all", 1, 1),), bands, 0, (75,))
        >>> subjects = ["A", "A", "B", "B", "C", "C"]
        >>> visits = {"learner": ["net"] * 6, "part": ["test"] * 6, "subject": subjects, "visit": ["V0", "V1"] * 3}
        >>> visits |= {"week": [0, 12] * 3, "visit_order": [0, 1] * 3, "baseline": ["V0"] * 6}
        >>> visits |= {"observed": [8, 2, 8, 1, 8, 7], "predicted": [9, 3, 8, 2, 9, 6]}
        >>> found = response_agreement_table(visits, index)
        >>> found.loc[found["week"] == 12, ["imputed", "visits", "both", "observed_only", "neither"]].values.tolist()
        [[False, 3, 1, 1, 1], [True, 3, 1, 1, 1]]
    """
    frame = with_improvements(visits, index)
    records = [
        {"part": part, "week": week, "threshold": threshold, "imputed": imputed, **_row(kept, threshold, index)}
        for part, own in frame.groupby("part", sort=False)
        for week, rows in _by_week(own)
        for threshold in index.responses
        for imputed, reasons in ((False, ("",)), (True, ("", *IMPUTED)))
        if len(kept := rows[rows["no_response"].isin(reasons)])
    ]
    return pd.DataFrame(records, columns=COLUMNS)


def _by_week(frame: pd.DataFrame) -> Iterator[tuple[float, pd.DataFrame]]:
    """All visits (NaN), then those of each week."""
    yield float("nan"), frame
    weeks = frame["week"].to_numpy(dtype=np.float64)
    for week in np.unique(weeks[np.isfinite(weeks)]):
        yield float(week), frame[weeks == week]


def _row(frame: pd.DataFrame, threshold: int, index: SeverityIndex) -> dict[str, object]:
    observed, predicted = (reaches(frame, source, threshold, index) for source in ("observed", "predicted"))
    found = response_agreement(observed, predicted, frame["subject"])
    cells: dict[str, object] = {
        "visits": len(frame),
        "subjects": frame["subject"].nunique(),
        "undefined": int((frame["no_response"] != "").sum()),
    }
    for name in ESTIMATES:
        interval: Interval = getattr(found, name)
        cells |= {name: interval.estimate, f"{name}_low": interval.low, f"{name}_high": interval.high}
    return {name: value for name, value in asdict(found).items() if name not in ESTIMATES} | cells
