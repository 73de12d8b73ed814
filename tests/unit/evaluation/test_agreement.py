"""Intervals for visits nested in subjects, against a direct computation, and their coverage in simulated trials."""

import math

import numpy as np
import pytest
from scipy import stats

from other_intervals import bootstrap_t_interval
from pasi.evaluation.intervals import ccc_interval, mae_interval
from pasi.evaluation.metrics import ccc, mae

SUBJECTS = np.repeat(np.array(["S1", "S2", "S3", "S4"], dtype=object), [2, 3, 1, 2])
OBSERVED = np.array([30.0, 4.0, 18.0, 9.0, 2.0, 12.0, 25.0, 1.0])
PREDICTED = np.array([24.0, 6.0, 19.0, 12.0, 1.0, 8.0, 29.0, 3.0])
VISITS = [[0, 1], [2, 3, 4], [5], [6, 7]]  # rows of each subject


def simulated_trial(seed, subjects):
    """Five or six visits per subject; score variance 25 + 36, prediction = score + subject bias (1.5) + noise (3)."""
    generator = np.random.default_rng(seed)
    nested = np.repeat(np.arange(subjects), generator.choice([5, 6], subjects))
    observed = 20 + generator.normal(0, 5, subjects)[nested] + generator.normal(0, 6, len(nested))
    noise = generator.normal(0, 1.5, subjects)[nested] + generator.normal(0, 3, len(nested))
    return observed, observed + noise, nested


TRUE_CCC = 2 * 61 / (61 + 61 + 2.25 + 9)
TRUE_MAE = math.sqrt(11.25 * 2 / math.pi)


def jackknifed(statistic):
    """The estimates without one subject, computed from the rows of the others."""
    return np.array([statistic(np.delete(OBSERVED, rows), np.delete(PREDICTED, rows)) for rows in VISITS])


@pytest.mark.parametrize("ddof", [0, 1])
def test_ccc_interval_the_long_way(ddof):
    z = np.arctanh(jackknifed(lambda y, p: ccc(y, p, ddof)))
    error = math.sqrt(3 / 4 * np.square(z - z.mean()).sum())
    center = math.atanh(ccc(OBSERVED, PREDICTED, ddof))
    expected = np.tanh([center - stats.t.ppf(0.975, 3) * error, center + stats.t.ppf(0.975, 3) * error])
    found = ccc_interval(OBSERVED, PREDICTED, SUBJECTS, ddof=ddof)
    assert found.estimate == ccc(OBSERVED, PREDICTED, ddof)
    assert (found.low, found.high) == pytest.approx(tuple(expected))
    assert (found.method, found.subjects) == ("subject jackknife-t on Fisher's z", 4)


def test_mae_interval_the_long_way():
    without = np.log(jackknifed(mae))
    reach = stats.t.ppf(0.95, 3) * math.sqrt(3 / 4 * np.square(without - without.mean()).sum())
    found = mae_interval(OBSERVED, PREDICTED, SUBJECTS, level=0.9)
    center = math.log(mae(OBSERVED, PREDICTED))
    assert (found.low, found.high) == pytest.approx((math.exp(center - reach), math.exp(center + reach)))


def test_mae_interval_by_hand():
    """Two visits more for c, errors 1, 1 and 4, 4, 4: without a subject 13 / 4, 13 / 4, and 2 / 2."""
    found = mae_interval([0] * 5, [1, -1, 4, -4, 4], ["a", "b", "c", "c", "c"])
    reach = 4.302653 * math.sqrt(2 / 3 * (2 / 3) * math.log(13 / 4) ** 2)
    assert (found.estimate, found.method, found.subjects) == (2.8, "subject jackknife-t on log MAE", 3)
    assert (found.low, found.high) == pytest.approx((2.8 * math.exp(-reach), 2.8 * math.exp(reach)))


@pytest.mark.parametrize("predicted", [[0, 0, 0], [0, 5, 0]])
def test_an_mae_of_zero_has_no_logarithm_and_so_no_interval(predicted):
    found = mae_interval([0, 0, 0], predicted, ["a", "b", "c"])
    assert found.method == "none: the MAE is 0, of all subjects or without one"
    assert math.isnan(found.low)
    assert math.isnan(found.high)


@pytest.mark.parametrize("interval", [ccc_interval, mae_interval])
def test_the_order_of_visits_and_the_names_of_subjects_do_not_matter(interval):
    order = np.random.default_rng(0).permutation(len(OBSERVED))
    renamed = np.array([f"{subject}-{subject}" for subject in SUBJECTS])[order]
    found, expected = (
        interval(OBSERVED[order], PREDICTED[order], renamed),
        interval(OBSERVED, PREDICTED, SUBJECTS),
    )
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))


def test_a_higher_level_is_wider():
    narrow, wide = (ccc_interval(OBSERVED, PREDICTED, SUBJECTS, level=level) for level in (0.8, 0.99))
    assert wide.low < narrow.low < narrow.estimate < narrow.high < wide.high < 1


def test_fewer_than_three_subjects_give_no_interval_and_say_so():
    two = SUBJECTS[:5]
    for found in (
        ccc_interval(OBSERVED[:5], PREDICTED[:5], two),
        mae_interval(OBSERVED[:5], PREDICTED[:5], two),
    ):
        assert math.isfinite(found.estimate)
        assert math.isnan(found.low)
        assert math.isnan(found.high)
        assert (found.method, found.subjects) == ("none: fewer than 3 subjects", 2)
    assert math.isnan(ccc_interval([], [], []).estimate)
    assert mae_interval([], [], []).subjects == 0


def test_perfect_or_undefined_concordance_has_no_interval():
    assert math.isnan(ccc_interval(OBSERVED, OBSERVED, SUBJECTS).low)
    flat = ccc_interval(OBSERVED, np.full(8, 7.0), SUBJECTS)
    assert (flat.estimate, flat.method) == (0, "none: all observed or all predicted values are equal")
    assert math.isnan(flat.low)
    assert math.isnan(flat.high)
    alone = ccc_interval([1, 5, 5, 5], [1, 5, 5, 5], ["a", "b", "c", "d"])  # without a, nothing varies
    assert math.isnan(alone.high)
    assert alone.method == "none: CCC undefined or 1, of all subjects or without one"


def test_errors():
    with pytest.raises(ValueError, match=r"subjects has the shape \(4,\), observed \(8,\)"):
        ccc_interval(OBSERVED, PREDICTED, SUBJECTS[:4])
    with pytest.raises(ValueError, match="predicted has nan in row 0"):
        mae_interval([1.0], [math.nan], ["a"])


def test_large_numbers_keep_their_variance():
    found, expected = (ccc_interval(OBSERVED + shift, PREDICTED + shift, SUBJECTS) for shift in (1e6, 0))
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), rel=1e-6)


@pytest.mark.parametrize(("subjects", "least"), [(6, 0.92), (40, 0.93)])
def test_coverage_in_simulated_trials(subjects, least):
    """Coverage of 95% intervals in 1,000 trials; the standard error of the coverage is 0.7%."""
    trials = [simulated_trial(seed, subjects) for seed in range(1000)]
    concordance, error = ([interval(*trial) for trial in trials] for interval in (ccc_interval, mae_interval))
    assert least <= np.mean([found.low <= TRUE_CCC <= found.high for found in concordance]) <= 0.97
    assert least <= np.mean([found.low <= TRUE_MAE <= found.high for found in error]) <= 0.97


def test_a_bootstrap_of_subjects_covers_as_much_with_40_of_them():
    """Bootstrap-t on log MAE, which docs/evaluation.md compares with the jackknife, in the same 1,000 trials."""
    found = [bootstrap_t_interval(*simulated_trial(seed, 40), draws=500) for seed in range(1000)]
    assert 0.93 <= np.mean([one.low <= TRUE_MAE <= one.high for one in found]) <= 0.97
