"""Two folds that are held out together: as one fold of a split that holds for every check of a split."""

from itertools import combinations

import numpy as np
import pytest

from pasi.config.settings import read_settings
from pasi.errors import SettingError
from pasi.splits.divide import split_cohort
from pasi.splits.pairs import merge_folds, merge_monitored
from pasi.splits.roles import check_split, subject_roles
from pasi.splits.settings import SplitSettings

SPLIT = {
    "subject": np.array(list("ABCDEFT"), dtype=object),
    "part": np.array(["train"] * 6 + ["test"], dtype=object),
    "fold": np.array([0, 0, 1, 1, 2, 2, -1]),
}


def test_the_second_fold_joins_the_first_and_those_above_it_move_down():
    assert merge_folds(SPLIT, 0, 1)["fold"].tolist() == [0, 0, 0, 0, 1, 1, -1]
    assert merge_folds(SPLIT, 0, 2)["fold"].tolist() == [0, 0, 1, 1, 0, 0, -1]
    assert merge_folds(SPLIT, 1, 2)["fold"].tolist() == [0, 0, 1, 1, 1, 1, -1]


@pytest.mark.parametrize("folds", [3, 5])
def test_no_subject_of_either_fold_is_fitted_or_monitored(folds):
    subjects = np.array([f"S{i}" for i in range(20) for _ in range(2)], dtype=object)
    scores = {"subject": subjects, "erythema": np.random.default_rng(0).integers(0, 5, 40).astype(float)}
    settings = read_settings({"splits": {"folds": folds, "restarts": 3, "stratify_on": "erythema"}}).splits
    split = split_cohort(scores, SplitSettings(**settings.model_dump(), seed=0), 1)
    for first, second in combinations(range(folds), 2):
        merged = merge_folds(split.subjects, first, second)
        check_split(merged, folds - 1)
        inner = merge_monitored(split.subjects, split.inner, first, second)
        role = subject_roles(merged, inner, first, "inner")
        for subject, fold in zip(split.subjects["subject"], split.subjects["fold"], strict=True):
            outside = ("test",) if fold == -1 else ("fit", "monitor")
            assert role[subject] in (("held_out",) if fold in (first, second) else outside)
        assert "monitor" in role.values()


def test_the_monitored_subjects_are_those_of_the_first_fold_that_are_in_neither():
    inner = {"fold": np.array([0, 0, 1, 2]), "subject": np.array(["C", "E", "F", "A"], dtype=object)}
    assert merge_monitored(SPLIT, inner, 0, 1)["subject"].tolist() == ["E"]
    assert merge_monitored(SPLIT, inner, 0, 2)["subject"].tolist() == ["C"]


def test_where_none_is_left_they_are_those_of_the_second_fold_or_one_of_the_others():
    inner = {"fold": np.array([0, 1, 2]), "subject": np.array(["C", "E", "A"], dtype=object)}
    assert merge_monitored(SPLIT, inner, 0, 1)["subject"].tolist() == ["E"]
    inner = {"fold": np.array([0, 1, 2]), "subject": np.array(["C", "A", "B"], dtype=object)}
    (chosen,) = merge_monitored(SPLIT, inner, 0, 1)["subject"].tolist()
    assert chosen in ("E", "F")
    turned = {name: values[::-1] for name, values in SPLIT.items()}
    assert merge_monitored(turned, inner, 0, 1)["subject"].tolist() == [chosen]


def test_one_other_subject_cannot_be_both_fitted_and_monitored():
    few = {name: values[np.array([0, 1, 2, 3, 4, 6])] for name, values in SPLIT.items()}
    inner = {"fold": np.array([0]), "subject": np.array(["E"], dtype=object)}
    with pytest.raises(SettingError, match="too few subjects while folds 0 and 1 are held out: 1, at least 2 are need"):
        merge_monitored(few, inner, 0, 1)
