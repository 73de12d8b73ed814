"""Intervals of new scores from out-of-fold errors: CV+ (Barber, Candes, Ramdas and Tibshirani 2021, Annals of
Statistics 49:486-507, doi 10.1214/20-AOS1965), with whole subjects in place of single rows.

The residual of a training subject is the largest absolute error of its out-of-fold scores over its visits. What is
exchangeable is a subject, not a visit, and with the largest error the statement is about all visits of a new subject at
once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from pasi.bundle.response_probability import SubjectErrors
from pasi.evaluation.cross_conformal import cross_conformal
from pasi.storage.tables import Columns

LEVEL = Fraction(9, 10)


@dataclass(frozen=True)
class Residuals:
    """Of n training subjects: the fold of each, and the largest absolute error of its visits out of fold, in points.

    responses: errors at the baseline and at later visits of each subject that has them.
    """

    folds: np.ndarray
    largest: np.ndarray
    responses: tuple[SubjectErrors, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As a JSON object, sorted, so that it names no subject and keeps no order of them."""
        rows = sorted(zip(self.folds.tolist(), self.largest.tolist(), strict=True))
        pairs = sorted([own.fold, own.pairs.tolist()] for own in self.responses)
        own = {"residuals": [list(row) for row in rows], "responses": pairs}
        return {"level": float(LEVEL), "rule": "CV+ over subjects", **own}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Residuals":
        """The residuals of a conformal.json."""
        folds, largest = zip(*value["residuals"], strict=True) if value["residuals"] else ((), ())
        responses = tuple(
            SubjectErrors(int(fold), np.array(pairs, dtype=np.float64).reshape(-1, 2))
            for fold, pairs in value["responses"]
        )
        return cls(np.array(folds, dtype=np.int64), np.array(largest, dtype=np.float64), responses)


def subject_residuals(visits: Columns, folds: Mapping[str, int]) -> Residuals:
    """The residuals from out-of-fold rows of one learner: subject, visit, observed, predicted; means over repeats.

    folds: that of each subject.

    >>> visits = {"subject": ["A", "A", "B"], "visit": ["1", "2", "1"], "observed": [4.0, 8.0, 2.0]}
    >>> subject_residuals(visits | {"predicted": [5.0, 5.0, 2.5]}, {"A": 0, "B": 1}).largest.tolist()
    [3.0, 0.5]
    """
    predictions: dict[tuple[str, str], list[float]] = {}
    observed: dict[tuple[str, str], float] = {}
    rows = zip(*(visits[name] for name in ("subject", "visit", "observed", "predicted")), strict=True)
    for subject, visit, score, predicted in rows:
        predictions.setdefault((subject, visit), []).append(predicted)
        observed[subject, visit] = score
    largest: dict[str, float] = {}
    for key, own in predictions.items():
        error = abs(sum(own) / len(own) - observed[key])
        largest[key[0]] = max(error, largest.get(key[0], 0.0))
    return Residuals(np.array([folds[subject] for subject in largest]), np.array(list(largest.values())))


def intervals(by_fold: np.ndarray, folds: Sequence[int], residuals: Residuals) -> tuple[np.ndarray, np.ndarray]:
    """Ends (n,), (n,) of the intervals of n new visits, NaN where there are too few training subjects for the level.

    by_fold (k, n): the score of each visit by the networks that did not see each of `folds`. With m training subjects
    the ends are the floor((1 - level)(m + 1))-th smallest of score - residual, and the same from above of score +
    residual, each subject with the score of its own fold.

    >>> low, high = intervals(np.array([[10.0]]), [0], Residuals(np.zeros(9, dtype=int), np.arange(9.0)))
    >>> low.tolist(), high.tolist()
    ([2.0], [18.0])
    """
    count, visits = len(residuals.largest), by_fold.shape[1]
    if count + 1 < 1 / (1 - LEVEL):
        return np.full(visits, np.nan), np.full(visits, np.nan)
    place = {fold: number for number, fold in enumerate(folds)}
    own = [place[fold] for fold in residuals.folds.tolist()]
    found = cross_conformal(residuals.largest, np.arange(count), own, by_fold, level=float(LEVEL))
    return found.low, found.high
