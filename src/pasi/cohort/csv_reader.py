"""Reading a CSV file that a user wrote: its columns as text, the line of each row, and every fault of its form."""

import csv
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from pasi.errors import Problem
from pasi.wording import did_you_mean, quoted

SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}
HEADER_LENGTH = 60_000  # characters of the first line that are searched for a separator
PIECE = 4096  # rows that are turned into columns at once
TOO_MANY = "put quotes round a cell that holds a comma, and write decimals with a point"
COMMAS = (
    "save it with commas between the cells and points in the numbers (R: write.csv; LibreOffice: the field delimiter; "
    "Excel: the list separator of the system)"
)


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


def read_csv_table(path: str | Path, required: Collection[str], optional: Collection[str] = ()) -> CsvTable:
    """Read the `required` columns, and the `optional` ones that exist, from a UTF-8 file with commas between cells.

    Lines without any text are skipped. Nothing is raised: every fault is listed in `problems`.
    """
    file = str(path)
    try:
        text = _decode(Path(path).read_bytes(), file)
    except OSError as error:
        fix = "correct the path in the config; the synthetic trial is made by: pasi simulate"
        return CsvTable(file, problems=(Problem(file, None, "", str(error.strerror).lower(), "a CSV table", fix),))
    if isinstance(text, Problem):
        return CsvTable(file, problems=(text,))
    if separator := _separator_problem(file, text, required):
        return CsvTable(file, problems=(separator,))
    lines: list[int] = []
    problems: list[Problem] = []
    rows = _read_rows(file, text, lines, problems)
    header = next(rows, [])
    header_problems = _header_problems(file, header, required, optional)
    if header_problems:
        return CsvTable(file, problems=tuple(problems or header_problems))
    known = {*required, *optional}
    columns = {name: cells for name, cells in _columns(header, rows).items() if name in known}
    if len(lines) == 1:
        problems.append(Problem(file, None, "", "no row below the header", "a row or more", "fill the table"))
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


def _decode(data: bytes, file: str) -> str | Problem:
    """The text of the file, or a problem with the line on which it is not UTF-8."""
    fix = 'save it as "CSV UTF-8"'
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return Problem(file, 1, "", "UTF-16 text", "UTF-8 text", fix)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        found = f"a byte that is not UTF-8 (0x{data[error.start]:02X})"
        return Problem(file, before.count(b"\n") + 1, "", found, "UTF-8 text", fix)


def _separator_problem(file: str, text: str, required: Collection[str]) -> Problem | None:
    """A problem where another separator than commas divides the first line, whose cells may be in quotes; else None.

    This is checked before the rows are read: with a wrong separator, a table of quoted cells looks like broken quotes.
    """
    line = text[:HEADER_LENGTH].splitlines()[:1]
    cells = {separator: next(csv.reader(line, delimiter=separator), []) for separator in (",", *SEPARATORS)}
    if not set(required).isdisjoint(cells[","]):
        return None
    most = max(SEPARATORS, key=lambda separator: len(cells[separator]))
    if len(cells[most]) <= max(1, len(cells[","])):
        return None
    shown = "\\t" if most == "\t" else most
    return Problem(file, 1, "", f'{SEPARATORS[most]} ("{shown}") between the cells', "commas", COMMAS)


def _header_problems(
    file: str, header: Sequence[str], required: Collection[str], optional: Collection[str]
) -> list[Problem]:
    """Problems of the first line: no text, a known column twice, a required column that is missing."""
    if not any(header):
        return [Problem(file, 1, "", "no header", f"the columns {', '.join(required)}", "add the header")]
    problems = [
        Problem(file, 1, name, f"the column {header.count(name)} times", "one column of this name", "keep one")
        for name in dict.fromkeys(header)
        if header.count(name) > 1 and name in {*required, *optional}
    ]
    spare = [name for name in header if name not in {*required, *optional}]
    for name in (name for name in required if name not in header):
        found = f"no such column among {', '.join(quoted(name)[1:-1] for name in header)}"
        guesses = [other for other in spare if did_you_mean(other, [name])]
        fix = f"rename the column {quoted(guesses[0])}" if guesses else "add the column"
        problems.append(Problem(file, 1, name, found, "this column", fix))
    return problems


def _read_rows(file: str, text: str, lines: list[int], problems: list[Problem]) -> Iterator[list[str]]:
    """Yield the header and the rows as long as it; append to `lines` where each begins, to `problems` other rows."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    width, line = 0, 1
    try:
        for row in reader:
            width = width or len(row)
            if len(row) != width and any(row):
                fix = TOO_MANY if len(row) > width else "add what is missing"
                problems.append(Problem(file, line, "", f"{len(row)} cells", f"{width}, as in the header", fix))
            elif any(row):
                lines.append(line)
                yield row
            line = reader.line_num + 1
    except csv.Error as error:
        problems.append(Problem(file, line, "", f"a broken row ({error})", "quotes in pairs", "mend its quotes"))
