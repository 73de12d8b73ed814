"""Means over time and slopes of subjects, by hand."""

import math

import pytest

from pasi.evaluation.course_agreement import course_agreement
from pasi.evaluation.metrics import ccc

WEEKS, SUBJECTS = [0, 4, 12] * 3, [*"AAABBBCCC"]
OBSERVED, PREDICTED = [12, 8, 0, 20, 12, 4, 16, 16, 8], [10, 8, 2, 18, 14, 6, 16, 12, 8]


def test_means_over_time_and_slopes_by_hand():
    """Areas over 12 weeks: A 40 + 32 = 72, B 64 + 64, C 64 + 96; read as 36 + 40, 64 + 80, 56 + 80."""
    found = course_agreement(OBSERVED, PREDICTED, SUBJECTS, WEEKS)
    observed, predicted = [72 / 12, 128 / 12, 160 / 12], [76 / 12, 144 / 12, 136 / 12]
    assert found.area.estimate == pytest.approx(ccc(observed, predicted))
    assert found.area_bias.estimate == pytest.approx((4 + 16 - 24) / 12 / 3)
    # Weeks about their mean 16/3: -16/3, -4/3, 20/3, of squares 224/3. A slopes by (-64 - 32/3 + 0) / (224/3)
    slopes = [[-1.0, -9 / 7, -5 / 7], [-19 / 28, -1.0, -9 / 14]]
    assert found.slope.estimate == pytest.approx(ccc(*slopes))
    assert found.slope_bias.estimate == pytest.approx((sum(slopes[1]) - sum(slopes[0])) / 3)
    assert found.subjects == 3


def test_a_subject_with_one_week_does_not_count_and_two_visits_of_a_week_are_their_mean():
    found = course_agreement([4, 2, 9, 6, 4, 0], [5, 3, 1, 6, 8, 0], [*"AABCCC"], [0, 4, 0, 0, 0, 4])
    assert found.subjects == 2
    assert found.area_bias.estimate == pytest.approx(((4 - 3) + (3.5 - 2.5)) / 2)


def test_without_two_subjects_there_is_nothing():
    found = course_agreement([4, 2, 9], [5, 3, 1], [*"AAB"], [0, 4, 0])
    assert found.subjects == 1
    assert math.isnan(found.area.estimate)
    assert found.slope_bias.method == "none: fewer than 2 subjects"


def test_a_week_that_is_not_known_is_named():
    with pytest.raises(ValueError, match="weeks has nan in row 1"):
        course_agreement([4, 2], [5, 3], [*"AA"], [0, math.nan])
