"""Baselines that give each region one constant, and know neither photo nor calendar."""

from functools import partial
from typing import Any, Literal

import numpy as np
import pandas as pd

from pasi.learners.baseline_rows import Fitter, Rows

Summary = Literal["mean", "median"]


def fit_region_constant(rows: Rows, fitted: np.ndarray, *, summary: Summary) -> tuple[np.ndarray, dict[str, Any]]:
    """One constant per region: mean or median of its fitted composites; of all fitted rows where a region has none."""
    observed = pd.Series(rows.observed[fitted])
    own = observed.groupby(rows.region[fitted], sort=False).agg(summary)
    names = list(dict.fromkeys(rows.region))
    constants: dict[str, float] = dict(
        zip(names, own.reindex(names).fillna(observed.agg(summary)).tolist(), strict=True)
    )
    return np.array([constants[name] for name in rows.region]), {"rows": int(fitted.sum()), f"{summary}s": constants}


fit_region_mean: Fitter = partial(fit_region_constant, summary="mean")
fit_region_median: Fitter = partial(fit_region_constant, summary="median")
