"""Checks of scores.csv: the index allows each grade, attributes are harmless, a region of a visit has one row."""

import re
from collections.abc import Iterator
from pathlib import Path

from pasi.cohort.cell_numbers import numbers
from pasi.cohort.csv_reader import CsvTable, read_csv_table
from pasi.cohort.grade_cells import check_grades
from pasi.cohort.identifiers import region_visit_texts, rows_of, unnamed_rows
from pasi.cohort.missing_codes import is_missing
from pasi.cohort.settings import ATTRIBUTES, VISIT_COLUMNS
from pasi.errors import Problem
from pasi.severity.index import SeverityIndex
from pasi.wording import first_names, in_rows, quoted

ATTRIBUTE = re.compile(r"(?![=+@-])[^\x00-\x1f]{0,64}")  # nothing that a spreadsheet would take for a formula (F28)


def read_scores(path: str | Path, index: SeverityIndex) -> CsvTable:
    """The columns of scores.csv: those of the index, and where they exist VISIT_COLUMNS and the attributes."""
    return read_csv_table(path, ("subject", "visit", "region", *index.label_names), (*VISIT_COLUMNS, *ATTRIBUTES))


def check_scores(table: CsvTable, index: SeverityIndex) -> Iterator[Problem]:
    """Every fault of the rows but those of ids and visits; rows without an id are not compared with others."""
    yield from _check_repeats(table.without(unnamed_rows(table)), index)
    yield from check_grades(table, index)
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
    """Problems of rows that repeat a subject, visit and region: one of all with the same grades, one of the others."""
    first: dict[str, int] = {}
    repeats: dict[bool, list[tuple[str, int, int]]] = {True: [], False: []}
    grades = [table.columns[name] for name in index.label_names]
    for row, key in enumerate(region_visit_texts(table)):
        earlier = first.setdefault(key, row)
        if earlier != row:
            same = all(column[row] == column[earlier] for column in grades)
            repeats[same].append((key, row, earlier))
    for same, (copy, *more) in ((same, rows) for same, rows in repeats.items() if rows):
        key, row, earlier = copy
        found = f"{key} again with {'the same' if same else 'other'} grades"
        fix = "drop one of the two rows"
        if more:
            found = in_rows(f"{found}, and others in this way,", [table.lines[each] for _, each, _ in (copy, *more)])
            fix = "a table pasted twice: drop these rows" if same else "correct the ids, or drop one of each two rows"
        expected = f"one row a subject, visit and region (it stands on line {table.lines[earlier]})"
        yield table.problem(row, "region", found, expected, fix)


def _check_attributes(table: CsvTable) -> Iterator[Problem]:
    """Problems of attributes that are too long, or that a spreadsheet would take for a formula."""
    for name in (name for name in ATTRIBUTES if name in table.columns):
        bad = {text for text in set(table.columns[name]) if not ATTRIBUTE.fullmatch(text)}
        for text, rows in rows_of(table.columns[name], bad).items():
            found = in_rows(quoted(text), [table.lines[row] for row in rows])
            expected = "up to 64 characters on one line, none of = + - @ first"
            fix = "empty the cell" if is_missing(text) else "shorten or rename it"
            yield table.problem(rows[0], name, found, expected, fix)
