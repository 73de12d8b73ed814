"""The order of the visits of each subject, and its baseline: both are given by the user and never guessed.

Weeks, dates and the config's list of visits each give an order; where there are several, they must agree. The baseline
is the visit that the column `baseline` marks or the config names. Where neither is given, it is the last visit at week
0 or before, and without weeks there is none.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pasi.cohort.visit_cells import Visit

Key = tuple[float, ...]


class VisitNames(NamedTuple):
    """What the config says of visits: their names in the order of time, and the name of the baseline."""

    order: tuple[str, ...] = ()
    baseline: str | None = None


NOT_NAMED = VisitNames()  # the tables alone give order and baseline


class Timeline(NamedTuple):
    """The visits of a subject: `order` holds their names in the order of time and is empty where that is not known.

    `weeks` has the week of each visit: that of the table, or the days since the baseline over 7 where the subject has
    dates, a baseline and no week at all. `baseline` is None where the subject has none.
    """

    visits: tuple[Visit, ...]
    order: tuple[str, ...]
    baseline: str | None
    weeks: Mapping[str, float | None]


def timelines(visits: Sequence[Visit], names: VisitNames) -> dict[str, Timeline]:
    """The timeline of each subject, for visits without a fault."""
    is_marked = any(visit.marked for visit in visits)
    return {subject: _timeline(own, names, is_marked=is_marked) for subject, own in by_subject(visits).items()}


def by_subject(visits: Sequence[Visit]) -> dict[str, list[Visit]]:
    """The visits of each subject, in their order."""
    found: dict[str, list[Visit]] = {}
    for visit in visits:
        found.setdefault(visit.subject, []).append(visit)
    return found


def clocks(visits: Sequence[Visit], names: VisitNames) -> dict[str, list[float | None]]:
    """By week, by date, and by place in the list of the config: the time of each visit, None where it is not given.

    A clock that has the time of no visit is left out.
    """
    found: dict[str, list[float | None]] = {"week": [visit.week for visit in visits]}
    found["date"] = [None if visit.date is None else float(visit.date.toordinal()) for visit in visits]
    if names.order:
        found["list"] = [float(names.order.index(name)) if name in names.order else None for _, name, *_ in visits]
    return {name: times for name, times in found.items() if times.count(None) < len(times)}


def time_keys(visits: Sequence[Visit], names: VisitNames) -> list[Key]:
    """A key for each visit that sorts the visits of a subject by time; empty where no clock has a time of each visit.

    Two visits whose keys are equal cannot be put in order.
    """
    whole = [[time for time in times if time is not None] for times in clocks(visits, names).values()]
    return list(zip(*[times for times in whole if len(times) == len(visits)], strict=True))


def _timeline(visits: Sequence[Visit], names: VisitNames, *, is_marked: bool) -> Timeline:
    keys = time_keys(visits, names)
    ordered = [visits[place] for place in sorted(range(len(keys)), key=keys.__getitem__)]
    if len(visits) == 1:
        ordered = list(visits)
    baseline = _baseline(visits, ordered, names, is_marked=is_marked)
    order = tuple(visit.name for visit in ordered)
    return Timeline(tuple(visits), order, baseline.name if baseline else None, _weeks(visits, baseline))


def _baseline(visits: Sequence[Visit], ordered: Sequence[Visit], names: VisitNames, *, is_marked: bool) -> Visit | None:
    """The visit that is marked or named; if no baseline is given in either way, the last one at week 0 or before."""
    for visit in visits:
        if visit.marked or visit.name == names.baseline:
            return visit
    return None if is_marked or names.baseline else _last_before_treatment(ordered)


def _last_before_treatment(ordered: Sequence[Visit]) -> Visit | None:
    """The last visit at week 0 or before; None where the next visit has no week, and so might be at week 0 too."""
    last = max((place for place, visit in enumerate(ordered) if visit.week is not None and visit.week <= 0), default=-1)
    is_open = last + 1 < len(ordered) and ordered[last + 1].week is None
    return None if last < 0 or is_open else ordered[last]


def _weeks(visits: Sequence[Visit], baseline: Visit | None) -> dict[str, float | None]:
    start = baseline.date if baseline else None
    if start is None or any(visit.week is not None or visit.date is None for visit in visits):
        return {visit.name: visit.week for visit in visits}
    return {visit.name: (visit.date - start).days / 7 for visit in visits if visit.date is not None}


def visits_before_baseline(timeline: Timeline) -> list[str]:
    """Names of the visits before the baseline; empty where order or baseline is not known."""
    if timeline.baseline not in timeline.order:
        return []
    return list(timeline.order[: timeline.order.index(timeline.baseline)])
