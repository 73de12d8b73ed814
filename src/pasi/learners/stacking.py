"""Meta-learners: backbones combined into one, fitted on out-of-fold predictions (paper, Ensemble; R39 to R42).

Every learner is a linear combination of backbones, of composites and for composites, whatever the level it was fitted
at: Equation 2 is linear too, so that one table of regions serves both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from pasi.cohort.region_visits import REGION_VISIT, visit_rows
from pasi.errors import SettingError
from pasi.learners.fitters import FITTERS, Solution, StackingRows
from pasi.learners.gather import to_wide
from pasi.learners.settings import Family, StackingSettings
from pasi.severity.index import SeverityIndex
from pasi.splits.roles import TEST_FOLD
from pasi.splits.rows import check_one_fold
from pasi.storage.tables import Columns


@dataclass(frozen=True)
class LinearFit:
    """A learner: intercept + coefficients x composites of the backbones; fractional_logit: maximum x sigmoid of that.

    `alpha` is the penalty it was fitted with, None without one; `maximum` the largest composite.
    """

    backbones: tuple[str, ...]
    coefficients: tuple[float, ...]
    intercept: float
    alpha: float | None
    family: Family
    maximum: float

    def predict(self, composites: np.ndarray) -> np.ndarray:
        """Composites (...) from those of the backbones (..., p), in composite points, not clipped (R28)."""
        solution = Solution(np.array(self.coefficients), self.intercept, self.alpha, self.family)
        return solution.predict(composites, self.maximum)

    def to_json(self) -> dict[str, Any]:
        """As a JSON object; `from_json` reads it back."""
        return asdict(self) | {"backbones": list(self.backbones), "coefficients": list(self.coefficients)}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "LinearFit":
        """The fit in an object that has its fields, among others: a stacking/{learner}.json."""
        fit = {name: value[name] for name in cls.__dataclass_fields__}
        return cls(**fit | {"backbones": tuple(value["backbones"]), "coefficients": tuple(value["coefficients"])})


@dataclass(frozen=True)
class Fit:
    """A stacked learner: `summary` for stacking/{learner}.json and `rows` for stacking/{learner}.parquet."""

    summary: dict[str, Any]
    rows: pd.DataFrame


def fit_learner(
    name: str,
    oof: Columns,
    test: Columns,
    settings: StackingSettings,
    index: SeverityIndex,
) -> Fit:
    """Fit one of FITTERS to the tables of `gather_predictions` and predict with it.

    Out-of-fold rows are cross-fitted: those of a fold come from coefficients fitted without it. Test rows come from
    coefficients fitted to all out-of-fold rows and applied to the five-network means (R42); these are smoother than
    the predictions of single networks that the coefficients were fitted to. The rows are learner, part, fold (-1 for
    test), subject, visit, region, observed, predicted. Raises ValueError for an unknown name,
    SettingError for one fold only, ResultError for a subject in two folds, or in one and in the test set (F20).
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
        fold: _fit(name, fitted.pick(fitted.folds != fold), settings, backbones, index)
        for fold in np.unique(keys["fold"]).tolist()
    }
    final = _fit(name, fitted, settings, backbones, index)
    unseen, means = to_wide(test, backbones)
    rows = [keys.assign(part="oof", predicted=_cross_predict(crossed, keys["fold"].to_numpy(), composites))]
    if len(unseen):
        rows.append(unseen.assign(part="test", fold=TEST_FOLD, predicted=final.predict(means)))
    columns = ["learner", "part", "fold", *REGION_VISIT, "observed", "predicted"]
    table = pd.concat(rows, ignore_index=True).assign(learner=name)[columns]
    return Fit(_summary(name, settings, final, crossed, fitted), table)


def _cross_predict(crossed: Mapping[int, LinearFit], folds: np.ndarray, composites: np.ndarray) -> np.ndarray:
    """Every row (n,) by the fit that did not see its fold."""
    predicted = np.zeros(len(folds))
    for fold, fit in crossed.items():
        predicted[folds == fold] = fit.predict(composites[folds == fold])
    return predicted


def make_stacking_rows(
    keys: pd.DataFrame, composites: np.ndarray, level: Literal["composite", "visit"], index: SeverityIndex
) -> StackingRows:
    """Rows of `keys` with the backbones' `composites` (rows, p), or the visits among them that have every region."""
    if level == "composite":
        rows, weights, maximum = np.arange(len(keys))[:, None], np.ones(1), index.composite_maximum
    else:
        rows = visit_rows(keys, index.region_names)
        weights, maximum = np.array([region.weight for region in index.regions]), index.maximum
    observed = keys["observed"].to_numpy(dtype=np.float64)[rows] @ weights
    first = keys.iloc[rows[:, 0]]
    folds, subjects = first["fold"].to_numpy(), first["subject"].to_numpy(dtype=object)
    return StackingRows(composites[rows], observed, folds, subjects, weights, maximum)


def _fit(
    name: str, fitted: StackingRows, settings: StackingSettings, backbones: Sequence[str], index: SeverityIndex
) -> LinearFit:
    if not len(fitted.observed):
        raise SettingError(f"{name} has no rows to be fitted to: it needs two folds, and at level visit whole visits")
    found = FITTERS[name](fitted, settings)
    coefficients = tuple(float(value) for value in found.coefficients)
    return LinearFit(
        tuple(backbones), coefficients, float(found.intercept), found.alpha, found.family, index.composite_maximum
    )


def _summary(
    name: str, settings: StackingSettings, final: LinearFit, crossed: Mapping[int, LinearFit], fitted: StackingRows
) -> dict[str, Any]:
    """What stacking/{learner}.json holds: the final fit, and under `folds` the fits without one fold each."""
    varying = ("coefficients", "intercept", "alpha")
    return {
        "name": name,
        "level": settings.level,
        **final.to_json(),
        "rows": len(fitted.observed),
        "folds": [
            {"fold": fold, "rows": int((fitted.folds != fold).sum()), **{key: fit.to_json()[key] for key in varying}}
            for fold, fit in crossed.items()
        ],
    }
