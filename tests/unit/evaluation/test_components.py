"""Variance components by hand, the long way, and in simulated trials; the jackknife and the analysis of variance."""

import math

import numpy as np
import pytest
from scipy import stats
from statsmodels.regression.mixed_linear_model import MixedLM

from pasi.evaluation.components import variance_components
from pasi.evaluation.jackknife import FISHER, LOG, jackknife_interval

VALUES = np.array([1.0, 4.0, 2.0, 8.0, 9.0, 3.0, 5.0, 6.0, 7.0, 2.0])
SUBJECTS = np.array(["a", "a", "a", "b", "b", "c", "d", "d", "d", "d"])


def long_way(values, subjects):
    """Between and within, by loops over subjects (Searle, Casella and McCulloch 1992, section 3.6)."""
    own = [values[subjects == name] for name in sorted(set(subjects))]
    total, count = len(values), len(own)
    within = sum(((x - x.mean()) ** 2).sum() for x in own) / (total - count)
    between = sum(len(x) * (x.mean() - values.mean()) ** 2 for x in own) / (count - 1)
    effective = (total - sum(len(x) ** 2 for x in own) / total) / (count - 1)
    return (between - within) / effective, within


def test_the_long_way_with_unequal_numbers_of_visits():
    found = variance_components(VALUES, SUBJECTS)
    between, within = long_way(VALUES, SUBJECTS)
    assert between > 0
    assert found.subject.estimate == pytest.approx(between)
    assert found.visit.estimate == pytest.approx(within)
    assert found.total.estimate == pytest.approx(between + within)
    assert found.share.estimate == pytest.approx(between / (between + within))


def test_a_mixed_model_of_balanced_values_has_the_same_components():
    """statsmodels 0.15.0, mixedlm("d ~ 1", groups=subject) by restricted maximum likelihood.

    The values are the first three differences of each subject of Bland and Altman 2007, Table 1.
    """
    values = [1.26, 1.80, 0.99, 2.10, 2.97, 2.45, 0.04, -0.26, -0.22, 0.07, -0.59, -0.89, 0.10, 0.12, 0.08, 0.02, 0.61]
    values += [0.22, 2.04, 1.99, 1.97, -0.18, 0.20, 0.75, 1.31, 1.80, 1.01, -0.13, 0.03, 1.58, -0.42, -0.02, -0.48]
    found = variance_components([*values, 0.56, 0.52, 1.10], np.repeat(np.arange(12), 3))
    assert found.subject.estimate == pytest.approx(0.8216876632130212, rel=1e-4)
    assert found.visit.estimate == pytest.approx(0.17986405346125123, rel=1e-4)


def test_mean_squares_are_those_of_scipy():
    """Balanced: F = (n0 between + within) / within."""
    groups = np.random.default_rng(0).normal(0, 1, (5, 4)) + np.arange(5)[:, None]
    found = variance_components(groups.ravel(), np.repeat(np.arange(5), 4))
    ratio = (4 * found.subject.estimate + found.visit.estimate) / found.visit.estimate
    assert ratio == pytest.approx(stats.f_oneway(*groups).statistic)


def test_the_interval_the_long_way():
    kept = [np.not_equal(SUBJECTS, name) for name in "abcd"]
    without = np.log([long_way(VALUES[rows], SUBJECTS[rows])[1] for rows in kept])
    error = math.sqrt(3 / 4 * np.square(without - without.mean()).sum())
    center, reach = math.log(long_way(VALUES, SUBJECTS)[1]), stats.t.ppf(0.975, 3) * error
    found = variance_components(VALUES, SUBJECTS).visit
    assert (found.low, found.high) == pytest.approx((math.exp(center - reach), math.exp(center + reach)))
    assert (found.method, found.subjects) == ("subject jackknife-t on the logarithm", 4)


def test_subjects_that_do_not_differ():
    found = variance_components([-1, 1, -1, 1, -1, 1], ["a", "a", "b", "b", "c", "c"])
    assert found.subject.estimate == 0
    assert math.isnan(found.subject.high)
    assert found.subject.method.startswith("none: undefined or at an end of its range")
    assert found.visit.estimate == 2
    assert found.total.estimate == 1  # (0 - 2) / 2 between subjects, not cut at 0, and 2 within them
    assert found.share.estimate == -1  # two visits each: they differ by less within than chance lets expect


def test_nothing_one_subject_one_visit_each():
    assert variance_components([], []).total.subjects == 0
    assert math.isnan(variance_components([1, 2], ["a", "a"]).subject.estimate)
    found = variance_components([1, 2, 3], ["a", "b", "c"])
    assert math.isnan(found.visit.estimate)
    assert found.visit.method.startswith("none: undefined")


def test_large_numbers_keep_their_variance():
    one, other = (variance_components(VALUES + shift, SUBJECTS).subject for shift in (0, 1e7))
    assert (one.low, one.high) == pytest.approx((other.low, other.high), rel=1e-6)


def test_errors():
    with pytest.raises(ValueError, match=r"subjects has the shape \(1,\), values \(2,\)"):
        variance_components([1, 2], ["a"])
    with pytest.raises(ValueError, match="values has nan in row 1, expected finite numbers"):
        variance_components([1, math.nan], ["a", "b"])


def test_estimates_are_unbiased_in_simulated_trials():
    """4 between subjects and 9 within, 200 trials of 20 subjects; the standard errors are 0.16 and 0.10."""
    found = []
    for seed in range(200):
        generator = np.random.default_rng(seed)
        nested = np.repeat(np.arange(20), generator.integers(1, 9, 20))
        values = 30 + generator.normal(0, 2, 20)[nested] + generator.normal(0, 3, len(nested))
        found.append(variance_components(values, nested))
    assert np.mean([one.subject.estimate for one in found]) == pytest.approx(4, abs=0.5)
    assert np.mean([one.visit.estimate for one in found]) == pytest.approx(9, abs=0.3)
    assert np.mean([one.visit.low <= 9 <= one.visit.high for one in found]) >= 0.9
    assert np.mean([one.subject.low <= 4 <= one.subject.high for one in found]) >= 0.9
    assert found[0].subject.method == "subject jackknife-t of both mean squares, joined (MOVER)"


def test_an_interval_on_a_scale_stays_within_it():
    sums = np.array([[1, 0.9], [1, 0.99], [1, 0.5]])
    found = jackknife_interval(sums, lambda some: some[..., 1] / some[..., 0], FISHER)
    assert -1 < found.low < found.estimate < found.high < 1
    assert jackknife_interval(sums, lambda some: some[..., 1] / some[..., 0], LOG).low > 0
    two = jackknife_interval(sums[:2], lambda some: some[..., 1], LOG)
    assert (two.method, two.subjects) == ("none: fewer than 3 subjects", 2)


def test_the_components_are_those_of_a_mixed_model():
    """With as many visits of each subject, restricted maximum likelihood gives the moment estimates."""
    generator = np.random.default_rng(8)
    nested = np.repeat(np.arange(30), 5)
    values = generator.normal(2, 3, 30)[nested] + generator.normal(0, 2, nested.size)
    fitted = MixedLM(values, np.ones((nested.size, 1)), nested).fit(reml=True)
    found = variance_components(values, nested)
    assert found.subject.estimate == pytest.approx(fitted.cov_re[0, 0], rel=1e-4)
    assert found.visit.estimate == pytest.approx(fitted.scale, rel=1e-4)
