"""Deming's line: against the principal axis, and in a trial whose line is known."""

import math

import numpy as np
import pytest

from pasi.evaluation.deming import deming_line


def test_the_line_is_the_principal_axis():
    generator = np.random.default_rng(1)
    observed = generator.normal(20, 8, 40)
    predicted = 3 + 0.8 * observed + generator.normal(0, 4, 40)
    _, axes = np.linalg.eigh(np.cov(observed, predicted))
    slope = axes[1, 1] / axes[0, 1]
    found = deming_line(observed, predicted, np.arange(40) // 4)
    assert found.slope.estimate == pytest.approx(slope)
    assert found.intercept.estimate == pytest.approx(predicted.mean() - slope * observed.mean())
    assert found.slope.low < slope < found.slope.high


def test_errors_of_both_readings_do_not_flatten_it():
    """Least squares gives 0.8 here, the reliability of the observed scores."""
    generator = np.random.default_rng(2)
    true = generator.normal(20, 10, 50_000)
    observed, predicted = (true + generator.normal(0, 5, true.size) for _ in range(2))
    assert deming_line(observed, predicted, np.arange(true.size)).slope.estimate == pytest.approx(1, abs=0.02)
    assert np.polyfit(observed, predicted, 1)[0] == pytest.approx(0.8, abs=0.02)


def test_exchanging_the_readings_inverts_the_line():
    observed, predicted, subjects = [1, 5, 9, 4, 8, 2], [2, 4, 11, 5, 6, 1], [*"AABBCC"]
    one, other = deming_line(observed, predicted, subjects), deming_line(predicted, observed, subjects)
    assert one.slope.estimate == pytest.approx(1 / other.slope.estimate)


def test_scores_that_do_not_vary_together_have_no_line():
    found = deming_line([1, 1, 3, 3], [1, 3, 1, 3], [*"ABCD"])
    assert math.isnan(found.slope.estimate)
    assert found.intercept.method.startswith("none: undefined")
