"""A long table of predictions as a matrix of one column a learner."""

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from pasi.cohort.region_visits import REGION_VISIT
from pasi.errors import StaleResultError
from pasi.storage.tables import Columns


def to_wide(table: Columns, learners: Sequence[str]) -> tuple[pd.DataFrame, np.ndarray]:
    """A long table of predictions as one row per region-visit, with a matrix of predictions (n, learners).

    The first table has subject, visit, region, observed and, where `table` has it, fold. Rows keep the order of their
    first appearance. A prediction is the mean over the repeats. Raises ResultError where a learner lacks a row in one
    of the repeats, or has it twice.
    """
    names = [*REGION_VISIT, "observed", *(["fold"] if "fold" in table else [])]
    frame = pd.DataFrame({name: table[name] for name in [*names, "learner", "repeat", "predicted"]})
    frame = frame[frame["learner"].isin(learners)]
    row = frame.groupby(list(REGION_VISIT), sort=False).ngroup().to_numpy()
    keys = frame.loc[~frame.duplicated(list(REGION_VISIT)), names].reset_index(drop=True)
    column = pd.Index(learners).get_indexer(pd.Index(frame["learner"]))
    repeats = np.unique(frame["repeat"])
    cubes = np.full((len(repeats), len(keys), len(learners)), np.nan)
    cubes[np.searchsorted(repeats, frame["repeat"]), row, column] = frame["predicted"]
    if len(frame) != cubes.size or np.isnan(cubes).any():
        raise StaleResultError(
            f"{len(frame)} predictions for {len(learners)} learners, {len(repeats)} repeats and {len(keys)} rows, "
            "expected one each: delete oof.parquet and test.parquet and run again"
        )
    return keys, cubes.mean(axis=0) if len(repeats) else np.zeros((0, len(learners)))


def of_learners(table: Columns, learners: Collection[str]) -> pd.DataFrame:
    """The rows of some learners."""
    frame = pd.DataFrame(dict(table))
    return frame[frame["learner"].isin(list(learners))].reset_index(drop=True)
