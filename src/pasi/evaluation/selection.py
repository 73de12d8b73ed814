"""The choice of learners by the primary measure: the one that the report evaluates, and the strongest baseline."""

from collections.abc import Collection

import numpy as np

from pasi.evaluation.settings import Primary
from pasi.storage.tables import Columns


def best_learner(
    metrics: Columns, primary: Primary, kinds: Collection[str] = ("backbone", "meta"), *, but: Collection[str] = ()
) -> str:
    """The learner that is best out of fold at visit level; the first of equals. The test part has no say (A4).

    metrics: learner, kind, level, part and the column `primary`, as in evaluation/metrics.csv: "mae", of which the
    lowest is best, or "ccc", of which the highest is. kinds: the kinds of learners to choose among. but: learners that
    are not. Raises ValueError where none of them has a finite value out of fold.

    >>> metrics = {"learner": ["a", "b", "mean"], "kind": ["backbone", "backbone", "baseline"], "mae": [3.0, 2.0, 1.0]}
    >>> best_learner(metrics | {"level": ["visit"] * 3, "part": ["oof"] * 3}, "mae")
    'b'
    """
    names = ("learner", "level", "part", "kind")
    learner, level, part, kind = (np.asarray(metrics[name], dtype=object) for name in names)
    losses = loss(np.asarray(metrics[primary], dtype=np.float64), primary)
    eligible = (level == "visit") & (part == "oof") & np.isin(kind, list(kinds)) & np.isfinite(losses)
    eligible &= ~np.isin(learner, list(but))
    if not eligible.any():
        measure = f"an out-of-fold {primary.upper()}"
        raise ValueError(f"no {' or '.join(kinds)} has {measure}: no visit has all regions of the index")
    rows = np.flatnonzero(eligible)
    return str(learner[rows[losses[rows].argmin()]])


def loss(values: np.ndarray, primary: Primary) -> np.ndarray:
    """Values of the primary measure such that less is better: an MAE as it is, a CCC with the other sign.

    >>> loss(np.array([0.5, 0.75]), "ccc").tolist()
    [-0.5, -0.75]
    """
    return -values if primary == "ccc" else values
