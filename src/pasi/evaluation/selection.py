"""Which learner is chosen: the one that the report judges and that Figures 3 and 4 show."""

from collections.abc import Collection

import numpy as np

from pasi.storage.tables import Columns


def best_learner(metrics: Columns, kinds: Collection[str] = ("backbone", "meta")) -> str:
    """The learner of `kinds` with the lowest out-of-fold MAE at visit level, of equal ones the first (A4).

    The test part has no say. Raises ValueError where none has such an MAE.
    """
    level, part, kind = (np.asarray(metrics[name], dtype=object) for name in ("level", "part", "kind"))
    errors = np.asarray(metrics["mae"], dtype=np.float64)
    eligible = (level == "visit") & (part == "oof") & np.isin(kind, list(kinds)) & np.isfinite(errors)
    if not eligible.any():
        raise ValueError(f"no {' or '.join(kinds)} has an out-of-fold MAE: no visit has all regions of the index")
    rows = np.flatnonzero(eligible)
    return str(np.asarray(metrics["learner"])[rows[errors[rows].argmin()]])
