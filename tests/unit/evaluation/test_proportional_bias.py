"""Differences that grow with the score: against fits the long way, and in trials whose growth is known."""

import math

import numpy as np
import pytest

from pasi.evaluation.jackknife import left_out_interval
from pasi.evaluation.limits import limits_of_agreement
from pasi.evaluation.proportional_bias import proportional_bias
from simulated_trials import nested_scores

SUBJECTS = np.repeat([*"ABCD"], [2, 3, 1, 2])
OBSERVED = np.array([30.0, 4.0, 18.0, 9.0, 2.0, 12.0, 25.0, 1.0])
PREDICTED = np.array([24.0, 6.0, 19.0, 12.0, 1.0, 8.0, 29.0, 3.0])


def lines(observed, predicted):
    """Both slopes by numpy's least squares."""
    mean, difference = (observed + predicted) / 2, predicted - observed
    slope, level = np.polyfit(mean, difference, 1)
    return slope, np.polyfit(mean, np.abs(difference - level - slope * mean), 1)[0]


def test_slopes_and_intervals_the_long_way():
    found = proportional_bias(OBSERVED, PREDICTED, SUBJECTS, [])
    others = [subject != SUBJECTS for subject in "ABCD"]
    without = np.array([lines(OBSERVED[own], PREDICTED[own]) for own in others])
    for interval, estimate, left in zip(
        (found.slope, found.spread), lines(OBSERVED, PREDICTED), without.T, strict=True
    ):
        assert interval.estimate == pytest.approx(estimate)
        expected = left_out_interval(float(estimate), left)
        assert (interval.low, interval.high) == pytest.approx((expected.low, expected.high))


def test_limits_follow_the_spread():
    """Errors whose standard deviation is 0.2 + 0.05 y: level limits are too wide at low scores, too narrow at high."""
    generator = np.random.default_rng(0)
    observed = generator.uniform(0, 40, 20_000)
    predicted = observed + generator.normal(0, 1, observed.size) * (0.2 + 0.05 * observed)
    found = proportional_bias(observed, predicted, np.arange(observed.size) // 5, [5.0, 20.0, 35.0])
    assert found.spread.low > 0
    reach = (found.upper - found.lower) / 2
    assert reach == pytest.approx(1.96 * (0.2 + 0.05 * np.array([5.0, 20.0, 35.0])), rel=0.1)
    level = limits_of_agreement(observed, predicted, np.arange(observed.size) // 5).deviation * 1.96
    assert reach[0] < 0.5 * level < level < reach[2]


def test_an_equal_spread_is_not_taken_for_a_growing_one():
    observed, nested = nested_scores(np.random.default_rng(3), 60)
    predicted = observed + np.random.default_rng(4).normal(0, 3, observed.size)
    found = proportional_bias(observed, predicted, nested, [])
    assert found.spread.low < 0 < found.spread.high


def test_a_spread_below_zero_is_none():
    """Residuals of 4 at low and 1 at high scores: at 100 the line of the spread is far below 0."""
    found = proportional_bias([0, 0, 20, 20], [8, 0, 21, 19], [*"ABCD"], [100.0])
    assert found.lower.tolist() == found.bias.tolist() == found.upper.tolist()


def test_without_subjects_or_spread_there_is_no_interval():
    one = proportional_bias([1, 2, 3], [1, 3, 2], [*"AAB"], [2.0])
    assert one.slope.method == "none: fewer than 3 subjects"
    constant = proportional_bias([1, 2, 3], [3, 2, 1], [*"ABC"], [2.0])
    assert all(math.isnan(value) for value in (constant.slope.estimate, constant.spread.estimate, constant.upper[0]))


def test_what_is_not_finite_is_named():
    with pytest.raises(ValueError, match="scores has nan in row 0"):
        proportional_bias([1, 2, 3], [1, 2, 3], [*"ABC"], [math.nan])
