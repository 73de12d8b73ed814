"""Arms of a stated success, and what may be asked of a design."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pasi.simulate.course import draw_course, draw_subjects, severity
from pasi.simulate.design import Arm, Design, design_subjects

ARMS = (Arm("placebo", 0.1), Arm("active", 0.75))


def test_without_arms_the_subjects_are_those_of_the_default_trial():
    assert design_subjects(60, 3) == draw_subjects(60, 3)


def test_the_success_of_an_arm_is_its_true_rate_of_pasi90():
    people = design_subjects(80, 5, ARMS)
    reached = Counter()
    for person in people:
        course = draw_course(person, 5)
        reached[person.arm] += severity(course[-1]) <= 0.1 * severity(course[0]) + 1e-9
    assert Counter(person.arm for person in people) == {"placebo": 40, "active": 40}
    assert reached == {"placebo": 4, "active": 30}  # 0.1 and 0.75 of 40


def test_those_who_do_not_respond_fully_are_divided_as_in_the_default_trial():
    kinds = Counter((person.arm, person.response) for person in design_subjects(200, 0, ARMS))
    assert kinds["placebo", "partial"] == 54  # 90 of 100 at 15 to 10
    assert kinds["placebo", "none"] == 36


@settings(max_examples=25)
@given(count=st.integers(1, 40), seed=st.integers(0, 99))
def test_arms_change_nothing_else_about_a_subject(count, seed):
    plain = draw_subjects(count, seed)
    for own, before in zip(design_subjects(count, seed, ARMS), plain, strict=True):
        assert replace(own, arm=before.arm, response=before.response) == before
    sizes = Counter(own.arm for own in design_subjects(count, seed, ARMS))
    assert max(sizes.values()) - min(sizes.get(arm.name, 0) for arm in ARMS) <= 1


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"arms": (Arm("a", 0.1), Arm("a", 0.2))}, "the arms are called 'a', 'a': expected another name for each"),
        ({"arms": (Arm("", 0.1),)}, "the arms are called ''"),
        ({"arms": (Arm("a", 1.5),)}, "arm a has a success of 1.5, expected a share from 0 to 1"),
        ({"raters": -1}, "cannot make -1 raters with 1 times the error"),
        ({"rater_error": -0.5}, "cannot make 0 raters with -0.5 times the error"),
    ],
)
def test_what_makes_no_design_is_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        Design(**wrong)
