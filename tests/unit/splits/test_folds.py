"""Every stage reads the split through these checks: each fault is refused by name, each fold gives every role."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasi.errors import DamagedFileError, StaleResultError
from pasi.splits.roles import check_split, read_split, subject_roles
from pasi.storage.tables import write_table


def table(*rows):
    """Columns subject, part, fold from rows "S1 train 0"."""
    cells = [row.split() for row in rows]
    return {
        "subject": np.array([subject for subject, *_ in cells], dtype=object),
        "part": np.array([part for _, part, _ in cells], dtype=object),
        "fold": np.array([int(fold) for *_, fold in cells]),
    }


ROWS = ("S1 train 0", "S2 train 1", "S3 train 1", "S4 train 2", "S5 test -1", "S6 train 0")
SPLIT = table(*ROWS)
INNER = {"fold": np.array([0, 1, 2]), "subject": np.array(["S2", "S4", "S1"], dtype=object)}


def test_a_sound_split_is_read_as_it_was_written(tmp_path):
    path = tmp_path / "subjects.parquet"
    write_table(SPLIT, path)
    split = read_split(path, folds=3)
    assert {name: column.tolist() for name, column in split.items()} == {k: v.tolist() for k, v in SPLIT.items()}


def test_no_test_subject_is_a_sound_split():
    check_split(table("S1 train 0", "S2 train 1"), 2)


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ("S5 train 0", r"subject S5 is in two parts \(test, train\)"),
        ("S1 train 2", "subject S1 is in folds 0, 2"),
        ("S1 train 0", "subject S1 is listed 2 times"),
        ("S7 train 3", "subject S7 has fold 3, expected 0 to 2"),
        ("S7 train -1", "subject S7 has fold -1, expected 0 to 2"),
        ("S7 test 1", "test subject S7 has fold 1, expected -1"),
        ("S7 validation 1", "subject S7 is in part validation, expected train or test"),
    ],
)
def test_a_wrong_row_is_refused(tmp_path, extra, message):
    path = tmp_path / "subjects.parquet"
    write_table(table(*ROWS, extra), path)
    with pytest.raises(StaleResultError, match=f"subjects.parquet: .*{message}.*Delete it and run again"):
        read_split(path, 3)


def test_empty_folds_are_refused():
    with pytest.raises(StaleResultError, match="fold 3 has no subject"):
        check_split(SPLIT, 4)
    # A gap is found although the number of folds is not given.
    with pytest.raises(StaleResultError, match="fold 1 has no subject"):
        check_split(table("S1 train 0", "S2 train 2"))
    with pytest.raises(StaleResultError, match="no subject is in part train"):
        check_split(table("S1 test -1"))


def test_all_faults_are_told_at_once_up_to_twenty():
    with pytest.raises(StaleResultError) as caught:
        check_split(table("A train 0", "A test -1", "B train 7"), 2)
    assert str(caught.value).startswith("the split: subject A is in two parts (test, train); subject B has fold 7")
    assert "fold 1 has no subject" in str(caught.value)
    with pytest.raises(StaleResultError, match="and 11 more"):
        check_split(table(*(f"S{number} train 9" for number in range(30))), 1)


def test_folds_that_are_not_whole_numbers_are_refused():
    with pytest.raises(DamagedFileError, match="column fold holds float64, expected whole numbers"):
        check_split({**SPLIT, "fold": SPLIT["fold"] + 0.5})


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DamagedFileError, match=r"subjects\.parquet is missing"):
        read_split(tmp_path / "subjects.parquet")


def test_roles_with_monitored_subjects():
    expected = {"S1": "held_out", "S2": "monitor", "S3": "fit", "S4": "fit", "S5": "test", "S6": "held_out"}
    assert subject_roles(SPLIT, INNER, 0, "inner") == expected


def test_roles_with_the_held_out_fold_monitored():
    expected = {"S1": "fit", "S2": "held_out", "S3": "held_out", "S4": "fit", "S5": "test", "S6": "fit"}
    assert subject_roles(SPLIT, INNER, 1, "heldout") == expected


@pytest.mark.parametrize(("subject", "found"), [("S1", "held-out"), ("S5", "test"), ("S9", "not in the split")])
def test_a_monitored_subject_outside_the_other_folds_is_refused(subject, found):
    inner = {"fold": [0, 0], "subject": ["S2", subject]}
    with pytest.raises(
        StaleResultError, match=rf"fold 0 monitors subjects .*: {subject} \({found}\); make the split again"
    ):
        subject_roles(SPLIT, inner, 0, "inner")


def test_nobody_monitored_or_fitted_is_refused():
    with pytest.raises(StaleResultError, match=r"fold 0 has no monitored subject.*training\.monitor: heldout"):
        subject_roles(SPLIT, {"fold": [1], "subject": ["S4"]}, 0, "inner")
    with pytest.raises(StaleResultError, match="no subject is left to fit while fold 0 is held out"):
        subject_roles(SPLIT, {"fold": [0] * 3, "subject": ["S2", "S3", "S4"]}, 0, "inner")


def test_unknown_folds_and_monitors_are_refused():
    for fold in (3, -1):
        with pytest.raises(ValueError, match=f"fold {fold} is not in the split, which has folds 0 to 2"):
            subject_roles(SPLIT, INNER, fold, "inner")
    with pytest.raises(ValueError, match=r"training\.monitor is 'outer', expected inner or heldout"):
        subject_roles(SPLIT, INNER, 0, "outer")


@given(st.lists(st.integers(-1, 3), min_size=2, max_size=20))
def test_every_subject_is_held_out_once_or_tested(fold):
    """Over the folds, each training subject is held out exactly once and test subjects never are."""
    names = [f"S{number}" for number in range(len(fold))]
    split = {"subject": names, "part": ["test" if number < 0 else "train" for number in fold], "fold": fold}
    folds = max(fold) + 1
    if set(range(folds)) - set(fold) or folds < 2:
        with pytest.raises(StaleResultError):
            check_split(split, max(folds, 2))
        return
    check_split(split, folds)
    every = [subject_roles(split, {}, number, "heldout") for number in range(folds)]
    for subject, number in zip(names, fold, strict=True):
        found = [role[subject] for role in every]
        assert found.count("held_out") == (number >= 0)
        assert found.count("test") == (folds if number < 0 else 0)
