"""Notes about visits: subjects without an order or a baseline, and visits before a baseline."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from pasi.cohort.visit_order import Timeline, VisitNames, visits_before_baseline
from pasi.wording import first_names

MOST = 10  # names in one note


def visit_notes(file: str, timelines: Mapping[str, Timeline], names: VisitNames) -> Iterator[str]:
    """What the order and the baselines of the visits leave without a course or a response.

    A subject with one visit has neither, in whatever way its visit is described, and is passed over.
    """
    several = {subject: timeline for subject, timeline in timelines.items() if len(timeline.visits) > 1}
    without_order = [subject for subject, timeline in several.items() if not timeline.order]
    without_baseline = [subject for subject, own in several.items() if own.order and own.baseline is None]
    table = Path(file).name
    if without_order:
        yield (
            f"{table}: {_share(without_order, several)} no order of their visits, and so no course and no response. "
            "Names give none: add a column week (weeks since the baseline) or date (YYYY-MM-DD), or list the visits "
            f"in cohort.visit_order: {first_names(without_order, MOST)}"
        )
    if without_baseline:
        why = _why(without_baseline, several, names)
        yield f"{table}: {_share(without_baseline, several)} no baseline, and so no response. {why}: " + first_names(
            without_baseline, MOST
        )
    yield from _before_baseline(table, several)


def _share(some: list[str], every: Mapping[str, Timeline]) -> str:
    noun = "subject" if len(every) == 1 else "subjects"
    return f"{len(some)} of {len(every)} {noun} with several visits {'has' if len(some) == 1 else 'have'}"


def _why(subjects: list[str], timelines: Mapping[str, Timeline], names: VisitNames) -> str:
    """Why these subjects have no baseline, and what names one."""
    if names.baseline:
        return f"They lack the visit {names.baseline} (cohort.baseline)"
    if any(visit.marked for timeline in timelines.values() for visit in timeline.visits):
        return "The column baseline marks none of their visits"
    timed = any(visit.week is not None for subject in subjects for visit in timelines[subject].visits)
    start = "None of their visits is known to be the last at week 0 or before" if timed else "They have no weeks"
    return f"{start}: name the baseline by a column baseline (true or false) or by cohort.baseline"


def _before_baseline(table: str, timelines: Mapping[str, Timeline]) -> Iterator[str]:
    before = [f"{subject} {name}" for subject, own in timelines.items() for name in visits_before_baseline(own)]
    if before:
        total = sum(len(timeline.visits) for timeline in timelines.values())
        names = first_names(before, MOST)
        yield f"{table}: {len(before)} of {total} visits are before the baseline and have no improvement: {names}"
    early = [
        f"{subject} {own.baseline} (week {week:g})"
        for subject, own in timelines.items()
        if own.baseline is not None and (week := own.weeks[own.baseline]) is not None and week < 0
    ]
    if early:
        subjects = f"{len(early)} of {len(timelines)} subjects"
        yield f"{table}: the baseline of {subjects} is before week 0: {first_names(early, MOST)}"
