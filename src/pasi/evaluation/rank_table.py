"""Ranks of all learners by MAE, and what each lacks to the first: evaluation/ranks.csv."""

import numpy as np
import pandas as pd

from pasi.evaluation.differences import mae_difference
from pasi.evaluation.ranks import rank_intervals
from pasi.evaluation.repeats import mean_of_repeats
from pasi.storage.tables import Columns

COLUMNS = [
    *("learner", "kind", "part", "rank", "low", "high", "best_share"),
    *("first", "difference", "difference_low", "difference_high"),
]


def rank_table(visits: Columns, *, draws: int, seed: int) -> pd.DataFrame:
    """Rank of each learner by MAE, baselines among them, with the bounds of its true rank, by part.

    visits: the table of `pasi.evaluation.tables:visit_table`; of several repeats the mean prediction is ranked. rank,
    low, high and best_share are those of `rank_intervals`. first: the learner with the lowest MAE; difference: the MAE
    minus that of this one, with its interval, which takes no account of the choice of the first.

    >>> visits = {"learner": ["a"] * 2 + ["b"] * 2, "kind": ["backbone"] * 4, "part": ["oof"] * 4, "repeat": [0] * 4}
    >>> visits |= {"subject": ["A", "B"] * 2, "visit": ["V"] * 4, "observed": [0.0] * 4, "predicted": [1.0, 1, 2, 3]}
    >>> rank_table(visits, draws=10, seed=0)[["learner", "rank", "first", "difference"]].values.tolist()
    [['a', 1, 'a', 0.0], ['b', 2, 'a', 1.5]]
    """
    frame = mean_of_repeats(pd.DataFrame(dict(visits)))
    records: list[tuple[object, ...]] = []
    for part, rows in frame.groupby("part", sort=False):
        records += _of_part(str(part), rows, draws, seed)
    return pd.DataFrame(records, columns=COLUMNS)


def _of_part(part: str, rows: pd.DataFrame, draws: int, seed: int) -> list[tuple[object, ...]]:
    kinds = rows.drop_duplicates("learner").set_index("learner")["kind"]
    wide = rows.pivot_table(index=["subject", "visit"], columns="learner", values="predicted", sort=False)[kinds.index]
    observed = rows.drop_duplicates(["subject", "visit"]).set_index(["subject", "visit"])["observed"].loc[wide.index]
    subjects = np.asarray(wide.index.get_level_values("subject"), dtype=str)
    predicted = wide.to_numpy().T
    found = rank_intervals(observed.to_numpy(), predicted, subjects, draws=draws, seed=seed)
    first = int(np.argmin(np.abs(predicted - observed.to_numpy()).mean(axis=1)))
    records = []
    for place, learner in enumerate(kinds.index):
        ranks = (int(bound[place]) for bound in (found.rank, found.low, found.high))
        gap = mae_difference(observed.to_numpy(), predicted[place], predicted[first], subjects)
        bounds = (gap.estimate, gap.low, gap.high)
        best = float(found.best[place])
        records.append((learner, kinds[learner], part, *ranks, best, kinds.index[first], *bounds))
    return records
