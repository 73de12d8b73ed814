"""Ranks of all learners by MAE, and what each lacks to the first: evaluation/ranks.csv."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from pasi.evaluation.confidence_set import model_confidence_set
from pasi.evaluation.differences import mae_difference
from pasi.evaluation.ranks import rank_intervals
from pasi.evaluation.wide import wide_visits
from pasi.storage.tables import Columns

COLUMNS = [
    *("learner", "kind", "part", "rank", "low", "high", "best_share", "in_set"),
    *("first", "difference", "difference_low", "difference_high"),
]


def rank_table(visits: Columns, *, draws: int, seed: int) -> pd.DataFrame:
    """Rank of each learner by MAE, baselines among them, with the bounds of its true rank, by part.

    visits: the table of `pasi.evaluation.tables:visit_table`; of several repeats the mean prediction is ranked. rank,
    low, high and best_share are those of `rank_intervals`; in_set: whether `model_confidence_set` holds it. first: the
    learner with the lowest MAE; difference: the MAE minus that of this one, with its interval, which takes no account
    of the choice of the first.

    >>> visits = {"learner": ["a"] * 2 + ["b"] * 2, "kind": ["backbone"] * 4, "part": ["oof"] * 4, "repeat": [0] * 4}
    >>> visits |= {"subject": ["A", "B"] * 2, "visit": ["V"] * 4, "observed": [0.0] * 4, "predicted": [1.0, 1, 2, 3]}
    >>> rank_table(visits, draws=10, seed=0)[["learner", "rank", "first", "difference"]].values.tolist()
    [['a', 1, 'a', 0.0], ['b', 2, 'a', 1.5]]
    """
    parts = pd.DataFrame(dict(visits)).groupby("part", sort=False)
    records = [record for part, rows in parts for record in _of_part(str(part), rows, draws, seed)]
    return pd.DataFrame(records, columns=COLUMNS)


def _of_part(part: str, rows: pd.DataFrame, draws: int, seed: int) -> Iterator[tuple[object, ...]]:
    kinds = dict(zip(rows["learner"], rows["kind"], strict=True))
    learners, observed, predicted, subjects = wide_visits(rows)
    found = rank_intervals(observed, predicted, subjects, draws=draws, seed=seed)
    kept = model_confidence_set(observed, predicted, subjects, draws=draws, seed=seed).inside
    first = int(np.argmin(np.abs(predicted - observed).mean(axis=1)))
    for place, learner in enumerate(learners):
        ranks = (int(bound[place]) for bound in (found.rank, found.low, found.high))
        gap = mae_difference(observed, predicted[place], predicted[first], subjects)
        shares = float(found.best[place]), bool(kept[place])
        yield (learner, kinds[learner], part, *ranks, *shares, learners[first], gap.estimate, gap.low, gap.high)
