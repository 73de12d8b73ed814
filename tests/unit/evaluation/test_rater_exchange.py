"""Exchangeability with a rater the long way, and in simulated trials where the truth is known."""

import math
from itertools import combinations

import numpy as np
import pytest

from pasi.evaluation.rater_exchange import rater_exchangeability


def trial(seed, subjects, model_error):
    """Three raters with an error of 2 each; visits of which each rater scores 80%; the model's error is given."""
    generator = np.random.default_rng(seed)
    nested, visits = np.repeat(np.arange(subjects), 5), np.tile(np.arange(5), subjects)
    truth = generator.normal(20, 6, len(nested))
    predicted = truth + generator.normal(0, model_error, len(nested))
    scores = truth[:, None] + generator.normal(0, 2, (len(nested), 3))
    rows, raters = np.nonzero(generator.random(scores.shape) < 0.8)
    return scores[rows, raters], predicted[rows], nested[rows], visits[rows], raters


def long_way(observed, predicted, subjects, visits, _):
    model, raters = [], []
    for key in sorted(set(zip(subjects, visits, strict=True))):
        rows = [i for i, own in enumerate(zip(subjects, visits, strict=True)) if own == key]
        if len(rows) > 1:
            model.append(np.mean([(predicted[i] - observed[i]) ** 2 for i in rows]))
            raters.append(np.mean([(observed[i] - observed[j]) ** 2 for i, j in combinations(rows, 2)]))
    return np.mean(model), np.mean(raters), len(model)


def test_the_long_way():
    data = trial(0, 6, 2)
    found, (model, raters, visits) = rater_exchangeability(*data), long_way(*data)
    assert (found.model, found.raters) == (pytest.approx(model), pytest.approx(raters))
    assert found.ratio.estimate == pytest.approx(model / raters)
    assert found.excess.estimate == pytest.approx(model - raters)
    assert (found.visits, found.ratio.subjects) == (visits, 6)


def test_leaving_a_subject_out_is_leaving_its_rows_out():
    data = trial(0, 5, 2)
    without = [long_way(*(values[data[2] != one] for values in data)) for one in range(5)]
    logs = np.log([model / raters for model, raters, _ in without])
    found = rater_exchangeability(*data).ratio
    reach = 2.776445 * math.sqrt(4 / 5 * np.square(logs - logs.mean()).sum())
    assert found.high == pytest.approx(found.estimate * math.exp(reach), rel=1e-6)


@pytest.mark.parametrize(("model_error", "ratio"), [(0.0, 0.5), (2.0, 1.0), (4.0, 2.5)])
def test_the_truth_is_found_and_covered(model_error, ratio):
    """(model error^2 + 4) / 8, in 200 trials of 20 subjects."""
    found = [rater_exchangeability(*trial(seed, 20, model_error)) for seed in range(200)]
    assert np.mean([one.ratio.estimate for one in found]) == pytest.approx(ratio, rel=0.03)
    assert 0.9 <= np.mean([one.ratio.low <= ratio <= one.ratio.high for one in found]) <= 0.99
    excess = model_error**2 + 4 - 8
    assert 0.9 <= np.mean([one.excess.low <= excess <= one.excess.high for one in found]) <= 0.99


def test_visits_of_one_rater_are_left_out():
    found = rater_exchangeability([10, 12, 50], [11, 11, 0], ["a", "a", "b"], [0, 0, 0], ["R", "S", "R"])
    assert (found.model, found.raters, found.visits, found.ratio.subjects) == (1, 4, 1, 1)
    alone = rater_exchangeability([10, 12], [11, 11], ["a", "b"], [0, 0], ["R", "R"])
    assert math.isnan(alone.model)
    assert math.isnan(alone.ratio.estimate)
    assert math.isnan(rater_exchangeability([], [], [], [], []).model)


def test_raters_that_always_agree_have_no_ratio():
    found = rater_exchangeability([10, 10], [11, 11], ["a", "a"], [0, 0], ["R", "S"])
    assert found.excess.estimate == 1
    assert math.isinf(found.ratio.estimate)


def test_errors():
    with pytest.raises(ValueError, match="the rater of row 0 scored its visit twice: expected one row"):
        rater_exchangeability([1, 2], [3, 3], ["a", "a"], [0, 0], ["R", "R"])
    with pytest.raises(ValueError, match="predicted has 4 in row 1, expected 3 as in the visit's first row"):
        rater_exchangeability([1, 2], [3, 4], ["a", "a"], [0, 0], ["R", "S"])
    with pytest.raises(ValueError, match=r"raters has the shape \(1,\), observed \(2,\)"):
        rater_exchangeability([1, 2], [3, 3], ["a", "a"], [0, 0], ["R"])
    with pytest.raises(ValueError, match=r"visits has the shape \(1,\), subjects \(2,\)"):
        rater_exchangeability([1, 2], [3, 3], ["a", "a"], [0], ["R", "S"])
