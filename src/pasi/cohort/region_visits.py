"""Rows of region-visits, each identified by subject, visit and region: they are looked up and grouped into visits."""

from collections.abc import Sequence
from typing import cast

import numpy as np
import pandas as pd

from pasi.storage.tables import Columns

REGION_VISIT = ("subject", "visit", "region")


def key_index(table: Columns) -> pd.MultiIndex:
    """Subject, visit and region of every row of `table`, in its order, as an index that can be searched."""
    return pd.MultiIndex.from_arrays([pd.Index(table[name], dtype=object) for name in REGION_VISIT], names=REGION_VISIT)


def row_numbers(index: pd.MultiIndex, wanted: Columns) -> np.ndarray:
    """For each row of `wanted`, the number (m,) of the row in `index` with the same keys, -1 where there is none."""
    return cast(np.ndarray, index.get_indexer(key_index(wanted)))


def visit_rows(table: Columns, regions: Sequence[str], by: Sequence[str] = ("subject", "visit")) -> np.ndarray:
    """Row numbers (groups, regions) of the groups of `by` that have every region, in order of first appearance."""
    group = pd.DataFrame({name: table[name] for name in by}).groupby(list(by), sort=False).ngroup().to_numpy()
    region = pd.Index(regions).get_indexer(pd.Index(table["region"]))
    known = region >= 0
    rows = np.full((group.max(initial=-1) + 1, len(regions)), -1)
    rows[group[known], region[known]] = np.flatnonzero(known)
    return rows[(rows >= 0).all(axis=1)]
