"""What every fold needs to be trained: enough composites to fit, whose targets differ."""

import numpy as np
import pytest

from pasi.config.settings import read_settings
from pasi.errors import SettingError
from pasi.planning.trainable import check_trainable
from pasi.splits.divide import split_cohort
from pasi.splits.settings import SplitSettings

INDEX = {
    "signs": [{"name": name, "maximum": 4, "step": 1} for name in ("rust", "rot")],
    "area": None,
    "regions": [{"name": "leaf", "weight": 1, "photos": 1}],
}


def check(rust: dict[str, list[int]], *, folds: int = 2, rot: int = 1, honest: bool = False, **training) -> None:
    """Check a cohort of subjects with these grades, one a visit, without a test set."""
    subjects = [subject for subject, grades in rust.items() for _ in grades]
    grades = np.array([grade for grades in rust.values() for grade in grades], float)
    scores = {"subject": np.array(subjects, object), "rust": grades, "rot": np.full(len(grades), float(rot))}
    scores["composite"] = scores["rust"] + scores["rot"]
    splits = {"folds": folds, "test_fraction": 0, "stratify_on": "rust", "restarts": 3}
    sections = {"splits": splits, "training": {"weights": "none", **training}, "stacking": {"honest": honest}}
    settings = read_settings({"index": INDEX, **sections})
    split = split_cohort(scores, SplitSettings(**settings.splits.model_dump(), seed=0), 1)
    check_trainable(scores, split, settings)


def refusal(*arguments, **options) -> str:
    with pytest.raises(SettingError) as error:
        check(*arguments, **options)
    return str(error.value)


def test_one_visit_of_each_of_four_subjects_leaves_one_to_fit_in_two_folds():
    text = refusal({subject: [number] for number, subject in enumerate("ABCD")})
    assert text.startswith(
        "too few composites to fit: 1 while fold 0 is held out, 1 while fold 1 is held out, at least 2 are needed; "
        "change splits.folds (more folds leave more to fit)"
    )


@pytest.mark.parametrize(
    ("rust", "options"),
    [
        ({subject: [number] for number, subject in enumerate("ABCD")}, {"folds": 4}),
        ({subject: [number] for number, subject in enumerate("ABCD")}, {"monitor": "heldout"}),
        ({"A": [0, 4], "B": [1, 3], "C": [2, 0], "D": [4, 1]}, {}),
    ],
)
def test_what_the_message_advises_is_enough(rust, options):
    check(rust, **options)


def test_what_is_left_without_two_folds_is_checked_where_it_is_trained():
    """Six subjects of one visit in three folds: a pair leaves two, of whom one is monitored."""
    grades = {subject: [number % 5] for number, subject in enumerate("ABCDEF")}
    check(grades, folds=3)
    text = refusal(grades, folds=3, honest=True)
    assert text.startswith("too little to fit while folds 0 and 1 are held out, as stacking.honest wants: 1 composite,")
    check({subject: [number % 5, (number + 2) % 5] for number, subject in enumerate("ABCDEF")}, folds=3, honest=True)


def test_equal_targets_are_told_once_for_all_folds():
    text = refusal({subject: [3, 3] for subject in "ABCDEF"}, folds=3)
    assert text.startswith("nothing to learn while fold 0, 1, 2 is held out: all composites that are fitted have the")
    assert "the same composite score; correct the grades in data/trial/scores.csv" in text


def test_one_sign_that_differs_is_enough_for_components():
    grades = {subject: [number % 4, 3] for number, subject in enumerate("ABCDEF")}
    check(grades, target="components")
    assert "have the same grades" in refusal({subject: [2, 2] for subject in "ABCDEF"}, target="components")
