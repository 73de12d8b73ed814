"""Ranges of spreads and bias, against a search over all scores that could have the figures."""

import numpy as np
import pytest

from pasi.audit.bounds import Bounds
from pasi.audit.spreads import Branch, branches, least_error_variance, product, spread, squared_bias, total
from pasi.evaluation.metrics import ccc, mse, pcc

BOXES = (
    (Bounds(27.0, 27.4), Bounds(0.825, 0.835), Bounds(0.895, 0.905)),
    (Bounds(4.0, 9.0), Bounds(0.2, 0.9), Bounds(0.5, 0.95)),  # the best CCC for a wide spread is inside
    (Bounds(90.0, 99.0), Bounds(0.215, 0.225), Bounds(0.825, 0.835)),
    (Bounds(30.0, 31.0), Bounds(-0.5, -0.3), Bounds(-0.7, -0.45)),
    (Bounds(30.0, 60.0), Bounds(-0.8, -0.1), Bounds(-0.9, -0.3)),
    (Bounds(30.0, 60.0), Bounds(0.1, 0.8), Bounds(0.3, 0.9)),
)


def search(mse_range: Bounds, ccc_range: Bounds, pcc_range: Bounds) -> dict[str, tuple[float, float]]:
    """The ends of each quantity over a grid of MSE, CCC, r and bias, by solving for both spreads."""
    grids = [np.linspace(low, high, 51) for low, high in (mse_range, ccc_range, pcc_range)]
    m, c, r, share = np.meshgrid(*grids, np.linspace(0, 1, 21), indexing="ij")
    q, k = m / (1 - c), c * m / (1 - c) / (2 * r)
    inside = q >= 2 * k
    square = share * (q - 2 * k)
    rest = q - square
    root = np.sqrt(np.maximum(rest**2 - 4 * k**2, 0))
    large, small = np.sqrt((rest + root) / 2), np.sqrt(np.maximum(rest - root, 0) / 2)
    values = {"total": q, "product": k, "bias": square, "large": large, "small": small, "error": m - square}
    return {name: (value[inside].min(), value[inside].max()) for name, value in values.items()}


@pytest.mark.parametrize("box", BOXES)
def test_every_range_ends_where_a_search_ends(box):
    (branch,) = branches(*box)
    found = search(*box)
    assert total(branch) == pytest.approx(found["total"], rel=0.01)
    assert product(branch) == pytest.approx(found["product"], rel=0.03)
    assert spread(branch) == pytest.approx((found["small"][0], found["large"][1]), rel=0.01)
    assert squared_bias(branch) == pytest.approx(found["bias"], rel=0.01)
    assert least_error_variance(branch) == pytest.approx(found["error"][0], rel=0.03)


def test_a_known_trial_is_at_the_ends():
    """Observed 1, 2, 3 and 1, 3, 5 predicted minus 1: no bias, so the two spreads are the roots."""
    observed, predicted = np.array([1.0, 2.0, 3.0]), np.array([0.0, 2.0, 4.0])
    point = [Bounds(value, value) for value in (mse(observed, predicted), ccc(observed, predicted), 1.0)]
    (branch,) = branches(*point)
    assert spread(branch) == pytest.approx((np.sqrt(2 / 3), np.sqrt(8 / 3)))
    assert least_error_variance(branch) == pytest.approx(0)  # equal spreads, all of the error a bias
    assert squared_bias(branch).high == pytest.approx(2 / 3)


def test_figures_that_may_be_zero_have_both_signs_and_no_lower_end():
    found = list(branches(Bounds(4, 4), Bounds(-0.01, 0.02), Bounds(-0.05, 0.05)))
    assert [branch.sign for branch in found] == [1, -1]
    assert [spread(branch).low for branch in found] == [0, 0]
    assert product(found[0]).low == 0


def test_a_perfect_row_says_nothing_of_its_spreads():
    (branch,) = branches(Bounds(0, 0.004), Bounds(0.995, 1.005), Bounds(0.995, 1.005))
    assert spread(branch) == Bounds(0, np.inf)
    assert total(branch).high == np.inf


@pytest.mark.parametrize(
    ("ccc_range", "pcc_range"),
    [
        (Bounds(0.835, 0.845), Bounds(0.815, 0.8349)),
        (Bounds(0.5, 0.6), Bounds(-0.9, -0.7)),
        (Bounds(-0.6, -0.5), Bounds(-0.49, -0.4)),
        (Bounds(1.01, 1.02), Bounds(0.9, 1.02)),
    ],
)
def test_impossible_figures_have_no_branch(ccc_range, pcc_range):
    assert list(branches(Bounds(1, 2), ccc_range, pcc_range)) == []


def test_a_ccc_over_n_minus_1_is_allowed_for():
    """With a large bias the two forms of the CCC differ most; the range must hold that of n."""
    rng = np.random.default_rng(0)
    for _ in range(300):
        observed = rng.normal(0, 5, 7)
        predicted = observed * rng.uniform(0.3, 2) + rng.normal(0, 2, 7) + rng.uniform(-9, 9)
        other = ccc(observed, predicted, 1)
        figures = [Bounds(value, value) for value in (mse(observed, predicted), other, pcc(observed, predicted))]
        (branch,) = branches(*figures, one_less=7)
        assert branch.ccc.low <= abs(ccc(observed, predicted)) <= branch.ccc.high + 1e-12
        assert spread(branch).low <= observed.std() <= spread(branch).high


def test_a_branch_is_one_of_absolute_values():
    (branch,) = branches(Bounds(1, 2), Bounds(-0.5, -0.4), Bounds(-0.9, -0.6))
    assert branch == Branch(-1, Bounds(1, 2), Bounds(0.4, 0.5), Bounds(0.6, 0.9))
