"""Prediction-powered means by the formula of the papers, and in simulated studies with known truth."""

import math

import numpy as np
import pytest
from scipy import stats

from pasi.evaluation.prediction_powered import prediction_powered_mean


def test_the_formula_with_all_weight_on_the_model():
    """Scores 10, 14, 12 read as 9, 15, 13; four others as 8, 12, 16, 20: 14 + (12 - 37 / 3)."""
    found = prediction_powered_mean([10, 14, 12], [9, 15, 13], [8, 12, 16, 20], weight=1)
    assert found.mean.estimate == pytest.approx(14 + 12 - 37 / 3)
    error = math.sqrt(np.var([1, -1, -1], ddof=1) / 3 + np.var([8, 12, 16, 20], ddof=1) / 4)
    assert found.error == pytest.approx(error)
    assert found.mean.high - found.mean.estimate == pytest.approx(stats.t.ppf(0.975, 2) * error)
    assert found.gain == pytest.approx(np.var([10, 14, 12], ddof=1) / 3 / error**2)


def test_without_weight_it_is_the_mean_of_the_physicians():
    found = prediction_powered_mean([10, 14, 12], [9, 15, 13], [8, 12, 16, 20], weight=0)
    assert found.mean == found.physicians
    assert found.gain == 1
    expected = stats.t.interval(0.95, 2, 12, stats.sem([10, 14, 12]))
    assert (found.mean.low, found.mean.high) == pytest.approx(expected)


def test_the_weight_has_the_least_variance():
    generator = np.random.default_rng(0)
    truth = generator.normal(10, 3, 400)
    read = truth + generator.normal(0, 2, 400)
    y, f, others = truth[:80], read[:80], read[80:]
    best = prediction_powered_mean(y, f, others)
    assert all(
        best.error <= prediction_powered_mean(y, f, others, weight=w).error + 0.005 for w in np.linspace(0, 1, 21)
    )
    expected = np.cov(y, f)[0, 1] / ((1 + 80 / 320) * np.var(read, ddof=1))
    assert best.weight == pytest.approx(expected)


def test_a_useless_model_costs_nothing():
    generator = np.random.default_rng(1)
    y = generator.normal(0, 1, 200)
    found = prediction_powered_mean(y, generator.normal(0, 1, 200), generator.normal(0, 1, 2000))
    assert found.weight < 0.15
    assert found.gain == pytest.approx(1, abs=0.03)
    worse = prediction_powered_mean(y, -y, generator.normal(0, 1, 2000))
    assert worse.weight == 0


@pytest.mark.parametrize(("weight", "bias"), [(1.0, 2.0), (None, 2.0), (None, 0.0)])
def test_the_truth_is_covered_whatever_the_bias_of_the_model(weight, bias):
    """1,000 studies: 40 of 240 scored, truth 10 with a deviation of 3, the model's error 1.5 about its bias."""
    held, gains = [], []
    for seed in range(1000):
        generator = np.random.default_rng(seed)
        truth = generator.normal(10, 3, 240)
        read = truth + bias + generator.normal(0, 1.5, 240)
        found = prediction_powered_mean(truth[:40], read[:40], read[40:], weight=weight)
        held.append(found.mean.low <= 10 <= found.mean.high)
        gains.append(found.gain)
    assert 0.935 <= np.mean(held) <= 0.97
    assert np.mean(gains) > 2  # 9 / (2.25 + 9 x 40 / 200) and above


@pytest.mark.parametrize("rate", [0.05, 0.5, 0.86])
def test_rates_of_few_subjects_are_covered(rate):
    held = []
    for seed in range(1000):
        generator = np.random.default_rng(seed)
        truth = generator.random(50) < rate
        read = generator.random(50) < np.where(truth, 0.8, 0.1)
        found = prediction_powered_mean(truth[:20], read[:20], read[20:])
        held.append(found.mean.low <= rate <= found.mean.high)
    assert 0.93 <= np.mean(held) <= 1.0


def test_what_has_no_interval():
    few = prediction_powered_mean([1, 0], [1, 0], [1, 0, 0])
    assert (few.mean.method, few.physicians.method) == ("none: fewer than 3 scored subjects",) * 2
    assert math.isnan(few.mean.low)
    flat = prediction_powered_mean([4, 4, 4], [4, 4, 4], [4, 4])
    assert math.isnan(flat.mean.low)
    assert math.isnan(prediction_powered_mean([], [], [1, 0]).mean.estimate)
    alone = prediction_powered_mean([1, 0, 1, 1], [1, 0, 0, 1], [])
    assert (alone.weight, alone.mean.estimate, alone.gain) == (0, 0.75, 1)
    assert alone.mean == alone.physicians
