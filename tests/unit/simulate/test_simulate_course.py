"""The counts of the paper (A7), scores that agree with each other (R4, R5), and a course that responds to treatment."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasi.simulate.course import (
    REGIONS,
    WEEKS,
    RegionScore,
    area_score,
    draw_course,
    draw_subjects,
    severity,
)


def reduction(course) -> float:
    return 1 - severity(course[-1]) / severity(course[0])


@pytest.mark.parametrize(
    ("percent", "score"),
    [
        (0, 0),
        (0.1, 1),
        (9.99, 1),
        (10, 2),
        (29.9, 2),
        (30, 3),
        (49.9, 3),
        (50, 4),
        (69.9, 4),
        (70, 5),
        (90, 6),
        (100, 6),
    ],
)
def test_area_score_follows_the_bands_of_r5(percent, score):
    assert area_score(percent) == score


def test_severity_is_equation_2_of_equation_1():
    scores = (RegionScore((2, 1, 1), 12.0), RegionScore((0, 0, 0), 0.0), RegionScore((3, 3, 2), 55.0))
    assert [score.composite for score in scores] == [8, 0, 32]
    assert severity(scores) == 14.4  # 0.2 x 8 + 0.3 x 0 + 0.4 x 32
    assert severity([RegionScore((4, 4, 4), 95.0)] * 3) == 64.8


def test_default_trial_has_the_counts_of_the_paper():
    people = draw_subjects(60, seed=0)
    assert Counter(len(person.visits) for person in people) == {5: 22, 6: 38}
    assert sum(len(person.visits) for person in people) == 338
    assert {person.visits[0] for person in people} == {0}
    assert {person.visits[-1] for person in people} == {len(WEEKS) - 1}
    assert {person.skin_type for person in people} == {"I", "II", "III", "IV", "V", "VI"}


def test_three_of_four_subjects_reach_pasi90_from_a_moderate_to_severe_start():
    courses = [draw_course(person, 0) for person in draw_subjects(60, seed=0)]
    reductions = [reduction(course) for course in courses]
    assert 0.70 <= sum(value >= 0.9 for value in reductions) / 60 <= 0.80
    assert sum(value < 0.4 for value in reductions) == 6
    assert all(12 <= severity(course[0]) <= 45 for course in courses)


@given(count=st.integers(1, 200))
def test_missed_visits_keep_their_share(count):
    missed = sum(len(person.visits) == 5 for person in draw_subjects(count, seed=1))
    assert missed == round(count * 22 / 60)


@given(number=st.integers(0, 29), seed=st.integers(0, 2**31))
def test_every_score_is_allowed_and_zero_exactly_where_nothing_is_covered(number, seed):
    course = draw_course(draw_subjects(30, seed)[number], seed)
    assert len(course) == len(WEEKS)
    for scores in course:
        assert len(scores) == len(REGIONS)
        for score in scores:
            assert all(0 <= grade <= 4 for grade in score.signs)
            assert 0 <= score.area <= 6
            assert (score.area == 0) == (not any(score.signs)) == (score.percent == 0)


def test_course_does_not_depend_on_order_of_drawing():
    people = draw_subjects(8, seed=3)
    forward = [draw_course(person, 3) for person in people]
    backward = [draw_course(person, 3) for person in reversed(people)]
    assert forward == backward[::-1]
    assert forward != [draw_course(person, 4) for person in people]
