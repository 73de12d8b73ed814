"""The expected precision with other numbers of subjects, against the intervals at hand and simulated trials."""

import math

import numpy as np
import pytest

from pasi.evaluation.intervals import ccc_interval
from pasi.evaluation.sample_size import precision_curve
from simulated_trials import unequal_learners


def trial(seed, subjects):
    observed, (predicted,), nested = unequal_learners(seed, subjects, [(1.5, 3.0)])
    return observed, predicted, nested


def test_at_the_number_at_hand_it_is_the_interval_at_hand():
    found, own = precision_curve(*trial(0, 20), [20]), ccc_interval(*trial(0, 20))
    assert (found.ccc_low[0], found.ccc_high[0]) == pytest.approx((own.low, own.high))


def test_four_times_the_subjects_halve_the_width_on_the_scale():
    """Apart from Student's quantiles, of 1000 and 4000 degrees of freedom."""
    found = precision_curve(*trial(0, 20), [1000, 4000])
    widths = np.log(found.mae_high) - np.log(found.mae_low)
    assert widths[0] / widths[1] == pytest.approx(2, rel=1e-3)
    widths = np.arctanh(found.ccc_high) - np.arctanh(found.ccc_low)
    assert widths[0] / widths[1] == pytest.approx(2, rel=1e-3)


@pytest.mark.parametrize("subjects", [10, 40])
def test_a_large_trial_foretells_the_width_of_smaller_ones(subjects):
    found = precision_curve(*trial(0, 400), [subjects])
    widths = [
        np.arctanh(own.high) - np.arctanh(own.low) for own in (ccc_interval(*trial(s, subjects)) for s in range(1, 200))
    ]
    foretold = np.arctanh(found.ccc_high[0]) - np.arctanh(found.ccc_low[0])
    assert foretold == pytest.approx(np.sqrt(np.mean(np.square(widths))), rel=0.1)


def test_two_subjects_and_a_perfect_predictor_foretell_nothing():
    found = precision_curve([1, 2], [1, 3], ["a", "b"], [6, 20])
    assert np.isnan(found.mae_low).all()
    observed, _, nested = trial(0, 10)
    perfect = precision_curve(observed, observed, nested, [6])
    assert math.isnan(perfect.mae_high[0])
    assert math.isnan(perfect.ccc_high[0])
    assert np.isnan(precision_curve([], [], [], [6]).mae_low).all()
    assert precision_curve(*trial(0, 10), []).subjects.tolist() == []


def test_errors():
    with pytest.raises(ValueError, match="sizes has 2, expected 3 subjects or more"):
        precision_curve(*trial(0, 10), [20, 2])
