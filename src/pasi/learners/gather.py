"""The tables oof.parquet and test.parquet, gathered from the predictions of all networks and checked (R38)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from pasi.cohort.region_visits import REGION_VISIT, key_index, row_numbers
from pasi.errors import InputError, Problem, StaleResultError
from pasi.run_folder import training_of
from pasi.splits.roles import TEST_FOLD, check_split
from pasi.splits.rows import row_folds
from pasi.storage.tables import Columns, read_table
from pasi.wording import first_names

COLUMNS = ["learner", "fold", "part", *REGION_VISIT, "observed", "predicted"]
TOLERANCE = 1e-9  # composite points; a copy of the cohort's value is exact
AGAIN = "delete the file and run again"


@dataclass(frozen=True)
class FoldPredictions:
    """Predictions of one network (m,), in composite points; `rows` (m,) are their rows in the cohort, -1 if unknown."""

    learner: str
    fold: int
    rows: np.ndarray
    predicted: np.ndarray


@dataclass(frozen=True)
class CohortRows:
    """The n region-visits of the cohort: subject, visit and region, observed composite, and fold (-1: test)."""

    keys: pd.MultiIndex
    observed: np.ndarray
    fold: np.ndarray


def gather_predictions(
    paths: Sequence[str | Path], split: Columns, scores: Columns, folds: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables of out-of-fold and of test predictions, from models/{backbone}/fold{k}/predictions.parquet (R38, R42).

    split: from `read_split`. scores: subject, visit, region, composite. Rows follow the order of learners in `paths`,
    then that of `scores`. oof: learner, fold, subject, visit, region, observed, predicted. test: the same without fold;
    predicted is the mean over the networks of the folds, and spread is their standard deviation (ddof 0). Without test
    subjects the test table has no rows.

    Raises InputError with all faults of all files: a row that is predicted twice or not at all, a prediction that is
    not finite, an observed value that is not the cohort's, a prediction for a subject that the network was trained on.
    Raises ResultError for a file that cannot be read and for an invalid split, ValueError for no path at all or a path
    of another form.
    """
    if not paths:
        raise ValueError("no predictions were named")
    check_split(split, folds)
    observed = np.asarray(scores["composite"], dtype=np.float64)
    roster = CohortRows(key_index(scores), observed, row_folds(scores, split))
    networks, problems = [], []
    for path in map(Path, paths):
        network, faults = _read_network(path, roster)
        networks.append(network)
        problems += faults
    problems += _missing_files(networks, folds)
    if problems:
        raise InputError(problems)
    return _tables(networks, roster)


def to_wide(table: Columns, learners: Sequence[str]) -> tuple[pd.DataFrame, np.ndarray]:
    """A long table of predictions as one row per region-visit, with a matrix of predictions (n, learners).

    The first table has subject, visit, region, observed and, where `table` has it, fold. Rows keep the order of their
    first appearance. Raises ResultError where a learner lacks a row or has it twice.
    """
    names = [*REGION_VISIT, "observed", *(["fold"] if "fold" in table else [])]
    frame = pd.DataFrame({name: table[name] for name in [*names, "learner", "predicted"]})
    frame = frame[frame["learner"].isin(learners)]
    row = frame.groupby(list(REGION_VISIT), sort=False).ngroup().to_numpy()
    keys = frame.loc[~frame.duplicated(list(REGION_VISIT)), names].reset_index(drop=True)
    matrix = np.full((len(keys), len(learners)), np.nan)
    matrix[row, pd.Index(learners).get_indexer(pd.Index(frame["learner"]))] = frame["predicted"]
    if len(frame) != matrix.size or np.isnan(matrix).any():
        raise StaleResultError(
            f"{len(frame)} predictions for {len(learners)} learners and {len(keys)} rows, "
            "expected one each: delete oof.parquet and test.parquet and run again"
        )
    return keys, matrix


def _read_network(path: Path, roster: CohortRows) -> tuple[FoldPredictions, list[Problem]]:
    """The predictions in one file and what is wrong with them; learner and fold are those of the path."""
    learner, fold = training_of(path)
    table = read_table(path, COLUMNS)
    rows = row_numbers(roster.keys, table)
    network = FoldPredictions(learner, fold, rows, table["predicted"].astype(np.float64))
    name = f"{network.learner} fold {network.fold}"
    faults = [*_faulty_rows(network, table, roster), *_faulty_coverage(network, roster)]
    return network, [Problem(str(path), None, name, found, expected, AGAIN) for found, expected in faults]


def _faulty_rows(network: FoldPredictions, table: Columns, roster: CohortRows) -> Iterator[tuple[str, str]]:
    """For each kind of fault in single rows: what was found, and what was expected."""
    known = network.rows >= 0
    home = roster.fold[network.rows]  # undefined where the row is unknown
    oof, test = table["part"] == "oof", table["part"] == "test"
    off = ~(np.abs(table["observed"] - roster.observed[network.rows]) <= TOLERANCE)
    foreign = (table["learner"] != network.learner) | (table["fold"] != network.fold)
    checks = (
        (foreign, "of another learner or fold", "those of this file's folder"),
        (~known, "that the cohort lacks", "subjects, visits and regions of the cohort"),
        (~(oof | test), "of an unknown part", "oof or test"),
        (known & oof & (home >= 0) & (home != network.fold), "of subjects that this network saw", "its held-out fold"),
        (known & oof & (home == TEST_FOLD), "of test subjects under oof", "its held-out fold"),
        (known & test & (home >= 0), "of training subjects under test", "test subjects"),
        (~np.isfinite(network.predicted), "with a prediction that is not finite", "finite predictions"),
        (known & off, "with an observed value that is not the cohort's", "the composite of cohort/scores.parquet"),
    )
    for wrong, found, expected in checks:
        if wrong.any():
            names = map("/".join, zip(*(table[name][wrong] for name in REGION_VISIT), strict=True))
            yield _count(int(wrong.sum()), found, names), expected


def _faulty_coverage(network: FoldPredictions, roster: CohortRows) -> Iterator[tuple[str, str]]:
    """The same for rows that a file has twice, and for rows of its held-out fold or of the test set that it lacks."""
    times = np.bincount(network.rows[network.rows >= 0], minlength=len(roster.fold))
    due = (roster.fold == network.fold) | (roster.fold == TEST_FOLD)
    for wrong, found in ((times > 1, "predicted more than once"), (due & (times == 0), "without a prediction")):
        if wrong.any():
            names = map("/".join, roster.keys[wrong])
            yield _count(int(wrong.sum()), found, names), "each row of its held-out fold and of the test set once"


def _count(rows: int, found: str, names: Iterable[str]) -> str:
    return f"{rows} {'row' if rows == 1 else 'rows'} {found} ({first_names(names)})"


def _missing_files(networks: Sequence[FoldPredictions], folds: int) -> list[Problem]:
    """A problem for each fold of a learner that has no file, or more than one."""
    files = Counter((network.learner, network.fold) for network in networks)
    learners = dict.fromkeys(network.learner for network in networks)
    due = [(learner, fold) for learner in learners for fold in range(folds)]
    return [
        Problem(
            "models", None, f"{learner} fold {fold}", f"{found} files", f"{fold < folds:d}", "run the training again"
        )
        for learner, fold in dict.fromkeys([*due, *files])
        if (found := files[learner, fold]) != (fold < folds)
    ]


def _tables(networks: Sequence[FoldPredictions], roster: CohortRows) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The two tables, of networks that have passed all checks."""
    learners = list(dict.fromkeys(network.learner for network in networks))
    test = roster.fold == TEST_FOLD
    seen, unseen = np.flatnonzero(test), np.flatnonzero(~test)
    combined = [_combine([network for network in networks if network.learner == name], roster) for name in learners]
    oof, mean, spread = (np.concatenate(values) for values in zip(*combined, strict=True))
    out_of_fold = _long(learners, unseen, roster).assign(predicted=oof)
    out_of_fold.insert(1, "fold", np.tile(roster.fold[unseen], len(learners)))
    return out_of_fold, _long(learners, seen, roster).assign(predicted=mean, spread=spread)


def _combine(networks: Sequence[FoldPredictions], roster: CohortRows) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For one learner: predictions of the out-of-fold rows, and mean and spread of those of the test rows."""
    values = np.full((len(networks), len(roster.fold)), np.nan)  # (folds, rows)
    for network in networks:
        values[network.fold, network.rows] = network.predicted
    train = np.flatnonzero(roster.fold != TEST_FOLD)
    test = values[:, roster.fold == TEST_FOLD]
    return values[roster.fold[train], train], test.mean(axis=0), test.std(axis=0)


def _long(learners: Sequence[str], rows: np.ndarray, roster: CohortRows) -> pd.DataFrame:
    """The cohort rows `rows`, repeated for each learner: learner, subject, visit, region, observed."""
    repeated = np.tile(rows, len(learners))
    learner = pd.Index(list(learners), dtype=object).repeat(len(rows))
    keys = {name: roster.keys.get_level_values(name)[repeated] for name in REGION_VISIT}
    return pd.DataFrame({"learner": learner, **keys, "observed": roster.observed[repeated]})
