"""The optional columns of scores.csv that say when a visit was: week, date and baseline; and the faults of their cells.

A week is a number of weeks since the baseline, a date has the form YYYY-MM-DD, and `baseline` marks the rows of the
baseline visit. An empty cell says nothing.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple, TypeVar

from pasi.cohort.cell_numbers import number
from pasi.cohort.csv_reader import CsvTable
from pasi.cohort.missing_codes import is_missing, is_missing_week
from pasi.cohort.visit_fixes import (
    DATE,
    PARTIAL,
    fix_for_date,
    fix_for_mark,
    fix_for_week,
    is_day_number,
    is_week_in_words,
)
from pasi.errors import Problem
from pasi.wording import quoted

MARKS = {
    **dict.fromkeys(("true", "t", "yes", "y", "1", "1.0"), True),
    **dict.fromkeys(("false", "f", "no", "n", "0", "0.0", ""), False),
}

T = TypeVar("T")
Value = float | date | bool | None


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
    if text.strip() and (value is None or is_missing_week(text) or is_day_number(value)):
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


# Column -> how a cell is read, what is expected of it, how a bad one is corrected, what holds for the rows of a visit.
COLUMNS: Mapping[str, tuple[Callable[[str], Value], str, Callable[[str], str], str]] = {
    "week": (read_week, "a number, or nothing", fix_for_week, "one visit has one week"),
    "date": (read_date, "a date as YYYY-MM-DD, or nothing", fix_for_date, "one visit has one date"),
    "baseline": (read_mark, "true or false", fix_for_mark, "mark all rows of the baseline visit alike"),
}


def read_visits(table: CsvTable) -> list[Visit]:
    """The visits of scores.csv in its order, each by its first row; a cell that cannot be read counts as empty."""
    first = _first_rows(table)
    rows = list(first.values())
    weeks = _read_rows(table, rows, "week", read_week)
    dates = _read_rows(table, rows, "date", read_date)
    marks = (bool(mark) for mark in _read_rows(table, rows, "baseline", read_mark))
    subjects, visits = zip(*first, strict=True) if first else ((), ())
    return list(map(Visit, subjects, visits, rows, weeks, dates, marks))


def _read_rows(table: CsvTable, rows: Sequence[int], name: str, read: Callable[[str], T]) -> list[T | None]:
    """What the cells of some rows stand for; None without the column, and for a cell that cannot be read."""
    column = table.columns.get(name)
    if column is None:
        return [None] * len(rows)
    values, _ = _read_texts(set(column), read)
    return [values[column[row]] for row in rows]


def _read_texts(texts: Collection[str], read: Callable[[str], T]) -> tuple[dict[str, T | None], set[str]]:
    """What each text stands for, and the texts that cannot be read, for which None stands."""
    values: dict[str, T | None] = {}
    bad = set()
    for text in texts:
        try:
            values[text] = read(text)
        except ValueError:
            values[text] = None
            bad.add(text)
    return values, bad


def check_visit_cells(table: CsvTable) -> Iterator[Problem]:
    """Problems of cells that cannot be read, and of rows of one visit that differ."""
    for name in (name for name in COLUMNS if name in table.columns):
        values, bad = _read_texts(set(table.columns[name]), COLUMNS[name][0])
        yield from _check_form(table, name, bad)
        yield from _check_rows(table, name, values, bad)


def _first_rows(table: CsvTable, filled: str = "") -> dict[tuple[str, str], int]:
    """The first row of each subject and visit, or the first one whose cell of the column `filled` is not empty."""
    first: dict[tuple[str, str], int] = {}
    for row, visit in enumerate(zip(table.columns["subject"], table.columns["visit"], strict=True)):
        if not filled or table.columns[filled][row].strip():
            first.setdefault(visit, row)
    return first


def _check_form(table: CsvTable, name: str, bad: set[str]) -> Iterator[Problem]:
    """A problem for each form of bad cells: "Week 4" and "Week 12" have one cause."""
    _, expected, fix, _ = COLUMNS[name]
    forms: dict[str, list[int]] = {}
    for row, text in enumerate(table.columns[name]) if bad else ():
        if text in bad:
            forms.setdefault(_cause(name, text), []).append(row)
    for rows in forms.values():
        text = table.columns[name][rows[0]]
        more = "" if len({table.columns[name][row] for row in rows}) == 1 else " and the like"
        count = "" if len(rows) == 1 else f" in {len(rows)} rows"
        yield table.problem(rows[0], name, f"{quoted(text)}{more}{count}", expected, fix(text))


def _cause(name: str, text: str) -> str:
    """What the bad cells of one problem have in common: weeks in words, dates without their day, or one form."""
    bare = text.strip()
    if name == "week" and is_week_in_words(text):
        return "words"
    if name == "baseline":
        return "missing" if is_missing(bare) else "marks"
    if name == "date" and PARTIAL.fullmatch(bare):
        return "partial"
    return _form(text)


def _form(text: str) -> str:
    """A cell with all numbers and all months alike, but with years apart: 2023-01-28 is no 28-01-2023."""
    numbers = re.sub(r"\d+", lambda match: "year" if len(match[0]) == 4 else "0", text.strip().casefold())
    return re.sub(r"(?:(?<=0)|^)([-. /]*)[^\W\d_]+(?=[-. /]*(?:year|0))", r"\1month", numbers)


def _check_rows(table: CsvTable, name: str, values: Mapping[str, Value], bad: set[str]) -> Iterator[Problem]:
    """Problems of rows that differ from the first filled row of their visit.

    Empty cells are one problem, for they have one cause: of merged cells, a spreadsheet saves only the first.
    """
    column = table.columns[name]
    filled = _first_rows(table, name)
    empty = []
    for row, visit in enumerate(zip(table.columns["subject"], table.columns["visit"], strict=True)):
        first = filled.get(visit, row)
        if values[column[row]] == values[column[first]] or not bad.isdisjoint((column[row], column[first])):
            continue
        if column[row].strip():
            yield table.problem(row, name, quoted(column[row]), _as_in(table, name, first), COLUMNS[name][3])
        else:
            empty.append((row, first))
    if empty:
        row, first = empty[0]
        found = "an empty cell" if len(empty) == 1 else f"an empty cell in {len(empty)} rows"
        yield table.problem(row, name, found, _as_in(table, name, first), f"{COLUMNS[name][3]}: repeat it in each row")


def _as_in(table: CsvTable, name: str, row: int) -> str:
    """What another row of the same visit holds."""
    visit = f"{table.columns['subject'][row]} {table.columns['visit'][row]}"
    return f"{quoted(table.columns[name][row])} as on line {table.lines[row]} for {visit}"
