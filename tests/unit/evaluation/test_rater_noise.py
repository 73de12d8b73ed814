"""The figures of a perfect predictor against raters who err, by hand and in simulated trials."""

from math import pi, sqrt

import numpy as np
import pytest

from pasi.evaluation.metrics import ccc, mae
from pasi.evaluation.rater_noise import rater_noise


def test_the_mae_is_the_papers_2_3_whatever_the_spread():
    """A10: raters who differ by 3.3 points."""
    assert rater_noise([0.0, 40.0], 3.3).mae == pytest.approx(2.333, abs=1e-3)
    assert rater_noise([5.0], 3.3).mae == pytest.approx(2.333, abs=1e-3)


def test_raters_who_err_by_more_than_scores_spread_give_no_other_figure():
    found = rater_noise([9.0, 11.0], 2.1 / sqrt(pi))  # the scores have a standard deviation of 1, the errors of 1.05
    assert np.isnan([found.ccc, found.highest_ccc, found.slope]).all()


def test_the_formulas_hold_in_a_simulated_trial():
    """400,000 visits with true scores of SD 6 and two raters of SD 3 each: R = 36/45."""
    generator = np.random.default_rng(0)
    true = generator.normal(20, 6, 400_000)
    one, other = true + generator.normal(0, 3, (2, len(true)))
    difference = float(np.abs(one - other).mean())
    assert difference == pytest.approx(2 * 3 / sqrt(pi), abs=0.01)
    found = rater_noise(one, difference)
    assert found.mae == pytest.approx(mae(one, true), abs=0.01)
    assert found.ccc == pytest.approx(ccc(one, true), abs=0.002)
    assert found.ccc == pytest.approx(8 / 9, abs=0.002)
    assert found.slope == pytest.approx(np.polyfit(one, true, 1)[0], abs=0.002)
    assert np.polyfit(true, one, 1)[0] == pytest.approx(1, abs=0.002)


def test_no_stretched_true_score_has_a_larger_ccc_than_the_highest():
    generator = np.random.default_rng(1)
    true = generator.normal(20, 6, 400_000)
    observed = true + generator.normal(0, 3, len(true))
    found = rater_noise(observed, 6 / sqrt(pi))
    values = [ccc(observed, 20 + factor * (true - 20)) for factor in np.linspace(0.5, 2, 31)]
    assert max(values) == pytest.approx(found.highest_ccc, abs=0.002)
    assert found.ccc < found.highest_ccc


@pytest.mark.parametrize("observed", [[[1.0]], [1.0, float("nan")]])
def test_scores_of_another_shape_or_without_a_value_are_refused(observed):
    with pytest.raises(ValueError, match="observed has the shape"):
        rater_noise(observed, 1.0)
