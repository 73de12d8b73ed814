"""The fold and the part of each row of a table, by its subject, and the check that a subject has one fold."""

from collections.abc import Iterable
from typing import cast

import numpy as np
import pandas as pd

from pasi.errors import StaleResultError
from pasi.splits.roles import TEST_FOLD
from pasi.storage.tables import Columns
from pasi.wording import first_names


def row_folds(scores: Columns, split: Columns) -> np.ndarray:
    """Fold (n,) of the subject of each row, -1 for test; raises StaleResultError for a subject that the split lacks."""
    at = pd.Index(split["subject"]).get_indexer(pd.Index(scores["subject"]))
    if (at < 0).any():
        lost = pd.unique(np.asarray(scores["subject"], dtype=object)[at < 0])
        raise StaleResultError(
            f"the split lacks subjects of the scores: {first_names(lost)} ({len(lost)} in all); make the split again"
        )
    return cast(np.ndarray, np.asarray(split["fold"])[at])


def check_one_fold(rows: Columns, source: str) -> None:
    """Raise StaleResultError that names the subjects unless all rows of each subject are of one fold (-1: test).

    `rows` has the columns subject and fold, `source` names the files in the message. A subject in two folds, or in a
    fold and in the test set, would be judged by networks that were fitted to it.
    """
    pairs = pd.DataFrame({name: rows[name] for name in ("subject", "fold")}).drop_duplicates()
    folds = pairs.groupby("subject", sort=True)["fold"].agg(sorted)
    divided = [
        f"{subject} in {' and '.join('test' if fold == TEST_FOLD else f'fold {fold}' for fold in found)}"
        for subject, found in folds.items()
        if len(found) > 1
    ]
    if divided:
        text = f"subjects with rows in several folds: {first_names(divided)} ({len(divided)} in all)"
        raise StaleResultError(f"{source}: {text}; delete oof.parquet and baselines and run again")


def record_parts(subjects: Iterable[str], split: Columns) -> np.ndarray:
    """Part (n,) of each record by its subject, "train" or "test"; "" for a subject that the split lacks."""
    part_of = dict(zip(split["subject"], split["part"], strict=True))
    return np.array([part_of.get(subject, "") for subject in subjects], dtype=object)
