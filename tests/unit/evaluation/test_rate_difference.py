"""Two arms' rates against scipy, Newcombe's printed examples, and coverage in simulated trials."""

import math

import numpy as np
import pytest
from scipy import stats

from pasi.evaluation.rate_difference import rate_difference, wilson_interval


def flags(hits: int, size: int) -> list[int]:
    return [1] * hits + [0] * (size - hits)


@pytest.mark.parametrize(("hits", "size"), [(0, 10), (3, 10), (10, 10), (33, 54)])
def test_the_interval_of_a_rate_is_wilsons(hits, size):
    found, expected = wilson_interval(hits, size), stats.binomtest(hits, size).proportion_ci(method="wilson")
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-9)


@pytest.mark.parametrize(
    ("counts", "bounds"),
    [  # Newcombe 1998, Table II, method 10
        ((56, 70, 48, 80), (0.0524, 0.3339)),
        ((9, 10, 3, 10), (0.1705, 0.8090)),
        ((10, 10, 0, 20), (0.6791, 1.0)),
        ((10, 10, 0, 10), (0.6075, 1.0)),
    ],
)
def test_the_printed_examples_of_newcombe(counts, bounds):
    one, of_one, other, of_other = counts
    found = rate_difference(flags(one, of_one), flags(other, of_other)).difference
    assert (round(found.low, 4), round(found.high, 4)) == bounds


def test_exchanging_the_arms_changes_the_sign():
    one, other = flags(7, 20), flags(3, 15)
    ahead, back = rate_difference(one, other).difference, rate_difference(other, one).difference
    assert (back.estimate, back.low, back.high) == pytest.approx((-ahead.estimate, -ahead.high, -ahead.low))


@pytest.mark.parametrize("rates", [(0.86, 0.05), (0.5, 0.3)])
def test_coverage_in_simulated_trials(rates):
    generator = np.random.default_rng(0)
    held = []
    for _ in range(1000):
        one, other = (generator.random(30) < rate for rate in rates)
        found = rate_difference(one, other).difference
        held.append(found.low <= rates[0] - rates[1] <= found.high)
    assert 0.93 <= np.mean(held) <= 0.985


def test_an_empty_arm_and_errors():
    found = rate_difference([], [1, 0])
    assert math.isnan(found.treated.estimate)
    assert math.isnan(found.difference.low)
    assert found.control.estimate == 0.5
    with pytest.raises(ValueError, match="control has 2 in row 0, expected 0 or 1"):
        rate_difference([1], [2])
