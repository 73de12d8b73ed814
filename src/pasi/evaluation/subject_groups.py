"""Groups of subjects that a column does not name as it is: age bands, and severity at the baseline (S22)."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from pasi.severity.bands import severity_bands
from pasi.severity.index import SeverityIndex
from pasi.storage.tables import Columns

AGE_EDGES = (18, 40, 65)  # years at which the second and each later age band begins


def with_subject_groups(visits: Columns, index: SeverityIndex, *, age_edges: Sequence[int] = AGE_EDGES) -> pd.DataFrame:
    """`visits` with the columns age_band, where they have age, and baseline_band, for `subgroup_table`.

    Args:
        visits: one row a visit, with subject, visit, baseline (name of the subject's baseline visit, or ""), observed,
            and perhaps age (years, as numbers or text).
        index: the severity index, with its bands.
        age_edges: ages in ascending order at which the second and each later band begins.

    Returns:
        The table with age_band ("under 18", "18 to 39", ..., "65 and over") and baseline_band, the severity band of the
        observed score at the baseline. Both are ordered categories; NaN where the age is no number, or the baseline is
        not among the visits.

    Raises:
        ValueError: the ages do not ascend.

    Example:
        >>> from pasi.severity.index import Label, Region, SeverityBand
        >>> bands = (SeverityBand("mild", 3), SeverityBand("severe", None))
        >>> index = SeverityIndex("S", "points", (Label("sign", 9, 1),), None, (Region("all", 1, 1),), bands, 0, (75,))
        >>> visits = {"subject": ["A", "A", "B"], "visit": ["V0", "V1", "V1"], "baseline": ["V0"] * 3}
        >>> found = with_subject_groups(visits | {"age": ["40", "40", ""], "observed": [8, 2, 2]}, index)
        >>> found["age_band"].astype(object).tolist(), found["baseline_band"].astype(object).tolist()
        (['40 to 64', '40 to 64', nan], ['severe', 'severe', nan])
    """
    edges = list(age_edges)
    if edges != sorted(set(edges)):
        raise ValueError(f"age_edges is {edges}, expected ages that ascend")
    frame = pd.DataFrame(dict(visits))
    if "age" in frame and edges:
        ages = pd.to_numeric(frame["age"], errors="coerce").to_numpy(dtype=np.float64)
        places = np.where(np.isfinite(ages), np.searchsorted(edges, ages, side="right"), -1)
        frame["age_band"] = _ordered(places, _age_names(edges))
    bands = severity_bands(frame["observed"], index)
    at_baseline = frame["visit"].to_numpy() == frame["baseline"].to_numpy()
    known = pd.Series(np.where(at_baseline, bands, -1)).groupby(frame["subject"].to_numpy()).transform("max")
    frame["baseline_band"] = _ordered(known.to_numpy(), [band.name for band in index.bands])
    return frame


def _ordered(places: np.ndarray, names: Sequence[str]) -> "pd.Categorical[str]":
    """Categories by number, -1 for none."""
    return pd.Categorical.from_codes(places.astype(int), categories=pd.Index(names), ordered=True)


def _age_names(edges: Sequence[int]) -> list[str]:
    between = [f"{low} to {high - 1}" for low, high in pairwise(edges)]
    return [f"under {edges[0]}", *between, f"{edges[-1]} and over"]
