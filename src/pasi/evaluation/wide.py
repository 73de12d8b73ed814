"""The visits of one part with what every learner predicts of them, for statistics that compare many learners."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from pasi.evaluation.repeats import mean_of_repeats


class WideVisits(NamedTuple):
    """Names of L learners, and of n visits the observed scores (n,), predictions (L, n) and subjects (n,)."""

    learners: list[str]
    observed: np.ndarray
    predicted: np.ndarray
    subjects: np.ndarray


def wide_visits(rows: pd.DataFrame) -> WideVisits:
    """Learners in the order of their first row; of several repeats the mean prediction.

    rows: those of one part in the table of `pasi.evaluation.tables:visit_table`; all learners have the same visits.

    >>> rows = {"learner": ["b", "b", "a", "a"], "kind": ["meta"] * 4, "part": ["oof"] * 4, "repeat": [-1] * 4}
    >>> rows |= {"subject": ["A", "B"] * 2, "visit": ["V"] * 4, "observed": [0, 1] * 2, "predicted": [1.0, 2, 3, 4]}
    >>> found = wide_visits(pd.DataFrame(rows))
    >>> found.learners, found.predicted.tolist(), found.observed.tolist()
    (['b', 'a'], [[1.0, 2.0], [3.0, 4.0]], [0, 1])
    """
    frame = mean_of_repeats(rows)
    learners = frame["learner"].unique().tolist()
    keys = ["subject", "visit"]
    wide = frame.pivot_table(index=keys, columns="learner", values="predicted", sort=False)[learners]
    observed = frame.drop_duplicates(keys).set_index(keys)["observed"].loc[wide.index]
    subjects = np.asarray(wide.index.get_level_values("subject"), dtype=str)
    return WideVisits(learners, observed.to_numpy(), wide.to_numpy().T, subjects)
