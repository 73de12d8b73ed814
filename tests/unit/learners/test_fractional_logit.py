import numpy as np
import pytest
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression

from pasi.learners.fractional_logit import fit_fractional_logit

ONE = np.ones(1)


def test_exact_shares_give_back_their_coefficients():
    predictors = np.random.default_rng(0).uniform(0, 72, (200, 1, 3))
    shares = expit(predictors[:, 0] @ [0.05, -0.02, 0.01] - 1.5)
    coefficients, intercept = fit_fractional_logit(predictors, shares, ONE, alpha=0.0, intercept=True)
    np.testing.assert_allclose(coefficients, [0.05, -0.02, 0.01], rtol=1e-5)
    assert intercept == pytest.approx(-1.5, rel=1e-5)


def test_a_constant_is_the_logit_of_the_mean():
    shares = np.array([0.1, 0.2, 0.6])
    coefficients, intercept = fit_fractional_logit(np.zeros((3, 1, 1)), shares, ONE, alpha=1.0, intercept=True)
    assert coefficients.tolist() == [0]
    assert intercept == pytest.approx(logit(0.3))


@pytest.mark.parametrize("intercept", [False, True])
@pytest.mark.parametrize("alpha", [0.5, 20.0])
def test_shares_of_0_and_1_are_penalised_logistic_regression(alpha, intercept):
    rng = np.random.default_rng(1)
    predictors = rng.normal(2, 3, (300, 4))
    shares = (rng.random(300) < expit(predictors @ [0.5, -0.5, 0.2, 0.0] + 0.3)).astype(float)
    coefficients, constant = fit_fractional_logit(predictors[:, None], shares, ONE, alpha=alpha, intercept=intercept)
    reference = LogisticRegression(C=1 / alpha, fit_intercept=intercept, tol=1e-10, max_iter=10_000)
    reference.fit(predictors, shares)
    np.testing.assert_allclose(coefficients, reference.coef_[0], atol=1e-5)
    if intercept:
        assert constant == pytest.approx(reference.intercept_[0], abs=1e-5)


def test_regions_are_combined_after_the_link():
    rng = np.random.default_rng(2)
    predictors, weights = rng.uniform(0, 1, (300, 2, 2)), np.array([0.25, 0.75])
    shares = expit(predictors @ [2.0, -3.0] + 0.5) @ weights
    coefficients, intercept = fit_fractional_logit(predictors, shares, weights, alpha=0.0, intercept=True)
    np.testing.assert_allclose(coefficients, [2, -3], rtol=1e-4)
    assert intercept == pytest.approx(0.5, rel=1e-4)


def test_a_twin_and_a_network_that_died_get_the_shortest_solution():
    x = np.random.default_rng(3).uniform(0, 1, 100)
    predictors = np.column_stack([x, x, np.full(100, 7.0)])[:, None]
    coefficients, intercept = fit_fractional_logit(predictors, expit(2 * x - 1), ONE, alpha=0.0, intercept=True)
    np.testing.assert_allclose(coefficients, [1, 1, 0], atol=1e-5)
    assert intercept == pytest.approx(-1, abs=1e-5)


def test_what_does_not_converge_says_what_to_set(monkeypatch):
    monkeypatch.setattr("pasi.learners.fractional_logit.STEPS", 1)
    predictors = np.random.default_rng(0).uniform(0, 1, (50, 1, 2))
    with pytest.raises(ValueError, match=r"did not converge.*stacking\.family: linear"):
        fit_fractional_logit(predictors, expit(predictors[:, 0] @ [9.0, -4.0]), ONE, alpha=0.0, intercept=True)
