"""The rows of one network's predictions, checked against the cohort and the split."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

import numpy as np
import pandas as pd

from pasi.cohort.region_visits import REGION_VISIT
from pasi.run_folder import TrainingPlace
from pasi.splits.roles import TEST_FOLD
from pasi.storage.tables import Table
from pasi.wording import first_names

TOLERANCE = 1e-9  # composite points; a copy of the cohort's value is exact
AGAIN = "delete the file and run again"
OWN_FOLD = "its held-out fold"
Fault = tuple[str, str]  # what was found, and what was expected


@dataclass(frozen=True)
class NetworkRows:
    """Predictions of one network (m,) by column, in points; `rows` (m,) are their rows in the cohort, -1 if unknown.

    learned, skill: of the network, (1,), or (0,) where there are no rows.
    """

    place: TrainingPlace
    rows: np.ndarray
    predicted: Mapping[str, np.ndarray]
    learned: np.ndarray
    skill: np.ndarray


@dataclass(frozen=True)
class CohortRows:
    """The n region-visits of the cohort: subject, visit and region, observed composite, and fold (-1: test)."""

    keys: pd.MultiIndex
    observed: np.ndarray
    fold: np.ndarray


def faults_of(network: NetworkRows, table: Table, roster: CohortRows) -> Iterator[Fault]:
    """What is wrong with a network's predictions; table: all columns of its file."""
    return chain(_faulty_rows(network, table, roster), _faulty_coverage(network, roster))


def _faulty_rows(network: NetworkRows, table: Table, roster: CohortRows) -> Iterator[Fault]:
    """For each kind of fault in single rows: what was found, and what was expected."""
    known = network.rows >= 0
    home = roster.fold[network.rows]  # undefined where the row is unknown
    oof, test = table["part"] == "oof", table["part"] == "test"
    off = ~(np.abs(table["observed"] - roster.observed[network.rows]) <= TOLERANCE)
    names = {"learner": network.place.backbone, "fold": network.place.fold, "repeat": network.place.repeat}
    foreign = np.any([table[name] != own for name, own in names.items()], axis=0)
    several = (table["skill"] != network.skill) | (table["learned"] != network.learned)
    checks = (
        (foreign, "of another learner, fold or repeat", "those of this file's folder"),
        (~known, "that the cohort lacks", "subjects, visits and regions of the cohort"),
        (~(oof | test), "of an unknown part", "oof or test"),
        (known & oof & (home >= 0) & (home != network.place.fold), "of subjects that this network saw", OWN_FOLD),
        (known & oof & (home == TEST_FOLD), "of test subjects under oof", OWN_FOLD),
        (known & test & (home >= 0), "of training subjects under test", "test subjects"),
        (~np.isfinite(network.predicted["predicted"]), "with a prediction that is not finite", "finite predictions"),
        (_without_label(network), "without the prediction of a sign or the area", "all of them, or none in the file"),
        (known & off, "with an observed value that is not the cohort's", "the composite of cohort/scores.parquet"),
        (several, "with another skill than the first row", "the skill of the one network, a number"),
    )
    for wrong, found, expected in checks:
        if wrong.any():
            rows = map("/".join, zip(*(table[name][wrong] for name in REGION_VISIT), strict=True))
            yield _count(int(wrong.sum()), found, rows), expected


def _without_label(network: NetworkRows) -> np.ndarray:
    """Rows (m,) that lack what others have; a training that was taken over from 0.1.0 has no predictions of signs."""
    labels = [values for name, values in network.predicted.items() if name != "predicted"]
    lacking = ~np.isfinite(np.reshape(labels, (len(labels), len(network.rows))))
    found: np.ndarray = np.any(lacking, axis=0) & (not lacking.all())
    return found


def _faulty_coverage(network: NetworkRows, roster: CohortRows) -> Iterator[Fault]:
    """The same for rows that a file has twice, and for rows of its held-out fold or of the test set that it lacks."""
    times = np.bincount(network.rows[network.rows >= 0], minlength=len(roster.fold))
    due = (roster.fold == network.place.fold) | (roster.fold == TEST_FOLD)
    for wrong, found in ((times > 1, "predicted more than once"), (due & (times == 0), "without a prediction")):
        if wrong.any():
            names = map("/".join, roster.keys[wrong])
            yield _count(int(wrong.sum()), found, names), "each row of its held-out fold and of the test set once"


def _count(rows: int, found: str, names: Iterable[str]) -> str:
    return f"{rows} {'row' if rows == 1 else 'rows'} {found} ({first_names(names)})"
