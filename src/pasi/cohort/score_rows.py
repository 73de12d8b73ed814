"""Checks of scores.csv: the index allows each grade, weeks make one time axis, a region of a visit has one row."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from pasi.cohort.cell_numbers import number, numbers, with_point
from pasi.cohort.csv_reader import CsvTable, read_csv_table
from pasi.cohort.grade_cells import check_grades
from pasi.cohort.identifiers import region_visit_texts, rows_of, unnamed_rows
from pasi.cohort.missing_codes import is_missing
from pasi.cohort.spellings import Spellings
from pasi.errors import Problem
from pasi.severity.index import SeverityIndex
from pasi.wording import first_names, in_rows, quoted

ATTRIBUTES = ("arm", "sex", "age", "site", "skin_type")  # of subjects, for reports of subgroups; no network sees them
ATTRIBUTE = re.compile(r"(?![=+@-])[^\x00-\x1f]{0,64}")  # nothing that a spreadsheet would take for a formula (F28)


def read_scores(path: str | Path, index: SeverityIndex) -> CsvTable:
    """The columns of scores.csv: those of the index, and where they exist the week and the attributes."""
    return read_csv_table(path, ("subject", "visit", "region", *index.label_names), ("week", *ATTRIBUTES))


def check_scores(table: CsvTable, index: SeverityIndex, spellings: Spellings) -> Iterator[Problem]:
    """Every fault of the rows, but those of ids: rows without one are not compared with others, `spellings` are mended.

    So one cause is not reported again by each check that compares rows.
    """
    named = table.without(unnamed_rows(table))
    yield from _check_repeats(named, index)
    yield from check_grades(table, index)
    if "week" in table.columns:
        yield from _check_weeks(spellings.mended(named))
    yield from _check_attributes(table)


def area_notes(table: CsvTable, index: SeverityIndex) -> Iterator[str]:
    """A note of rows where the area is 0 and a sign is not, or the other way round (R4): it may be an oversight."""
    if index.area is None:
        return
    signs = [numbers(table.columns[sign.name]) for sign in index.signs]
    area = numbers(table.columns[index.area.name])
    odd = [row for row, grades in enumerate(zip(*signs, strict=True)) if (area[row] == 0) != (not any(grades))]
    if odd:
        text = f"{index.area.name} is 0 and a sign is not, or the other way round"
        lines = first_names((str(table.lines[row]) for row in odd), most=10)
        yield f"{Path(table.file).name}: {text}: {len(odd)} of {len(area)} rows, lines {lines}"


def _check_repeats(table: CsvTable, index: SeverityIndex) -> Iterator[Problem]:
    """Problems of rows that repeat a subject, visit and region."""
    first: dict[str, int] = {}
    grades = [table.columns[name] for name in index.label_names]
    for row, key in enumerate(region_visit_texts(table)):
        earlier = first.setdefault(key, row)
        if earlier != row:
            same = all(column[row] == column[earlier] for column in grades)
            found = f"{key} again with {'the same' if same else 'other'} grades"
            expected = f"one row a subject, visit and region (it stands on line {table.lines[earlier]})"
            yield table.problem(row, "region", found, expected, "drop one of the two rows")


def _check_weeks(table: CsvTable) -> Iterator[Problem]:
    """Problems of weeks: no number, different weeks in the rows of a visit, or no order of the visits of a subject."""
    visits: dict[tuple[str, str], int] = {}  # first row of each visit
    weeks = {text: number(text) for text in set(table.columns["week"])}
    bad = {text for text, value in weeks.items() if value is None and text.strip()}
    for row, (subject, visit, text) in enumerate(_timed(table)):
        first = visits.setdefault((subject, visit), row)
        week = table.columns["week"][first]
        if text in bad:
            yield table.problem(row, "week", quoted(text), "a number, or nothing", _fix_for_week(text))
        elif week not in bad and weeks[text] != weeks[week]:
            expected = f"{quoted(week)} as on line {table.lines[first]} for {subject} {visit}"
            yield table.problem(row, "week", quoted(text), expected, "one visit has one week")
    if not bad:
        yield from _check_time_axis(table, visits, weeks)


def _timed(table: CsvTable) -> Iterator[tuple[str, str, str]]:
    """Subject, visit and week of each row."""
    return zip(table.columns["subject"], table.columns["visit"], table.columns["week"], strict=True)


def _fix_for_week(text: str) -> str:
    if with_point(text) is not None:
        return f"use a point: {text.strip().replace(',', '.')}"
    return "correct the week, or empty the cells of the subject"


def _check_time_axis(
    table: CsvTable, visits: dict[tuple[str, str], int], weeks: Mapping[str, float | None]
) -> Iterator[Problem]:
    """Problems of a subject with two visits in one week, or with a week at some of its visits only."""
    taken: dict[tuple[str, float], int] = {}
    timed = {subject: row for (subject, _), row in visits.items() if weeks[table.columns["week"][row]] is not None}
    for (subject, visit), row in visits.items():
        week = weeks[table.columns["week"][row]]
        if week is None:
            if subject in timed:
                expected = f"a week, as {subject} has on line {table.lines[timed[subject]]}"
                yield table.problem(row, "week", "an empty cell", expected, "fill in all weeks of a subject, or none")
        elif taken.setdefault((subject, week), row) != row:
            earlier = taken[subject, week]
            found = f"{visit} in week {week:g}"
            expected = f"another week than {table.columns['visit'][earlier]} on line {table.lines[earlier]}"
            yield table.problem(row, "week", found, expected, "correct one of the two visits")


def _check_attributes(table: CsvTable) -> Iterator[Problem]:
    """Problems of attributes that are too long, or that a spreadsheet would take for a formula."""
    for name in (name for name in ATTRIBUTES if name in table.columns):
        bad = {text for text in set(table.columns[name]) if not ATTRIBUTE.fullmatch(text)}
        for text, rows in rows_of(table.columns[name], bad).items():
            found = in_rows(quoted(text), [table.lines[row] for row in rows])
            expected = "up to 64 characters on one line, none of = + - @ first"
            fix = "empty the cell" if is_missing(text) else "shorten or rename it"
            yield table.problem(rows[0], name, found, expected, fix)
