"""Agreement of changes by hand, and which visits count."""

import math

import pandas as pd
import pytest

from pasi.evaluation.change_agreement import change_agreement
from pasi.evaluation.intervals import ccc_interval
from pasi.evaluation.limits import limits_of_agreement
from two_regions import INDEX

VISITS = pd.DataFrame(
    [
        *[("A", 0, 20.0, 18.0), ("A", 4, 9.0, 10.0), ("A", 12, 1.0, 2.0)],
        *[("B", 0, 30.0, 25.0), ("B", 4, 28.0, 11.0), ("B", 12, 6.0, 7.0)],
        *[("C", 0, 10.0, 8.0), ("C", 4, 4.0, 5.0), ("C", 12, 3.0, 2.0)],
        *[("D", 0, 8.0, 0.0), ("D", 4, 1.0, 1.0)],  # no response: its predicted baseline is clear
    ],
    columns=["subject", "week", "observed", "predicted"],
)
VISITS = VISITS.assign(
    learner="net", part="test", baseline="V0", visit_order=VISITS["week"], visit=[f"V{week}" for week in VISITS["week"]]
)
SUBJECTS = list("AABBCC")


def test_points_by_hand():
    found = change_agreement(VISITS, INDEX)
    data = [11, 19, 2, 24, 6, 7], [8, 16, 14, 18, 3, 6], SUBJECTS
    assert found.points == ccc_interval(*data)
    assert found.points_limits == limits_of_agreement(*data)
    assert (found.visits, found.low) == (6, 2)  # C, by its predicted baseline


def test_per_cent_by_hand():
    found = change_agreement(VISITS, INDEX)
    observed = [55, 95, 200 / 30, 80, 60, 70]
    predicted = [800 / 18, 1600 / 18, 56, 72, 37.5, 75]
    other = ccc_interval(observed, predicted, SUBJECTS)
    assert (found.percent.estimate, found.percent.low) == pytest.approx((other.estimate, other.low))
    limits = limits_of_agreement(observed, predicted, SUBJECTS)
    assert found.percent_limits.upper.high == pytest.approx(limits.upper.high)


def test_a_perfect_predictor_and_no_change_at_all():
    found = change_agreement(VISITS.assign(predicted=VISITS["observed"]), INDEX)
    assert found.percent.estimate == pytest.approx(1)
    assert (found.percent_limits.bias.estimate, found.percent_limits.deviation) == (0, 0)
    nothing = change_agreement(VISITS[VISITS["week"] == 0], INDEX)
    assert nothing.visits == 0
    assert math.isnan(nothing.percent.estimate)


def test_another_bound_of_low_baselines():
    assert change_agreement(VISITS, INDEX, low_baseline=19).low == 4
