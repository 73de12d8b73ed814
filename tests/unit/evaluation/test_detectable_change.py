"""Minimal detectable change against the limits of agreement, by hand, and on subjects that were not seen."""

import math

import numpy as np
import pytest

from pasi.evaluation.components import variance_components
from pasi.evaluation.detectable_change import detectable_change
from pasi.evaluation.limits import limits_of_agreement
from simulated_trials import unequal_learners

OBSERVED, (PREDICTED,), SUBJECTS = unequal_learners(0, 12, [(1.5, 3.0)])


def test_between_methods_it_is_half_the_width_of_the_limits():
    found, limits = (find(OBSERVED, PREDICTED, SUBJECTS) for find in (detectable_change, limits_of_agreement))
    assert found.between.estimate == pytest.approx((limits.upper.estimate - limits.lower.estimate) / 2)
    assert found.between.estimate == pytest.approx(1.96 * math.sqrt(2) * found.sem.estimate)


def test_bounds_are_those_of_the_variances():
    found, parts = detectable_change(OBSERVED, PREDICTED, SUBJECTS), variance_components(PREDICTED - OBSERVED, SUBJECTS)
    assert found.change.high == pytest.approx(1.96 * math.sqrt(2 * parts.visit.high))
    assert found.sem.low == pytest.approx(math.sqrt(parts.total.low / 2))
    assert found.sem.method == "subject jackknife-t on the logarithm"


def test_what_a_subjects_visits_share_is_no_error_of_its_change():
    shifts = np.random.default_rng(1).normal(0, 50, 12)[SUBJECTS]
    one, other = (detectable_change(OBSERVED, p, SUBJECTS) for p in (PREDICTED, PREDICTED + shifts))
    assert other.change.estimate == pytest.approx(one.change.estimate)
    assert other.between.estimate > 5 * one.between.estimate


def test_changes_of_unseen_subjects_are_off_by_less_in_95_per_cent():
    seen, (predicted_of_seen,), nested_of_seen = unequal_learners(3, 200, [(1.5, 3.0)])
    found = detectable_change(seen, predicted_of_seen, nested_of_seen)
    observed, (predicted,), nested = unequal_learners(2, 2000, [(1.5, 3.0)])
    error = predicted - observed
    same = nested[1:] == nested[:-1]
    off = np.abs(error[1:] - error[:-1])[same]
    assert np.mean(off <= found.change.estimate) == pytest.approx(0.95, abs=0.01)
    assert np.mean(np.abs(error) <= found.between.estimate) == pytest.approx(0.95, abs=0.015)


def test_few_and_perfect():
    found = detectable_change([1, 2, 3], [1, 3, 3], ["a", "b", "c"])
    assert math.isnan(found.change.estimate)
    perfect = detectable_change(OBSERVED, OBSERVED, SUBJECTS)
    assert (perfect.sem.estimate, perfect.change.estimate) == (0, 0)
    assert math.isnan(perfect.sem.high)
    assert math.isnan(detectable_change([], [], []).sem.estimate)


def test_errors():
    with pytest.raises(ValueError, match="observed has 2 rows, predicted 1"):
        detectable_change([1, 2], [1], ["a", "b"])
