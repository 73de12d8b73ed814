"""Checks of scores.csv: the index allows each grade, attributes are harmless, a region of a visit has one row."""

import math
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from pasi.cohort.csv_reader import CsvTable, read_csv_table
from pasi.cohort.identifiers import region_visit_texts
from pasi.errors import Problem
from pasi.severity.index import Label, SeverityIndex
from pasi.wording import first_names, quoted

VISIT_COLUMNS = ("week", "date", "baseline")  # what says when a visit was: pasi.cohort.visit_cells
ATTRIBUTES = ("arm", "sex", "age", "site", "skin_type")  # of subjects, for reports of subgroups; no network sees them
NUMBER = re.compile(r"\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*", re.ASCII)
ATTRIBUTE = re.compile(r"(?![=+@-])[^\x00-\x1f]{0,64}")  # nothing that a spreadsheet would take for a formula (F28)


def read_scores(path: str | Path, index: SeverityIndex) -> CsvTable:
    """The columns of scores.csv: those of the index, and where they exist VISIT_COLUMNS and the attributes."""
    return read_csv_table(path, ("subject", "visit", "region", *index.label_names), (*VISIT_COLUMNS, *ATTRIBUTES))


def number(text: str) -> float | None:
    """The finite number in a cell, None where the cell holds anything else ("nan", "7,5", nothing)."""
    value = float(text) if NUMBER.fullmatch(text) else math.nan
    return value if math.isfinite(value) else None


def numbers(column: Sequence[str]) -> list[float | None]:
    """`number` of each cell; grades have few different texts, so each text is read once."""
    known = {text: number(text) for text in set(column)}
    return [known[text] for text in column]


def check_scores(table: CsvTable, index: SeverityIndex) -> Iterator[Problem]:
    """Every fault of the rows."""
    yield from _check_repeats(table, index)
    yield from _check_grades(table, index)
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


def _check_grades(table: CsvTable, index: SeverityIndex) -> Iterator[Problem]:
    """Problems of grades that the index does not allow; each such cell is listed (F17)."""
    for label in index.labels:
        values = {text: number(text) for text in set(table.columns[label.name])}
        bad = {text for text, value in values.items() if value is None or not label.allows(value)}
        for row, text in enumerate(table.columns[label.name]) if bad else ():
            if text in bad:
                found = quoted(text) if text.strip() else "an empty cell"
                yield table.problem(row, label.name, found, str(label), _fix_for_grade(text, label))


def _fix_for_grade(text: str, label: Label) -> str:
    meant = _with_point(text)
    if meant is not None and label.allows(meant):
        return f"use a point: {text.strip().replace(',', '.')}"
    return "correct the grade" if text.strip() else "fill it in, or drop the row: the region then counts as missing"


def _with_point(text: str) -> float | None:
    """The number that a cell with a decimal comma means; None for any other cell."""
    return number(text.replace(",", ".", 1)) if number(text) is None else None


def _check_attributes(table: CsvTable) -> Iterator[Problem]:
    """Problems of attributes that are too long, or that a spreadsheet would take for a formula."""
    for name in (name for name in ATTRIBUTES if name in table.columns):
        bad = {text for text in set(table.columns[name]) if not ATTRIBUTE.fullmatch(text)}
        for row, text in enumerate(table.columns[name]) if bad else ():
            if text in bad:
                expected = "up to 64 characters on one line, none of = + - @ first"
                yield table.problem(row, name, quoted(text), expected, "shorten or rename it")
