"""Repeatability by hand, against scipy, and in simulated trials."""

import math

import numpy as np
import pytest
from scipy import stats

from pasi.evaluation.repeatability import repeatability


def trial(seed, subjects=20, visits=4, times=2):
    """Variance 25 between subjects, 36 between their visits, 4 between photos of a visit."""
    generator = np.random.default_rng(seed)
    nested = np.repeat(np.arange(subjects), visits)
    scores = generator.normal(0, 5, subjects)[nested] + generator.normal(0, 6, len(nested))
    rows = np.repeat(np.arange(len(nested)), times)
    return scores[rows] + generator.normal(0, 2, len(rows)), nested[rows], np.tile(np.arange(visits), subjects)[rows]


def test_the_variance_is_that_of_scipy():
    """The mean square within visits is the mean square between them over F."""
    values, subjects, visits = trial(0, 5, 3, 3)
    groups = values.reshape(15, 3)
    found = repeatability(values, subjects, visits)
    between = 3 * np.var(groups.mean(axis=1), ddof=1)
    assert found.deviation.estimate**2 == pytest.approx(between / stats.f_oneway(*groups).statistic)
    assert found.coefficient.high == pytest.approx(1.96 * math.sqrt(2) * found.deviation.high)
    assert (found.visits, found.rows, found.deviation.subjects) == (15, 45, 5)


def test_half_of_the_squared_difference_of_two_photos():
    values, subjects, visits = trial(0)
    difference = values[::2] - values[1::2]
    assert repeatability(values, subjects, visits).deviation.estimate ** 2 == pytest.approx(np.mean(difference**2) / 2)


def test_leaving_a_subject_out_is_leaving_its_rows_out():
    values, subjects, visits = trial(0, 5)
    without = [repeatability(values[k], subjects[k], visits[k]) for k in (subjects != one for one in range(5))]
    logs = np.log([one.deviation.estimate**2 for one in without])
    found = repeatability(values, subjects, visits).deviation
    reach = stats.t.ppf(0.975, 4) * math.sqrt(4 / 5 * np.square(logs - logs.mean()).sum())
    assert found.high == pytest.approx(found.estimate * math.exp(reach / 2))


def test_visits_with_one_photo_are_left_out():
    values, subjects, visits = trial(0)
    more = np.append(values, 99.0), np.append(subjects, 0), np.append(visits, 7)
    one, other = repeatability(values, subjects, visits), repeatability(*more)
    assert one == other


def test_nothing_repeated_and_a_model_that_repeats_perfectly():
    assert math.isnan(repeatability([1, 2], ["a", "b"], [0, 0]).deviation.estimate)
    assert math.isnan(repeatability([], [], []).deviation.estimate)
    perfect = repeatability([1, 1, 5, 5, 7, 7], list("aabbcc"), [0] * 6)
    assert (perfect.deviation.estimate, perfect.coefficient.estimate, perfect.reliability.estimate) == (0, 0, 1)
    assert math.isnan(perfect.deviation.high)


def test_errors():
    with pytest.raises(ValueError, match="predicted has nan in row 0, expected finite numbers"):
        repeatability([math.nan], ["a"], [0])
    with pytest.raises(ValueError, match=r"visits has the shape \(2,\), subjects \(1,\)"):
        repeatability([1], ["a"], [0, 1])


def test_coverage_in_simulated_trials():
    found = [repeatability(*trial(seed)) for seed in range(300)]
    assert np.mean([one.deviation.estimate**2 for one in found]) == pytest.approx(4, abs=0.15)
    assert 0.91 <= np.mean([one.deviation.low <= 2 <= one.deviation.high for one in found]) <= 0.98
    assert 0.91 <= np.mean([one.reliability.low <= 61 / 65 <= one.reliability.high for one in found]) <= 0.98
