"""How much a pick on a test part as small as this one would flatter: evaluation/picks.csv."""

import pandas as pd

from pasi.evaluation.pick_optimism import PickOptimism, pick_optimism
from pasi.evaluation.selection import CANDIDATES
from pasi.evaluation.wide import wide_visits
from pasi.storage.tables import Columns

COLUMNS = ["size", "learners", *PickOptimism._fields]


def pick_table(visits: Columns, split: Columns, *, draws: int, seed: int) -> pd.DataFrame:
    """`pick_optimism` of all networks and meta-learners, with pseudo-tests as large as the test part.

    visits: the table of `pasi.evaluation.tables:visit_table`; of several repeats the mean prediction counts. split:
    splits/subjects.parquet. One row; none without a test part, with fewer than two learners, or where the test part has
    as many subjects as are out of fold.

    >>> visits = {"learner": ["a"] * 2 + ["b"] * 2, "kind": ["meta"] * 4, "part": ["oof"] * 4, "repeat": [-1] * 4}
    >>> visits |= {"subject": ["A", "B"] * 2, "visit": ["V"] * 4, "observed": [0.0] * 4, "predicted": [1.0, 5, 5, 1]}
    >>> found = pick_table(visits, {"subject": [*"ABC"], "fold": [0, 1, -1]}, draws=100, seed=0)
    >>> found[["size", "learners", "picked", "elsewhere"]].values.tolist()
    [[1.0, 2.0, 1.0, 5.0]]
    """
    frame = pd.DataFrame(dict(visits))
    own = frame[(frame["part"] == "oof") & frame["kind"].isin(CANDIDATES)]
    size = int((pd.Series(split["fold"]) < 0).sum())
    if not 0 < size < own["subject"].nunique() or own["learner"].nunique() < 2:
        return pd.DataFrame(columns=COLUMNS)
    wide = wide_visits(own)
    found = pick_optimism(wide.observed, wide.predicted, wide.subjects, size=size, draws=draws, seed=seed)
    return pd.DataFrame([(size, len(wide.learners), *found)], columns=COLUMNS)
