"""The split of a training that leaves out two folds: that of one which leaves out both as a single fold."""

from collections.abc import Set

import numpy as np

from pasi.errors import SettingError
from pasi.storage.hashing import value_digest
from pasi.storage.tables import Columns

FEWEST_OTHERS = 2  # subjects in the other folds: one is monitored, and one is fitted


def merge_folds(split: Columns, first: int, second: int) -> dict[str, np.ndarray]:
    """The split in which fold `second` is a part of fold `first`, a smaller number; folds above it move down by one.

    >>> split = {"subject": ["A", "B", "C", "D", "E"], "part": ["train"] * 4 + ["test"], "fold": [0, 1, 2, 3, -1]}
    >>> merge_folds(split, 0, 2)["fold"].tolist()
    [0, 1, 0, 2, -1]
    """
    fold = np.asarray(split["fold"])
    merged = np.where(fold == second, first, np.where(fold > second, fold - 1, fold))
    return {**{name: np.asarray(split[name]) for name in ("subject", "part")}, "fold": merged}


def merge_monitored(split: Columns, inner: Columns, first: int, second: int) -> dict[str, np.ndarray]:
    """The monitored subjects of the merged fold, as `inner` has those of each fold.

    They are those of the first fold that are in neither; a share of the other subjects that is about as large as there.
    Where none is left, they are those of the second fold, or else one of the other subjects, by a digest of its name.
    Raises SettingError where there are fewer than two other subjects.

    >>> split = {"subject": ["A", "B", "C", "D"], "part": ["train"] * 4, "fold": [0, 1, 2, 2]}
    >>> inner = {"fold": [0, 0, 1, 2], "subject": ["B", "C", "D", "A"]}
    >>> merge_monitored(split, inner, 0, 1)
    {'fold': array([0]), 'subject': array(['C'], dtype=object)}
    """
    rows = zip(split["subject"], split["part"], split["fold"], strict=True)
    others = {subject for subject, part, fold in rows if part == "train" and fold not in (first, second)}
    if len(others) < FEWEST_OTHERS:
        raise SettingError(
            f"too few subjects while folds {first} and {second} are held out: {len(others)}, at least {FEWEST_OTHERS} "
            "are needed; raise splits.folds, set stacking.honest to false, or add subjects"
        )
    named = [_named(inner, fold, others) for fold in (first, second)]
    chosen = named[0] or named[1] or sorted(others, key=value_digest)[:1]
    return {"fold": np.full(len(chosen), first), "subject": np.array(chosen, dtype=object)}


def _named(inner: Columns, fold: int, others: Set[str]) -> list[str]:
    """The monitored subjects of a fold that are among the others."""
    rows = zip(inner["fold"], inner["subject"], strict=True)
    return [subject for number, subject in rows if number == fold and subject in others]
