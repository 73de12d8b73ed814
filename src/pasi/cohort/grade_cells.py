"""Checks of the grades of scores.csv: which cells hold none that the index allows, and what has made them so."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pasi.cohort.cell_numbers import number, with_point
from pasi.cohort.csv_reader import CsvTable
from pasi.cohort.missing_codes import is_missing, may_be_missing
from pasi.cohort.rewritten_ids import is_date, unwrapped
from pasi.errors import Problem
from pasi.severity.index import Label, SeverityIndex
from pasi.wording import in_rows, quoted

LEAVE_OUT = "drop the row: the region then counts as missing"
FAILED_FORMULAS = ("#ref!", "#value!", "#div/0!", "#name?", "#num!", "#n/v", "#wert!", "#bezug!", "#spill!", "#error!")
COMMA = "decimal comma"


class BadCell(NamedTuple):
    """A cell without a grade that the index allows; `kind`: which cells have the same cause, "" for one of its own."""

    row: int
    label: Label
    text: str
    kind: str


def check_grades(table: CsvTable, index: SeverityIndex) -> Iterator[Problem]:
    """Problems of grades that the index does not allow (F17).

    Each such cell is listed, but for those with a decimal comma, and for those that hold the same code of a missing
    grade or nothing: each of these is one problem, with its lines.
    """
    causes: dict[str, list[BadCell]] = defaultdict(list)
    for number_of_cell, cell in enumerate(_bad_cells(table, index)):
        causes[cell.kind or f"cell {number_of_cell}"].append(cell)
    for cells in causes.values():
        yield _problem(table, cells)


def _bad_cells(table: CsvTable, index: SeverityIndex) -> Iterator[BadCell]:
    for label in index.labels:
        values = {text: number(text) for text in set(table.columns[label.name])}
        bad = {text: _kind(text, label) for text, value in values.items() if value is None or not label.allows(value)}
        for row, text in enumerate(table.columns[label.name]) if bad else ():
            if text in bad:
                yield BadCell(row, label, text, bad[text])


def _kind(text: str, label: Label) -> str:
    """The cause that a cell has in common with others."""
    meant = with_point(text)
    if meant is not None and label.allows(meant):
        return COMMA
    return f"missing {text.strip()}" if is_missing(text) else ""


def _problem(table: CsvTable, cells: Sequence[BadCell]) -> Problem:
    """The problem of cells of one cause, in the first row of them."""
    first = min(cells, key=lambda cell: cell.row)
    labels = list(dict.fromkeys(cell.label for cell in cells))
    lines = sorted({table.lines[cell.row] for cell in cells})
    shown = quoted(first.text) if first.text.strip() else "an empty cell"
    if first.kind == COMMA and len(cells) > 1:
        shown = f"decimal commas such as {shown}"
    expected = str(first.label) if len(labels) == 1 else "a grade in each of these columns"
    columns = ", ".join(label.name for label in labels)
    return table.problem(first.row, columns, in_rows(shown, lines), expected, _fix(first))


def _fix(cell: BadCell) -> str:
    """What to do about a cell that holds no grade."""
    if cell.kind == COMMA:
        return f"use a point: {cell.text.strip().replace(',', '.')}"
    if cell.kind:
        return f"fill it in, or {LEAVE_OUT}; drop its photos too"
    text = unwrapped(cell.text)
    meant = number(text)
    if meant is not None and text != cell.text and cell.label.allows(meant):
        return f"write {text} without anything around it"
    if is_date(text):
        return "a spreadsheet made a date of it: enter the grade in a column that is formatted as text"
    if text.startswith("=") or text.casefold() in FAILED_FORMULAS:
        return "save the values of the spreadsheet in place of its formulas"
    if may_be_missing(text):
        return f"correct the grade; where {text} means a missing one, {LEAVE_OUT}"
    return "correct the grade"
