"""Why scored visits have no change from the baseline, where one could be expected, and what to do about it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import Enum

from pasi.bundle.visit_scores import Entry
from pasi.cohort.visit_order import Timeline
from pasi.wording import counted


class Missing(Enum):
    """What a change lacks; the value says so of several visits."""

    BASELINE = "their subject has no baseline"
    ORDER = "the order of the visits of their subject is not known"
    SCORE = "the baseline of their subject was refused"


FIXES = {
    Missing.BASELINE: "give --baseline, or mark it in a column baseline",
    Missing.ORDER: "give --visit-order, or a column week or date",
    Missing.SCORE: "its row says why; replace its photos and score again",
}
OTHER_NAME = "it lacks the visit {}; mark its baseline in a column baseline, in place of --baseline"


def missing_changes(entries: Sequence[Entry], timelines: Mapping[str, Timeline]) -> Counter[Missing]:
    """How many visits have a score and no change from the baseline, by what is missing.

    Not counted are baselines, visits before them, and where no baseline is named at all, subjects with one visit.
    """
    scored = {(entry["subject"], entry["visit"]): None for entry in entries if entry["scores"] is not None}
    are_named = any(line.baseline for line in timelines.values())
    found = (
        _missing(visit, timelines[subject], is_scored=(subject, timelines[subject].baseline) in scored)
        for subject, visit in scored
        if are_named or len(timelines[subject].visits) > 1
    )
    return Counter(each for each in found if each)


def _missing(visit: str, line: Timeline, *, is_scored: bool) -> Missing | None:
    """What the change of a visit lacks; is_scored: whether its baseline has a score."""
    if line.baseline is None:
        return Missing.BASELINE
    if visit == line.baseline:
        return None
    if line.baseline not in line.order:
        return Missing.ORDER
    is_later = line.order.index(visit) > line.order.index(line.baseline)
    return Missing.SCORE if is_later and not is_scored else None


def changes_text(missing: Counter[Missing], baseline: str | None) -> str:
    """What is missing, in a line; "" where nothing is. baseline: the visit that the call names as such.

    >>> changes_text(Counter({Missing.SCORE: 1}), "V1")[:70]
    '1 visit has no change from baseline: 1 because the baseline of their s'
    """
    if not missing:
        return ""
    fixes = FIXES if baseline is None else {**FIXES, Missing.BASELINE: OTHER_NAME.format(baseline)}
    why = "; ".join(f"{count} because {kind.value} ({fixes[kind]})" for kind, count in missing.most_common())
    verb = "has" if missing.total() == 1 else "have"
    return f"{counted(missing.total(), 'visit')} {verb} no change from baseline: {why}"
