"""Differences between learners: the value the long way, and in simulated trials coverage and false verdicts."""

import math

import numpy as np
import pytest
from scipy import stats

from pasi.evaluation.differences import (
    FEWEST_FOR_VERDICT,
    METHOD,
    difference_interval,
    holm,
    mae_difference,
    verdict_of,
)
from pasi.evaluation.metrics import ccc
from simulated_trials import equal_learners, true_ccc, true_mae, unequal_learners

SUBJECTS = np.repeat(np.array(["S1", "S2", "S3", "S4"], dtype=object), [2, 3, 1, 2])
OBSERVED = np.array([30.0, 4.0, 18.0, 9.0, 2.0, 12.0, 25.0, 1.0])
PREDICTED = np.array([24.0, 6.0, 19.0, 12.0, 1.0, 8.0, 29.0, 3.0])
OTHER = np.array([20.0, 9.0, 12.0, 15.0, 6.0, 13.0, 20.0, 9.0])
VISITS = [[0, 1], [2, 3, 4], [5], [6, 7]]  # rows of each subject


@pytest.mark.parametrize("ddof", [0, 1])
def test_the_test_on_z_the_long_way(ddof):
    def gap(rows):
        y = np.delete(OBSERVED, rows)
        z = [math.atanh(ccc(y, np.delete(predicted, rows), ddof)) for predicted in (PREDICTED, OTHER)]
        return z[0] - z[1]

    without = np.array([gap(rows) for rows in VISITS])
    error = math.sqrt(3 / 4 * np.square(without - without.mean()).sum())
    reach = stats.t.ppf(0.975, 3) * error
    found = difference_interval(OBSERVED, PREDICTED, OTHER, SUBJECTS, ddof=ddof)
    assert found.z == pytest.approx(gap([]))
    assert (found.z_low, found.z_high) == pytest.approx((gap([]) - reach, gap([]) + reach))
    assert found.p == pytest.approx(2 * stats.t.sf(abs(gap([])) / error, 3))
    assert found.estimate == pytest.approx(ccc(OBSERVED, PREDICTED, ddof) - ccc(OBSERVED, OTHER, ddof))
    assert found.low < found.estimate < found.high
    assert (found.method, found.subjects) == (METHOD, 4)


def test_two_learners_in_the_other_order_have_the_opposite_difference():
    found = difference_interval(OBSERVED, PREDICTED, OTHER, SUBJECTS)
    turned = difference_interval(OBSERVED, OTHER, PREDICTED, SUBJECTS)
    assert (turned.low, turned.high) == pytest.approx((-found.high, -found.low))
    assert (turned.z, turned.p) == pytest.approx((-found.z, found.p))


def test_a_learner_does_not_differ_from_itself():
    found = difference_interval(OBSERVED, PREDICTED, PREDICTED, SUBJECTS)
    assert (found.estimate, found.low, found.high, found.z, found.p) == (0, 0, 0, 0, 1)


def test_a_constant_learner_can_be_compared():
    found = difference_interval(OBSERVED, PREDICTED, np.full(8, 11.0), SUBJECTS)
    assert found.estimate == found.high - (found.high - found.estimate) == pytest.approx(ccc(OBSERVED, PREDICTED))
    assert 0 < found.p < 0.2


def test_too_few_subjects_or_a_perfect_learner_have_no_interval_and_say_so():
    few = difference_interval(OBSERVED[:5], PREDICTED[:5], OTHER[:5], SUBJECTS[:5])
    assert (few.method, few.subjects) == ("none: fewer than 3 subjects", 2)
    perfect = difference_interval(OBSERVED, OBSERVED, OTHER, SUBJECTS)
    assert perfect.method == "none: a CCC is undefined or 1, of all subjects or without one"
    for found in (few, perfect):
        assert math.isfinite(found.estimate)
        assert np.isnan([found.low, found.high, found.z, found.z_low, found.z_high, found.p]).all()


def test_holm_by_hand():
    assert holm([0.04, 0.01, math.nan, 0.03]).tolist() == pytest.approx([0.06, 0.03, math.nan, 0.06], nan_ok=True)
    assert holm([0.5, 0.9]).tolist() == [1.0, 1.0]
    assert holm([]).tolist() == []


@pytest.mark.parametrize(
    ("z", "adjusted", "subjects", "verdict"),
    [
        (0.3, 0.049, FEWEST_FOR_VERDICT, "better"),
        (-0.3, 0.049, FEWEST_FOR_VERDICT, "worse"),
        (0.3, 0.05, FEWEST_FOR_VERDICT, "not shown"),
        (0.3, 0.0, FEWEST_FOR_VERDICT - 1, "none"),
        (math.nan, math.nan, 54, "none"),
    ],
)
def test_verdicts_by_hand(z, adjusted, subjects, verdict):
    assert verdict_of(z, adjusted, subjects) == verdict


def test_the_floor_is_where_a_sign_test_can_reach_five_per_cent_for_33_learners():
    assert 33 * 2 / 2**FEWEST_FOR_VERDICT < 0.05 <= 33 * 2 / 2 ** (FEWEST_FOR_VERDICT - 1)


def test_coverage_at_20_subjects():
    """400 trials of learners with CCC 0.92 and 0.78; the standard error of the coverage is 1.1%."""
    expected = true_ccc(1.5, 3.0), true_ccc(3.0, 5.0)
    shift, gap = np.subtract(*np.arctanh(expected)), np.subtract(*expected)
    found = []
    for seed in range(400):
        observed, (a, b), subjects = unequal_learners(seed, 20, ((1.5, 3.0), (3.0, 5.0)))
        found.append(difference_interval(observed, a, b, subjects))
    assert 0.92 <= np.mean([one.z_low <= shift <= one.z_high for one in found]) <= 0.98
    assert 0.92 <= np.mean([one.low <= gap <= one.high for one in found]) <= 0.98


def test_of_36_learners_equal_to_the_reference_at_most_five_per_cent_are_called_better():
    """200 trials of 20 subjects: that any learner is called better may happen in 5%, with a standard error of 1.5%."""
    wrong = 0
    for seed in range(200):
        observed, (reference, *others), subjects = equal_learners(seed, 20, 37)
        found = [difference_interval(observed, other, reference, subjects) for other in others]
        adjusted = holm([one.p for one in found])
        verdicts = {verdict_of(one.z, p, 20) for one, p in zip(found, adjusted, strict=True)}
        wrong += "better" in verdicts
    assert wrong / 200 <= 0.05 + 2 * 0.015


def test_the_difference_of_maes_the_long_way():
    def gap(rows):
        y, a, b = (np.delete(values, rows) for values in (OBSERVED, PREDICTED, OTHER))
        return np.abs(a - y).mean() - np.abs(b - y).mean()

    without = np.array([gap(rows) for rows in VISITS])
    error = math.sqrt(3 / 4 * np.square(without - without.mean()).sum())
    reach = stats.t.ppf(0.975, 3) * error
    found = mae_difference(OBSERVED, PREDICTED, OTHER, SUBJECTS)
    assert found.estimate == pytest.approx(gap([]))
    assert (found.low, found.high) == (pytest.approx(gap([]) - reach), pytest.approx(gap([]) + reach))
    assert found.p == pytest.approx(2 * stats.t.sf(abs(gap([])) / error, 3))
    assert math.isnan(found.z)


def test_equal_maes_and_too_few_subjects_have_no_verdict():
    same = mae_difference(OBSERVED, PREDICTED, PREDICTED, SUBJECTS)
    assert (same.estimate, same.low, same.high, same.p) == (0, 0, 0, 1)
    few = mae_difference(OBSERVED[:5], PREDICTED[:5], OTHER[:5], SUBJECTS[:5])
    assert few.method == "none: fewer than 3 subjects"
    assert math.isnan(few.p)


def test_the_interval_of_a_difference_of_maes_holds_its_level_in_simulated_trials():
    """400 trials of 20 subjects: 93 to 97% hold the truth; of two equal learners 3 to 7% differ."""
    errors = ((1.5, 3.0), (3.0, 5.0))
    truth = true_mae(*errors[0]) - true_mae(*errors[1])
    held, differ = [], []
    for seed in range(400):
        observed, (a, b), subjects = unequal_learners(seed, 20, errors)
        found = mae_difference(observed, a, b, subjects)
        held.append(found.low <= truth <= found.high)
        observed, (a, b), subjects = unequal_learners(seed, 20, (errors[0], errors[0]))
        differ.append(mae_difference(observed, a, b, subjects).p < 0.05)
    assert 0.925 <= np.mean(held) <= 0.975
    assert 0.03 <= np.mean(differ) <= 0.075
