"""Corrected rates by hand, as an identity, and in simulated trials with known errors."""

import math

import numpy as np
import pytest

from pasi.evaluation.misclassification import Judged, Read, corrected_rates
from pasi.evaluation.nested import jackknife_error, student_quantile


def readings(generator: np.random.Generator, truth: np.ndarray, sensitivity: float, specificity: float) -> np.ndarray:
    return generator.random(len(truth)) < np.where(truth, sensitivity, 1 - specificity)


def test_on_the_judged_subjects_of_one_arm_it_gives_back_the_observed_rate():
    generator = np.random.default_rng(0)
    truth = generator.random(40) < 0.6
    read = readings(generator, truth, 0.8, 0.9)
    found = corrected_rates(Judged(truth, read, range(40)), Read(read, range(40), np.ones(40)))
    assert found.treated.estimate == pytest.approx(truth.mean())
    assert math.isnan(found.control.estimate)


def test_a_reader_without_errors_is_not_corrected():
    truth = np.array([1, 1, 0, 0, 1, 0, 1, 0])
    arm = np.repeat([1, 0], 4)
    found = corrected_rates(Judged(truth, truth, range(8)), Read(truth, range(8), arm))
    assert (found.sensitivity, found.specificity) == (1, 1)
    assert (found.treated.estimate, found.control.estimate, found.difference.estimate) == (0.5, 0.5, 0)


def test_leaving_a_subject_out_is_leaving_its_rows_out_of_both_sets():
    generator = np.random.default_rng(1)
    truth = generator.random(60) < 0.5
    read, subjects, arm = readings(generator, truth, 0.85, 0.9), np.arange(60) // 3, np.repeat([1, 0], 30)
    found = corrected_rates(Judged(truth, read, subjects), Read(read, subjects, arm)).difference
    without = []
    for one in range(20):
        own = subjects != one
        sensitivity, specificity = read[own & truth].mean(), 1 - read[own & ~truth].mean()
        apart = read[own & (arm == 1)].mean() - read[own & (arm == 0)].mean()
        without.append(apart / (sensitivity + specificity - 1))
    assert found.high - found.estimate == pytest.approx(student_quantile(0.95, 19) * jackknife_error(np.array(without)))
    assert found.subjects == 20


@pytest.mark.parametrize("shared", [False, True])
def test_the_truth_is_found_and_covered(shared):
    """500 trials of 60 subjects an arm, sensitivity 0.85 and specificity 0.9; judged are they, or 80 others."""
    found = []
    for seed in range(500):
        generator = np.random.default_rng(seed)
        arm = np.repeat([1, 0], 60)
        truth = generator.random(120) < np.where(arm, 0.7, 0.2)
        read = readings(generator, truth, 0.85, 0.9)
        others = generator.random(80) < 0.5
        judged = (
            Judged(truth, read, range(120))
            if shared
            else Judged(others, readings(generator, others, 0.85, 0.9), range(200, 280))
        )
        found.append(corrected_rates(judged, Read(read, range(120), arm)))
    for name, true in (("treated", 0.7), ("control", 0.2), ("difference", 0.5)):
        rates = [getattr(one, name) for one in found]
        assert np.mean([rate.estimate for rate in rates]) == pytest.approx(true, abs=0.015)
        assert 0.92 <= np.mean([rate.low <= true <= rate.high for rate in rates]) <= 0.98
    assert np.mean([one.apparent_treated - one.apparent_control for one in found]) == pytest.approx(0.375, abs=0.01)


def test_a_coin_corrects_nothing_and_rates_stay_rates():
    coin = corrected_rates(Judged([1, 1, 0, 0], [1, 0, 1, 0], range(4)), Read([1, 0], [8, 9], [1, 0]))
    assert math.isnan(coin.treated.estimate)
    judged = Judged([1] * 10 + [0] * 10, [1] * 8 + [0] * 2 + [0] * 9 + [1], range(20))
    ends = corrected_rates(judged, Read([1] * 5 + [0] * 5, range(20, 30), np.repeat([1, 0], 5)))
    assert (ends.treated.estimate, ends.control.estimate, ends.difference.estimate) == (1, 0, 1)


def test_errors():
    with pytest.raises(ValueError, match="treated has 2 in row 0, expected 0 or 1"):
        corrected_rates(Judged([1], [1], ["a"]), Read([1], ["a"], [2]))
    with pytest.raises(ValueError, match="observed has 1 rows, predicted 2: expected as many"):
        corrected_rates(Judged([1], [1], ["a"]), Read([1], ["a"], [1, 0]))
