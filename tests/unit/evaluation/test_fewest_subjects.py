"""The fewest subjects an endpoint takes are those of the rule itself, tried with two readings that agree throughout."""

from itertools import product

import numpy as np
import pytest

from checkout import CHECKOUT
from pasi.evaluation.endpoint_replay import endpoint_replay
from pasi.evaluation.fewest_subjects import could_license, fewest_subjects
from pasi.evaluation.settings import AcceptanceLimits


def replayed(size: int, other: int, limits: AcceptanceLimits) -> str:
    """The verdict of the rule where all of the first arm respond, and of the other as many as make half of all."""
    answers = np.arange(size + other) < (size + other) // 2
    return endpoint_replay(answers, answers, np.arange(size + other) < size, limits=limits).replacement.verdict


@pytest.mark.parametrize("limits", [AcceptanceLimits(), AcceptanceLimits(margin=0.25), AcceptanceLimits(subjects=60)])
def test_the_rule_licenses_two_readings_that_agree_from_this_number_on(limits):
    fewest = fewest_subjects(limits)
    assert replayed(fewest, fewest, limits) == "may be replaced"
    assert replayed(fewest - 1, fewest - 1, limits) == "cannot be judged"


@pytest.mark.parametrize(("size", "other"), [(50, 50), (51, 51), (50, 51), (40, 60), (40, 400), (19, 400)])
def test_arms_of_unequal_sizes_are_judged_as_the_rule_does(size, other):
    found = could_license(size, other)
    assert (replayed(size, other, AcceptanceLimits()) == "may be replaced") is found


def test_a_disagreement_makes_it_no_easier():
    """Of 50 subjects in each arm up to three answers are read otherwise, in either direction."""
    observed, treated = np.tile([1.0, 0.0], 50), np.arange(100) < 50
    for changed in product([(), (0, 1), (0, 2, 1)], [(), (50, 51), (51,)]):
        predicted = observed.copy()
        places = [place for arm in changed for place in arm]
        predicted[places] = 1 - predicted[places]
        assert endpoint_replay(observed, predicted, treated).replacement.verdict != "may be replaced"


def test_the_document_has_the_number_of_the_default_limits():
    text = " ".join((CHECKOUT / "docs" / "evaluation.md").read_text(encoding="utf-8").split())
    assert f"a learner is licensed from {fewest_subjects()} subjects in each arm" in text
