"""The subjects at their baseline, by part: evaluation/characteristics.csv."""

import numpy as np
import pandas as pd

from pasi.severity.index import SeverityIndex
from pasi.storage.tables import Columns

CHOICES = ("arm", "sex", "site", "skin_type")
COLUMNS = ["attribute", "group", "part", "subjects", "share", "mean", "sd", "least", "most"]


def characteristics_table(scores: Columns, split: Columns, index: SeverityIndex) -> pd.DataFrame:
    """Numbers of subjects by arm, sex, site and skin type, and mean, SD and range of age and of the index, by part.

    scores: cohort/scores.parquet. split: subject and part. The index is that of the baseline visit, where it has all
    regions. A row counts (subjects, and their share of the part) or describes a number (mean, sd with n - 1, least,
    most); the other cells are NaN. An attribute that is known of no subject has no row.

    >>> from pasi.severity.index import Label, Region, SeverityBand
    >>> own = (Label("sign", 9, 1),), None, (Region("trunk", 1, 1),), (SeverityBand("any", None),)
    >>> scores = {"subject": ["A", "B", "C"], "visit": ["V0"] * 3, "baseline": ["V0"] * 3, "region": ["trunk"] * 3}
    >>> scores |= {"composite": [4.0, 6.0, 8.0], "sex": ["f", "m", "f"]}
    >>> split = {"subject": ["A", "B", "C"], "part": ["train", "train", "test"]}
    >>> found = characteristics_table(scores, split, SeverityIndex("S", "points", *own, 0, (75,)))
    >>> found[found["part"] == "all"][["attribute", "group", "subjects", "mean"]].values.tolist()
    [['sex', 'f', 2, nan], ['sex', 'm', 1, nan], ['baseline index', 'all subjects', 3, 6.0]]
    """
    frame = pd.DataFrame({name: np.asarray(scores[name]) for name in scores})
    parts = dict(zip(split["subject"], split["part"], strict=True))
    first = frame.drop_duplicates("subject").assign(part=lambda rows: rows["subject"].map(parts))
    records: list[tuple[object, ...]] = []
    for part, rows in [*first.groupby("part", sort=False), ("all", first)]:
        for name in (name for name in CHOICES if name in rows and (first[name] != "").any()):
            for group, own in rows.groupby(name):
                share = len(own) / len(rows)
                records.append((name, str(group) or "not known", part, len(own), share, *[np.nan] * 4))
        if "age" in rows:
            records += _number("age", part, pd.to_numeric(rows["age"], errors="coerce"))
        records += _number("baseline index", part, _baselines(frame, index).reindex(rows["subject"]))
    return pd.DataFrame(records, columns=COLUMNS)


def _number(name: str, part: object, values: "pd.Series[float]") -> list[tuple[object, ...]]:
    known = values[np.isfinite(values)]
    if known.empty:
        return []
    spread = float(known.std(ddof=1)) if len(known) > 1 else float("nan")
    return [
        (
            name,
            "all subjects",
            part,
            len(known),
            np.nan,
            float(known.mean()),
            spread,
            float(known.min()),
            float(known.max()),
        )
    ]


def _baselines(frame: pd.DataFrame, index: SeverityIndex) -> "pd.Series[float]":
    """Index value of the baseline visit by subject, where it has all regions."""
    rows = frame[frame["visit"] == frame["baseline"]]
    wide = rows.pivot_table(index="subject", columns="region", values="composite")
    wide = wide.reindex(columns=list(index.region_names)).dropna()
    values = index.combine(wide.to_numpy()) if len(wide) else np.array([])
    return pd.Series(np.asarray(values, dtype=np.float64), index=wide.index)
