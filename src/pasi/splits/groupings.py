"""Groupings of subjects, and the tables of a split that are made from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, get_args

import numpy as np

from pasi.splits.greedy import Assignment, imbalance
from pasi.splits.settings import Imbalance

IMBALANCES: tuple[Imbalance, ...] = get_args(Imbalance)

Table = dict[str, np.ndarray]


@dataclass(frozen=True)
class Split:
    """The tables of a split, as columns.

    subjects: subject, part, fold (-1 for test). inner: fold, subject. balance: grouping ("test", "fold", "inner0" ...),
    part, label, records, share (of the part's records), and the two imbalances of the grouping, label_share and
    cohort_share. trace: grouping, step, subject, part, imbalance, seed of the best restart of each greedy grouping.
    """

    subjects: Table
    inner: Table
    balance: Table
    trace: Table


@dataclass(frozen=True)
class Grouping:
    """A division of the subjects with numbers `members` (M,) into named parts with target shares (P,)."""

    name: str
    parts: Sequence[str]
    shares: np.ndarray
    members: np.ndarray
    assignment: Assignment


def inner_table(inner: Sequence[Grouping], subjects: np.ndarray) -> Table:
    """The monitored subjects of each fold."""
    chosen = [grouping.members[grouping.assignment.part == 1] for grouping in inner]
    fold = np.repeat(np.arange(len(inner)), [len(members) for members in chosen])
    return {"fold": fold, "subject": subjects[np.concatenate(chosen)]}


def balance_table(groupings: Sequence[Grouping], counts: np.ndarray, names: Sequence[str]) -> Table:
    """Records of each label in each part of each grouping, and both imbalances of the grouping (R18, R22)."""
    rows = []
    for grouping in groupings:
        filled = np.zeros((len(grouping.parts), len(names)), np.int64)
        np.add.at(filled, grouping.assignment.part, counts[grouping.members])
        both = [imbalance(filled, grouping.shares, kind) for kind in IMBALANCES]
        for part, records in zip(grouping.parts, filled, strict=True):
            share = records / records.sum()
            rows += [(grouping.name, part, *cells, *both) for cells in zip(names, records, share, strict=True)]
    return _columns(("grouping", "part", "label", "records", "share", *IMBALANCES), rows)


def trace_table(groupings: Sequence[Grouping], subjects: np.ndarray) -> Table:
    """Every step of the best restart of each grouping; groupings of another method have no steps."""
    rows = []
    for grouping in groupings:
        found = grouping.assignment
        for step, (member, value) in enumerate(zip(found.order, found.imbalance, strict=True)):
            part, subject = grouping.parts[found.part[member]], subjects[grouping.members[member]]
            rows.append((grouping.name, step, subject, part, value, found.seed))
    return _columns(("grouping", "step", "subject", "part", "imbalance", "seed"), rows)


def label_names(values: np.ndarray, codes: np.ndarray) -> list[str]:
    """Each label in words: its grade ("3"), or the least and the largest value in its bin ("0.4 to 1.2")."""
    ends = [(values[codes == code].min(), values[codes == code].max()) for code in range(codes.max() + 1)]
    return [f"{low:g}" if low == high else f"{low:g} to {high:g}" for low, high in ends]


def _columns(names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> Table:
    columns = zip(*rows, strict=True)
    return {
        name: np.array(column, dtype=object if isinstance(column[0], str) else None)
        for name, column in zip(names, columns, strict=True)
    }
