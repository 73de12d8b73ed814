"""The fitters of the meta-learners: each finds one coefficient a backbone (paper, Ensemble; R39, R40)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from scipy.optimize import nnls
from scipy.special import expit

from pasi.learners.fractional_logit import fit_fractional_logit
from pasi.learners.ridge import choose_alpha, inner_groups, ridge_path
from pasi.learners.settings import Family, StackingSettings

ALPHAS = tuple(float(alpha) for alpha in np.logspace(-3, 4, 15))
ROUNDS = 100  # of greedy selection


@dataclass(frozen=True)
class StackingRows:
    """What a learner is fitted to: n rows of r regions and p backbones.

    predictors (n, r, p), observed (n,), folds (n,), subjects (n,). Regions are combined with `weights` (r,) into
    `observed`, which is at most `maximum`. At composite level r is 1 and its weight 1.
    """

    predictors: np.ndarray
    observed: np.ndarray
    folds: np.ndarray
    subjects: np.ndarray
    weights: np.ndarray
    maximum: float

    def pick(self, chosen: np.ndarray) -> "StackingRows":
        """The rows of a mask (n,)."""
        picked = {name: getattr(self, name)[chosen] for name in ("predictors", "observed", "folds", "subjects")}
        return replace(self, **picked)

    @property
    def combined(self) -> np.ndarray:
        """Every backbone's prediction of `observed` (n, p)."""
        combined: np.ndarray = np.einsum("nrp,r->np", self.predictors, self.weights)
        return combined


@dataclass(frozen=True)
class Solution:
    """What a fitter finds: coefficients (p,), intercept on the scale of composites, penalty and family."""

    coefficients: np.ndarray
    intercept: float = 0.0
    alpha: float | None = None
    family: Family = "linear"

    def predict(self, composites: np.ndarray, maximum: float) -> np.ndarray:
        """Composites (...) from those of the backbones (..., p); `maximum` is the largest composite there is."""
        predicted: np.ndarray = composites @ self.coefficients + self.intercept
        return maximum * expit(predicted) if self.family == "fractional_logit" else predicted


Fitter = Callable[[StackingRows, StackingSettings], Solution]


def fit_meta(rows: StackingRows, settings: StackingSettings, *, ridge: bool, intercept: bool) -> Solution:
    """A meta-learner of the paper: least squares or ridge, or the fractional logit in their place (R39, R40)."""
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
    intercepts = intercepts / rows.weights.sum()  # each composite bears its share of the index's intercept
    return [Solution(*found) for found in zip(coefficients, intercepts, alphas, strict=True)]


def _path_errors(
    rows: StackingRows, solve: Callable[..., list[Solution]], fitted: np.ndarray, held_out: np.ndarray
) -> np.ndarray:
    """Squared errors (alphas,) on the rows held out, for every penalty of ALPHAS."""
    unseen, largest = rows.pick(held_out), rows.maximum / rows.weights.sum()
    path = solve(rows.pick(fitted), alphas=ALPHAS)
    predicted = [found.predict(unseen.predictors, largest) @ rows.weights for found in path]
    errors: np.ndarray = np.square(np.stack(predicted) - unseen.observed).sum(axis=1)
    return errors


def fit_mean(rows: StackingRows, settings: StackingSettings) -> Solution:
    """The plain mean of the backbones; nothing is fitted."""
    backbones = rows.predictors.shape[2]
    return Solution(np.full(backbones, 1 / backbones))


def fit_nnls(rows: StackingRows, settings: StackingSettings) -> Solution:
    """Least squares with no coefficient below 0 and no intercept (stacking as Breiman 1996 advises)."""
    return Solution(nnls(rows.combined, rows.observed)[0])


def fit_greedy(rows: StackingRows, settings: StackingSettings) -> Solution:
    """Ensemble selection with replacement (Caruana 2004): shares of the ensemble that reached the lowest MSE.

    In each of ROUNDS the backbone joins whose addition leaves the mean of the chosen ones with the lowest MSE; of equal
    ones the first, and of equal ensembles the smaller.
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


# The paper's four first, then those beyond it, as tables show them.
FITTERS: dict[str, Fitter] = {
    "meta_learner": partial(fit_meta, ridge=False, intercept=False),
    "meta_learner_w_intercept": partial(fit_meta, ridge=False, intercept=True),
    "meta_learner_ridge": partial(fit_meta, ridge=True, intercept=False),
    "meta_learner_ridge_w_intercept": partial(fit_meta, ridge=True, intercept=True),
    "mean": fit_mean,
    "nnls": fit_nnls,
    "greedy_selection": fit_greedy,
}
