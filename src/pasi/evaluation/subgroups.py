"""How a learner does in groups of subjects: sex, age band, site, skin type, arm, severity at the baseline (S22)."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pasi.evaluation.intervals import Interval, ccc_interval, mae_interval
from pasi.evaluation.jackknife import jackknife_interval
from pasi.evaluation.nested import nested_pairs
from pasi.storage.tables import Columns

FEW = 10  # subjects below which a group is marked: its figures are mostly chance
NOT_KNOWN = "not known"
ESTIMATES = ("mae", "bias", "ccc", "gap")
COLUMNS = [
    *("attribute", "group", "subjects", "visits", "few"),
    *(f"{name}{bound}" for name in ESTIMATES for bound in ("", "_low", "_high")),
]


def subgroup_table(visits: Columns, attributes: Sequence[str], *, level: float = 0.95) -> pd.DataFrame:
    """MAE, bias and CCC of one learner in each group of some attributes, and its gap to all other visits.

    gap is the MAE of the group minus that of the visits outside it. Intervals are those of `mae_interval` and
    `ccc_interval` for MAE and CCC, and a jackknife-t of subjects for bias and gap. None is adjusted for the number of
    groups: of twenty gaps that are nothing, one excludes zero on average. CCCs of groups cannot be compared where the
    spread of the observed scores differs, because the CCC grows with it; MAE and bias can.

    Args:
        visits: one row a visit, with subject, observed, predicted and a column for each attribute.
        attributes: names of columns, such as sex, site, skin_type, arm, and age_band and baseline_band of
            `with_subject_groups`. They may vary within a subject, as the week does.
        level: confidence level, 0 to 1.

    Returns:
        One row for each attribute and group, in the order of the values; what is missing or empty is the group
        "not known". Columns: COLUMNS. few: the group has fewer than 10 subjects, and should be shown so. Undefined
        figures are NaN.

    Raises:
        ValueError: a score is not finite, or an attribute is no column.

    Example:
        >>> visits = {"subject": ["A", "A", "B", "C"], "site": ["X", "X", "X", "Y"]}
        >>> found = subgroup_table(visits | {"observed": [1, 2, 3, 4], "predicted": [2, 2, 5, 8]}, ["site"])
        >>> found[["group", "subjects", "visits", "few", "mae", "bias", "gap"]].values.tolist()
        [['X', 2, 3, True, 1.0, 1.0, -3.0], ['Y', 1, 1, True, 4.0, 4.0, 3.0]]
    """
    frame = pd.DataFrame(dict(visits))
    missing = [name for name in attributes if name not in frame]
    if missing:
        raise ValueError(f"the visits have no column {missing[0]}: their columns are {', '.join(map(str, frame))}")
    records = [
        (name, group, *_figures(frame, inside, level)) for name in attributes for group, inside in _groups(frame[name])
    ]
    return pd.DataFrame(records, columns=COLUMNS)


def _groups(values: "pd.Series[str]") -> list[tuple[str, np.ndarray]]:
    """Each group and whether each visit is in it (n,), in the order of the values; last what is not known."""
    lacking = (values.isna() | (values.astype(object) == "")).to_numpy(dtype=bool)
    known = values[~lacking]
    groups = [(_name(group), (values == group).to_numpy(dtype=bool)) for group in _in_order(known)]
    return [*groups, *([(NOT_KNOWN, lacking)] if lacking.any() else [])]


def _name(group: object) -> str:
    return f"{group:g}" if isinstance(group, float) else str(group)


def _in_order(values: "pd.Series[str]") -> list[object]:
    """The distinct values, categories in their own order."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        return [name for name in values.dtype.categories if (values == name).any()]
    return sorted(values.unique())


def _figures(frame: pd.DataFrame, inside: np.ndarray, level: float) -> tuple[object, ...]:
    """The cells of one group, after its name."""
    own = frame[inside]
    data = own["observed"], own["predicted"], own["subject"]
    found = mae_interval(*data, level=level), _bias(frame, inside, level), ccc_interval(*data, level=level)
    bounds = [value for one in (*found, _gap(frame, inside, level)) for value in (one.estimate, one.low, one.high)]
    subjects = own["subject"].nunique()
    return subjects, len(own), subjects < FEW, *bounds


def _bias(frame: pd.DataFrame, inside: np.ndarray, level: float) -> Interval:
    """Mean difference, predicted minus observed, of the visits inside."""
    own = frame[inside]
    y, p, codes = nested_pairs(own["observed"], own["predicted"], own["subject"])
    return jackknife_interval(np.stack([np.bincount(codes), np.bincount(codes, p - y)], axis=1), _mean, level=level)


def _gap(frame: pd.DataFrame, inside: np.ndarray, level: float) -> Interval:
    """MAE of the visits inside minus that of the visits outside."""
    y, p, codes = nested_pairs(frame["observed"], frame["predicted"], frame["subject"])
    error = np.abs(p - y)
    sums = [np.bincount(codes, terms) for own in (inside, ~inside) for terms in (own, own * error)]
    return jackknife_interval(
        np.stack(sums, axis=1), lambda some: _mean(some[..., :2]) - _mean(some[..., 2:]), level=level
    )


def _mean(sums: np.ndarray) -> np.ndarray:
    """Mean (...) from numbers and sums (..., 2)."""
    mean: np.ndarray = sums[..., 1] / sums[..., 0]
    return mean
