"""Rows that are no rows of the table: a second header, a total below it, the companion files of macOS.

Each kind is reported once and left out, or each of its cells would be reported as well.
"""

from collections.abc import Callable, Collection, Sequence

from pasi.cohort.cell_numbers import number
from pasi.cohort.csv_reader import CsvTable
from pasi.cohort.csv_widths import is_note
from pasi.cohort.identifiers import IDS
from pasi.cohort.label_rows import FILE_NAME, empty_rows, other_labels, second_headers, summary_rows
from pasi.cohort.look_alike import appearance
from pasi.cohort.missing_codes import is_missing
from pasi.cohort.system_files import is_system_file
from pasi.errors import Problem
from pasi.severity.index import SeverityIndex
from pasi.wording import first_names, in_rows, quoted

MISSED = "a visit that was missed has no row"
SHOWN = 3  # cells of a row that a problem shows


def without_extra_scores(table: CsvTable, index: SeverityIndex) -> tuple[CsvTable, list[Problem]]:
    """scores.csv without its rows of another kind, and a problem for each kind of these."""
    grades = [table.columns[name] for name in index.label_names]

    def has_value(row: int) -> bool:
        return any(_is_grade(cells[row]) for cells in grades)

    return _without_headers_and_totals(table, index.region_names, has_value, grades)


def without_extra_photos(table: CsvTable, index: SeverityIndex) -> tuple[CsvTable, list[Problem]]:
    """photos.csv without its rows of another kind, and a problem for each kind of these."""
    paths = table.columns["photo"]
    system = [row for row, path in enumerate(paths) if is_system_file(path)]
    kept = table.without(system)

    def has_value(row: int) -> bool:
        return bool(FILE_NAME.fullmatch(kept.columns["photo"][row].strip()))

    rest, problems = _without_headers_and_totals(kept, index.region_names, has_value, [kept.columns["photo"]])
    if system:
        found = in_rows(quoted(paths[system[0]]), [table.lines[row] for row in system])
        expected = "a photo, no file that macOS, Windows or a disk station makes"
        fix = "drop the row, or write the table by pasi table"
        problems.append(table.problem(system[0], "photo", found, expected, fix))
    return rest, problems


def _is_grade(cell: str) -> bool:
    """Whether a cell holds a number, also with a decimal comma, or the code of a missing one."""
    return number(cell.replace(",", ".")) is not None or bool(cell.strip() and is_missing(cell))


def _without_headers_and_totals(
    table: CsvTable, regions: Collection[str], has_value: Callable[[int], bool], values: Sequence[Sequence[str]]
) -> tuple[CsvTable, list[Problem]]:
    """The table without them, and their problems; `has_value`: whether a row has a grade, or the path of a photo.

    `values` holds the columns of these.
    """
    again = _repeated_headers(table)
    between = summary_rows(table)
    labels = second_headers(table, regions, has_value, {*again, *between})
    totals = sorted({*_totals(table, len(labels), has_value), *between})
    told = {*again, *labels, *totals}
    below = other_labels(table, regions, has_value, told)
    nobody, missed = (
        [row for row in rows if row not in {*told, *below}] for rows in empty_rows(table, regions, values)
    )
    where = "below the table" if below and _are_last(table, below) else "between the rows"
    total_fix = "a note or a total below the table: delete it"
    if totals and not _are_last(table, totals):
        total_fix = "totals: delete these lines"
    kinds = (
        (again, "the header again", "a row of the table", "delete it: one header stands above all rows"),
        (
            labels,
            _cells(table, labels),
            "the first row of the table",
            f"a second header: delete {_lines(table, labels)}",
        ),
        (totals, _cells(table, totals), "a row of the table", total_fix),
        (below, _cells(table, below), "a row of the table", f"labels {where}: delete {_lines(table, below)}"),
        (nobody, _cells(table, nobody), "a row of the table", "a row without ids and values: delete it"),
        (missed, _cells(table, missed), "a region and its values", f"{MISSED}: delete the line, or fill it in"),
    )
    problems = [
        Problem(table.file, table.lines[rows[0]], "", in_rows(found, [table.lines[row] for row in rows]), expected, fix)
        for rows, found, expected, fix in kinds
        if rows
    ]
    return table.without({*told, *below, *nobody, *missed}), problems


def _are_last(table: CsvTable, rows: Sequence[int]) -> bool:
    return rows[0] == len(table.lines) - len(rows)


def _repeated_headers(table: CsvTable) -> list[int]:
    """Rows that hold the names of their columns, as in several exports behind one another."""
    columns = [table.columns[name] for name in IDS]
    likely = [row for row, cell in enumerate(columns[0]) if "subject" in cell.casefold()]
    return [row for row in likely if all(_bare(cells[row]) == name for name, cells in zip(IDS, columns, strict=True))]


def _bare(cell: str) -> str:
    """A cell without quotes and invisible characters: the second of two exports may begin with a byte order mark."""
    return appearance(cell).strip('"')


def _totals(table: CsvTable, first: int, has_value: Callable[[int], bool]) -> list[int]:
    """The last rows, as far as they have neither visit nor region, and a note or a total in place of a subject."""
    columns = table.columns
    rows: list[int] = []
    for row in reversed(range(first, len(table.lines))):
        subject, *others = (columns[name][row].strip() for name in IDS)
        if any(others) or not (is_note(subject) if subject else not has_value(row)):
            break
        rows.insert(0, row)
    return rows if len(rows) + first < len(table.lines) else []


def _cells(table: CsvTable, rows: Sequence[int]) -> str:
    """The first cells of the first of these rows."""
    cells = (quoted(table.columns[name][row]) for row in rows[:1] for name in table.columns)
    return first_names(cells, SHOWN)


def _lines(table: CsvTable, rows: Sequence[int]) -> str:
    """The lines of rows, in short where these follow one another."""
    lines = [table.lines[row] for row in rows]
    if rows and rows[-1] - rows[0] >= len(rows):
        return "these lines"
    return "" if not lines else f"line {lines[0]}" if len(lines) == 1 else f"lines {lines[0]} to {lines[-1]}"
