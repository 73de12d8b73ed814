"""Meta-learners: combinations of backbones, fitted to their out-of-fold predictions (paper, Ensemble; R39 to R42).

A meta-learner predicts composites from the composites that the backbones predict, even where it was fitted to visits:
Equation 2 is linear, so the same coefficients hold at both levels.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from pasi.cohort.region_visits import REGION_VISIT, visit_rows
from pasi.errors import SettingError
from pasi.learners.fitters import FITTERS, Solution, StackingRows
from pasi.learners.settings import Family, Level, MetaLearner, StackingSettings
from pasi.learners.wide import to_wide
from pasi.severity.index import SeverityIndex
from pasi.splits.roles import TEST_FOLD
from pasi.splits.rows import check_one_fold
from pasi.storage.tables import Columns


@dataclass(frozen=True)
class LinearFit:
    """A fitted meta-learner: intercept + coefficients x composites of the backbones.

    With family "fractional_logit" the prediction is `maximum` x sigmoid of that sum, where `maximum` is the largest
    possible composite. alpha: the penalty of the fit, None without one.
    """

    backbones: tuple[str, ...]
    coefficients: tuple[float, ...]
    intercept: float
    alpha: float | None
    family: Family
    maximum: float

    def predict(self, composites: np.ndarray) -> np.ndarray:
        """Composites (...) from those that the backbones predict (..., p), in composite points, not clipped (R28)."""
        solution = Solution(np.array(self.coefficients), self.intercept, self.alpha, self.family)
        return solution.predict(composites, self.maximum)

    def to_json(self) -> dict[str, Any]:
        """As a JSON object; `from_json` reads it back."""
        return asdict(self) | {"backbones": list(self.backbones), "coefficients": list(self.coefficients)}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "LinearFit":
        """The fit from the object of a stacking/{learner}.json, which has further fields."""
        fit = {name: value[name] for name in cls.__dataclass_fields__}
        return cls(**fit | {"backbones": tuple(value["backbones"]), "coefficients": tuple(value["coefficients"])})


@dataclass(frozen=True)
class Fit:
    """A meta-learner: `summary` for stacking/{learner}.json and `rows` for stacking/{learner}.parquet."""

    summary: dict[str, Any]
    rows: pd.DataFrame


def fit_learner(
    name: str,
    oof: Columns,
    test: Columns,
    settings: StackingSettings,
    index: SeverityIndex,
) -> Fit:
    """Fit one of FITTERS to out-of-fold predictions, and predict the out-of-fold and the test rows with it.

    name: the key of FITTERS. oof, test: the tables of `gather_predictions`. Out-of-fold rows are cross-fitted: those of
    a fold come from coefficients that were fitted without the fold. The networks behind the other folds' rows have seen
    its observed scores; `pasi.learners.honest` has rows that owe them nothing. Test rows come from coefficients that
    were fitted to all out-of-fold rows, applied to the means over the networks of the folds (R42); these means are
    smoother than the single predictions that the coefficients were fitted to. Columns of the rows: learner, part
    ("oof", "test"), fold (-1 for test), subject, visit, region, observed, predicted.

    Raises ValueError for an unknown name, SettingError where there is only one fold or the fit fails, and ResultError
    for a subject that is in two folds, or in a fold and in the test set (F20).
    """
    if name not in FITTERS:
        raise ValueError(f"{name} is no meta-learner: one of {', '.join(FITTERS)}")
    tested = np.full(len(test["subject"]), TEST_FOLD)
    everyone = {"subject": [*oof["subject"], *test["subject"]], "fold": [*oof["fold"], *tested]}
    check_one_fold(everyone, "oof.parquet and test.parquet")
    backbones = list(dict.fromkeys(oof["learner"]))
    keys, composites = to_wide(oof, backbones)
    fitted = make_stacking_rows(keys, composites, settings.level, index)
    crossed = {
        fold: fit_rows(name, fitted.pick(fitted.folds != fold), settings, backbones, index)
        for fold in np.unique(keys["fold"]).tolist()
    }
    final = fit_rows(name, fitted, settings, backbones, index)
    unseen, means = to_wide(test, backbones)
    rows = [keys.assign(part="oof", predicted=cross_predict(crossed, keys["fold"].to_numpy(), composites))]
    if len(unseen):
        rows.append(unseen.assign(part="test", fold=TEST_FOLD, predicted=final.predict(means)))
    columns = ["learner", "part", "fold", *REGION_VISIT, "observed", "predicted"]
    table = pd.concat(rows, ignore_index=True).assign(learner=name)[columns]
    return Fit(_summary(name, settings, final, crossed, fitted), table)


def cross_predict(crossed: Mapping[int, LinearFit], folds: np.ndarray, composites: np.ndarray) -> np.ndarray:
    """Predictions (n,), each by the fit without the fold of its row."""
    predicted = np.zeros(len(folds))
    for fold, fit in crossed.items():
        predicted[folds == fold] = fit.predict(composites[folds == fold])
    return predicted


def make_stacking_rows(keys: pd.DataFrame, composites: np.ndarray, level: Level, index: SeverityIndex) -> StackingRows:
    """The data of a fit at one level: region-visits, or the visits that have all regions (R41).

    keys: subject, visit, region, fold and observed of n region-visits. composites (n, p): predictions by p backbones.
    """
    if level == "composite":
        rows, weights, maximum = np.arange(len(keys))[:, None], np.ones(1), index.composite_maximum
    else:
        rows = visit_rows(keys, index.region_names)
        weights, maximum = np.array([region.weight for region in index.regions]), index.maximum
    observed = keys["observed"].to_numpy(dtype=np.float64)[rows] @ weights
    first = keys.iloc[rows[:, 0]]
    folds, subjects = first["fold"].to_numpy(), first["subject"].to_numpy(dtype=object)
    return StackingRows(composites[rows], observed, folds, subjects, weights, maximum)


def fit_rows(
    name: MetaLearner, fitted: StackingRows, settings: StackingSettings, backbones: Sequence[str], index: SeverityIndex
) -> LinearFit:
    """One fit of a learner to rows; raises SettingError where there are none, or where it fails."""
    if not len(fitted.observed):
        raise SettingError(
            f"{name} has no rows to be fitted to: it needs two folds, and at level visit some visits with all regions"
        )
    found = FITTERS[name](fitted, settings)
    coefficients = tuple(float(value) for value in found.coefficients)
    return LinearFit(
        tuple(backbones), coefficients, float(found.intercept), found.alpha, found.family, index.composite_maximum
    )


def _summary(
    name: str, settings: StackingSettings, final: LinearFit, crossed: Mapping[int, LinearFit], fitted: StackingRows
) -> dict[str, Any]:
    """The contents of stacking/{learner}.json: the final fit and, under `folds`, each fit that leaves out a fold."""
    counts = {fold: int((fitted.folds != fold).sum()) for fold in crossed}
    return {
        "name": name,
        "level": settings.level,
        **final.to_json(),
        "rows": len(fitted.observed),
        "folds": fold_summaries(crossed, counts),
    }


def fold_summaries(crossed: Mapping[int, LinearFit], counts: Mapping[int, int]) -> list[dict[str, Any]]:
    """What differs between the fits of the folds; counts: the rows that each was fitted to."""
    varying = ("coefficients", "intercept", "alpha")
    return [
        {"fold": fold, "rows": counts[fold], **{key: fit.to_json()[key] for key in varying}}
        for fold, fit in crossed.items()
    ]
