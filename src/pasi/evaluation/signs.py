"""Signs and area judged one by one, where the networks predict them (training.target: components)."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from pasi.cohort.region_visits import REGION_VISIT
from pasi.evaluation.metrics import ccc, mae
from pasi.evaluation.settings import Ddof
from pasi.severity.index import PREDICTED_LABEL, Label, SeverityIndex
from pasi.storage.tables import Columns

FIGURES = ("mae", "ccc", "weighted_kappa", "exact", "within_one")
COLUMNS = ["learner", "part", "sign", "n", *FIGURES]


def grade_kappa(observed: ArrayLike, predicted: ArrayLike, label: Label) -> float:
    """Cohen's kappa of grades with quadratic weights; predictions are rounded to the nearest grade first.

    1 - n sum_i (y_i - g_i)^2 / sum_ij (y_i - g_j)^2, which is Lin's CCC of the grades y and g with moments over n
    (Fleiss and Cohen, Educational and Psychological Measurement 33, 1973; King and Chinchilli, Statistics in Medicine
    20, 2001).

    Args:
        observed: observed grades y (n,) of a sign or the area.
        predicted: predictions (n,); a value halfway between two grades goes to the even multiple of the step.
        label: the sign, with its step and its highest grade.

    Returns:
        -1 to 1; NaN where all grades are the same, for n = 0, and for a label without a step, which has no grades.

    Raises:
        ValueError: an array is not one-dimensional, a value is not finite, or the lengths differ.

    Example:
        Predictions of 0.2, 1.4, 2.6 and 5 are the grades 0, 1, 3 and 4: 2 x 7/4 / (5/4 + 10/4 + 1/4).

        >>> grade_kappa([0, 1, 2, 3], [0.2, 1.4, 2.6, 5], Label("erythema", 4, 1))
        0.875
    """
    return float("nan") if label.step is None else ccc(observed, to_grades(predicted, label))


def to_grades(predicted: ArrayLike, label: Label) -> np.ndarray:
    """Predictions (n,) as grades (n,) of a label with a step: the nearest one, from 0 to the highest.

    >>> to_grades([-0.3, 1.3, 9.0], Label("papulation", 3, 0.5)).tolist()
    [0.0, 1.5, 3.0]
    """
    step = label.step or 1.0
    grades: np.ndarray = np.clip(np.rint(np.asarray(predicted, dtype=np.float64) / step) * step, 0.0, label.maximum)
    return grades


def sign_table(
    oof: Columns, test: Columns, scores: Columns, index: SeverityIndex, *, ccc_ddof: Ddof = 0
) -> pd.DataFrame:
    """How each network predicts each sign and the area, by region-visit; with repeats, means over these.

    oof, test: the tables of `gather_predictions`, whose columns predicted_SIGN are there with training.target:
    components; without them there are no rows. scores: cohort/scores.parquet. Columns: learner, part ("oof", "test"),
    sign, n, mae, ccc (of the predictions as they are), weighted_kappa (`grade_kappa`), exact and within_one (shares of
    the region-visits whose rounded grade is the observed one, and at most one step from it). The last three are NaN for
    a sign without a step.

    Grades of 0, 1, 2 and 3, predicted as 0, 1, 4 and 3.

    >>> from pasi.severity.index import Region, SeverityBand
    >>> own = (Label("erythema", 4, 1),), None, (Region("trunk", 1, 1),), (SeverityBand("any", None),)
    >>> rows = {"subject": [*"ABCD"], "visit": ["V0"] * 4, "region": ["trunk"] * 4}
    >>> oof = rows | {"learner": ["net"] * 4, "repeat": [0] * 4, "predicted_erythema": [0.4, 0.6, 3.6, 3.0]}
    >>> scores = rows | {"erythema": [0, 1, 2, 3]}
    >>> table = sign_table(oof, {name: [] for name in oof}, scores, SeverityIndex("S", "points", *own, 0.5, (50,)))
    >>> table[["learner", "sign", "n", "exact", "within_one"]].values.tolist()
    [['net', 'erythema', 4, 0.75, 0.75]]
    """
    observed = pd.DataFrame({name: scores[name] for name in (*REGION_VISIT, *index.label_names)})
    records = [
        record
        for part, table in (("oof", oof), ("test", test))
        for label in index.labels
        if PREDICTED_LABEL + label.name in table
        for record in _records(part, label, table, observed, ccc_ddof)
    ]
    return pd.DataFrame(records, columns=COLUMNS)


def _records(
    part: str, label: Label, table: Columns, observed: pd.DataFrame, ddof: Ddof
) -> Iterator[tuple[object, ...]]:
    wanted = ("learner", "repeat", *REGION_VISIT, PREDICTED_LABEL + label.name)
    rows = pd.DataFrame({name: table[name] for name in wanted}).merge(observed, how="left", on=list(REGION_VISIT))
    rows = rows[np.isfinite(rows[PREDICTED_LABEL + label.name])]  # what `pasi adopt` takes over has none
    for learner, own in rows.groupby("learner", sort=False):
        repeats = [one for _, one in own.groupby("repeat")]
        figures = [_figures(one[label.name], one[PREDICTED_LABEL + label.name], label, ddof) for one in repeats]
        yield (learner, part, label.name, len(repeats[0]), *np.mean(figures, axis=0).tolist())


def _figures(observed: pd.Series, predicted: pd.Series, label: Label, ddof: Ddof) -> tuple[float, ...]:
    """FIGURES of one sign."""
    of_all = mae(observed, predicted), ccc(observed, predicted, ddof), grade_kappa(observed, predicted, label)
    if label.step is None:
        return (*of_all, float("nan"), float("nan"))
    steps = np.abs(to_grades(predicted, label) - observed.to_numpy(dtype=np.float64)) / label.step
    return (*of_all, float((steps < 0.5).mean()), float((steps < 1.5).mean()))
