"""Limits of agreement against published examples of Bland and Altman (1986 and 2007), and in simulated trials."""

import math

import numpy as np
import pytest

from pasi.evaluation.limits import limits_of_agreement
from pasi.evaluation.repeatability import repeatability
from simulated_trials import unequal_learners

# Cardiac output by radionuclide ventriculography and impedance cardiography: Bland and Altman 2007, Table 1.
EJECTION = {
    1: ([7.83, 7.42, 7.89, 7.12, 7.88], [6.57, 5.62, 6.90, 6.57, 6.35]),
    2: ([6.16, 7.26, 6.71, 6.54], [4.06, 4.29, 4.26, 4.09]),
    3: ([4.75, 5.24, 4.86, 4.78, 6.05, 5.42], [4.71, 5.50, 5.08, 5.02, 6.01, 5.67]),
    4: ([4.21, 3.61, 3.72, 3.87, 3.92], [4.14, 4.20, 4.61, 4.68, 5.04]),
    5: ([3.13, 2.98, 2.85, 3.17, 3.09, 3.12], [3.03, 2.86, 2.77, 2.46, 2.32, 2.43]),
    6: ([5.92, 6.42, 5.92, 6.27], [5.90, 5.81, 5.70, 5.76]),
    7: ([7.13, 6.62, 6.58, 6.93], [5.09, 4.63, 4.61, 5.09]),
    8: ([4.54, 4.81, 5.11, 5.29, 5.39, 5.57], [4.72, 4.61, 4.36, 4.20, 4.36, 4.20]),
    9: ([4.48, 4.92, 3.97], [3.17, 3.12, 2.96]),
    10: ([4.22, 4.65, 4.74, 4.44, 4.50], [4.35, 4.62, 3.16, 3.53, 3.53]),
    11: ([6.78, 6.07, 6.52, 6.42, 6.41, 5.76], [7.20, 6.09, 7.00, 7.10, 7.40, 6.80]),
    12: ([5.06, 4.72, 4.90, 4.80, 4.90, 5.10], [4.50, 4.20, 3.80, 3.80, 4.20, 4.50]),
}
SUBJECTS = np.repeat(list(EJECTION), [len(ventriculography) for ventriculography, _ in EJECTION.values()])
VENTRICULOGRAPHY, IMPEDANCE = (np.concatenate(values) for values in zip(*EJECTION.values(), strict=True))

# Peak expiratory flow rate, in l/min, of 17 subjects, twice by each of two meters: Bland and Altman 1986, Table 1.
FIRST_LARGE = [494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427]
SECOND_LARGE = [490, 397, 512, 401, 470, 611, 415, 431, 638, 429, 420, 633, 275, 492, 165, 372, 421]
FIRST_MINI = [512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451]
SECOND_MINI = [525, 415, 508, 444, 500, 625, 460, 390, 642, 432, 420, 605, 227, 467, 268, 370, 443]
LARGE, MINI = np.array([FIRST_LARGE, SECOND_LARGE]), np.array([FIRST_MINI, SECOND_MINI])
READ_TWICE = np.tile(np.arange(17), 2)


def test_the_bias_of_the_first_peak_flow_readings_is_the_published_one():
    """Published: -2.1 l/min, 95% interval -22.0 to 17.8."""
    found = limits_of_agreement(MINI[0], LARGE[0], np.arange(17)).bias
    assert [round(number, 1) for number in (found.estimate, found.low, found.high)] == [-2.1, -22.0, 17.8]


def test_the_limits_of_the_first_peak_flow_readings_are_the_published_ones():
    """Published: -79.7 and 75.5 l/min, by 2 standard deviations of 38.8 and not 1.96, about a rounded bias."""
    found = limits_of_agreement(MINI[0], LARGE[0], np.arange(17))
    assert round(found.deviation, 1) == 38.8
    lower, upper = (found.bias.estimate + sign * 2 * found.deviation for sign in (-1, 1))
    assert (lower, upper) == pytest.approx((-79.7, 75.5), abs=0.1)
    assert found.upper.estimate == found.bias.estimate + 1.96 * found.deviation
    assert found.upper.low < found.upper.estimate < found.upper.high


def test_the_spread_of_one_peak_flow_difference_is_the_published_one():
    """Published: 37.7 l/min for single readings, from the means of two (33.2) and the repeats of each meter.

    The paper takes the repeats of the two meters for independent. Here the first reading is paired with the first and
    the second with the second, so that the variance lacks half the mean product of their repeats, which chance made.
    """
    found = limits_of_agreement(MINI.ravel(), LARGE.ravel(), READ_TWICE)
    by_chance = np.mean((LARGE[0] - LARGE[1]) * (MINI[0] - MINI[1])) / 2
    assert round(math.sqrt(found.deviation**2 + by_chance), 1) == 37.7
    assert found.bias.estimate == pytest.approx(np.mean(LARGE - MINI))
    assert found.upper.estimate == pytest.approx(found.bias.estimate + 1.96 * 37.7, abs=0.2)
    assert found.lower.estimate == pytest.approx(found.bias.estimate - 1.96 * 37.7, abs=0.2)


@pytest.mark.parametrize(("readings", "within"), [(LARGE, 15.3), (MINI, 19.9)])
def test_the_repeats_of_both_meters_are_the_published_ones(readings, within):
    """Published (Bland and Altman 1999, section 2): standard deviations within subjects of 15.3 and 19.9 l/min."""
    found = repeatability(readings.ravel(), READ_TWICE, READ_TWICE)
    assert round(found.deviation.estimate, 1) == within


def test_the_example_of_bland_and_altman():
    """Published: mean squares 4.2091 and 0.1707, divisor 4.98, variance 0.9813, limits -1.339 and 2.544."""
    found = limits_of_agreement(IMPEDANCE, VENTRICULOGRAPHY, SUBJECTS)
    assert found.bias.estimate == pytest.approx(0.6021667, abs=1e-7)
    assert found.visit**2 == pytest.approx(0.170714026, abs=1e-7)
    assert found.subject**2 == pytest.approx((4.2090856 - 0.170714026) / 4.9818182, rel=1e-6)
    assert found.deviation == pytest.approx(0.99062408, abs=1e-7)
    assert found.lower.estimate == pytest.approx(-1.3394565, abs=1e-6)
    assert found.upper.estimate == pytest.approx(2.5437899, abs=1e-6)


def test_methods_and_bounds():
    found = limits_of_agreement(IMPEDANCE, VENTRICULOGRAPHY, SUBJECTS)
    assert found.bias.method == "subject jackknife-t"
    assert found.upper.method == "subject jackknife-t of bias and variance, joined (MOVER)"
    assert found.lower.low < found.lower.estimate < found.lower.high < found.bias.estimate
    assert found.bias.estimate < found.upper.low < found.upper.estimate < found.upper.high
    assert found.upper.subjects == 12


def test_exchanging_the_methods_mirrors_the_limits():
    found = limits_of_agreement(IMPEDANCE, VENTRICULOGRAPHY, SUBJECTS)
    other = limits_of_agreement(VENTRICULOGRAPHY, IMPEDANCE, SUBJECTS)
    assert (other.lower.estimate, other.lower.low, other.lower.high) == pytest.approx(
        (-found.upper.estimate, -found.upper.high, -found.upper.low)
    )


def test_the_order_of_visits_does_not_matter():
    order = np.random.default_rng(0).permutation(len(SUBJECTS))
    one, other = (
        limits_of_agreement(IMPEDANCE[rows], VENTRICULOGRAPHY[rows], SUBJECTS[rows]) for rows in (order, slice(None))
    )
    assert (one.upper.low, one.upper.high) == pytest.approx((other.upper.low, other.upper.high))


def test_subjects_that_do_not_differ_have_no_variance_between_them():
    """MSB = 0, MSW = 2 and n0 = 2: the variance is 0 / 2 + (1 - 1 / 2) 2."""
    found = limits_of_agreement([0] * 4, [-1, 1, -1, 1], ["a", "a", "b", "b"])
    assert (found.subject, found.visit, found.deviation) == (0, math.sqrt(2), 1)


def test_a_second_visit_of_one_subject_by_hand():
    """1, 3 of a, 4 of b, 8 of c: N = 4, n0 = (4 - 6 / 4) / 2 = 1.25, MSB = (2 2^2 + 0 + 4^2) / 2 = 12, MSW = 2."""
    found = limits_of_agreement([0] * 4, [1, 3, 4, 8], ["a", "a", "b", "c"])
    assert (found.bias.estimate, found.visit**2) == (4, pytest.approx(2))
    assert found.subject**2 == pytest.approx((12 - 2) / 1.25)
    assert found.deviation**2 == pytest.approx(12 / 1.25 + 2 / 5)


@pytest.mark.parametrize("second", [-0.5, 0.0, 1.0])
def test_a_second_visit_of_one_subject_of_twenty_barely_moves_the_limits(second):
    """Beside 20 differences of one visit each, a second one of any subject that is like the others."""
    once = np.random.default_rng(0).normal(0.5, 1, 20)
    before = limits_of_agreement(np.zeros(20), once, np.arange(20))
    for subject in range(20):
        twice, nested = np.append(once, second), np.append(np.arange(20), subject)
        after = limits_of_agreement(np.zeros(21), twice, nested)
        assert after.deviation == pytest.approx(before.deviation, rel=0.05)
        for one, other in ((before.lower, after.lower), (before.upper, after.upper)):
            moved = np.subtract([one.estimate, one.low, one.high], [other.estimate, other.low, other.high])
            assert np.abs(moved).max() < 0.25 * before.deviation


def test_a_second_visit_that_repeats_the_first_leaves_the_limits_near_those_of_one_visit():
    """Nothing within the subject, MSW = 0: n0 = (21 - 23 / 21) / 19 alone divides the mean square between subjects."""
    once = np.tile([-1.0, 1.0], 10)
    found = limits_of_agreement(np.zeros(21), np.append(once, once[0]), np.append(np.arange(20), 0))
    mean = -1 / 21
    between = (2 * (-1 - mean) ** 2 + 9 * (-1 - mean) ** 2 + 10 * (1 - mean) ** 2) / 19
    assert found.deviation**2 == pytest.approx(between / ((21 - 23 / 21) / 19))
    assert found.deviation == pytest.approx(np.std(once, ddof=1), rel=0.01)


def test_one_visit_a_subject_tells_no_parts_apart():
    found = limits_of_agreement([0, 0, 0], [1, 2, 3], ["a", "b", "c"])
    assert found.bias.estimate == 2
    assert math.isnan(found.subject)
    assert math.isnan(found.visit)
    assert (found.deviation, found.upper.estimate) == (1, 3.96)
    assert found.upper.low < 3.96 < found.upper.high


def test_nothing_one_subject_and_a_perfect_predictor():
    assert math.isnan(limits_of_agreement([], [], []).bias.estimate)
    assert math.isnan(limits_of_agreement([1, 2], [2, 2], ["a", "a"]).upper.estimate)
    found = limits_of_agreement(IMPEDANCE, IMPEDANCE, SUBJECTS)
    assert (found.bias.estimate, found.lower.estimate, found.upper.estimate) == (0, 0, 0)
    assert math.isnan(found.upper.high)


def test_errors():
    with pytest.raises(ValueError, match=r"subjects has the shape \(1,\), observed \(2,\)"):
        limits_of_agreement([1, 2], [1, 2], ["a"])


@pytest.mark.parametrize(("subjects", "least", "most"), [(6, 0.94, 0.99), (20, 0.93, 0.98)])
def test_coverage_in_simulated_trials(subjects, least, most):
    """The upper limit of an error of 1.5 by subject and 3 by visit, in 400 trials; standard error 1.1%."""
    truth = 1.96 * math.hypot(1.5, 3)
    held = []
    for seed in range(400):
        observed, (predicted,), nested = unequal_learners(seed, subjects, [(1.5, 3.0)])
        upper = limits_of_agreement(observed, predicted, nested).upper
        held.append(upper.low <= truth <= upper.high)
    assert least <= np.mean(held) <= most
