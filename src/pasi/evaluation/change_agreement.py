"""Agreement of the change since the baseline, in points and in per cent (S13)."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pasi.evaluation.intervals import Interval, ccc_interval
from pasi.evaluation.limits import LimitsOfAgreement, limits_of_agreement
from pasi.severity.index import SeverityIndex
from pasi.severity.response import SOURCES, with_improvements
from pasi.storage.tables import Columns


@dataclass(frozen=True)
class ChangeAgreement:
    """CCC and limits of agreement of the change in points and in per cent of the baseline.

    visits: those that count. low: those among them whose observed or predicted baseline is below `low_baseline`.
    """

    points: Interval
    points_limits: LimitsOfAgreement
    percent: Interval
    percent_limits: LimitsOfAgreement
    visits: int
    low: int


def change_agreement(visits: Columns, index: SeverityIndex, *, low_baseline: float = 10.0) -> ChangeAgreement:
    """CCC and limits of agreement of P0 - Pt and of 100 (P0 - Pt) / P0, observed and predicted.

    Each source is compared with its own value at the baseline. Visits count as in `response_table`: after the baseline,
    with a baseline that is clear by neither source. Values are not rounded to steps of the index, unlike those that
    decide a response. The change in per cent has no upper bound for its error where P0 is small: one visit with a low
    baseline can decide the limits, so look at `low` before you use them. What is wrong with a baseline is wrong with
    all changes of its subject, and makes part of the variance between subjects.

    Args:
        visits: those of one learner, with the columns of `with_improvements`; no subject is in two parts.
        index: the severity index, which says what is clear.
        low_baseline: points of the index below which a baseline is counted as low.

    Returns:
        Intervals as `ccc_interval` and `limits_of_agreement` give them, above 0 for improvement; the limits are of
        predicted minus observed change.

    Raises:
        ValueError: a score is not finite.

    Example:
        >>> from pasi.severity.index import Label, Region, SeverityBand
        >>> bands = (SeverityBand("any", None),)
        >>> index = SeverityIndex("S", "points", (Label("sign", 9, 1),), None, (Region("all", 1, 1),), bands, 0, (75,))
        >>> subjects = ["A", "A", "B", "B", "C", "C"]
        >>> visits = {"learner": ["net"] * 6, "part": ["test"] * 6, "subject": subjects, "visit": ["V0", "V1"] * 3}
        >>> visits |= {"visit_order": [0, 1] * 3, "baseline": ["V0"] * 6}
        >>> visits |= {"observed": [8, 2, 8, 4, 8, 8], "predicted": [8, 4, 4, 2, 8, 6]}
        >>> found = change_agreement(visits, index)
        >>> round(found.percent_limits.bias.estimate, 1), round(found.points_limits.bias.estimate, 1), found.low
        (0.0, -0.7, 3)
    """
    frame = with_improvements(visits, index)
    first = frame[frame["visit"] == frame["baseline"]].set_index("subject")
    own = frame[frame["no_response"] == ""]
    before = {source: own["subject"].map(first[source]).to_numpy(dtype=np.float64) for source in SOURCES}
    points = {source: before[source] - own[source].to_numpy(dtype=np.float64) for source in SOURCES}
    percent = {source: 100 * points[source] / before[source] for source in SOURCES}
    low = np.minimum(*before.values()) < low_baseline
    return ChangeAgreement(*_agreement(points, own), *_agreement(percent, own), len(own), int(low.sum()))


def _agreement(change: dict[str, np.ndarray], rows: pd.DataFrame) -> tuple[Interval, LimitsOfAgreement]:
    data = change["observed"], change["predicted"], rows["subject"]
    return ccc_interval(*data), limits_of_agreement(*data)
