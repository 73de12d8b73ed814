"""Metrics of networks that were trained several times: means over the repeats, and their spread."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from pasi.evaluation.metrics import metric_row
from pasi.evaluation.settings import Ddof


def repeated_metrics(rows: pd.DataFrame, ddof: Ddof) -> dict[str, float]:
    """The row of metrics of one learner in one part: n, the mean of each metric over the repeats, and its spread.

    rows: repeat, observed and predicted. The metric is that of each single network, never that of the mean of their
    predictions, which is better than a network is. spread: standard deviation over the repeats (divisor n - 1), NaN for
    one repeat. A metric that is undefined in one repeat is undefined.

    Two repeats, 1 and 3 points off: an MAE of 2 with a standard deviation of the root of 2.

    >>> rows = pd.DataFrame({"repeat": [0, 0, 1, 1], "observed": [2, 6, 2, 6], "predicted": [3, 7, 5, 9]})
    >>> found = repeated_metrics(rows, 0)
    >>> found["n"], found["repeats"], found["mae"], round(found["mae_spread"], 3)
    (2, 2, 2.0, 1.414)
    """
    found = [metric_row(own["observed"], own["predicted"], ddof) for _, own in rows.groupby("repeat")]
    names = [name for name in found[0] if name != "n"]
    values = {name: np.array([row[name] for row in found]) for name in names}
    means = {name: float(values[name].mean()) for name in names}
    spreads = {f"{name}_spread": spread_over_repeats(values[name]) for name in names}
    return {"n": found[0]["n"], **means, "repeats": len(found), **spreads}


def spread_over_repeats(values: np.ndarray) -> float:
    """Standard deviation with the divisor n - 1; NaN for one value.

    >>> spread_over_repeats(np.array([1.0, 3.0, 5.0]))
    2.0
    """
    return float(np.std(values, ddof=1)) if len(values) > 1 else float("nan")


def predictions_by_repeat(rows: pd.DataFrame) -> tuple[pd.DataFrame, Sequence[np.ndarray]]:
    """The visits of one learner and part (n), and what each repeat predicts of them.

    rows: repeat, subject, visit, observed and predicted. Raises ValueError where the repeats have other visits.

    >>> rows = {"repeat": [0, 1], "subject": ["A"] * 2, "visit": ["V0"] * 2, "observed": [4, 4], "predicted": [3, 5]}
    >>> own, predicted = predictions_by_repeat(pd.DataFrame(rows))
    >>> len(own), [values.tolist() for values in predicted]
    (1, [[3], [5]])
    """
    parts = [own for _, own in rows.groupby("repeat")]
    keys = [own[["subject", "visit"]].to_numpy().tolist() for own in parts]
    if any(other != keys[0] for other in keys[1:]):
        raise ValueError("the repeats of a learner have other visits, or the same in another order")
    return parts[0], [own["predicted"].to_numpy() for own in parts]


def mean_of_repeats(visits: pd.DataFrame) -> pd.DataFrame:
    """The table of visits with the mean prediction of the repeats, one row a learner, part and visit.

    >>> rows = {"learner": ["net"] * 2, "kind": ["backbone"] * 2, "part": ["oof"] * 2, "subject": ["A"] * 2}
    >>> rows |= {"visit": ["V0"] * 2, "observed": [4.0, 4.0], "predicted": [3.0, 6.0]}
    >>> mean_of_repeats(pd.DataFrame(rows))[["observed", "predicted"]].values.tolist()
    [[4.0, 4.5]]
    """
    by = ["learner", "kind", "part", "subject", "visit"]
    if not visits.duplicated(by).any():
        return visits
    how: Mapping[str, str] = {
        name: "mean" if name == "predicted" else "first" for name in map(str, visits) if name not in by
    }
    return visits.groupby(by, sort=False, as_index=False).agg(how)
