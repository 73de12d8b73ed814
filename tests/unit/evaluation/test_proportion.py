"""A share over subjects against scipy, by hand, and its coverage in simulated trials."""

import math

import numpy as np
import pytest
from scipy import stats

from pasi.evaluation.proportion import proportion_interval


@pytest.mark.parametrize(("hits", "visits"), [(8, 10), (1, 20), (33, 54)])
def test_with_single_visits_it_is_that_of_clopper_and_pearson(hits, visits):
    found = proportion_interval([1] * hits + [0] * (visits - hits), np.arange(visits))
    exact = stats.binomtest(hits, visits).proportion_ci(method="exact")
    assert (found.low, found.high) == pytest.approx((exact.low, exact.high), rel=1e-6)


def test_subjects_whose_visits_are_alike_count_once():
    hits, subjects = np.repeat([1, 1, 1, 0, 1, 0], 4), np.repeat(np.arange(6), 4)
    few = proportion_interval(hits, subjects)
    once = stats.binomtest(4, 6).proportion_ci(method="exact")
    assert few.low < once.low < once.high < few.high  # a little wider, for its degrees of freedom
    assert few.estimate == 4 / 6


@pytest.mark.parametrize("subjects", [3, 6])
def test_all_or_none(subjects):
    nested = np.repeat(np.arange(subjects), 3)
    found = proportion_interval(np.ones(len(nested)), nested)
    assert (found.estimate, found.low, found.high) == (1, pytest.approx(0.025 ** (1 / subjects)), 1)
    found = proportion_interval(np.zeros(len(nested)), nested)
    assert (found.estimate, found.low, found.high) == (0, 0, pytest.approx(1 - 0.025 ** (1 / subjects)))


def test_subjects_of_equal_shares_are_no_reason_to_exceed_the_visits():
    found = proportion_interval([0, 1] * 4, np.repeat(np.arange(4), 2))
    exact = stats.binomtest(4, 8).proportion_ci(method="exact")
    assert (found.low, found.high) == pytest.approx((exact.low, exact.high))


def test_few_and_nothing():
    found = proportion_interval([True, False, True], ["a", "a", "b"])
    assert (found.estimate, found.method) == (pytest.approx(2 / 3), "none: fewer than 3 subjects")
    assert math.isnan(proportion_interval([], []).estimate)


def test_errors():
    with pytest.raises(ValueError, match="hits has 2 in row 1, expected 0 or 1"):
        proportion_interval([1, 2], ["a", "b"])


@pytest.mark.parametrize(("share", "subjects"), [(0.3, 20), (0.8, 54)])
def test_coverage_in_simulated_trials(share, subjects):
    """Subjects' own shares have a beta distribution with an intraclass correlation of 0.25; 400 trials."""
    held = []
    for seed in range(400):
        generator = np.random.default_rng(seed)
        nested = np.repeat(np.arange(subjects), generator.integers(3, 7, subjects))
        own = generator.beta(3 * share, 3 * (1 - share), subjects)
        found = proportion_interval(generator.random(len(nested)) < own[nested], nested)
        held.append(found.low <= share <= found.high)
    assert 0.93 <= np.mean(held) <= 0.99
