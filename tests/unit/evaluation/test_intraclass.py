"""Intraclass correlations against the example of Shrout and Fleiss (1979), the long way, and in simulated trials."""

import math

import numpy as np
import pytest
from scipy import stats

from pasi.evaluation.intraclass import intraclass_correlation
from pasi.evaluation.metrics import ccc

# Shrout and Fleiss 1979, Table 2: six targets, four judges; their ICC(2,1) is .29 and their ICC(3,1) .71.
JUDGES = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])


def test_the_example_of_shrout_and_fleiss():
    """psych::ICC in R prints 0.2897638 and 0.7148407 for these."""
    found = intraclass_correlation(JUDGES, np.arange(6))
    assert found.agreement.estimate == pytest.approx(0.2897638, abs=1e-7)
    assert found.consistency.estimate == pytest.approx(0.7148407, abs=1e-7)
    assert (found.visits, found.raters) == (6, 4)


def test_against_pingouin():
    """pingouin 0.7.0 prints ICC(A,1) 0.936475 and ICC(C,1) 0.941836 for these 32 targets of two raters."""
    one = [29, 22, 19, 13, 32, 23, 19, 16, 25, 21, 11, 7, 20, 19, 10, 8]
    one += [28, 21, 8, 8, 25, 19, 8, 6, 27, 22, 21, 10, 37, 33, 23, 18]
    other = [29, 27, 22, 12, 33, 25, 20, 18, 23, 21, 12, 4, 22, 19, 11, 7]
    other += [31, 24, 14, 14, 20, 15, 7, 0, 29, 25, 26, 14, 38, 34, 24, 22]
    found = intraclass_correlation(np.column_stack([one, other]), np.repeat(np.arange(8), 4))
    assert found.agreement.estimate == pytest.approx(0.936475, abs=5e-7)
    assert found.consistency.estimate == pytest.approx(0.941836, abs=5e-7)


def test_the_interval_the_long_way():
    subjects = np.array(["a", "a", "b", "c", "c", "d"])
    kept = [subjects != name for name in np.unique(subjects)]
    without = np.arctanh([intraclass_correlation(JUDGES[rows], subjects[rows]).agreement.estimate for rows in kept])
    found = intraclass_correlation(JUDGES, subjects).agreement
    reach = stats.t.ppf(0.975, 3) * math.sqrt(3 / 4 * np.square(without - without.mean()).sum())
    center = math.atanh(found.estimate)
    assert (found.low, found.high) == pytest.approx((math.tanh(center - reach), math.tanh(center + reach)))


def test_of_two_raters_it_is_the_concordance_but_for_one_over_n():
    y, p = JUDGES[:, 0], JUDGES[:, 2]
    found = intraclass_correlation(np.column_stack([y, p]), np.arange(6)).agreement.estimate
    (yy, yp), (_, pp) = np.cov(y, p)
    assert found == pytest.approx(2 * yp / (yy + pp + (y.mean() - p.mean()) ** 2 - np.var(p - y, ddof=1) / 6))
    many = np.tile(np.column_stack([y, p]), (500, 1))
    assert intraclass_correlation(many, np.arange(3000)).agreement.estimate == pytest.approx(ccc(y, p), abs=1e-3)


def test_a_shift_lowers_agreement_alone():
    shifted = JUDGES + np.array([0, 0, 0, 20])
    one, other = (intraclass_correlation(scores, np.arange(6)) for scores in (JUDGES, shifted))
    assert other.consistency.estimate == pytest.approx(one.consistency.estimate)
    assert other.agreement.estimate < one.agreement.estimate / 3


def test_perfect_undefined_and_few():
    perfect = intraclass_correlation([[1, 1], [2, 2], [4, 4]], ["a", "b", "c"])
    assert (perfect.agreement.estimate, perfect.consistency.estimate) == (1, 1)
    assert math.isnan(perfect.agreement.low)
    assert math.isnan(intraclass_correlation([[2, 2], [2, 2]], ["a", "b"]).agreement.estimate)
    assert math.isnan(intraclass_correlation([[1, 2]], ["a"]).agreement.estimate)
    nothing = intraclass_correlation(np.empty((0, 2)), [])
    assert math.isnan(nothing.agreement.estimate)
    assert nothing.agreement.method == "none: fewer than 3 subjects"


def test_errors():
    with pytest.raises(ValueError, match=r"scores has the shape \(3,\), expected a row a visit and two columns"):
        intraclass_correlation([1, 2, 3], ["a", "b", "c"])
    with pytest.raises(ValueError, match="scores has nan in row 1, column 0, expected finite numbers"):
        intraclass_correlation([[1, 2], [math.nan, 2]], ["a", "b"])
    with pytest.raises(ValueError, match=r"subjects has the shape \(1,\), expected \(2,\)"):
        intraclass_correlation([[1, 2], [1, 2]], ["a"])


def test_coverage_in_simulated_trials():
    """Variances of 25 by subject, 36 by visit, 1 by rater and 9 by score: 61 / 71 and 61 / 70; 20 subjects.

    The three raters are fixed, with the variance of their means: the intervals are of these raters.
    """
    raters = np.array([-1.0, 0.0, 1.0])
    held = []
    for seed in range(300):
        generator = np.random.default_rng(seed)
        nested = np.repeat(np.arange(20), 5)
        score = generator.normal(0, 5, 20)[nested] + generator.normal(0, 6, 100)
        found = intraclass_correlation(score[:, None] + raters + generator.normal(0, 3, (100, 3)), nested)
        truths = ((found.agreement, 61 / 71), (found.consistency, 61 / 70))
        held.append([one.low <= truth <= one.high for one, truth in truths])
    assert (np.mean(held, axis=0) >= 0.91).all()
    assert (np.mean(held, axis=0) <= 0.98).all()
