"""The change of a rate on the same subjects: Tango's interval against the likelihood, and its coverage."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize

from pasi.evaluation.paired_rates import paired_rates

Z = 1.959963984540054


def readings(both: int, less: int, more: int, neither: int) -> tuple[np.ndarray, np.ndarray]:
    counts = [both, less, more, neither]
    return np.repeat([1, 1, 0, 0], counts), np.repeat([1, 0, 1, 0], counts)


def score_the_long_way(change: float, less: int, more: int, size: int) -> float:
    """The score statistic with the probability of `less` that maximises the likelihood of the three counts."""

    def against(q: float) -> float:
        cells = np.array([q, q + change, 1 - 2 * q - change])
        with np.errstate(divide="ignore", invalid="ignore"):
            terms = np.array([less, more, size - less - more]) * np.log(np.maximum(cells, 1e-300))
        return -float(terms.sum())

    low, high = max(0.0, -change), (1 - change) / 2
    q = optimize.minimize_scalar(against, bounds=(low, high), method="bounded", options={"xatol": 1e-12}).x
    return (more - less - size * change) / math.sqrt(size * (2 * q + change - change**2))


@pytest.mark.parametrize("counts", [(9, 4, 1, 6), (43, 1, 0, 0), (30, 2, 8, 20), (5, 3, 3, 5)])
def test_at_its_bounds_the_score_is_the_normal_quantile(counts):
    _, less, more, _ = counts
    found, size = paired_rates(*readings(*counts)), sum(counts)
    assert (found.observed_only, found.predicted_only) == (less, more)
    assert (
        found.change.estimate == pytest.approx((more - less) / size) == pytest.approx(found.predicted - found.observed)
    )
    assert score_the_long_way(found.change.low, less, more, size) == pytest.approx(Z, abs=1e-3)
    assert score_the_long_way(found.change.high, less, more, size) == pytest.approx(-Z, abs=1e-3)


@pytest.mark.parametrize("size", [3, 35, 100])
def test_agreement_of_few_subjects_proves_little(size):
    """z^2 / (n + z^2): within 0.1 from 35 subjects on."""
    found = paired_rates(np.ones(size), np.ones(size)).change
    assert (found.low, found.high) == pytest.approx((-(Z**2) / (size + Z**2), Z**2 / (size + Z**2)))
    assert (found.high <= 0.1) == (size >= 35)


@given(counts=st.tuples(*(st.integers(0, 30) for _ in range(4))).filter(any))
def test_the_interval_holds_the_estimate_and_turns_with_the_readers(counts):
    both, less, more, neither = counts
    found, back = paired_rates(*readings(*counts)).change, paired_rates(*readings(both, more, less, neither)).change
    assert -1 <= found.low <= found.estimate + 1e-9
    assert found.estimate - 1e-9 <= found.high <= 1
    assert (back.low, back.high) == pytest.approx((-found.high, -found.low), abs=1e-9)


@pytest.mark.parametrize("cells", [(0.8, 0.06, 0.02, 0.12), (0.4, 0.1, 0.2, 0.3)])
def test_coverage_in_simulated_trials(cells):
    drawn = np.random.default_rng(0).multinomial(40, cells, size=1000)
    found = [paired_rates(*readings(*counts)).change for counts in drawn]
    held = [one.low <= cells[2] - cells[1] <= one.high for one in found]
    assert 0.93 <= np.mean(held) <= 0.985


def test_nobody_and_errors():
    assert math.isnan(paired_rates([], []).change.low)
    with pytest.raises(ValueError, match=r"observed has 0\.5 in row 0, expected 0 or 1"):
        paired_rates([0.5], [1])
