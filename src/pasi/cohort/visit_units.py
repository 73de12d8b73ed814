"""Weeks that are days: they grow by one a day of the dates, or are seven times the week in the names of visits."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from pasi.cohort.csv_reader import CsvTable
from pasi.cohort.visit_cells import Visit
from pasi.errors import Problem
from pasi.wording import counted

FIX = "if the column counts days, divide it by 7; else correct the weeks or the dates"
NAMED_WEEK = re.compile(r"(?:w|wk|week|woche)[ ._-]?(\d{1,3})", re.ASCII | re.IGNORECASE)
MOST_WEEKS = 1 / 3  # of the steps between visits, where all others are steps of days


class Step(NamedTuple):
    """Two visits of a subject that follow one another in time: how far apart they are by weeks and by dates."""

    early: Visit
    late: Visit
    weeks: float
    days: int


def check_units(table: CsvTable, subjects: Mapping[str, Sequence[Visit]]) -> Iterator[Problem]:
    """At most one problem: that the column week counts days."""
    steps = [step for visits in subjects.values() for step in _steps(visits)]
    in_days = [step for step in steps if abs(step.weeks - step.days) < abs(step.weeks - step.days / 7)]
    if in_days and len(in_days) > (1 - MOST_WEEKS) * len(steps):
        early, late, _, days = in_days[0]
        found = f"{late.name} in week {late.week:g}, {counted(days, 'day')} after {early.name} in week {early.week:g}"
        more = f", and so for {counted(len(in_days), 'visit')}" if len(in_days) > 1 else ""
        yield table.problem(late.row, "week", found + more, "weeks since the baseline", FIX)
        return
    named = [(visit, int(match[1])) for visits in subjects.values() for visit in visits if (match := _name(visit))]
    large = [visit for visit, number in named if number and visit.week == 7 * number]
    if len({visit.name for visit in large}) > 1 and len(large) == sum(number > 0 for _, number in named):
        found = f"{large[0].name} in week {large[0].week:g}, and so for {counted(len(large), 'visit')}"
        yield table.problem(large[0].row, "week", found, "the week in the name of the visit", FIX)


def _name(visit: Visit) -> re.Match[str] | None:
    return NAMED_WEEK.fullmatch(visit.name) if visit.week is not None else None


def _steps(visits: Sequence[Visit]) -> Iterator[Step]:
    """The steps between visits in different weeks, of those that have a week and a date."""
    timed = [(visit.date.toordinal(), visit.week, visit) for visit in visits if visit.date and visit.week is not None]
    for (day, week, early), (next_day, next_week, late) in pairwise(sorted(timed)):
        if week != next_week:
            yield Step(early, late, next_week - week, next_day - day)
