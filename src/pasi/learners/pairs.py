"""The table pairs.parquet: predictions of the networks that were trained without two folds, gathered and checked."""

from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from pasi.cohort.region_visits import REGION_VISIT, key_index
from pasi.errors import InputError, Problem
from pasi.learners.gather import name_of, read_network
from pasi.learners.prediction_rows import CohortRows, NetworkRows
from pasi.run_folder import TrainingPlace, training_of
from pasi.splits.pairs import merge_folds
from pasi.splits.roles import TEST_FOLD, check_split
from pasi.splits.rows import row_folds
from pasi.storage.tables import Columns


def gather_pairs(paths: Sequence[str | Path], split: Columns, scores: Columns, folds: int) -> pd.DataFrame:
    """One row for each network, other fold, and region-visit of the training part (R38).

    paths: predictions.parquet of all trainings without two folds. split, scores, folds: as `gather_predictions` has
    them. Columns: learner, fold (that of the subject), without (the other fold that the network was trained without),
    repeat (0), subject, visit, region, observed, predicted. Raises as `gather_predictions` does.
    """
    check_split(split, folds)
    observed, home = np.asarray(scores["composite"], dtype=np.float64), row_folds(scores, split)
    keys, found, problems = key_index(scores), [], []
    for path in map(Path, paths):
        place = training_of(path)
        if place.second is None:
            raise ValueError(f"{path} is of a training without one fold, expected two")
        merged = row_folds(scores, merge_folds(split, place.fold, place.second))
        network, faults = read_network(path, CohortRows(keys, observed, merged))
        found.append(network)
        problems += faults
    problems += _missing_files(found, folds)
    if problems:
        raise InputError(problems)
    return pd.concat([_rows(network, CohortRows(keys, observed, home)) for network in found], ignore_index=True)


def _missing_files(networks: Sequence[NetworkRows], folds: int) -> list[Problem]:
    """A problem for each pair of folds of a learner that has no file, or more than one."""
    files = Counter(network.place for network in networks)
    learners = dict.fromkeys(network.place.backbone for network in networks)
    due = [TrainingPlace(name, one, second=other) for name in learners for one, other in combinations(range(folds), 2)]
    return [
        Problem("models", None, name_of(place), f"{files[place]} files", f"{place in due:d}", "run the training again")
        for place in dict.fromkeys([*due, *files])
        if files[place] != (place in due)
    ]


def _rows(network: NetworkRows, roster: CohortRows) -> pd.DataFrame:
    """The rows of both folds of one network, which has passed all checks; its test rows serve nothing."""
    place, home = network.place, roster.fold[network.rows]
    held_out = home != TEST_FOLD
    rows, fold = network.rows[held_out], home[held_out]
    return pd.DataFrame(
        {
            "learner": pd.Index([place.backbone], dtype=object).repeat(len(rows)),
            "fold": fold,
            "without": [place.second if own == place.fold else place.fold for own in fold.tolist()],
            "repeat": np.zeros(len(rows), dtype=np.int64),
            **{name: roster.keys.get_level_values(name)[rows] for name in REGION_VISIT},
            "observed": roster.observed[rows],
            "predicted": network.predicted["predicted"][held_out],
        }
    )
