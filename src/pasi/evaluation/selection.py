"""Which learner is chosen."""

from collections.abc import Collection

import numpy as np

from pasi.evaluation.tables import _frame
from pasi.storage.tables import Columns


def best_learner(metrics: Columns, kinds: Collection[str] = ("backbone", "meta")) -> str:
    """The learner of `kinds` with the lowest out-of-fold MAE at visit level, of equal ones the first (A4).

    The test part has no say. Raises ValueError where none has such an MAE.
    """
    frame = _frame(metrics)
    chosen = frame[(frame["level"] == "visit") & (frame["part"] == "oof") & frame["kind"].isin(list(kinds))]
    chosen = chosen[np.isfinite(chosen["mae"])]
    if chosen.empty:
        raise ValueError(f"no {' or '.join(kinds)} has an out-of-fold MAE: no visit has all regions of the index")
    return str(chosen.loc[chosen["mae"].idxmin(), "learner"])
