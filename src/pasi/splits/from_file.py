"""Reading a split that the user gives as a CSV file of subject, part and fold, and checking it against the cohort."""

from collections.abc import Collection, Iterator, Mapping

import numpy as np

from pasi.cohort.csv_reader import read_csv_table
from pasi.errors import InputError, Problem
from pasi.splits.roles import PARTS, TEST_FOLD
from pasi.wording import quoted


def read_folds(path: str, subjects: Collection[str], folds: int) -> np.ndarray:
    """Fold (S,) of each of the `subjects` in the file, -1 for test; raises InputError with all problems of the file."""
    table = read_csv_table(path, ("subject", "part", "fold"))
    known, problems = set(subjects), list(table.problems)
    placed: dict[str, tuple[int, str, int | None]] = {}  # line, part, fold
    columns = [[cell.strip() for cell in table.columns.get(name, ())] for name in ("subject", "part", "fold")]
    for line, subject, part, fold in zip(table.lines, *columns, strict=True):
        for fault in _faults((subject, part, fold), placed.get(subject), known, folds):
            problems.append(Problem(path, line, *fault))
        number = int(fold) if fold.isdecimal() else None
        if subject in known:
            placed.setdefault(subject, (line, part, number if part == "train" else TEST_FOLD))
    if table.columns:
        problems += _gaps(path, known, placed, folds)
    if problems:
        raise InputError(problems)
    return np.array([placed[subject][-1] for subject in subjects])


def _faults(
    row: tuple[str, str, str], before: tuple[int, str, int | None] | None, known: set[str], folds: int
) -> Iterator[tuple[str, str, str, str]]:
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
    for subject in sorted(known - set(placed)):
        problem = f"no row for {quoted(subject)}", "one row for every subject of the cohort", "add the row"
        yield Problem(path, None, "subject", *problem)
    for fold in sorted(set(range(folds)) - {fold for *_, fold in placed.values()}):
        problem = f"no subject in fold {fold}", f"train subjects in all {folds} folds", "correct it or splits.folds"
        yield Problem(path, None, "fold", *problem)
