"""Weighted kappa against scikit-learn, against R's documented example, as a concordance, and in simulated trials."""

import math

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from pasi.evaluation.kappa import weighted_kappa
from pasi.evaluation.metrics import ccc

# SexualFun of the R package vcd (Hout et al. 1987): Kappa() prints 0.1293 unweighted and 0.2374 with linear weights.
SEXUAL_FUN = np.array([[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]])
ROWS, COLUMNS = (np.repeat(place.ravel(), SEXUAL_FUN.ravel()) for place in np.indices((4, 4)))


@pytest.mark.parametrize(("weights", "kappa"), [("none", 0.1293), ("linear", 0.2374)])
def test_the_example_of_vcd(weights, kappa):
    found = weighted_kappa(ROWS, COLUMNS, np.arange(91), weights=weights)
    assert found.kappa.estimate == pytest.approx(kappa, abs=5e-5)
    assert found.table.tolist() == SEXUAL_FUN.tolist()


@pytest.mark.parametrize("weights", ["none", "linear", "quadratic"])
def test_against_scikit_learn(weights):
    theirs = cohen_kappa_score(ROWS, COLUMNS, weights=None if weights == "none" else weights)
    assert weighted_kappa(ROWS, COLUMNS, np.arange(91), weights=weights).kappa.estimate == pytest.approx(theirs)


def test_the_interval_of_single_visits_is_close_to_that_of_vcd():
    """vcd prints a standard error of 0.07832 for linear weights."""
    found = weighted_kappa(ROWS, COLUMNS, np.arange(91), weights="linear").kappa
    assert found.high - found.low == pytest.approx(2 * 1.96 * 0.07832, rel=0.05)


def test_quadratic_weights_give_the_concordance_of_the_numbers():
    found = weighted_kappa(ROWS, COLUMNS, np.arange(91) // 4)
    assert found.kappa.estimate == pytest.approx(ccc(ROWS, COLUMNS))
    from pasi.evaluation.intervals import ccc_interval

    other = ccc_interval(ROWS, COLUMNS, np.arange(91) // 4)
    assert (found.kappa.low, found.kappa.high) == pytest.approx((other.low, other.high))


def test_categories_that_nobody_has_change_nothing():
    one, other = (weighted_kappa(ROWS * step, COLUMNS * step, np.arange(91), weights="none") for step in (1, 2))
    assert one.kappa.estimate == pytest.approx(other.kappa.estimate)


def test_shares_of_agreement():
    found = weighted_kappa([0, 1, 2, 2], [0, 2, 2, 0], list("aabb"))
    assert (found.exact, found.adjacent) == (0.5, 0.75)


def test_undefined_perfect_and_few():
    assert math.isnan(weighted_kappa([1, 1], [1, 1], ["a", "b"]).kappa.estimate)
    perfect = weighted_kappa([0, 1, 2], [0, 1, 2], ["a", "b", "c"])
    assert perfect.kappa.estimate == 1
    assert math.isnan(perfect.kappa.low)
    nothing = weighted_kappa([], [], [])
    assert math.isnan(nothing.kappa.estimate)
    assert math.isnan(nothing.exact)


def test_errors():
    with pytest.raises(ValueError, match=r"predicted has 0\.5 in row 1, expected the number of a category"):
        weighted_kappa([0, 1], [0, 0.5], ["a", "b"])
    with pytest.raises(ValueError, match="observed has -1 in row 0"):
        weighted_kappa([-1, 1], [0, 1], ["a", "b"])


def test_coverage_in_simulated_trials():
    """Bands of a score and of the same with an error by subject and visit; the truth is that of a million visits."""

    def bands(seed, subjects):
        generator = np.random.default_rng(seed)
        nested = np.arange(subjects).repeat(5)
        score = 12 + generator.normal(0, 5, subjects)[nested] + generator.normal(0, 6, len(nested))
        error = generator.normal(0, 1.5, subjects)[nested] + generator.normal(0, 3, len(nested))
        return (np.searchsorted([3, 10, 20], values) for values in (score, score + error)), nested

    (y, p), nested = bands(1, 200_000)
    truth = cohen_kappa_score(y, p, weights="quadratic")
    held = []
    for seed in range(300):
        (y, p), nested = bands(seed + 2, 20)
        found = weighted_kappa(y, p, nested).kappa
        held.append(found.low <= truth <= found.high)
    assert 0.91 <= np.mean(held) <= 0.98
