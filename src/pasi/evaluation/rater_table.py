"""The index of each visit by rater, from a table of grades such as raters.csv or what `pasi review` exports."""

import numpy as np

from pasi.severity.index import SeverityIndex
from pasi.storage.tables import Columns

RatedVisit = tuple[str, str, str]  # rater, subject and visit
BLINDED = "blinded"  # yes: entered before the model's score was seen


def rater_scores(table: Columns, index: SeverityIndex, *, blinded: bool = True) -> dict[str, np.ndarray]:
    """The columns rater, subject, visit and observed, one row a rater and visit, in the order of the table.

    table: a row for each rater, subject, visit and region with a column for each sign and for the area; or one for each
    rater, subject and visit with the column `score`, which is taken as it is. A visit that lacks a region is left out.
    blinded: take only the rows that say yes in the column `blinded`, where there is one.

    Raises ValueError where a rater graded a region of a visit twice.

    >>> from pasi.severity.index import Label, Region
    >>> regions = (Region("front", 0.5, 1), Region("back", 0.5, 1))
    >>> index = SeverityIndex("I", "points", (Label("redness", 4, 1),), Label("area", 6, 1), regions, (), 0.5, (75,))
    >>> table = {"rater": ["R", "R"], "subject": ["A", "A"], "visit": ["V1", "V1"], "region": ["back", "front"]}
    >>> rater_scores(table | {"redness": [1, 3], "area": [2, 4]}, index)["observed"]
    array([7.])
    """
    names = ("score",) if "score" in table else index.label_names
    wanted = ("",) if "score" in table else index.region_names
    grades: dict[RatedVisit, dict[str, list[float]]] = {}
    for number in range(len(table["rater"])):
        if blinded and BLINDED in table and table[BLINDED][number] != "yes":
            continue
        rater, subject, visit = (str(table[name][number]) for name in ("rater", "subject", "visit"))
        region = "" if "score" in table else str(table["region"][number])
        own = grades.setdefault((rater, subject, visit), {})
        if region in own:
            place = f" in {region}" if region else ""
            raise ValueError(f"rater {rater} graded {subject} at {visit} twice{place}: expected one row")
        own[region] = [float(table[name][number]) for name in names]
    whole = {visit: own for visit, own in grades.items() if all(region in own for region in wanted)}
    rows = [[own[region] for region in wanted] for own in whole.values()]
    values = np.array(rows, dtype=np.float64).reshape(-1, len(wanted), len(names))
    observed = values[:, 0, 0] if "score" in table else index.combine(index.composite(values))
    ids = np.array(list(whole), dtype=object).reshape(-1, 3).T
    return {**dict(zip(("rater", "subject", "visit"), ids, strict=True)), "observed": observed}
