import numpy as np
import pytest
from sklearn.linear_model import LinearRegression, Ridge

from pasi.learners.ridge import choose_alpha, inner_groups, ridge_path


def problem(rows: int = 40, columns: int = 5):
    rng = np.random.default_rng(0)
    predictors = rng.normal(3, 2, (rows, columns))
    return predictors, predictors @ np.arange(1, columns + 1) + 4 + rng.normal(size=rows)


@pytest.mark.parametrize("intercept", [False, True])
@pytest.mark.parametrize("shape", [(40, 5), (5, 12)])
def test_a_path_agrees_with_scikit_learn(intercept, shape):
    predictors, observed = problem(*shape)
    coefficients, intercepts = ridge_path(predictors, observed, [0.1, 1.0, 50.0], intercept=intercept)
    for alpha, own, constant in zip([0.1, 1.0, 50.0], coefficients, intercepts, strict=True):
        reference = Ridge(alpha=alpha, fit_intercept=intercept).fit(predictors, observed)
        np.testing.assert_allclose(own, reference.coef_, rtol=1e-8)
        np.testing.assert_allclose(constant, reference.intercept_, rtol=1e-8, atol=1e-12)


@pytest.mark.parametrize("intercept", [False, True])
def test_without_a_penalty_it_is_least_squares(intercept):
    predictors, observed = problem()
    (coefficients,), (constant,) = ridge_path(predictors, observed, [0.0], intercept=intercept)
    reference = LinearRegression(fit_intercept=intercept).fit(predictors, observed)
    np.testing.assert_allclose(coefficients, reference.coef_, rtol=1e-10)
    assert constant == pytest.approx(reference.intercept_, abs=1e-10)


def test_dependent_columns_get_the_shortest_solution():
    x = np.array([1.0, 2.0, 4.0])
    predictors = np.column_stack([x, x, np.full(3, 7.0)])  # two equal networks, and one whose predictions are constant
    (coefficients,), (constant,) = ridge_path(predictors, 3 * x + 5, [0.0], intercept=True)
    np.testing.assert_allclose(coefficients, [1.5, 1.5, 0], atol=1e-12)
    assert constant == pytest.approx(5)


def test_columns_of_zeros_get_nothing():
    (coefficients,), (constant,) = ridge_path(np.zeros((3, 2)), np.array([1.0, 2.0, 3.0]), [0.0], intercept=True)
    assert coefficients.tolist() == [0, 0]
    assert constant == 2


def test_the_penalty_is_chosen_on_groups_held_out():
    groups, seen = np.array([0, 0, 1, 2]), []

    def errors(fitted, held_out):
        seen.append((fitted.tolist(), held_out.tolist()))
        return np.array([3.0, 1.0, 1.0])

    assert choose_alpha(errors, groups, [0.1, 1.0, 10.0]) == 10.0  # of the two that tie
    assert seen[0] == ([False, False, True, True], [True, True, False, False])
    assert len(seen) == 3
    with pytest.raises(ValueError, match="on one subject"):
        choose_alpha(errors, np.zeros(4), [1.0])


def test_one_fold_is_held_out_by_subjects():
    subjects = np.array(["a", "a", "b", "c"], dtype=object)
    assert inner_groups(np.array([0, 0, 1, 1]), subjects).tolist() == [0, 0, 1, 1]
    assert inner_groups(np.zeros(4), subjects).tolist() == [0, 0, 1, 2]
