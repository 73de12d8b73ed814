"""Whose rows on the test part are shown, and the digests by which shown rows are told from others."""

from collections.abc import Collection

import numpy as np
import pandas as pd

from pasi.cohort.region_visits import REGION_VISIT
from pasi.evaluation.settings import ShownRows
from pasi.storage.hashing import value_digest
from pasi.storage.tables import Columns

ROW = (*REGION_VISIT, "repeat")
SCORES = ("observed", "predicted")
DECIMALS = 6  # of the points of a composite; what agrees in these is the same prediction


def shown_learners(learners: Columns, chosen: str, test_rows: ShownRows) -> list[str]:
    """The learners whose test rows are shown, in the order of the table.

    learners: the table of `combine_predictions`. Baselines are shown with the chosen learner: nobody chooses among
    them.

    >>> learners = {"learner": ["a", "b", "mean"], "kind": ["backbone", "backbone", "baseline"], "part": ["test"] * 3}
    >>> shown_learners(learners, "b", "chosen"), shown_learners(learners, "b", "none")
    (['b', 'mean'], [])
    """
    rows = zip(learners["learner"], learners["kind"], learners["part"], strict=True)
    kinds = {str(learner): kind for learner, kind, part in rows if part == "test"}
    if test_rows == "none":
        return []
    return [name for name, kind in kinds.items() if test_rows == "all" or kind == "baseline" or name == chosen]


def without_sealed(table: Columns, shown: Collection[str]) -> pd.DataFrame:
    """The rows out of fold of a table with learner and part, and the test rows of the learners of `shown`.

    >>> table = {"learner": ["a", "a", "b"], "part": ["oof", "test", "test"]}
    >>> without_sealed(table, ["b"]).values.tolist()
    [['a', 'oof'], ['b', 'test']]
    """
    frame = pd.DataFrame({name: table[name] for name in table})
    kept = (frame["part"] != "test") | frame["learner"].isin(list(shown))
    return frame[kept].reset_index(drop=True)


def row_digests(learners: Columns, shown: Collection[str]) -> dict[str, str]:
    """Digest of the observed and predicted scores of each learner of `shown` on the test part.

    >>> rows = {"learner": ["a", "b"], "part": ["test"] * 2, "subject": ["A"] * 2, "repeat": [0] * 2}
    >>> rows |= {"visit": ["V"] * 2, "region": ["trunk"] * 2, "observed": [1.0] * 2, "predicted": [2.0, 2.00000001]}
    >>> found = row_digests(rows, ["a", "b"])
    >>> found["a"] == found["b"], found["a"] == row_digests(rows | {"predicted": [2.1, 2.0]}, ["a"])["a"]
    (True, False)
    """
    frame = pd.DataFrame({name: learners[name] for name in (*ROW, *SCORES, "learner", "part")})
    found = {}
    for name in shown:
        rows = frame[(frame["part"] == "test") & (frame["learner"] == name)].sort_values(list(ROW))
        scores = np.round(rows[list(SCORES)].to_numpy(dtype=np.float64), DECIMALS) + 0.0  # no negative zero
        found[name] = value_digest(rows[list(ROW)].astype(str).to_numpy().tolist(), scores.tolist())
    return found
