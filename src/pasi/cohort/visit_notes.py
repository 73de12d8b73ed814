"""Notes about visits: subjects without an order or a baseline, and visits before a baseline."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pasi.cohort.visit_order import Timeline, VisitNames, visits_before_baseline
from pasi.wording import counted, first_names

MOST = 10  # names in one note
MOST_WEEKS_OFF = 26  # that a date may be off its week, as where a visit was late
ORDER = (
    "Names of visits give no order. Add a column week (0 at the baseline), or give the order by a column date "
    "(YYYY-MM-DD) or cohort.visit_order, and the baseline by a column baseline or cohort.baseline"
)
NAME_IT = "name the baseline by a column baseline (true or false) or by cohort.baseline"


def visit_notes(file: str, timelines: Mapping[str, Timeline], names: VisitNames) -> Iterator[str]:
    """What has no course or no response, because the order of visits or the baseline is not known.

    A subject with one visit can have neither, and is passed over.
    """
    several = {subject: timeline for subject, timeline in timelines.items() if len(timeline.visits) > 1}
    without_order = [subject for subject, timeline in several.items() if not timeline.order]
    without_baseline = [subject for subject, own in several.items() if own.order and own.baseline is None]
    table = Path(file).name
    if without_order:
        share = _share(without_order, several)
        yield f"{table}: the order of visits is not known for {share}, which get no course and no response. {ORDER}"
    if without_baseline:
        share, why = _share(without_baseline, several), _why(without_baseline, several, names)
        yield f"{table}: there is no baseline for {share}, which get no response. {why}"
    yield from _before_baseline(table, several)
    yield from _off_week(table, several)


def _share(some: Sequence[str], every: Mapping[str, Timeline]) -> str:
    """How many of the subjects, and which, unless it is all of them."""
    share = f"{len(some)} of {counted(len(every), 'subject')} with several visits"
    return share if len(some) == len(every) else f"{share} ({first_names(some, MOST)})"


def _why(subjects: Sequence[str], timelines: Mapping[str, Timeline], names: VisitNames) -> str:
    """Why these subjects have no baseline, and what names one."""
    if names.baseline:
        return f"They have no visit {names.baseline}, which cohort.baseline names"
    if any(visit.marked for timeline in timelines.values() for visit in timeline.visits):
        return "The column baseline marks none of their visits"
    if any(visit.week is not None for subject in subjects for visit in timelines[subject].visits):
        return f"None of their visits is known to be the last one at week 0 or before: {NAME_IT}"
    return f"Without weeks, it is not guessed: {NAME_IT}"


def _before_baseline(table: str, timelines: Mapping[str, Timeline]) -> Iterator[str]:
    before = [f"{subject} {name}" for subject, own in timelines.items() for name in visits_before_baseline(own)]
    if before:
        total = counted(sum(len(timeline.visits) for timeline in timelines.values()), "visit")
        names = first_names(before, MOST)
        yield f"{table}: {len(before)} of {total} are before the baseline and have no improvement: {names}"
    early = [
        f"{subject} {own.baseline} (week {week:g})"
        for subject, own in timelines.items()
        if own.baseline is not None and (week := own.weeks[own.baseline]) is not None and week < 0
    ]
    if early:
        share = f"{len(early)} of {counted(len(timelines), 'subject')} with several visits"
        yield f"{table}: the baseline of {share} is before week 0: {first_names(early, MOST)}"


def _off_week(table: str, timelines: Mapping[str, Timeline]) -> Iterator[str]:
    """A note of visits whose date lies half a year or more off their week: the year may be a slip."""
    off = []
    for subject, own in timelines.items():
        timed = [(visit.date, visit.week, visit.name) for visit in own.visits if visit.date and visit.week is not None]
        start, first, _ = min(timed, default=(None, 0.0, ""))
        weeks = [((day - start).days / 7, week - first, name) for day, week, name in timed if start]
        off += [f"{subject} {name}" for passed, week, name in weeks if abs(passed - week) > MOST_WEEKS_OFF]
    if off:
        text = f"dates of {counted(len(off), 'visit')} are half a year or more off the weeks; are their years right?"
        yield f"{table}: {text} {first_names(off, MOST)}"
