"""The fitters of the meta-learners: each finds one coefficient per backbone (paper, Ensemble; R39, R40)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from scipy.optimize import nnls
from scipy.special import expit

from pasi.learners.fractional_logit import fit_fractional_logit
from pasi.learners.ridge import choose_alpha, inner_groups, ridge_path
from pasi.learners.settings import Family, MetaLearner, StackingSettings

ALPHAS = tuple(float(alpha) for alpha in np.logspace(-3, 4, 15))
ROUNDS = 100  # rounds of the greedy selection


@dataclass(frozen=True)
class StackingRows:
    """The data of a meta-learner: n rows of r regions, each predicted by p backbones.

    predictors (n, r, p), observed (n,), folds (n,), subjects (n,). The regions of a row, weighted with `weights` (r,),
    add up to `observed`, which is at most `maximum`. At composite level r is 1 and the weight is 1.
    """

    predictors: np.ndarray
    observed: np.ndarray
    folds: np.ndarray
    subjects: np.ndarray
    weights: np.ndarray
    maximum: float

    def pick(self, chosen: np.ndarray) -> "StackingRows":
        """The rows that a mask (n,) selects."""
        picked = {name: getattr(self, name)[chosen] for name in ("predictors", "observed", "folds", "subjects")}
        return replace(self, **picked)

    @property
    def combined(self) -> np.ndarray:
        """The prediction of `observed` by each backbone (n, p)."""
        combined: np.ndarray = np.einsum("nrp,r->np", self.predictors, self.weights)
        return combined


@dataclass(frozen=True)
class Solution:
    """The result of a fitter: coefficients (p,), intercept in composite points, penalty (None: without) and family."""

    coefficients: np.ndarray
    intercept: float = 0.0
    alpha: float | None = None
    family: Family = "linear"

    def predict(self, composites: np.ndarray, maximum: float) -> np.ndarray:
        """Composites (...) from those that the backbones predict (..., p); `maximum` is the largest possible one."""
        predicted: np.ndarray = composites @ self.coefficients + self.intercept
        return maximum * expit(predicted) if self.family == "fractional_logit" else predicted


Fitter = Callable[[StackingRows, StackingSettings], Solution]


def fit_meta(rows: StackingRows, settings: StackingSettings, *, ridge: bool, intercept: bool) -> Solution:
    """One of the paper's four meta-learners: least squares or ridge, or a fractional logit instead (R39, R40).

    Raises SettingError where a penalty cannot be chosen, or the fractional logit does not converge.
    """
    solve = partial(_solve, family=settings.family, intercept=intercept)
    if not ridge:
        return replace(solve(rows, alphas=[0.0])[0], alpha=None)
    alpha = settings.ridge_alpha
    if alpha == "cv":
        groups = inner_groups(rows.folds, rows.subjects)
        alpha = choose_alpha(partial(_path_errors, rows, solve), groups, ALPHAS)
    return solve(rows, alphas=[float(alpha)])[0]


def _solve(rows: StackingRows, *, alphas: Sequence[float], family: Family, intercept: bool) -> list[Solution]:
    """One solution for each penalty."""
    if family == "fractional_logit":
        share, weights = np.clip(rows.observed / rows.maximum, 0, 1), rows.weights / rows.weights.sum()
        logit = partial(fit_fractional_logit, rows.predictors, share, weights, intercept=intercept)
        return [Solution(*logit(alpha=alpha), alpha, family) for alpha in alphas]
    coefficients, intercepts = ridge_path(rows.combined, rows.observed, alphas, intercept=intercept)
    intercepts = intercepts / rows.weights.sum()  # each region bears its share of the intercept
    return [Solution(*found) for found in zip(coefficients, intercepts, alphas, strict=True)]


def _path_errors(
    rows: StackingRows, solve: Callable[..., list[Solution]], fitted: np.ndarray, held_out: np.ndarray
) -> np.ndarray:
    """Sum of squared errors on the rows held out, for each penalty of ALPHAS (alphas,)."""
    unseen, largest = rows.pick(held_out), rows.maximum / rows.weights.sum()
    path = solve(rows.pick(fitted), alphas=ALPHAS)
    predicted = [found.predict(unseen.predictors, largest) @ rows.weights for found in path]
    errors: np.ndarray = np.square(np.stack(predicted) - unseen.observed).sum(axis=1)
    return errors


def fit_mean(rows: StackingRows, settings: StackingSettings) -> Solution:
    """The mean of the backbones: all coefficients are 1 / p, and nothing is fitted."""
    backbones = rows.predictors.shape[2]
    return Solution(np.full(backbones, 1 / backbones))


def fit_nnls(rows: StackingRows, settings: StackingSettings) -> Solution:
    """Least squares with no coefficient below 0 and no intercept (Breiman, Stacked regressions, 1996)."""
    return Solution(nnls(rows.combined, rows.observed)[0])


def fit_greedy(rows: StackingRows, settings: StackingSettings) -> Solution:
    """Ensemble selection with replacement (Caruana et al. 2004): the coefficients are shares of the best ensemble.

    In each of ROUNDS the backbone is added with which the mean of the ensemble has the lowest MSE; the first of equals.
    The best ensemble is that of the round with the lowest MSE; the smaller of equals.
    """
    combined, total = rows.combined, np.zeros(len(rows.observed))
    chosen: list[int] = []
    errors: list[float] = []
    for size in range(1, ROUNDS + 1):
        candidates = (total + combined.T) / size  # (p, n)
        squared = np.square(candidates - rows.observed).mean(axis=1)
        chosen.append(int(squared.argmin()))
        errors.append(squared.min())
        total = total + combined[:, chosen[-1]]
    best = int(np.argmin(errors)) + 1
    return Solution(np.bincount(chosen[:best], minlength=combined.shape[1]) / best)


FITTERS: dict[MetaLearner, Fitter] = {
    "meta_learner": partial(fit_meta, ridge=False, intercept=False),
    "meta_learner_w_intercept": partial(fit_meta, ridge=False, intercept=True),
    "meta_learner_ridge": partial(fit_meta, ridge=True, intercept=False),
    "meta_learner_ridge_w_intercept": partial(fit_meta, ridge=True, intercept=True),
    "mean": fit_mean,
    "nnls": fit_nnls,
    "greedy_selection": fit_greedy,
}
