"""Weeks that are days or months: they grow by one a day or a month of the dates, or of the names of the visits."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from pasi.cohort.csv_reader import CsvTable
from pasi.cohort.visit_cells import Visit
from pasi.errors import Problem
from pasi.wording import counted

FIX = "if the column counts days, divide it by 7; else correct the weeks or the dates"
MONTHS_FIX = (
    "if the column counts months, write weeks: a month has 52 / 12 of them; else correct the weeks or the dates"
)
DAYS_OF_MONTH = 365.25 / 12
NAMED_MONTH = re.compile(r"(?:mo|mon|months?|monat|mois|mes)[ ._-]?(\d{1,3})", re.ASCII | re.IGNORECASE)
NAMED_WEEK = re.compile(r"(?:w|wk|week|woche)[ ._-]?(\d{1,3})", re.ASCII | re.IGNORECASE)
MOST_WEEKS = 1 / 3  # of the steps between visits, where all others are steps of days


class Step(NamedTuple):
    """Two visits of a subject that follow one another in time: how far apart they are by weeks and by dates."""

    early: Visit
    late: Visit
    weeks: float
    days: int


def check_units(table: CsvTable, subjects: Mapping[str, Sequence[Visit]]) -> Iterator[Problem]:
    """At most one problem: that the column week counts days or months."""
    steps = [step for visits in subjects.values() for step in _steps(visits)]
    for length, fix in ((1, FIX), (DAYS_OF_MONTH, MONTHS_FIX)):
        odd = [step for step in steps if abs(step.weeks - step.days / length) < abs(step.weeks - step.days / 7)]
        if odd and len(odd) > (1 - MOST_WEEKS) * len(steps):
            early, late, _, days = odd[0]
            when = f"{late.name} in week {late.week:g}, {counted(days, 'day')} after {early.name} in week"
            more = f", and so for {counted(len(odd), 'visit')}" if len(odd) > 1 else ""
            yield table.problem(late.row, "week", f"{when} {early.week:g}{more}", "weeks since the baseline", fix)
            return
    yield from _check_names(table, [visit for visits in subjects.values() for visit in visits])


def _check_names(table: CsvTable, visits: Sequence[Visit]) -> Iterator[Problem]:
    """The same, by the names of visits: W4 in week 28, Month3 in week 3."""
    timed = [visit for visit in visits if visit.week is not None]
    months = [(visit, int(match[1])) for visit in timed if (match := NAMED_MONTH.fullmatch(visit.name))]
    alike = [visit for visit, number in months if number and visit.week == number]
    if len({visit.name for visit in alike}) > 1 and len(alike) == sum(number > 0 for _, number in months):
        found = f"{alike[0].name} in week {alike[0].week:g}, and so for {counted(len(alike), 'visit')}"
        yield table.problem(alike[0].row, "week", found, "weeks since the baseline", MONTHS_FIX)
        return
    named = [(visit, int(match[1])) for visit in timed if (match := NAMED_WEEK.fullmatch(visit.name))]
    large = [visit for visit, number in named if number and visit.week == 7 * number]
    if len({visit.name for visit in large}) > 1 and len(large) == sum(number > 0 for _, number in named):
        found = f"{large[0].name} in week {large[0].week:g}, and so for {counted(len(large), 'visit')}"
        yield table.problem(large[0].row, "week", found, "the week in the name of the visit", FIX)


def _steps(visits: Sequence[Visit]) -> Iterator[Step]:
    """The steps between visits in different weeks, of those that have a week and a date."""
    timed = [(visit.date.toordinal(), visit.week, visit) for visit in visits if visit.date and visit.week is not None]
    for (day, week, early), (next_day, next_week, late) in pairwise(sorted(timed)):
        if week != next_week:
            yield Step(early, late, next_week - week, next_day - day)
