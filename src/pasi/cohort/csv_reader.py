"""Reading a CSV file that a user wrote: its columns as text, the line of each row, and every fault of its form."""

import csv
import io
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import compress, islice
from pathlib import Path

from pasi.cohort.csv_header import header_problems, layout_problems
from pasi.cohort.csv_text import table_text
from pasi.cohort.csv_widths import OddRow, TableShape, width_problems
from pasi.errors import Problem
from pasi.wording import did_you_mean

IN_CONFIG = "correct the path in the config; the synthetic trial is made by: pasi simulate"
PIECE = 4096  # rows that are turned into columns at once


@dataclass(frozen=True)
class CsvTable:
    """Known columns of a CSV file as text; `lines` holds the line on which each row begins (the header is line 1).

    A file that cannot be read, or that lacks a column, has no columns here, and `problems` say why. `ignored` names the
    columns that were not asked for; their cells are dropped while reading, because they may hold anything.
    """

    file: str
    lines: Sequence[int] = ()
    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    ignored: tuple[str, ...] = ()

    def problem(self, row: int, column: str, found: str, expected: str, fix: str) -> Problem:
        """A problem with the cell in `column` of the row that is number `row`, counted from 0."""
        return Problem(self.file, self.lines[row], column, found, expected, fix)

    def without(self, rows: Collection[int]) -> "CsvTable":
        """The table without some of its rows, which are counted from 0."""
        if not rows:
            return self
        kept = [row not in rows for row in range(len(self.lines))]
        columns = {name: list(compress(cells, kept)) for name, cells in self.columns.items()}
        return replace(self, lines=list(compress(self.lines, kept)), columns=columns)


def read_csv_table(
    path: str | Path, required: Collection[str], optional: Collection[str] = (), *, if_absent: str = IN_CONFIG
) -> CsvTable:
    """Read the `required` columns, and the `optional` ones that exist, from a UTF-8 file with commas between cells.

    Lines without any text are skipped. if_absent: what to do where there is no such file. Nothing is raised: every
    fault is listed in `problems`.
    """
    file = str(path)
    try:
        text = table_text(Path(path).read_bytes(), file)
    except OSError as error:
        fix = _other_case(file) or if_absent
        return CsvTable(file, problems=(Problem(file, None, "", str(error.strerror).lower(), "a CSV table", fix),))
    if isinstance(text, Problem):
        return CsvTable(file, problems=(text,))
    if layout := tuple(layout_problems(file, text, required)):
        return CsvTable(file, problems=layout)
    return _read_text(file, text, required, optional)


def _other_case(file: str) -> str:
    """The question for a file that is there under a name in another case; "" where none is."""
    folder, name = os.path.split(file)
    try:
        alike = [other for other in os.listdir(folder or ".") if other.casefold() == name.casefold()]
    except OSError:
        return ""
    return did_you_mean(name, [other for other in alike if other != name])


def _read_text(file: str, text: str, required: Collection[str], optional: Collection[str]) -> CsvTable:
    """The table of a text whose cells are separated by commas."""
    lines: list[int] = []
    odd: list[OddRow] = []
    problems: list[Problem] = []
    rows = _read_rows(file, text, lines, odd, problems)
    header = next(rows, [])
    faults = header_problems(file, header, required, optional)
    if faults:
        return CsvTable(file, problems=tuple(problems or faults))
    known = {*required, *optional}
    every = _columns(header, rows)
    gaps = any(not cell for cell in every[header[-1]])
    widths = width_problems(file, odd, TableShape(header, required, lines[-1] if len(lines) > 1 else None, gaps))
    problems += sorted(widths, key=lambda problem: problem.line or 0)
    if len(lines) == 1 and not odd and not problems:
        problems.append(Problem(file, None, "", "no row below the header", "a row or more", "fill the table"))
    columns = {name: cells for name, cells in every.items() if name in known}
    return CsvTable(file, lines[1:], columns, tuple(problems), tuple(name for name in header if name not in known))


def _columns(header: Sequence[str], rows: Iterator[list[str]]) -> dict[str, list[str]]:
    """Rows turned into columns in pieces, because hundreds of thousands of lists keep the garbage collector busy.

    Cells with the same text share one object within a piece, because a subject is in dozens of rows.
    """
    columns: dict[str, list[str]] = {name: [] for name in header}
    while piece := list(islice(rows, PIECE)):
        for name, cells in zip(header, zip(*piece, strict=True), strict=True):
            once = {cell: cell for cell in cells}
            columns[name] += map(once.__getitem__, cells)
    return columns


def _read_rows(
    file: str, text: str, lines: list[int], odd: list[OddRow], problems: list[Problem]
) -> Iterator[list[str]]:
    """Yield the header and the rows as long as it, with their `lines`; other rows are `odd`, and broken ones problems.

    A broken row ends the table, because it is unknown where the next one begins.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    width, line = 0, 1
    try:
        for row in reader:
            if "".join(row).strip():
                width = width or len(row)
                if len(row) == width:
                    lines.append(line)
                    yield row
                else:
                    odd.append(OddRow(line, row))
            line = reader.line_num + 1
    except csv.Error as error:
        fix = "close its quotes"
        if '\\"' in "".join(text.splitlines(keepends=True)[line - 1 : line]):
            fix = 'write a quote in a cell twice: "" in place of \\" (R: write.csv; pandas: no escapechar)'
        problems.append(Problem(file, line, "", f"a broken row ({error})", "quotes in pairs", fix))
