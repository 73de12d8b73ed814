"""What is wrong with the columns, names and cells of a published table."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pasi.audit.columns import metric_of
from pasi.audit.rows import NAMES
from pasi.cohort.cell_numbers import number, with_point
from pasi.cohort.csv_reader import CsvTable
from pasi.cohort.look_alike import typed
from pasi.cohort.missing_codes import is_missing
from pasi.errors import Problem
from pasi.wording import quoted

RAISED_POINT = "\N{MIDDLE DOT}"  # the decimal point of some journals


@dataclass(frozen=True)
class Columns:
    """Names of the columns that are read: that of the learners, None for none, and that of each metric."""

    learner: str | None
    metrics: dict[str, str]


def plain_number(cell: str) -> str:
    """A cell with the minus sign, the point and the digits of a keyboard.

    >>> plain_number("0\N{MIDDLE DOT}83"), plain_number("\N{MINUS SIGN}0.1")
    ('0.83', '-0.1')
    """
    return typed(cell).replace(RAISED_POINT, ".")


def is_gap(cell: str) -> bool:
    """Whether a cell holds no number but nothing, or a code for nothing. An error of 99 is a number.

    >>> [is_gap(cell) for cell in ("", "NA", "99", "?!")]
    [True, True, False, False]
    """
    return number(plain_number(cell)) is None and is_missing(cell)


def doubled_metrics(file: str, header: Sequence[str]) -> Iterator[Problem]:
    """Problems of two columns that mean one metric; the same name twice is a problem of `read_csv_table`."""
    names = [name for name in dict.fromkeys(header) if metric_of(name)]
    for metric, count in Counter(map(metric_of, names)).items():
        if metric and count > 1:
            same = [quoted(name) for name in names if metric_of(name) == metric]
            found = f"the columns {', '.join(same)}, which all mean {NAMES[metric]}"
            yield Problem(file, 1, "", found, "one column a metric", "keep one, or give a table for each data set")


def learner_problems(table: CsvTable, columns: Columns) -> Iterator[Problem]:
    """Rows without a name, and names that stand in two rows: nobody can say which of them a text means."""
    if columns.learner is None:
        return
    first: dict[str, int] = {}
    for row, name in enumerate(table.columns[columns.learner]):
        if not name.strip():
            yield table.problem(row, columns.learner, "no name", "the name of a learner", "name the row, or delete it")
        elif name.strip() in first:
            found = f"{quoted(name.strip())}, which is also on line {first[name.strip()]}"
            fix = "give each data set a table of its own, or rename one"
            yield table.problem(row, columns.learner, found, "one row a learner", fix)
        else:
            first[name.strip()] = table.lines[row]


def cell_problems(table: CsvTable, columns: Columns) -> Iterator[Problem]:
    """Cells of metrics that hold something else than one number."""
    for name in columns.metrics.values():
        for row, cell in enumerate(table.columns[name]):
            if number(plain_number(cell)) is None and not is_gap(cell):
                fix = "write the number alone, without interval, mark or unit; leave a cell empty that has none"
                if with_point(plain_number(cell)) is not None:
                    fix = "write decimals with a point"
                yield table.problem(row, name, quoted(cell), "a number", fix)
