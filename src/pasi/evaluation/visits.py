"""The rows of one learner in the table of visits, and the names of the parts."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

ALL_REPEATS = -1  # repeat of what was made from all repeats, as a meta-learner is, or from none
PART_NAMES = {"test": "Test", "oof": "Out of fold"}  # in the order of the figures


def first_repeats(visits: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The rows that figures show, one a learner and visit: of a network those of repeat 0, which nobody chose.

    >>> visits = {"learner": ["net", "net", "nnls"], "repeat": [0, 1, ALL_REPEATS]}
    >>> first_repeats(visits)["learner"].tolist()
    ['net', 'nnls']
    """
    chosen = np.asarray(visits["repeat"]) <= 0
    return {name: np.asarray(values)[chosen] for name, values in visits.items()}


def learner_rows(visits: Mapping[str, np.ndarray], learner: str, part: str) -> dict[str, np.ndarray]:
    """The rows of one learner and part ("test" or "oof") of evaluation/visits.parquet, all its columns.

    >>> visits = {"learner": ["net", "net", "nnls"], "part": ["oof", "test", "oof"], "predicted": [1.0, 2.0, 3.0]}
    >>> learner_rows(visits, "net", "oof")["predicted"].tolist()
    [1.0]
    """
    chosen = (np.asarray(visits["learner"]) == learner) & (np.asarray(visits["part"]) == part)
    return {name: np.asarray(values)[chosen] for name, values in visits.items()}


def after_baseline(visits: pd.DataFrame) -> pd.DataFrame:
    """The rows of evaluation/visits.parquet that follow the subject's baseline visit in time.

    Of a subject whose baseline or order of visits is not known, or whose baseline lacks a region, none does.

    >>> visits = {"subject": ["A", "A", "A"], "visit": ["SCR", "BL", "W4"], "visit_order": [0.0, 1.0, 2.0]}
    >>> after_baseline(pd.DataFrame(visits | {"baseline": ["BL"] * 3}))["visit"].tolist()
    ['W4']
    """
    starts = visits[visits["visit"].to_numpy() == visits["baseline"].to_numpy()]
    order = starts.drop_duplicates("subject").set_index("subject")["visit_order"].astype(np.float64)
    later: np.ndarray = visits["visit_order"].to_numpy(dtype=np.float64) > order.reindex(visits["subject"]).to_numpy()
    found: pd.DataFrame = visits[later]
    return found
