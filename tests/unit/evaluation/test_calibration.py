"""The calibration line against a direct computation, and the coverage of its intervals in simulated trials."""

import math

import numpy as np
import pytest
from scipy import stats

from pasi.evaluation.calibration import calibration_line
from simulated_trials import nested_scores

SUBJECTS = np.repeat(np.array(["S1", "S2", "S3", "S4"], dtype=object), [2, 3, 1, 2])
OBSERVED = np.array([30.0, 4.0, 18.0, 9.0, 2.0, 12.0, 25.0, 1.0])
PREDICTED = np.array([24.0, 6.0, 19.0, 12.0, 1.0, 8.0, 29.0, 3.0])
VISITS = [[0, 1], [2, 3, 4], [5], [6, 7]]  # rows of each subject


def test_line_and_band_the_long_way():
    """The line of observed on predicted, and without each subject in turn."""
    grid = np.array([0.0, 10.0, 40.0])
    found = calibration_line(OBSERVED, PREDICTED, SUBJECTS, grid)
    slope, intercept = stats.linregress(PREDICTED, OBSERVED)[:2]
    assert (found.slope, found.intercept) == pytest.approx((slope, intercept))
    assert found.line == pytest.approx(intercept + slope * grid)
    without = [stats.linregress(np.delete(PREDICTED, rows), np.delete(OBSERVED, rows))[:2] for rows in VISITS]
    lines = np.array([level + gain * grid for gain, level in without])
    t = stats.t.ppf(0.975, 3)
    reach = t * np.sqrt(3 / 4 * np.square(lines - lines.mean(axis=0)).sum(axis=0))
    assert found.low == pytest.approx(found.line - reach)
    assert found.high == pytest.approx(found.line + reach)
    gains = np.array([gain for gain, _ in without])
    of_slope = t * math.sqrt(3 / 4 * np.square(gains - gains.mean()).sum())
    assert (found.slope_low, found.slope_high) == pytest.approx((slope - of_slope, slope + of_slope))


def test_large_numbers_keep_their_line():
    far, near = (calibration_line(OBSERVED + shift, PREDICTED + shift, SUBJECTS, [shift]) for shift in (1e6, 0))
    assert (far.slope, far.slope_low) == pytest.approx((near.slope, near.slope_low), rel=1e-6)
    assert far.high[0] - 1e6 == pytest.approx(near.high[0], abs=1e-4)


def test_a_perfect_line_has_no_width():
    found = calibration_line(2 * PREDICTED + 1, PREDICTED, SUBJECTS, [0, 5])
    assert (found.slope, found.intercept) == pytest.approx((2, 1))
    assert (found.slope_low, found.slope_high) == pytest.approx((2, 2))
    assert found.low == pytest.approx([1, 11])
    assert found.high == pytest.approx([1, 11])


def test_without_enough_subjects_or_spread():
    few = calibration_line(OBSERVED[:5], PREDICTED[:5], SUBJECTS[:5], [1, 2, 3])
    assert np.isfinite(few.line).all()
    assert np.isnan([few.slope_low, few.slope_high, *few.low, *few.high]).all()
    flat = calibration_line(OBSERVED, np.ones(8), SUBJECTS, [1, 2, 3])
    assert math.isnan(flat.slope)
    assert flat.line.shape == (3,)
    assert np.isnan(flat.line).all()
    dead = calibration_line(OBSERVED, 9 + 1e-6 * PREDICTED, SUBJECTS, [9.0])  # a network that learned nothing
    assert np.isnan([dead.slope, dead.intercept, *dead.line]).all()
    alone = calibration_line([1, 5, 7, 4], [1, 2, 2, 2], ["a", "b", "c", "d"], [1.0])  # without a, nothing varies
    assert math.isfinite(alone.slope)
    assert np.isnan([alone.slope_low, *alone.low]).all()


def test_calibrated_predictions_have_a_slope_of_one_and_the_intervals_cover_it():
    """The score is the prediction and an error of subject and visit; 300 trials of 20 subjects, standard error 1.3%."""
    slopes, held, middle = [], [], []
    for seed in range(300):
        generator = np.random.default_rng(seed)
        predicted, subjects = nested_scores(generator, 20)
        error = generator.normal(0, 2, 20)[subjects] + generator.normal(0, 4, len(subjects))
        found = calibration_line(predicted + error, predicted, subjects, [20.0])
        slopes.append(found.slope)
        held.append(found.slope_low <= 1 <= found.slope_high)
        middle.append(found.low[0] <= 20 <= found.high[0])
    assert np.mean(slopes) == pytest.approx(1, abs=0.02)
    assert 0.91 <= np.mean(held) <= 0.98
    assert 0.91 <= np.mean(middle) <= 0.98
