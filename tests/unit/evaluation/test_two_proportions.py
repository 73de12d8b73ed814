"""Numbers of subjects against R's printed examples and against simulated trials."""

import math

import numpy as np
import pytest
from scipy import stats

from pasi.evaluation.two_proportions import sizes, trial_power, trial_size


def test_the_examples_of_r():
    """power.prop.test(n = 50, p1 = .50, p2 = .75) has a power of 0.740, and for one of 0.90 n is 76.7."""
    assert trial_power(0.75, 0.5, 50) == pytest.approx(0.740, abs=5e-4)
    assert trial_size(0.75, 0.5).exact == pytest.approx(76.7, abs=0.05)


def test_rates_of_86_and_76_per_cent_take_13_and_21():
    """The figures of the first simulation of this replay, against an arm of 34% and for a power of 80%."""
    assert [trial_size(rate, 0.34, power=0.8).subjects for rate in (0.86, 0.76)] == [13, 21]


def test_power_and_size_are_inverse_and_do_not_know_which_arm_is_which():
    found = trial_size(0.3, 0.55, power=0.85)
    assert trial_power(0.3, 0.55, found.exact) == pytest.approx(0.85)
    assert found.power >= 0.85
    assert trial_size(0.55, 0.3, power=0.85) == found


def test_the_power_is_that_of_simulated_trials():
    """The pooled test without correction, in 20,000 trials."""
    counts = np.random.default_rng(0).binomial(77, [[0.75, 0.5]] * 20_000)
    shares = counts / 77
    pooled = shares.mean(axis=1)
    z = (shares[:, 0] - shares[:, 1]) / np.sqrt(2 * pooled * (1 - pooled) / 77)
    assert np.mean(np.abs(z) > stats.norm.ppf(0.975)) == pytest.approx(0.9, abs=0.01)


def test_equal_rates_no_variance_and_errors():
    found = trial_size(0.5, 0.5)
    assert (found.exact, found.subjects) == (math.inf, None)
    assert math.isnan(found.power)
    assert trial_size(1.0, 0.0).subjects == 2  # (1.96 x sqrt(2 x 1/2 x 1/2))^2 = 1.92
    assert trial_power(1.0, 0.0, 2) == 1.0
    assert sizes([[0.75], [0.5]], 0.5).shape == (2, 1)
    with pytest.raises(ValueError, match=r"control is 1\.5, expected a rate from 0 to 1"):
        trial_size(0.5, 1.5)
