"""Virtual physicians: without error they see the truth, with it they differ as much as Fink's did."""

import doctest
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pasi.simulate.raters
from pasi.simulate.course import RegionScore, draw_course, draw_subjects, severity
from pasi.simulate.design import Arm, Design
from pasi.simulate.raters import HIGHEST, Rater, draw_raters, index_values, read_course, true_grades
from pasi.simulate.trial import simulate_trial
from pasi.storage.tables import read_table

PEOPLE = draw_subjects(60, 0)
COURSES = [draw_course(person, 0) for person in PEOPLE]


def readings(rater: Rater) -> np.ndarray:
    """PASI of all visits of the default trial by one rater."""
    read = [
        index_values(read_course(rater, person, course, 0))[list(person.visits)]
        for person, course in zip(PEOPLE, COURSES, strict=True)
    ]
    return np.concatenate(read)


def mean_difference(pairs) -> float:
    return float(np.mean([np.abs(one - other).mean() for one, other in pairs]))


def test_raters_differ_from_each_other_and_from_themselves_as_in_fink_2018():
    raters = draw_raters(40, 0)
    between = mean_difference(combinations([readings(rater) for rater in raters[:20]], 2))
    again = mean_difference((readings(one), readings(Rater(100 + one.number, one.bias, 1.0))) for one in raters[:20])
    truth = np.concatenate([index_values(true_grades(course)) for course in COURSES])
    assert truth.mean() == pytest.approx(8.8, abs=0.3)  # Fink's mean, so that 3.3 and 2.2 points are comparable
    assert between == pytest.approx(3.3, abs=0.35)
    assert again == pytest.approx(2.2, abs=0.15)


def test_worked_example_of_a_bias():
    course = ((RegionScore((2, 1, 0), 12.0), RegionScore((0, 0, 0), 0.0), RegionScore((4, 3, 2), 95.0)),)
    harsh, mild = (Rater(0, bias, 0.0) for bias in ((1.0, 0.6, 0.4, 1.0), (-2.0, -1.0, 0.0, 0.0)))
    assert read_course(harsh, PEOPLE[0], course, 0).tolist() == [[[3, 2, 0, 3], [0, 0, 0, 0], [4, 4, 2, 6]]]
    assert read_course(mild, PEOPLE[0], course, 0).tolist() == [[[0, 0, 0, 0], [0, 0, 0, 0], [2, 2, 2, 6]]]


@settings(max_examples=25)
@given(number=st.integers(0, 59), seed=st.integers(0, 2**31), factor=st.floats(0, 5))
def test_every_reading_is_a_grade_and_none_at_all_where_the_skin_is_clear(number, seed, factor):
    for rater in draw_raters(2, seed, factor):
        read, truth = read_course(rater, PEOPLE[number], COURSES[number], seed), true_grades(COURSES[number])
        assert ((read >= 0) & (read <= HIGHEST)).all()
        assert ((read[..., 3] > 0) == read[..., :3].any(axis=-1)).all()
        assert (read[truth[..., 3] == 0] == 0).all()
        if factor == 0:
            assert (read == truth).all()


def test_a_rater_depends_on_neither_the_number_of_raters_nor_the_other_subjects():
    assert draw_raters(3, 1)[:2] == draw_raters(2, 1)
    assert draw_raters(1, 1) != draw_raters(1, 2)


def test_the_index_of_grades_is_that_of_the_course():
    for course in COURSES[:5]:
        assert index_values(true_grades(course)) == pytest.approx([severity(scores) for scores in course])
    assert doctest.testmod(pasi.simulate.raters).failed == 0


def test_without_error_all_raters_give_the_truth(tmp_path):
    simulate_trial(tmp_path, subjects=4, tables_only=True, design=Design(raters=2, rater_error=0.0))
    scores, raters, truth = (read_table(tmp_path / f"{name}.csv") for name in ("scores", "raters", "truth"))
    for name in ("subject", "visit", "week", "region", "erythema", "induration", "desquamation", "area"):
        assert scores[name].tolist() == truth[name].tolist()
        assert raters[name].tolist() == 2 * truth[name].tolist()
    assert raters["rater"].tolist() == ["R1"] * len(truth["area"]) + ["R2"] * len(truth["area"])


def test_the_scores_are_those_of_the_first_rater_and_the_truth_is_that_of_a_trial_without_raters(tmp_path):
    arms = (Arm("placebo", 0.0), Arm("active", 1.0))
    simulate_trial(tmp_path / "plain", subjects=6, tables_only=True, design=Design(arms))
    simulate_trial(tmp_path / "rated", subjects=6, tables_only=True, design=Design(arms, raters=3))
    plain, scores, raters, truth = (
        read_table(tmp_path / path)
        for path in ("plain/scores.csv", "rated/scores.csv", "rated/raters.csv", "rated/truth.csv")
    )
    assert {path.name for path in (tmp_path / "plain").iterdir()} == {"photos.csv", "scores.csv"}
    for name in ("erythema", "induration", "desquamation", "area"):
        assert raters[name][raters["rater"] == "R1"].tolist() == scores[name].tolist()
        assert truth[name].tolist() == plain[name].tolist() != scores[name].tolist()
    assert scores["arm"].tolist() == plain["arm"].tolist()
