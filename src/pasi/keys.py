"""Rows of region-visits, known by subject, visit and region: found in another table, and gathered to visits."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from pasi.folds import NO_FOLD
from pasi.problems import some
from pasi.tables import TableError

KEYS = ("subject", "visit", "region")


def row_folds(scores: Mapping[str, Sequence], split: Mapping[str, Sequence]) -> np.ndarray:
    """Fold of the subject of every row of `scores` (n,), -1 for test; TableError for a subject without a part."""
    at = pd.Index(split["subject"]).get_indexer(pd.Index(scores["subject"]))
    if (at < 0).any():
        lost = pd.unique(np.asarray(scores["subject"], dtype=object)[at < 0])
        raise TableError(
            f"the split lacks subjects of the scores: {some(lost)} ({len(lost)} in all); make the split again"
        )
    return np.asarray(split["fold"])[at]


def check_one_fold(rows: Mapping[str, Sequence], source: str) -> None:
    """Raise TableError, naming the subjects, unless all rows of each are of one fold (-1: test); rows: subject, fold.

    A subject in two folds, or in one and in the test set, would be judged by what was fitted to it.
    """
    pairs = pd.DataFrame({name: rows[name] for name in ("subject", "fold")}).drop_duplicates()
    folds = pairs.groupby("subject", sort=True)["fold"].agg(sorted)
    torn = [
        f"{subject} in {' and '.join('test' if fold == NO_FOLD else f'fold {fold}' for fold in found)}"
        for subject, found in folds.items()
        if len(found) > 1
    ]
    if torn:
        told = f"rows of one subject are of several folds: {some(torn)} ({len(torn)} in all)"
        raise TableError(f"{source}: {told}; delete oof.parquet and baselines and run again")


def key_index(table: Mapping[str, Sequence]) -> pd.MultiIndex:
    """The keys of every row of `table`, in its order, ready to be searched."""
    return pd.MultiIndex.from_arrays([pd.Index(table[name], dtype=object) for name in KEYS], names=KEYS)


def row_numbers(index: pd.MultiIndex, wanted: Mapping[str, Sequence]) -> np.ndarray:
    """For each row of `wanted` (m,) the number of the row in `index` with the same keys, -1 where there is none."""
    return index.get_indexer(key_index(wanted))


def visit_rows(
    table: Mapping[str, Sequence], regions: Sequence[str], by: Sequence[str] = ("subject", "visit")
) -> np.ndarray:
    """Row numbers (visits, regions) of those groups of `by` that have every region, in order of first appearance."""
    group = pd.DataFrame({name: table[name] for name in by}).groupby(list(by), sort=False).ngroup().to_numpy()
    region = pd.Index(regions).get_indexer(pd.Index(table["region"]))
    known = region >= 0
    rows = np.full((group.max(initial=-1) + 1, len(regions)), -1)
    rows[group[known], region[known]] = np.flatnonzero(known)
    return rows[(rows >= 0).all(axis=1)]
