"""How far every learner agrees with the physician, as rows with intervals: evaluation/agreement.csv."""

from collections.abc import Iterator
from dataclasses import astuple

import numpy as np
import pandas as pd

from pasi.evaluation.calibration import calibration_line
from pasi.evaluation.course_agreement import course_agreement
from pasi.evaluation.deming import deming_line
from pasi.evaluation.detectable_change import detectable_change
from pasi.evaluation.intervals import Interval
from pasi.evaluation.intraclass import intraclass_correlation
from pasi.evaluation.limits import limits_of_agreement
from pasi.evaluation.proportional_bias import proportional_bias
from pasi.evaluation.repeated_ccc import repeated_ccc
from pasi.evaluation.within_subject import within_subject_correlation
from pasi.storage.tables import Columns

COLUMNS = ["learner", "part", "measure", "estimate", "low", "high", "method", "subjects"]


def agreement_table(visits: Columns) -> pd.DataFrame:
    """The measures of agreement of each learner and part, each with its interval.

    visits: one row a learner and visit, with learner, part, subject, visit, week (NaN where not known), observed and
    predicted. COLUMNS; a bound is NaN where there is none. Measures that need weeks have no row unless all are known.

    | measure | of |
    |---|---|
    | bias, lower, upper | `limits_of_agreement` |
    | slope | `calibration_line` |
    | difference_slope, spread_slope | `proportional_bias` |
    | deming_slope, deming_intercept | `deming_line` |
    | icc, icc_consistency | `intraclass_correlation` |
    | repeated_ccc | `repeated_ccc` |
    | within_subject | `within_subject_correlation` |
    | sem, detectable, detectable_change | `detectable_change` |
    | area_ccc, area_bias, slope_ccc, slope_bias | `course_agreement` |

    >>> visits = {"learner": ["net"] * 4, "part": ["oof"] * 4, "subject": ["A", "A", "B", "B"], "visit": [*"VWVW"]}
    >>> found = agreement_table(visits | {"week": [np.nan] * 4, "observed": [0.0] * 4, "predicted": [1.0, 3, 5, 7]})
    >>> found[["measure", "estimate"]].round(2).values.tolist()[:3]
    [['bias', 4.0], ['lower', -1.88], ['upper', 9.88]]
    """
    frame = pd.DataFrame(dict(visits))
    records = [
        (learner, part, measure, *astuple(found))
        for (learner, part), rows in frame.groupby(["learner", "part"], sort=False)
        for measure, found in _measures(rows)
    ]
    return pd.DataFrame(records, columns=COLUMNS)


def _measures(rows: pd.DataFrame) -> Iterator[tuple[str, Interval]]:
    observed, predicted, subjects = (rows[name].to_numpy() for name in ("observed", "predicted", "subject"))
    data = observed, predicted, subjects
    limits, change = limits_of_agreement(*data), detectable_change(*data)
    yield from (("bias", limits.bias), ("lower", limits.lower), ("upper", limits.upper))
    yield "slope", _calibration_slope(*data)
    growing, deming = proportional_bias(*data, []), deming_line(*data)
    yield from (("difference_slope", growing.slope), ("spread_slope", growing.spread))
    yield from (("deming_slope", deming.slope), ("deming_intercept", deming.intercept))
    both = intraclass_correlation(np.column_stack([observed, predicted]), subjects)
    yield from (("icc", both.agreement), ("icc_consistency", both.consistency))
    yield "repeated_ccc", repeated_ccc(*data, rows["visit"].to_numpy(dtype=str)).ccc
    yield "within_subject", within_subject_correlation(*data)
    yield from (("sem", change.sem), ("detectable", change.between), ("detectable_change", change.change))
    weeks = rows["week"].to_numpy(dtype=np.float64)
    if np.isfinite(weeks).all():
        course = course_agreement(*data, weeks)
        yield from (("area_ccc", course.area), ("area_bias", course.area_bias))
        yield from (("slope_ccc", course.slope), ("slope_bias", course.slope_bias))


def _calibration_slope(observed: np.ndarray, predicted: np.ndarray, subjects: np.ndarray) -> Interval:
    line = calibration_line(observed, predicted, subjects, [])
    method = "least squares, jackknife of subjects" if np.isfinite(line.slope_low) else "none: too few subjects"
    return Interval(line.slope, line.slope_low, line.slope_high, method, len(np.unique(subjects)))
