"""Reading published tables: columns under common names, numbers as they are printed, every fault at once."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pasi.audit.columns import is_learner, metric_of
from pasi.audit.printed import decimals_of, printed
from pasi.audit.rows import METRICS, NAMES, ReportedRow
from pasi.audit.table_problems import Columns, cell_problems, doubled_metrics, is_gap, learner_problems, plain_number
from pasi.cohort.csv_header import layout_problems
from pasi.cohort.csv_reader import CsvTable, read_csv_table
from pasi.cohort.csv_text import table_text
from pasi.errors import InputError, Problem
from pasi.wording import first_names, quoted

EXPECTED = f"columns of metrics ({', '.join(NAMES[metric] for metric in METRICS)})"


@dataclass(frozen=True)
class ReportedTable:
    """A table as it was read: its rows by the decimals of their columns, and by those of each cell alone."""

    file: str
    rows: tuple[ReportedRow, ...] = ()
    rows_by_cell: tuple[ReportedRow, ...] = ()
    shortened: int = 0  # cells with fewer decimals than others of their column
    ignored: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = field(default=())


def read_tables(paths: Sequence[str | Path], *, by_cell: bool = False) -> list[ReportedTable]:
    """Published tables from CSV files; raises InputError that lists every fault of all of them.

    A table has one row a learner, a column of their names (learner, model, method; without one, rows are named by their
    line), and one or more metrics in common spellings. Other columns are ignored and named; an empty cell, or a code
    such as NA, is a metric that was not published.

    A number with fewer decimals than others of its column has lost zeros at its end, as programs write a CSV: 0.9 in a
    column of 0.896 was 0.900. `rows_by_cell` has it as it stands, and so has `rows` with `by_cell`.
    """
    tables = [_read_table(str(path)) for path in paths]
    problems = [problem for table in tables for problem in table.problems]
    if problems:
        raise InputError(problems)
    return [replace(table, rows=table.rows_by_cell, shortened=0) for table in tables] if by_cell else tables


def _read_table(file: str) -> ReportedTable:
    header = _header(file)
    if isinstance(header, tuple):
        return ReportedTable(file, problems=header)
    columns = _columns(header)
    wanted = [*([] if columns.learner is None else [columns.learner]), *columns.metrics.values()]
    table = read_csv_table(file, wanted, if_absent="correct the path")
    problems = [*table.problems, *doubled_metrics(file, header)]
    if table.columns:
        problems += [*cell_problems(table, columns), *learner_problems(table, columns)]
    if problems:
        return ReportedTable(file, problems=tuple(sorted(problems, key=lambda problem: problem.line or 0)))
    decimals = {metric: _most_decimals(table.columns[name]) for metric, name in columns.metrics.items()}
    return ReportedTable(
        file,
        rows=tuple(_rows(table, columns, decimals)),
        rows_by_cell=tuple(_rows(table, columns, {})),
        shortened=sum(
            decimals_of(plain_number(cell)) < most
            for metric, most in decimals.items()
            for cell in table.columns[columns.metrics[metric]]
            if not is_gap(cell)
        ),
        ignored=tuple(name for name in table.ignored if name),
    )


def _columns(header: Sequence[str]) -> Columns:
    """Which columns are read; one without a name is that of the learners where it is the first."""
    return Columns(
        next((name for place, name in enumerate(header) if is_learner(name) and (name.strip() or not place)), None),
        {metric: name for name in reversed(header) if (metric := metric_of(name))},
    )


def _header(file: str) -> list[str] | tuple[Problem, ...]:
    """The names of the columns, or why there are none that hold metrics."""
    try:
        text = table_text(Path(file).read_bytes(), file)
    except OSError as error:
        return (Problem(file, None, "", str(error.strerror).lower(), "a CSV table", "correct the path"),)
    if isinstance(text, Problem):
        return (text,)
    lines = [line for line in text.splitlines() if line.strip()]
    header = next(csv.reader(lines[:1]), [])
    if any(map(metric_of, header)):
        return header
    if layout := tuple(layout_problems(file, text, ("mae",))):
        return layout
    found = f"no metric among {first_names(map(quoted, header), 8)}" if any(header) else "no header"
    return (Problem(file, 1, "", found, EXPECTED, "name the columns so, above the rows"),)


def _most_decimals(cells: Sequence[str]) -> int:
    return max((decimals_of(plain_number(cell)) for cell in cells if not is_gap(cell)), default=0)


def _rows(table: CsvTable, columns: Columns, decimals: dict[str, int]) -> Iterator[ReportedRow]:
    for row, line in enumerate(table.lines):
        cells = {metric: table.columns[name][row] for metric, name in columns.metrics.items()}
        metrics = {
            metric: printed(plain_number(cell), decimals.get(metric))
            for metric, cell in cells.items()
            if not is_gap(cell)
        }
        learner = f"line {line}" if columns.learner is None else table.columns[columns.learner][row].strip()
        ordered = {metric: metrics[metric] for metric in METRICS if metric in metrics}
        yield ReportedRow(learner, (f"{table.file}:{line}",), ordered)
