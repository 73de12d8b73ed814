"""Rows of a CSV table with more or fewer cells than its header: how many there are, and what has probably made them."""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from pasi.cohort.csv_header import SEPARATORS
from pasi.errors import Problem
from pasi.wording import in_rows, quoted

MARKS = [mark for mark in SEPARATORS if mark != " "]
TOO_MANY = "put quotes round a cell that holds a comma, and write decimals with a point"
DROPPED = "a spreadsheet leaves out the last commas of a row that ends in empty cells"
# English, German, French, Spanish, Italian, Dutch, Portuguese, Polish, as spreadsheets name them.
NAMES_OF_TOTALS = """
total totals subtotal sum mean average avg median count counta n sd std stdev stddev min max var
summe gesamt gesamtergebnis ergebnis teilergebnis mittelwert anzahl somme moyenne nombre totale media conteggio
promedio cuenta suma totaal eindtotaal som gemiddelde soma contagem
"""
TOTALS = frozenset(NAMES_OF_TOTALS.split())
NO_HEADER = "the first cell of each row has no header: delete it (R: row.names=FALSE; pandas: index=False)"


class OddRow(NamedTuple):
    """A row with another number of cells than the header, and the line on which it begins."""

    line: int
    cells: Sequence[str]


class TableShape(NamedTuple):
    """What is known of the rows that have as many cells as the header."""

    header: Sequence[str]
    required: Collection[str]
    last_line: int | None  # on which the last of these rows begins; None where there is none below the header
    gaps: bool  # whether the last cell of one of these rows is empty


def width_problems(file: str, odd: Sequence[OddRow], shape: TableShape) -> Iterator[Problem]:
    """One problem for each cause: notes below the table, rows that are too short, and rows that are too long."""
    width = len(shape.header)
    separated = {mark: [row for row in odd if _is_separated_by(mark, row.cells, width)] for mark in MARKS}
    told = {row.line for rows in separated.values() for row in rows}
    notes = [row for row in odd if row.line not in told and _is_note_row(row.cells)]
    told |= {row.line for row in notes}
    short = [row for row in odd if len(row.cells) < width and row.line not in told]
    longer = [row for row in odd if len(row.cells) > width and row.line not in told]
    if notes:
        yield _note_problem(file, notes, shape)
    for mark, rows in separated.items():
        if rows:
            found = in_rows(f"{SEPARATORS[mark]} between the cells", [row.line for row in rows])
            yield Problem(file, rows[0].line, "", found, "commas, as in the header", "write commas in these lines too")
    if short:
        yield _width_problem(file, short, width, _fix_for_short(short, shape))
    if longer:
        yield _width_problem(file, longer, width, _fix_for_long(longer, shape))


def _note_problem(file: str, notes: Sequence[OddRow], shape: TableShape) -> Problem:
    """The problem of notes below the table, and of page numbers and comments between its rows."""
    found = in_rows(quoted(next(filter(None, notes[0].cells))), [row.line for row in notes])
    fix = "a note or a total below the table: delete it"
    if notes[0].line < (shape.last_line or 0):
        fix = "a comment, a page number or a total between the rows: delete these lines"
    return Problem(file, notes[0].line, "", found, f"{len(shape.header)} cells, as in the header", fix)


def _is_separated_by(mark: str, cells: Sequence[str], width: int) -> bool:
    """Whether one cell, or the parts between decimal commas, would be a whole row with another separator."""
    return len(cells) < width and ",".join(cells).count(mark) == width - 1


def is_note(text: str) -> bool:
    """Whether a text at the end of a table is a note or names a total, and is no id."""
    plain = text.strip()
    return bool(re.search(r"[\s=:()]|^[#*]", plain)) or plain.casefold() in TOTALS or not re.search(r"\w", plain)


def _is_note_row(cells: Sequence[str]) -> bool:
    texts = [cell for cell in cells if cell.strip()]
    return len(texts) == 1 and is_note(texts[0])


def _width_problem(file: str, rows: Sequence[OddRow], width: int, fix: str) -> Problem:
    counts = sorted({len(row.cells) for row in rows})
    cells = f"{counts[0]} cells" if len(counts) == 1 else f"{counts[0]} to {counts[-1]} cells"
    found = in_rows(cells, [row.line for row in rows])
    return Problem(file, rows[0].line, "", found, f"{width}, as in the header", fix)


def _fix_for_long(rows: Sequence[OddRow], shape: TableShape) -> str:
    """What to do about long rows: where all rows are, the header may lack a column; each may end in a comma."""
    width = len(shape.header)
    if shape.last_line is None and len(rows) > 1 and _is_numbered(rows, width):
        return NO_HEADER
    if any(any(row.cells[width:]) for row in rows):
        return TOO_MANY
    return f"delete the comma behind the last cell; or {TOO_MANY}"


def _fix_for_short(rows: Sequence[OddRow], shape: TableShape) -> str:
    """What to do about short rows: with several, or with other empty cells at the end, their last commas were dropped.

    A column that the table needs cannot be deleted, so its cells must be filled in, or their rows dropped.
    """
    gone = shape.header[min(len(row.cells) for row in rows) :]
    needed = [name for name in gone if name in shape.required]
    certain = len(rows) > 1 or shape.gaps
    if needed and not certain:
        return "add what is missing"
    columns = f"the last {'column' if len(gone) == 1 else 'columns'} {', '.join(map(quoted, gone))}"
    fix = f"fill in {columns}, or drop these rows" if needed else f"fill in or delete {columns}"
    return f"{DROPPED}: {fix}" if certain else f"add what is missing; {DROPPED}: {fix}"


def _is_numbered(rows: Sequence[OddRow], width: int) -> bool:
    """Whether the first cells number the rows, as those of a data frame do, and the rest are as many as the header."""
    first = [row.cells[0] for row in rows]
    starts = ([str(number) for number in range(start, start + len(rows))] for start in (0, 1))
    return all(len(row.cells) == width + 1 for row in rows) and first in list(starts)
