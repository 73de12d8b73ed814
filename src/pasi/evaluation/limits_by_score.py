"""Limits of agreement at low, middle and high scores, which may widen: evaluation/limits_by_score.csv."""

import numpy as np
import pandas as pd

from pasi.evaluation.proportional_bias import proportional_bias
from pasi.storage.tables import Columns

COLUMNS = ["part", "share", "score", "bias", "lower", "upper"]
SHARES = (0.1, 0.5, 0.9)  # of the visits, whose mean of both scores is at most the score


def limits_by_score_table(visits: Columns) -> pd.DataFrame:
    """Bias and limits at the deciles 1, 5 and 9 of the mean of both scores, by `proportional_bias`.

    visits: those of one learner: part, subject, observed, predicted. A part has a row for each share; the limits are
    NaN where all means are equal.

    >>> visits = {"part": ["oof"] * 4, "subject": [*"ABCD"], "observed": [1.5, 3, 4.5, 6]}
    >>> found = limits_by_score_table(visits | {"predicted": [2.5, 5, 7.5, 10]})
    >>> found[["share", "score", "bias"]].round(1).values.tolist()
    [[0.1, 2.6, 1.3], [0.5, 5.0, 2.5], [0.9, 7.4, 3.7]]
    """
    records = []
    for part, rows in pd.DataFrame(dict(visits)).groupby("part", sort=False):
        observed, predicted, subjects = (rows[name].to_numpy() for name in ("observed", "predicted", "subject"))
        scores = np.quantile((observed + predicted) / 2, SHARES)
        found = proportional_bias(observed, predicted, subjects, scores)
        records += [(part, *row) for row in zip(SHARES, scores, found.bias, found.lower, found.upper, strict=True)]
    return pd.DataFrame(records, columns=COLUMNS)
