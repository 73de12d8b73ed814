"""Predictions that no physician could give, below 0 or above the maximum: evaluation/impossible.csv."""

import pandas as pd

from pasi.severity.index import SeverityIndex
from pasi.storage.tables import Columns

COLUMNS = ["learner", "kind", "part", "level", "n", "below", "above"]


def impossible_table(visits: Columns, learners: Columns, index: SeverityIndex) -> pd.DataFrame:
    """Number of predictions below 0 and above the maximum, by learner and part, of visits and of composites.

    visits: index values by visit. learners: composites by region. A visit is impossible by its index value, which may
    be possible where a composite is not. They are counted as they are, to the last digit, and nothing is cut.

    >>> from pasi.severity.index import Label, Region, SeverityBand
    >>> bands = (SeverityBand("any", None),)
    >>> index = SeverityIndex("S", "points", (Label("sign", 4, 1),), None, (Region("all", 1, 1),), bands, 0, (75,))
    >>> rows = {"learner": ["net"] * 3, "kind": ["backbone"] * 3, "part": ["oof"] * 3, "predicted": [-0.1, 4.0, 4.5]}
    >>> impossible_table(rows, rows, index).values.tolist()[0]
    ['net', 'backbone', 'oof', 'visit', 3, 1, 1]
    """
    records = [
        (
            learner,
            kind,
            part,
            level,
            len(rows),
            int((rows["predicted"] < 0).sum()),
            int((rows["predicted"] > end).sum()),
        )
        for level, table, end in (
            ("visit", visits, index.maximum),
            ("region", learners, index.composite_maximum),
        )
        for (learner, kind, part), rows in pd.DataFrame(dict(table)).groupby(["learner", "kind", "part"], sort=False)
    ]
    return pd.DataFrame(records, columns=COLUMNS)
