"""How precisely more subjects would measure the chosen learner: evaluation/precision.csv."""

import pandas as pd

from pasi.evaluation.nested import FEWEST_SUBJECTS
from pasi.evaluation.sample_size import precision_curve
from pasi.storage.tables import Columns

COLUMNS = ["subjects", "mae_low", "mae_high", "ccc_low", "ccc_high"]
SIZES = (20, 50, 100, 200, 500)  # beside the number at hand


def precision_table(visits: Columns) -> pd.DataFrame:
    """Expected 95% intervals of MAE and CCC out of fold, with as many subjects as there are and with SIZES.

    visits: those of one learner: part, subject, observed, predicted. No row below 3 subjects out of fold.

    >>> visits = {"part": ["oof"] * 3, "subject": [*"ABC"], "observed": [1, 2, 3], "predicted": [1, 3, 5]}
    >>> precision_table(visits)["subjects"].tolist()
    [3, 20, 50, 100, 200, 500]
    """
    frame = pd.DataFrame(dict(visits))
    own = frame[frame["part"] == "oof"]
    count = own["subject"].nunique()
    if count < FEWEST_SUBJECTS:
        return pd.DataFrame(columns=COLUMNS)
    found = precision_curve(own["observed"], own["predicted"], own["subject"], sorted({count, *SIZES}))
    return pd.DataFrame(dict(zip(COLUMNS, found, strict=True)))
