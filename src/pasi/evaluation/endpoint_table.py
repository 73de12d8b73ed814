"""The endpoints of a trial by arm and week, with the physician and with the model in the physician's place."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from pasi.evaluation.endpoint_replay import EndpointReplay, endpoint_replay
from pasi.evaluation.intervals import Interval
from pasi.evaluation.paired_rates import paired_rates
from pasi.evaluation.rate_difference import wilson_interval
from pasi.evaluation.settings import LIMITS, AcceptanceLimits
from pasi.severity.index import SeverityIndex
from pasi.severity.response import IMPUTED, reaches, with_improvements
from pasi.storage.tables import Columns, Row

BOUNDED = ("observed", "predicted", "change", "kappa", "corrected", "price")
COLUMNS = [
    *("learner", "part", "week", "threshold", "arm", "reference", "subjects", "reference_subjects", "absent"),
    *(f"{name}{bound}" for name in BOUNDED for bound in ("", "_low", "_high")),
    *("subjects_observed", "subjects_predicted", "power_predicted", "verdict", "fails", "open"),
]


@dataclass(frozen=True)
class _Answers:
    """One endpoint at one week: arm of each subject (n,), and whether it is reached by each reading (n,)."""

    arm: np.ndarray
    observed: np.ndarray
    predicted: np.ndarray


def endpoint_table(visits: Columns, index: SeverityIndex, *, limits: AcceptanceLimits = LIMITS) -> pd.DataFrame:
    """Rates of each response by arm and week and by both readings, and for each two arms what the model changes.

    A response is what `with_improvements` says it is; one that is undefined counts as none, for each reading by itself,
    as in `non_responder_table`. A subject without a visit at that week is in no rate; `absent` counts those of the arm
    that have a visit after the baseline in another week. Of two visits of a subject in one week the later one counts.
    Subjects without an arm, visits without a week, and weeks at which no response is defined are left out.

    Args:
        visits: those of one learner and part, with the columns of `with_improvements`, week and arm.
        index: the severity index, with its thresholds.
        limits: limits of acceptance (`may_replace`).

    Returns:
        By week and threshold a row for each arm (reference ""), with its rates and their change (predicted minus
        observed), and a row for each two arms, `arm` minus `reference` in the order of their names, with differences of
        rates, their change, kappa, the difference corrected for wrong answers, subjects in each arm for a power of 90%
        by both readings, their ratio (price), the power that is left with the model (`endpoint_price`), and the verdict
        with the criteria that fail and that are open. Three columns for each with an interval, such as change,
        change_low, change_high. No row where nobody has an arm, a week or a baseline.

    Example:
        >>> from pasi.severity.index import Label, Region, SeverityBand
        >>> bands = (SeverityBand("any", None),)
        >>> index = SeverityIndex("S", "points", (Label("sign", 9, 1),), None, (Region("all", 1, 1),), bands, 0, (75,))
        >>> subjects = ["A", "A", "B", "B", "C", "C"]
        >>> visits = {"learner": ["net"] * 6, "part": ["oof"] * 6, "subject": subjects, "visit": ["V0", "V1"] * 3}
        >>> visits |= {"week": [0, 12] * 3, "visit_order": [0, 1] * 3, "baseline": ["V0"] * 6}
        >>> visits |= {"arm": ["drug"] * 4 + ["none"] * 2}
        >>> visits |= {"observed": [8, 2, 8, 1, 8, 7], "predicted": [9, 3, 8, 2, 9, 6]}
        >>> table = endpoint_table(visits, index)
        >>> table[["week", "arm", "reference", "observed", "predicted"]].values.tolist()
        [[12.0, 'drug', '', 1.0, 0.5], [12.0, 'none', '', 0.0, 0.0], [12.0, 'drug', 'none', 1.0, 0.5]]
    """
    frame = with_improvements(visits, index)
    frame["week"], frame["arm"] = frame["week"].astype(np.float64), frame["arm"].fillna("").astype(object)
    frame = frame[frame["no_response"].isin(("", *IMPUTED)) & np.isfinite(frame["week"]) & (frame["arm"] != "")]
    frame = frame[frame["week"].isin(frame.loc[frame["no_response"] == "", "week"])]
    subjects = frame.drop_duplicates("subject").groupby("arm").size()
    records = [
        {"learner": learner, "part": part, "week": week, "threshold": threshold, **row}
        for (learner, part, week), rows in frame.sort_values("visit_order").groupby(["learner", "part", "week"])
        for threshold in index.responses
        for row in _rows(_answers(rows.drop_duplicates("subject", keep="last"), threshold, index), subjects, limits)
    ]
    return pd.DataFrame(records, columns=COLUMNS)


def _answers(rows: pd.DataFrame, threshold: int, index: SeverityIndex) -> _Answers:
    observed, predicted = (reaches(rows, source, threshold, index) for source in ("observed", "predicted"))
    return _Answers(rows["arm"].to_numpy(dtype=object), observed, predicted)


def _rows(found: _Answers, subjects: "pd.Series[int]", limits: AcceptanceLimits) -> Iterator[Row]:
    """A row for each arm, then one for each two arms."""
    arms = sorted(set(found.arm))
    for arm in arms:
        yield _arm_row(arm, found, int(subjects[arm]))
    for arm, reference in combinations(arms, 2):
        own = np.isin(found.arm, (arm, reference))
        treated = found.arm[own] == arm
        replay = endpoint_replay(found.observed[own], found.predicted[own], treated, limits=limits)
        numbers = {"subjects": int(treated.sum()), "reference_subjects": int((~treated).sum())}
        yield {"arm": arm, "reference": reference, **numbers, **_pair_row(replay)}


def _arm_row(arm: str, found: _Answers, known: int) -> Row:
    own = found.arm == arm
    observed, predicted, count = found.observed[own], found.predicted[own], int(own.sum())
    return {
        **{
            "arm": arm,
            "reference": "",
            "subjects": count,
            "absent": known - count,
            "verdict": "",
            "fails": "",
            "open": "",
        },
        **_cells("observed", wilson_interval(float(observed.sum()), count)),
        **_cells("predicted", wilson_interval(float(predicted.sum()), count)),
        **_cells("change", paired_rates(observed, predicted).change),
    }


def _pair_row(replay: EndpointReplay) -> Row:
    price, replacement = replay.price, replay.replacement
    return {
        **_cells("observed", replay.observed.difference),
        **_cells("predicted", replay.predicted.difference),
        **_cells("change", replay.change),
        **_cells("kappa", replay.kappa),
        **_cells("corrected", replay.corrected.difference),
        **_cells("price", price.price),
        "subjects_observed": price.observed,
        "subjects_predicted": price.predicted,
        "power_predicted": price.power,
        "verdict": replacement.verdict,
        "fails": "; ".join(replacement.fails),
        "open": "; ".join(replacement.open),
    }


def _cells(name: str, found: Interval) -> Row:
    return {name: found.estimate, f"{name}_low": found.low, f"{name}_high": found.high}
