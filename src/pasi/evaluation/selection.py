"""The choice of the learner that the report evaluates and that Figures 3 and 4 show."""

from collections.abc import Collection

import numpy as np

from pasi.storage.tables import Columns


def best_learner(metrics: Columns, kinds: Collection[str] = ("backbone", "meta")) -> str:
    """The learner with the lowest out-of-fold MAE at visit level; the first of equals. The test part has no say (A4).

    metrics: learner, kind, level, part and mae, as in evaluation/metrics.csv. kinds: the kinds of learners to choose
    among. Raises ValueError where none of them has a finite out-of-fold MAE.

    >>> metrics = {"learner": ["a", "b", "mean"], "kind": ["backbone", "backbone", "baseline"], "mae": [3.0, 2.0, 1.0]}
    >>> best_learner(metrics | {"level": ["visit"] * 3, "part": ["oof"] * 3})
    'b'
    """
    level, part, kind = (np.asarray(metrics[name], dtype=object) for name in ("level", "part", "kind"))
    errors = np.asarray(metrics["mae"], dtype=np.float64)
    eligible = (level == "visit") & (part == "oof") & np.isin(kind, list(kinds)) & np.isfinite(errors)
    if not eligible.any():
        raise ValueError(f"no {' or '.join(kinds)} has an out-of-fold MAE: no visit has all regions of the index")
    rows = np.flatnonzero(eligible)
    return str(np.asarray(metrics["learner"])[rows[errors[rows].argmin()]])
