"""Checks of the grades of scores.csv: which cells hold none that the index allows, and what has made them so."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pasi.cohort.cell_numbers import number, with_point
from pasi.cohort.csv_reader import CsvTable
from pasi.cohort.missing_codes import FAILED, is_ditto, is_missing, may_be_missing
from pasi.cohort.rewritten_ids import is_date, unwrapped
from pasi.errors import Problem
from pasi.severity.index import Label, SeverityIndex
from pasi.wording import first_names, in_rows, quoted

LEAVE_OUT = "drop the row: the region then counts as missing"
COMMA = "decimal comma"
WRAPPED, DATE, FORMULA, SHARE, WORD, NUMBER = "wrapped", "date", "formula", "share", "word", "number"
ERROR, DITTO, NARROW = "error", "ditto", "narrow"
FIXES = {
    DATE: "a spreadsheet made a date of it: enter the grade in a column that is formatted as text",
    FORMULA: "save the values of the spreadsheet in place of its formulas",
    ERROR: "a formula of the spreadsheet has failed: mend it there, or enter the grade",
    DITTO: "repeat the grade in each row: this stands for that of the row above",
    NARROW: "a column of the spreadsheet was too narrow: make it wider, and save the table again",
    WORD: f"correct the grade: write it as a number; where this stands for a missing one, {LEAVE_OUT}",
    SHARE: "correct the grade: it is no share in per cent",
}
SHOWN = 3  # different texts that one problem shows


class BadCell(NamedTuple):
    """A cell without a grade that the index allows; `kind`: which cells have the same cause."""

    row: int
    label: Label
    text: str
    kind: str


def check_grades(table: CsvTable, index: SeverityIndex) -> Iterator[Problem]:
    """Problems of grades that the index does not allow (F17), one for all cells with the same cause, with its lines."""
    causes: dict[str, list[BadCell]] = defaultdict(list)
    for cell in _bad_cells(table, index):
        causes[cell.kind].append(cell)
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
    if is_ditto(text):
        return DITTO
    if FAILED.fullmatch(text.strip()):
        return ERROR
    if is_missing(text):
        return f"missing {text.strip()}"
    plain = unwrapped(text)
    inner = number(plain)
    if inner is not None and plain != text and label.allows(inner):
        return WRAPPED
    if is_date(plain):
        return DATE
    if text.strip().startswith("="):
        return FORMULA
    if may_be_missing(plain):
        return f"perhaps missing {plain}"
    if number(plain) is not None:
        return NUMBER
    if plain.endswith("%"):
        return SHARE
    if not text.strip().strip("#"):
        return NARROW
    return f"text {plain}" if any(map(str.isnumeric, plain)) else WORD


def _problem(table: CsvTable, cells: Sequence[BadCell]) -> Problem:
    """The problem of cells of one cause, in the first row of them."""
    labels = list(dict.fromkeys(cell.label for cell in cells))
    cells = sorted(cells, key=lambda cell: cell.row)
    first = cells[0]
    lines = list(dict.fromkeys(table.lines[cell.row] for cell in cells))
    texts = dict.fromkeys(quoted(cell.text) if cell.text.strip() else "an empty cell" for cell in cells)
    shown = first_names(texts, SHOWN)
    if first.kind == COMMA and len(cells) > 1:
        shown = f"decimal commas such as {quoted(first.text)}"
    expected = str(first.label) if len(labels) == 1 else "a grade in each of these columns"
    columns = ", ".join(label.name for label in labels)
    return table.problem(first.row, columns, in_rows(shown, lines), expected, _fix(first))


def _fix(cell: BadCell) -> str:
    """What to do about a cell that holds no grade."""
    text = cell.text.strip()
    if cell.kind == COMMA:
        return f"use a point: {text.replace(',', '.')}"
    if cell.kind == WRAPPED:
        return f"write {unwrapped(cell.text)} without anything around it"
    if cell.kind.startswith("missing"):
        return f"fill it in, or {LEAVE_OUT}; drop its photos too"
    if cell.kind.startswith("perhaps"):
        return f"correct the grade; where {text} means a missing one, {LEAVE_OUT}"
    return FIXES.get(cell.kind, "correct the grade")
