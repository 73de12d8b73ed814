"""The fold of each row of a table, and what must hold of it."""

from collections.abc import Iterable
from typing import cast

import numpy as np
import pandas as pd

from pasi.errors import StaleResultError
from pasi.splits.roles import TEST_FOLD
from pasi.storage.tables import Columns
from pasi.wording import first_names


def row_folds(scores: Columns, split: Columns) -> np.ndarray:
    """Fold of the subject of every row of `scores` (n,), -1 for test; ResultError for a subject without a part."""
    at = pd.Index(split["subject"]).get_indexer(pd.Index(scores["subject"]))
    if (at < 0).any():
        lost = pd.unique(np.asarray(scores["subject"], dtype=object)[at < 0])
        raise StaleResultError(
            f"the split lacks subjects of the scores: {first_names(lost)} ({len(lost)} in all); make the split again"
        )
    return cast(np.ndarray, np.asarray(split["fold"])[at])


def check_one_fold(rows: Columns, source: str) -> None:
    """Raise ResultError, naming the subjects, unless all rows of each are of one fold (-1: test); rows: subject, fold.

    A subject in two folds, or in one and in the test set, would be judged by what was fitted to it.
    """
    pairs = pd.DataFrame({name: rows[name] for name in ("subject", "fold")}).drop_duplicates()
    folds = pairs.groupby("subject", sort=True)["fold"].agg(sorted)
    torn = [
        f"{subject} in {' and '.join('test' if fold == TEST_FOLD else f'fold {fold}' for fold in found)}"
        for subject, found in folds.items()
        if len(found) > 1
    ]
    if torn:
        told = f"rows of one subject are of several folds: {first_names(torn)} ({len(torn)} in all)"
        raise StaleResultError(f"{source}: {told}; delete oof.parquet and baselines and run again")


def record_parts(subjects: Iterable[str], split: Columns) -> np.ndarray:
    """Part ("train" or "test") of each record, by its subject."""
    part_of = dict(zip(split["subject"], split["part"], strict=True))
    return np.array([part_of.get(subject, "") for subject in subjects], dtype=object)
