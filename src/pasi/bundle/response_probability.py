"""Probabilities of a response, from the out-of-fold errors of training subjects at their baseline and at a later visit.

Each training subject lends its errors to the new one: with the baseline and the visit as the networks of its own fold
predict them, plus its errors at its baseline and at one of its later visits, the threshold is reached or not. The
probability is the share of such pairs, all subjects weighing the same, smoothed as if a half of one more subject had
reached it (Jeffreys' prior), so that it is never 0 or 1.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from pasi.evaluation.visits import after_baseline
from pasi.severity.index import SeverityIndex
from pasi.severity.steps import is_clear, to_steps
from pasi.storage.tables import Columns

COLUMNS = ("subject", "visit", "visit_order", "baseline", "observed", "predicted")
FEWEST = 9  # training subjects; with fewer there is no interval either
PRIOR = 0.5  # of a subject that reaches the threshold, and as much of one that does not


class SubjectErrors(NamedTuple):
    """Errors of a training subject out of fold, observed minus predicted: `pairs` (visits, 2) at its baseline and at
    each later visit, by the networks that did not see its fold."""

    fold: int
    pairs: np.ndarray


def subject_errors(visits: Columns, folds: Mapping[str, int]) -> tuple[SubjectErrors, ...]:
    """The errors of each subject with a baseline and a visit after it, from out-of-fold rows of one learner.

    visits: subject, visit, visit_order, baseline, observed, predicted; of several repeats the means count.

    >>> rows = {"subject": ["A", "A"], "visit": ["V1", "V2"], "visit_order": [0, 1], "baseline": ["V1", "V1"]}
    >>> (found,) = subject_errors(rows | {"observed": [20.0, 5.0], "predicted": [18.0, 6.0]}, {"A": 3})
    >>> found.fold, found.pairs.tolist()
    (3, [[2.0, -1.0]])
    """
    frame = pd.DataFrame({name: np.asarray(visits[name]) for name in COLUMNS})
    frame["error"] = frame["observed"] - frame["predicted"]
    keys = ["subject", "visit", "visit_order", "baseline"]
    means = frame.groupby(keys, sort=False, dropna=False)["error"].mean().reset_index()
    starts = means[means["visit"] == means["baseline"]].set_index("subject")["error"]
    later = after_baseline(means)
    return tuple(
        SubjectErrors(folds[str(subject)], np.array([(starts[subject], error) for error in own["error"]]))
        for subject, own in later.groupby("subject", sort=False)
    )


def response_probabilities(
    start: Mapping[int, float], now: Mapping[int, float], errors: Sequence[SubjectErrors], index: SeverityIndex
) -> dict[int, float]:
    """By threshold of the index the probability that a visit reaches it; empty below FEWEST training subjects.

    start, now: the predicted baseline and visit by fold, by the networks that did not see it. Sums of a prediction and
    an error are cut at the ends of the scale. As for any response, a clear value reaches every threshold, and from a
    clear baseline none is reached.
    """
    if len(errors) < FEWEST:
        return {}
    shares = np.array([_shares(start[own.fold], now[own.fold], own.pairs, index) for own in errors])
    smoothed = (shares.sum(axis=0) + PRIOR) / (len(errors) + 2 * PRIOR)
    return dict(zip(index.responses, smoothed.tolist(), strict=True))


def _shares(start: float, now: float, pairs: np.ndarray, index: SeverityIndex) -> list[float]:
    """By threshold the share of the pairs of a subject with which it is reached."""
    before, after = (np.clip(own, 0, index.maximum) for own in (start + pairs[:, 0], now + pairs[:, 1]))
    first, last = (to_steps(own, index.quantum) for own in (before, after))
    diseased, clear = ~is_clear(before, index), is_clear(after, index)
    return [
        float((diseased & (clear | (100 * (first - last) >= threshold * first))).mean())
        for threshold in index.responses
    ]
