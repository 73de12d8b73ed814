"""Fractional logit: a logistic regression of shares between 0 and 1 (Papke and Wooldridge 1996; R39)."""

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from pasi.errors import SettingError

EDGE = 1e-12  # keeps the logarithms of a saturated mean finite
STEPS = 1000
FLAT, LEVEL = 1e-7, 1e-5  # per row, the gradient at which the search ends, and the largest that is accepted


def fit_fractional_logit(
    predictors: np.ndarray, shares: np.ndarray, weights: np.ndarray, *, alpha: float, intercept: bool
) -> tuple[np.ndarray, float]:
    """Coefficients w (p,) and intercept b of the quasi-binomial GLM with logit link and the penalty alpha/2 |w|^2.

    predictors (n, r, p): r regions per row. shares (n,): observed values from 0 to 1. weights (r,), which add up to 1,
    combine the regions: the mean of a share is sum_r weights_r sigmoid(b + x_r w), for r = 1 the ordinary GLM. The
    intercept is 0 without `intercept`, and never penalised. scipy's trust region solves it, with the Fisher information
    in place of the Hessian. Raises SettingError where it does not converge.
    """
    scale = np.abs(predictors).max(initial=0.0) or 1.0  # makes the steps of all coefficients alike; undone at the end
    design = predictors / scale
    if intercept:
        design = np.concatenate([design, np.ones((*design.shape[:2], 1))], axis=2)
    penalty = np.full(design.shape[2], alpha / scale**2)
    penalty[predictors.shape[2] :] = 0.0
    objective = _Objective(design, shares, weights, penalty)
    found = minimize(
        objective.loss,
        np.zeros(design.shape[2]),
        jac=objective.gradient,
        hess=objective.information,
        method="trust-exact",
        options={"gtol": FLAT * len(shares), "maxiter": STEPS},
    )
    if np.abs(found.jac).max() > LEVEL * len(shares):  # rounding may end the search before it is flat
        raise SettingError(f"the fractional logit did not converge ({found.message}): set stacking.family: linear")
    coefficients = found.x[: predictors.shape[2]] / scale
    return _shortest(predictors, coefficients, float(found.x[-1])) if intercept else _shortest(predictors, coefficients)


def _shortest(
    predictors: np.ndarray, coefficients: np.ndarray, intercept: float | None = None
) -> tuple[np.ndarray, float]:
    """The shortest of all equally good solutions; there are several where columns depend on each other.

    An example is a network whose predictions are all the same.
    """
    rows = predictors.reshape(-1, predictors.shape[2])
    center = np.zeros(rows.shape[1]) if intercept is None else rows.mean(axis=0)
    short = np.linalg.lstsq(rows - center, (rows - center) @ coefficients, rcond=None)[0]
    return short, float((intercept or 0.0) + center @ (coefficients - short))


class _Objective:
    """Negative quasi-log-likelihood of `shares` plus the penalty, its gradient and its Fisher information."""

    def __init__(self, design: np.ndarray, shares: np.ndarray, weights: np.ndarray, penalty: np.ndarray):
        self.design, self.shares, self.weights, self.penalty = design, shares, weights, penalty

    def loss(self, w: np.ndarray) -> float:
        mean = self._mean(w)
        likelihood = self.shares * np.log(mean) + (1 - self.shares) * np.log1p(-mean)
        return float(0.5 * (self.penalty * w) @ w - likelihood.sum())

    def gradient(self, w: np.ndarray) -> np.ndarray:
        mean = self._mean(w)
        score: np.ndarray = self._slopes(w).T @ ((mean - self.shares) / (mean * (1 - mean))) + self.penalty * w
        return score

    def information(self, w: np.ndarray) -> np.ndarray:
        mean, slopes = self._mean(w), self._slopes(w)
        information: np.ndarray = slopes.T @ (slopes / (mean * (1 - mean))[:, None]) + np.diag(self.penalty)
        return information

    def _mean(self, w: np.ndarray) -> np.ndarray:
        mean: np.ndarray = np.clip(expit(self.design @ w) @ self.weights, EDGE, 1 - EDGE)  # (n,)
        return mean

    def _slopes(self, w: np.ndarray) -> np.ndarray:
        """Derivative of the mean with respect to each coefficient (n, p)."""
        shares = expit(self.design @ w)  # (n, r)
        slopes: np.ndarray = np.einsum("nr,nrp->np", self.weights * shares * (1 - shares), self.design)
        return slopes
