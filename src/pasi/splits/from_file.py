"""Reading a split that the user gives as a CSV file of subject, part and fold, and checking it against the cohort."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np

from pasi.cohort.csv_reader import CsvTable, read_csv_table
from pasi.errors import InputError, Problem
from pasi.splits.file_rows import Fault, read_rows
from pasi.splits.roles import PARTS, TEST_FOLD
from pasi.wording import counted, first_names, in_rows, quoted


def read_folds(path: str, subjects: Collection[str], folds: int) -> np.ndarray:
    """Fold (S,) of each of the `subjects` in the file, -1 for test; raises InputError with all problems of the file."""
    table = read_csv_table(path, ("subject", "part", "fold"))
    known, problems = set(subjects), list(table.problems)
    columns = [[cell.strip() for cell in table.columns.get(name, ())] for name in ("subject", "part", "fold")]
    rows, faults = read_rows(list(zip(*columns, strict=True)), known, folds)
    placed: dict[str, tuple[int, str, int | None]] = {}  # line, part, fold
    for place, (subject, part, fold) in rows.items():
        line = table.lines[place]
        faults += [(place, fault) for fault in _faults((subject, part, fold), placed.get(subject), known, folds)]
        number = int(fold) if fold.isdecimal() else None
        if subject in known:
            placed.setdefault(subject, (line, part, number if part == "train" else TEST_FOLD))
    problems += _grouped(table, faults)
    if table.columns:
        problems += _gaps(path, known, placed, folds)
    if problems:
        raise InputError(problems)
    return np.array([placed[subject][-1] for subject in subjects])


def _grouped(table: CsvTable, faults: Sequence[tuple[int, Fault]]) -> Iterator[Problem]:
    """The problems of rows, one for all rows with the same cause."""
    causes: dict[tuple[str, str, str], list[tuple[int, str]]] = defaultdict(list)
    for row, (column, found, expected, fix) in sorted(faults, key=lambda fault: fault[0]):
        causes[column, expected, fix].append((row, found))
    for (column, expected, fix), rows in causes.items():
        found = in_rows(first_names(dict.fromkeys(text for _, text in rows)), [table.lines[row] for row, _ in rows])
        yield Problem(table.file, table.lines[rows[0][0]], column, found, expected, fix)


def _faults(
    row: tuple[str, str, str], before: tuple[int, str, int | None] | None, known: set[str], folds: int
) -> Iterator[Fault]:
    """Column, found, expected and fix of each fault of a row; `before`: line, part, fold of its subject further up."""
    subject, part, fold = row
    if subject not in known:
        yield "subject", quoted(subject), "a subject of the cohort", "correct the id, or drop the row"
    if before and before[1] != part:
        found = f"{quoted(subject)} in {quoted(part)}, on line {before[0]} in {quoted(before[1])}"
        yield "part", found, "one part a subject", "keep one row"
    elif before:
        yield "subject", f"{quoted(subject)} again, first on line {before[0]}", "one row a subject", "keep one row"
    if part not in PARTS:
        yield "part", quoted(part), "train or test", "correct it"
    if part == "train" and not (fold.isdecimal() and int(fold) < folds):
        yield "fold", quoted(fold), f"a whole number from 0 to {folds - 1}", "correct it or splits.folds"
    if part == "test" and fold not in ("", str(TEST_FOLD)):
        yield "fold", quoted(fold), f"{TEST_FOLD} or nothing for a test subject", "correct it"


def _gaps(
    path: str, known: set[str], placed: Mapping[str, tuple[int, str, int | None]], folds: int
) -> Iterator[Problem]:
    """Problems of the whole file: subjects of the cohort and folds that it lacks."""
    if lacking := sorted(known - set(placed)):
        more = f" and {counted(len(lacking) - 1, 'more subject')}" if len(lacking) > 1 else ""
        problem = f"no row for {quoted(lacking[0])}{more}", "one row for every subject of the cohort", "add the row"
        yield Problem(path, None, "subject", *problem)
    for fold in sorted(set(range(folds)) - {fold for *_, fold in placed.values()}):
        problem = f"no subject in fold {fold}", f"train subjects in all {folds} folds", "correct it or splits.folds"
        yield Problem(path, None, "fold", *problem)
