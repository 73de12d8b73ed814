"""Conformal intervals over subjects by hand, the long way, and how often they hold in simulated trials."""

import math

import numpy as np
import pytest

from pasi.evaluation.conformal import conformal_quantile, conformal_width
from pasi.evaluation.cross_conformal import cross_conformal
from simulated_trials import unequal_learners


def long_way(errors, subjects, level):
    """The half-width, by adding weights up from the smallest error."""
    names = sorted(set(subjects))
    reached = 0.0
    for error, name in sorted(zip(errors, subjects, strict=True)):
        reached += 1 / (list(subjects).count(name) * (len(names) + 1))
        if reached >= level - 1e-9:
            return error
    return math.inf


@pytest.mark.parametrize("level", [0.3, 0.5, 0.75, 0.8])
def test_the_long_way(level):
    generator = np.random.default_rng(0)
    subjects = np.repeat(list("abcd"), [3, 1, 5, 2])
    errors = generator.normal(0, 2, len(subjects))
    found = conformal_width(np.zeros(len(subjects)), errors, subjects, level=level)
    assert found.half_width == pytest.approx(long_way(np.abs(errors), subjects, level))
    covered = []
    for name in "abcd":
        others = np.not_equal(subjects, name)
        covered.append(np.mean(np.abs(errors[~others]) <= long_way(np.abs(errors[others]), subjects[others], level)))
    assert found.covered == pytest.approx(np.mean(covered))


def test_each_subject_counts_alike():
    """A has nine visits without an error, B and C one each with 5 and 6: a half is more than A alone."""
    errors, subjects = [*[0] * 9, 5, 6], [*"a" * 9, "b", "c"]
    assert conformal_width(np.zeros(11), errors, subjects, level=0.5).half_width == 5


def test_19_subjects_are_the_fewest_for_95_per_cent():
    for subjects, finite in ((18, False), (19, True)):
        found = conformal_width(np.zeros(subjects), np.arange(subjects), np.arange(subjects))
        assert math.isfinite(found.half_width) == finite
        assert found.needed == 19
    assert found.half_width == 18  # the largest error of all
    assert conformal_width([0, 0], [1, 2], ["a", "b"], level=0.8).needed == 4


def test_nothing():
    found = conformal_width([], [], [])
    assert (found.half_width, found.subjects) == (math.inf, 0)
    assert math.isnan(found.covered)


def test_equal_networks_give_the_interval_around_their_prediction():
    observed, (predicted,), nested = unequal_learners(0, 25, [(1.5, 3.0)])
    found = cross_conformal(predicted - observed, nested, nested % 5, np.full((5, 3), [10.0, 20.0, 30.0]))
    width = conformal_width(observed, predicted, nested).half_width
    assert found.low == pytest.approx([10 - width, 20 - width, 30 - width])
    assert found.high == pytest.approx([10 + width, 20 + width, 30 + width])


def test_networks_that_differ_widen_it():
    observed, (predicted,), nested = unequal_learners(0, 25, [(1.5, 3.0)])
    same, other = (
        cross_conformal(predicted - observed, nested, nested % 5, 20 + np.outer(spread * np.arange(-2, 3), [1.0]))
        for spread in (0, 4)
    )
    assert (other.high - other.low > same.high - same.low).all()


def test_errors():
    with pytest.raises(ValueError, match="folds has 5 in row 1, expected 0 to 4"):
        cross_conformal([1, 2], ["a", "b"], [0, 5], np.zeros((5, 1)))
    with pytest.raises(ValueError, match="error has nan in row 0, expected finite numbers"):
        cross_conformal([math.nan, 2], ["a", "b"], [0, 1], np.zeros((5, 1)))
    with pytest.raises(ValueError, match=r"folds has the shape \(1,\), error \(2,\)"):
        cross_conformal([1, 2], ["a", "b"], [0], np.zeros((5, 1)))
    with pytest.raises(ValueError, match=r"new has the shape \(5,\), expected a row a fold"):
        cross_conformal([1, 2], ["a", "b"], [0, 1], np.zeros(5))


def test_rows_of_values_have_their_own_quantiles():
    values = np.array([[1.0, 2.0], [9.0, 3.0]])
    assert conformal_quantile(values, np.array([0.3, 0.3]), 0.5).tolist() == [2, 9]
    assert conformal_quantile(values, np.array([0.3, 0.3]), 0.7).tolist() == [math.inf, math.inf]


@pytest.mark.parametrize("heterogeneous", [False, True])
def test_visits_of_new_subjects_are_within_it_as_often_as_it_says(heterogeneous):
    """Of 30 subjects: 0.95 to 0.95 + 1/31 with ties excluded; 400 trials, one visit of one new subject each."""
    held = []
    for seed in range(400):
        observed, (predicted,), nested = unequal_learners(seed, 40, [(1.5, 3.0)], heterogeneous=heterogeneous)
        seen = nested < 30
        width = conformal_width(observed[seen], predicted[seen], nested[seen]).half_width
        error = np.abs(predicted - observed)[~seen]
        held.append(np.mean([np.mean(error[nested[~seen] == one] <= width) for one in range(30, 40)]))
    assert 0.94 <= np.mean(held) <= 0.99


def test_networks_of_folds_hold_new_subjects_too():
    """Networks that each have a shift of their own: 0.90 is promised, 0.95 expected."""
    held = []
    for seed in range(200):
        generator = np.random.default_rng(seed)
        nested = np.repeat(np.arange(30), 5)
        effect, shift = generator.normal(0, 1.5, 31), generator.normal(0, 2, 5)
        error = effect[nested] + generator.normal(0, 3, len(nested)) + shift[nested % 5]
        truth = effect[30] + generator.normal(0, 3, 5)  # minus the errors of a new subject's visits, scored 0
        new = np.tile(shift[:, None], (1, 5))
        found = cross_conformal(error, nested, nested % 5, new)
        held.append(np.mean((found.low <= -truth) & (-truth <= found.high)))
    assert 0.9 <= np.mean(held) <= 1
