"""Reading the scores.csv that `pasi predict` wrote: what a page shows of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pasi.cohort.cell_numbers import number
from pasi.cohort.csv_reader import CsvTable, read_csv_table
from pasi.errors import InputError, Problem
from pasi.severity.index import SeverityIndex
from pasi.wording import quoted

REQUIRED = ("subject", "visit", "status", "reasons", "score")
NUMBERS = ("score", "low_90", "high_90", "spread", "change", "improvement", "unlikeness", "photos")
STATUSES = ("ok", "degraded", "refused")
AGAIN = "score the photos again: pasi predict"


@dataclass(frozen=True)
class ScoredVisit:
    """A row of scores.csv. numbers: its cells by column, those of the page alone; empty cells are left out."""

    subject: str
    visit: str
    status: str
    reasons: tuple[str, ...]
    baseline: str
    numbers: Mapping[str, float]

    @property
    def score(self) -> float | None:
        """The index; None for a visit that was refused, whatever the cell holds."""
        return None if self.status == "refused" else self.numbers.get("score")


def read_score_rows(path: Path, index: SeverityIndex) -> list[ScoredVisit]:
    """The rows of scores.csv in their order; columns that a page does not show are passed over.

    Raises InputError with every problem.
    """
    if not path.is_file():
        fix = "name it, or score the photos first: pasi predict"
        raise InputError([Problem(str(path), None, "", "no such file", "the table that pasi predict wrote", fix)])
    numbers = number_columns(index)
    table = read_csv_table(path, REQUIRED, ("baseline", *numbers), if_absent="correct the path of --scores")
    problems = [*table.problems, *(_problems(table, numbers) if table.columns else ())]
    if problems:
        raise InputError(problems)
    return [_row(table, row, numbers) for row in range(len(table.lines))]


def number_columns(index: SeverityIndex) -> tuple[str, ...]:
    """The columns of numbers that a page shows where the table has them."""
    return (
        *NUMBERS,
        *(f"response_{threshold}" for threshold in index.responses),
        *(f"composite_{region}" for region in index.region_names),
        *(f"{label}_{region}" for region in index.region_names for label in index.label_names),
    )


def _problems(table: CsvTable, numbers: Sequence[str]) -> Iterator[Problem]:
    """Cells that hold no number or status, and visits that are there twice."""
    columns = table.columns
    for name in [name for name in numbers if name in columns]:
        for row, cell in enumerate(columns[name]):
            if cell and number(cell) is None:
                yield table.problem(row, name, quoted(cell), "a number or an empty cell", AGAIN)
    for row, status in enumerate(columns["status"]):
        if status not in STATUSES:
            yield table.problem(row, "status", quoted(status), f"one of {', '.join(STATUSES)}", AGAIN)
        elif status != "refused" and not columns["score"][row]:
            yield table.problem(row, "score", "an empty cell", "a number, since the visit is not refused", AGAIN)
    seen: dict[tuple[str, str], int] = {}
    for row, visit in enumerate(zip(columns["subject"], columns["visit"], strict=True)):
        if (first := seen.setdefault(visit, row)) != row:
            found = f"the visit of line {table.lines[first]} again"
            yield table.problem(row, "subject, visit", found, "one row a visit", "remove one of them")


def _row(table: CsvTable, row: int, numbers: Sequence[str]) -> ScoredVisit:
    cells = {name: column[row] for name, column in table.columns.items()}
    found = {name: value for name in numbers if (value := number(cells.get(name, ""))) is not None}
    reasons = tuple(reason for reason in cells["reasons"].split("; ") if reason)
    return ScoredVisit(cells["subject"], cells["visit"], cells["status"], reasons, cells.get("baseline", ""), found)
