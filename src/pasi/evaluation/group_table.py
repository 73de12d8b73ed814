"""The errors of one learner in all groups that the report shows: evaluation/groups.csv."""

import numpy as np
import pandas as pd

from pasi.evaluation.subgroups import subgroup_table
from pasi.evaluation.subject_groups import with_subject_groups
from pasi.severity.bands import severity_bands
from pasi.severity.index import SeverityIndex
from pasi.storage.tables import Columns

SUBJECT_GROUPS = ("arm", "sex", "age_band", "site", "skin_type", "baseline_band")
MOST_GROUPS = 12  # an attribute with more values, such as weeks of any day, would be a table of single visits


def group_table(visits: Columns, learners: Columns, scores: Columns, index: SeverityIndex) -> pd.DataFrame:
    """MAE, bias and CCC of one learner by severity band, week or visit, group of subjects, and region, in each part.

    visits, learners: its rows of evaluation/visits.parquet and learners.parquet, one a visit or region. scores:
    cohort/scores.parquet, with the attributes of subjects; one that is known of no subject is left out, as is one with
    a single value or more than MOST_GROUPS. Columns: part, scale ("index", or "composite" for regions, whose points are
    others), then those of `subgroup_table`.

    >>> from pasi.severity.index import Label, Region, SeverityBand
    >>> bands = SeverityBand("mild", 5), SeverityBand("severe", None)
    >>> index = SeverityIndex("S", "points", (Label("sign", 9, 1),), None, (Region("trunk", 1, 1),), bands, 0, (75,))
    >>> visits = {"part": ["oof"] * 4, "subject": ["A", "A", "B", "B"], "visit": ["V0", "V1"] * 2}
    >>> visits |= {"week": [0.0, 4.0] * 2, "baseline": ["V0"] * 4, "observed": [8.0, 2.0, 6.0, 4.0]}
    >>> visits |= {"predicted": [9.0, 5.0, 7.0, 7.0]}
    >>> found = group_table(visits, visits | {"region": ["trunk"] * 4}, {"subject": ["A", "B"]}, index)
    >>> found[found["attribute"] == "week"][["scale", "group", "subjects", "bias"]].values.tolist()
    [['index', '0', 2, 1.0], ['index', '4', 2, 3.0]]
    """
    frame = _with_attributes(pd.DataFrame(dict(visits)), pd.DataFrame(dict(scores)), index)
    names = [name for name in ("observed_band", *_time(frame), *SUBJECT_GROUPS) if _divides(frame, name)]
    found = []
    for part, rows in frame.groupby("part", sort=False):
        found.append(subgroup_table(rows, names).assign(part=part, scale="index"))
    regions = pd.DataFrame(dict(learners))
    for part, rows in regions.groupby("part", sort=False):
        found.append(subgroup_table(rows, ["region"]).assign(part=part, scale="composite"))
    table = pd.concat(found, ignore_index=True)
    return table[["part", "scale", *(name for name in table if name not in ("part", "scale"))]]


def _with_attributes(frame: pd.DataFrame, scores: pd.DataFrame, index: SeverityIndex) -> pd.DataFrame:
    known = [name for name in ("arm", "sex", "age", "site", "skin_type") if name in scores]
    subjects = scores.drop_duplicates("subject")[["subject", *known]]
    frame = with_subject_groups(frame.merge(subjects, how="left", on="subject"), index)
    names = [band.name for band in index.bands]
    codes = severity_bands(frame["observed"], index).astype(int)
    frame["observed_band"] = pd.Categorical.from_codes(codes, categories=pd.Index(names), ordered=True)
    return frame


def _time(frame: pd.DataFrame) -> list[str]:
    """What orders the visits: the week where all have one, else the name of the visit."""
    return ["week"] if np.isfinite(frame["week"].to_numpy(dtype=np.float64)).all() else ["visit"]


def _divides(frame: pd.DataFrame, name: str) -> bool:
    if name not in frame:
        return False
    values = frame[name].astype(object)
    return 2 <= values[values.notna() & (values != "")].nunique() <= MOST_GROUPS
