"""Bias, limits of agreement and calibration of every learner, as rows with intervals: evaluation/agreement.csv."""

from dataclasses import astuple

import numpy as np
import pandas as pd

from pasi.evaluation.calibration import calibration_line
from pasi.evaluation.intervals import Interval
from pasi.evaluation.limits import limits_of_agreement
from pasi.storage.tables import Columns

MEASURES = ("bias", "lower", "upper", "slope")
COLUMNS = ["learner", "part", "measure", "estimate", "low", "high", "method", "subjects"]


def agreement_table(visits: Columns) -> pd.DataFrame:
    """Bias, lower and upper limit of agreement, and slope of the calibration line, of each learner and part.

    visits: one row a learner and visit, with learner, part, subject, observed and predicted. The limits are those of
    `limits_of_agreement`, the slope is that of `calibration_line`. COLUMNS; a bound is NaN where there is none.

    >>> visits = {"learner": ["net"] * 4, "part": ["oof"] * 4, "subject": ["A", "A", "B", "B"]}
    >>> found = agreement_table(visits | {"observed": [0.0, 0, 0, 0], "predicted": [1.0, 3, 5, 7]})
    >>> found[["measure", "estimate"]].round(2).values.tolist()[:3]
    [['bias', 4.0], ['lower', -1.88], ['upper', 9.88]]
    """
    frame = pd.DataFrame(dict(visits))
    records = [
        (learner, part, measure, *astuple(found))
        for (learner, part), rows in frame.groupby(["learner", "part"], sort=False)
        for measure, found in _measures(rows).items()
    ]
    return pd.DataFrame(records, columns=COLUMNS)


def _measures(rows: pd.DataFrame) -> dict[str, Interval]:
    data = rows["observed"], rows["predicted"], rows["subject"]
    limits = limits_of_agreement(*data)
    line = calibration_line(*data, [0.0])
    method = "least squares, jackknife of subjects" if np.isfinite(line.slope_low) else "none: too few subjects"
    slope = Interval(line.slope, line.slope_low, line.slope_high, method, limits.bias.subjects)
    return dict(zip(MEASURES, (limits.bias, limits.lower, limits.upper, slope), strict=True))
