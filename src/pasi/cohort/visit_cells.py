"""The optional columns of scores.csv that say when a visit was: week, date and baseline; and the faults of their cells.

A week is a number of weeks since the baseline, a date has the form YYYY-MM-DD, and `baseline` marks the rows of the
baseline visit. An empty cell says nothing.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from pasi.cohort.csv_reader import CsvTable
from pasi.cohort.score_rows import number
from pasi.cohort.visit_fixes import DATE, MISSING_WEEKS, fix_for_date, fix_for_mark, fix_for_week
from pasi.errors import Problem
from pasi.wording import quoted

MARKS = {
    **dict.fromkeys(("true", "t", "yes", "y", "1", "1.0"), True),
    **dict.fromkeys(("false", "f", "no", "n", "0", "0.0", ""), False),
}

Value = float | date | bool | None
Parse = Callable[[str], Value]  # raises ValueError for a cell that it does not take


class Visit(NamedTuple):
    """A visit as scores.csv has it: `row` is its first row there; `week` and `date` are None where none is given."""

    subject: str
    name: str
    row: int
    week: float | None
    date: date | None
    marked: bool  # whether the column `baseline` marks it


def read_week(text: str) -> float | None:
    """The week in a cell, None for an empty cell; raises ValueError for any other text."""
    value = number(text)
    if (value is None and text.strip()) or value in MISSING_WEEKS:
        raise ValueError(text)
    return value


def read_date(text: str) -> date | None:
    """The date in a cell, None for an empty cell; raises ValueError for any form but YYYY-MM-DD."""
    bare = text.strip()
    if not bare:
        return None
    if not DATE.fullmatch(bare):
        raise ValueError(text)
    return date.fromisoformat(bare)


def read_mark(text: str) -> bool:
    """Whether a cell of the column `baseline` marks its row; raises ValueError for what is neither yes nor no."""
    try:
        return MARKS[text.strip().casefold()]
    except KeyError:
        raise ValueError(text) from None


# Column -> how a cell is read, what is expected of it, how a bad one is mended, what holds for the rows of a visit.
COLUMNS: Mapping[str, tuple[Parse, str, Callable[[str], str], str]] = {
    "week": (read_week, "a number, or nothing", fix_for_week, "one visit has one week"),
    "date": (read_date, "a date as YYYY-MM-DD, or nothing", fix_for_date, "one visit has one date"),
    "baseline": (read_mark, "true or false", fix_for_mark, "mark all rows of the baseline visit alike"),
}


def read_visits(table: CsvTable) -> list[Visit]:
    """The visits of scores.csv in its order, each by its first row; a cell that cannot be read counts as empty."""
    values = {name: _values(table, name)[0] for name in COLUMNS if name in table.columns}
    found = []
    for (subject, visit), row in _first_rows(table).items():
        week, day, marked = (values[name][table.columns[name][row]] if name in values else None for name in COLUMNS)
        found.append(Visit(subject, visit, row, week, day, bool(marked)))
    return found


def check_visit_cells(table: CsvTable) -> Iterator[Problem]:
    """Problems of cells that cannot be read, and of rows of one visit that differ."""
    for name in (name for name in COLUMNS if name in table.columns):
        values, bad = _values(table, name)
        yield from _check_form(table, name, bad)
        yield from _check_rows(table, name, values, bad)


def _values(table: CsvTable, name: str) -> tuple[dict[str, Value], set[str]]:
    """What each text of a column stands for, and the texts that cannot be read."""
    read, bad = COLUMNS[name][0], set()
    values: dict[str, Value] = {}
    for text in set(table.columns[name]):
        try:
            values[text] = read(text)
        except ValueError:
            values[text] = None
            bad.add(text)
    return values, bad


def _first_rows(table: CsvTable) -> dict[tuple[str, str], int]:
    """The first row of each subject and visit."""
    first: dict[tuple[str, str], int] = {}
    for row, visit in enumerate(zip(table.columns["subject"], table.columns["visit"], strict=True)):
        first.setdefault(visit, row)
    return first


def _check_form(table: CsvTable, name: str, bad: set[str]) -> Iterator[Problem]:
    """A problem for each form of bad cells: "Week 4" and "Week 12" have one cause."""
    _, expected, fix, _ = COLUMNS[name]
    forms: dict[str, list[int]] = {}
    for row, text in enumerate(table.columns[name]) if bad else ():
        if text in bad:
            forms.setdefault(re.sub(r"\d+", "0", text.strip().casefold()), []).append(row)
    for rows in forms.values():
        text = table.columns[name][rows[0]]
        more = "" if len({table.columns[name][row] for row in rows}) == 1 else " and the like"
        count = "" if len(rows) == 1 else f" in {len(rows)} rows"
        yield table.problem(rows[0], name, f"{quoted(text)}{more}{count}", expected, fix(text))


def _check_rows(table: CsvTable, name: str, values: Mapping[str, Value], bad: set[str]) -> Iterator[Problem]:
    """Problems of rows that differ from the first row of their visit; empty cells have one cause, and are counted."""
    first, empty = _first_rows(table), []
    visits = zip(table.columns["subject"], table.columns["visit"], strict=True)
    for row, (visit, text) in enumerate(zip(visits, table.columns[name], strict=True)):
        other = table.columns[name][first[visit]]
        if values[text] == values[other] or not bad.isdisjoint((text, other)):
            continue
        if not text.strip():
            empty.append(row)
            continue
        yield table.problem(row, name, quoted(text), _as_first(table, name, first[visit]), COLUMNS[name][3])
    if empty:
        owner = table.columns["subject"][empty[0]], table.columns["visit"][empty[0]]
        found = "an empty cell" if len(empty) == 1 else f"an empty cell in {len(empty)} rows"
        fix = f"{COLUMNS[name][3]}: repeat it in every row of the visit"
        yield table.problem(empty[0], name, found, _as_first(table, name, first[owner]), fix)


def _as_first(table: CsvTable, name: str, row: int) -> str:
    """What a row should hold, since the first row of its visit holds it."""
    visit = f"{table.columns['subject'][row]} {table.columns['visit'][row]}"
    shown = quoted(table.columns[name][row]) if table.columns[name][row].strip() else "an empty cell"
    return f"{shown} as on line {table.lines[row]} for {visit}"
