"""The fastest learner that is about as good as the best: the rule of one standard error.

After Breiman, Friedman, Olshen and Stone, Classification and Regression Trees, 1984, section 3.4.3.
"""

from collections.abc import Mapping

import numpy as np

from pasi.evaluation.moments import jackknifed_ccc, moment_sums
from pasi.evaluation.nested import FEWEST_SUBJECTS, jackknife_error, nested_pairs, subject_count
from pasi.evaluation.selection import best_learner, loss
from pasi.evaluation.settings import Primary
from pasi.evaluation.visits import learner_rows
from pasi.storage.tables import Columns

OUT_OF_FOLD = ("visit", "oof")  # level and part of the figures that count


def cheapest_learner(
    metrics: Columns, visits: Mapping[str, np.ndarray], costs: Mapping[str, float], primary: Primary, *, ddof: int = 0
) -> str:
    """The learner of the lowest cost that is within one standard error of the best, out of fold and at visit level.

    metrics: evaluation/metrics.csv. visits: evaluation/visits.parquet. costs: of each learner that may be taken, in any
    unit; the best one is best among these. primary: the measure. ddof: of the CCC. Of equal costs the better learner is
    taken, and of equals the first. With fewer than three subjects the best itself is taken. Raises ValueError where
    none of the learners has a finite value out of fold.

    >>> metrics = {"learner": ["large", "small"], "kind": ["backbone"] * 2, "level": ["visit"] * 2, "part": ["oof"] * 2}
    >>> metrics |= {"mae": [2.0, 2.5], "ccc": [0.8, 0.7]}
    >>> visits = {"learner": ["large"] * 3, "part": ["oof"] * 3, "subject": ["A", "B", "C"], "repeat": [0] * 3}
    >>> visits |= {"observed": [0.0, 0, 0], "predicted": [1.0, -2, 3]}  # a standard error of 0.58, below
    >>> table = {name: np.array(values) for name, values in visits.items()}
    >>> cheapest_learner(metrics, table, {"large": 20, "small": 1}, "mae")
    'small'
    """
    names = [str(name) for name in dict.fromkeys(metrics["learner"])]
    best = best_learner(metrics, primary, but=[name for name in names if name not in costs])
    rows = zip(metrics["learner"], metrics["level"], metrics["part"], metrics[primary], strict=True)
    losses = {name: loss(np.array(value), primary) for name, level, part, value in rows if (level, part) == OUT_OF_FOLD}
    reach = losses[best] + standard_error(learner_rows(visits, best, "oof"), primary, ddof=ddof)
    close = [name for name in names if name in costs and losses.get(name, np.inf) <= reach]
    return min(close, key=lambda name: (costs[name], losses[name]))


def standard_error(rows: Mapping[str, np.ndarray], primary: Primary, *, ddof: int = 0) -> float:
    """The standard error of the MAE or CCC of one learner, by a jackknife of subjects; 0 below three subjects.

    rows: subject, repeat, observed and predicted of its visits. With repeats it is that of the mean over them; a
    subject is left out of all.

    >>> rows = {"subject": ["A", "B", "C"], "repeat": [0, 0, 0], "observed": [0.0, 0, 0], "predicted": [1.0, -2, 3]}
    >>> round(standard_error(rows, "mae"), 4)  # without one of them 2.5, 2 and 1.5
    0.5774
    """
    without = []
    for repeat in np.unique(rows["repeat"]):
        own = np.asarray(rows["repeat"]) == repeat
        observed, predicted, codes = nested_pairs(
            *(np.asarray(rows[name])[own] for name in ("observed", "predicted", "subject"))
        )
        if subject_count(codes) < FEWEST_SUBJECTS:
            return 0.0
        errors, counts = np.bincount(codes, np.abs(predicted - observed)), np.bincount(codes)
        maes = (errors.sum() - errors) / (counts.sum() - counts)
        without.append(maes if primary == "mae" else jackknifed_ccc(moment_sums(observed, predicted, codes), ddof)[1])
    error = jackknife_error(np.mean(without, axis=0))
    return error if np.isfinite(error) else 0.0
