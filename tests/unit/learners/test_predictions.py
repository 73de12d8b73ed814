from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pasi.errors import DamagedFileError, InputError, StaleResultError
from pasi.learners.gather import gather_predictions
from pasi.learners.wide import to_wide
from pasi.run_folder import repeat_part
from pasi.storage.tables import read_table, write_table

SPLIT = {"subject": ["a", "b", "t"], "part": ["train", "train", "test"], "fold": np.array([0, 1, -1])}
SCORES = {
    "subject": np.array(["t", "t", "a", "a", "b", "b"], dtype=object),
    "visit": np.array(["1", "1", "1", "2", "1", "1"], dtype=object),
    "region": np.array(["upper", "lower", "upper", "upper", "upper", "lower"], dtype=object),
    "composite": np.array([10.0, 20.0, 30.0, 40.0, 50.0, 60.0]),
}
FOLD = np.array([-1, -1, 0, 0, 1, 1])
TEST = ["learner", "repeat", "subject", "visit", "region", "observed", "predicted", "spread", "learned"]


@pytest.fixture
def network(tmp_path):
    """A function that writes the file of one network; `change` alters its table."""

    def write(learner: str, fold: int, shift: float = 0.0, change=lambda table: table, repeat: int = 0) -> Path:
        rows = np.flatnonzero(np.isin(FOLD, [fold, -1]))[::-1]  # the order of rows must not matter
        table = pd.DataFrame(
            {
                "learner": learner,
                "fold": fold,
                "part": np.where(FOLD[rows] < 0, "test", "oof"),
                **{name: SCORES[name][rows] for name in ("subject", "visit", "region")},
                "observed": SCORES["composite"][rows],
                "predicted": SCORES["composite"][rows] + shift,
                "repeat": repeat,
                "learned": fold != 1,
                "skill": 0.5 - 0.5 * fold + 0.25 * repeat,
            }
        )
        path = tmp_path / "models" / learner / f"fold{fold}{repeat_part(repeat)}" / "predictions.parquet"
        write_table(change(table), path)
        return path

    return write


def gather(paths, split=SPLIT, scores=SCORES):
    return gather_predictions(paths, split, scores, 2)


def faults(paths, split=SPLIT) -> list[str]:
    with pytest.raises(InputError) as caught:
        gather(paths, split)
    return [f"{problem.column}: {problem.found}" for problem in caught.value.problems]


def edit(row: int, column: str, value):
    """A change of one cell."""

    def change(table: pd.DataFrame) -> pd.DataFrame:
        table.loc[row, column] = value
        return table

    return change


def test_two_tables_in_the_order_of_learners_and_of_the_cohort(network):
    paths = [network("zeta", 0, 1.0), network("zeta", 1, 3.0), network("alpha", 0), network("alpha", 1)]
    oof, test = gather(paths)
    names = ["learner", "fold", "repeat", "subject", "visit", "region", "observed", "predicted", "learned", "skill"]
    assert list(oof) == names
    assert oof["learner"].tolist() == ["zeta"] * 4 + ["alpha"] * 4
    assert oof["subject"].tolist() == ["a", "a", "b", "b"] * 2
    assert oof["visit"].tolist() == ["1", "2", "1", "1"] * 2
    assert oof["fold"].tolist() == [0, 0, 1, 1] * 2
    assert oof["predicted"].tolist() == [31, 41, 53, 63, 30, 40, 50, 60]
    assert list(test) == TEST
    assert test["region"].tolist() == ["upper", "lower"] * 2
    assert test["predicted"].tolist() == [12, 22, 10, 20]  # the mean of shifts 1 and 3
    assert test["spread"].tolist() == [1, 1, 0, 0]  # their standard deviation, ddof 0


def test_the_order_of_folds_and_of_cohort_rows_changes_nothing(network):
    paths = [network("net", 0, 1.0), network("net", 1, 3.0)]
    oof, test = gather(paths)
    order = np.array([3, 0, 5, 1, 4, 2])
    other, other_test = gather(paths[::-1], scores={name: values[order] for name, values in SCORES.items()})
    keys = ["subject", "visit", "region"]
    for one, two in ((oof, other), (test, other_test)):
        left, right = (table.sort_values(keys, ignore_index=True) for table in (one, two))
        pd.testing.assert_frame_equal(left, right)


def test_no_test_subject_gives_a_test_table_without_rows(network):
    def without_test(table):
        return table[table["part"] == "oof"]

    scores = {name: values[2:] for name, values in SCORES.items()}
    split = {name: values[:2] for name, values in SPLIT.items()}
    oof, test = gather([network("net", fold, change=without_test) for fold in (0, 1)], split, scores)
    assert len(oof) == 4
    assert len(test) == 0
    assert list(test) == TEST


def test_tables_survive_the_disk(network, tmp_path):
    oof, _ = gather([network("net", 0), network("net", 1)])
    write_table(oof, tmp_path / "oof.parquet")
    read = read_table(tmp_path / "oof.parquet")
    assert read["subject"].tolist() == ["a", "a", "b", "b"]
    assert read["fold"].dtype == np.int64


# Rows of fold 0 as written: a/2/upper, a/1/upper, t/1/lower, t/1/upper.
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda t: pd.concat([t, t[:1]]), ["1 row predicted more than once (a/2/upper)"]),
        (lambda t: t[1:], ["1 row without a prediction (a/2/upper)"]),
        (lambda t: t[:2], ["2 rows without a prediction (t/1/upper, t/1/lower)"]),
        (edit(0, "predicted", np.nan), ["1 row with a prediction that is not finite (a/2/upper)"]),
        (edit(2, "predicted", np.inf), ["1 row with a prediction that is not finite (t/1/lower)"]),
        (edit(1, "observed", 30.1), ["1 row with an observed value that is not the cohort's (a/1/upper)"]),
        (edit(1, "observed", np.nan), ["1 row with an observed value that is not the cohort's (a/1/upper)"]),
        (edit(0, "learner", "other"), ["1 row of another learner, fold or repeat (a/2/upper)"]),
        (edit(0, "fold", 1), ["1 row of another learner, fold or repeat (a/2/upper)"]),
        (edit(0, "repeat", 1), ["1 row of another learner, fold or repeat (a/2/upper)"]),
        (edit(1, "skill", 0.4), ["1 row with another skill than the first row (a/1/upper)"]),
        (edit(1, "learned", False), ["1 row with another skill than the first row (a/1/upper)"]),
        (edit(0, "part", "train"), ["1 row of an unknown part (a/2/upper)"]),
        (edit(2, "part", "oof"), ["1 row of test subjects under oof (t/1/lower)"]),
        (edit(0, "part", "test"), ["1 row of training subjects under test (a/2/upper)"]),
        (
            edit(0, "visit", "9"),
            ["1 row that the cohort lacks (a/9/upper)", "1 row without a prediction (a/2/upper)"],
        ),
    ],
)
def test_each_fault_names_learner_fold_and_rows(network, change, expected):
    found = faults([network("net", 0, change=change), network("net", 1)])
    assert found == [f"net fold 0: {fault}" for fault in expected]


def test_a_network_that_saw_the_subject_is_refused(network):
    swapped = SPLIT | {"fold": np.array([1, 0, -1])}  # the split was edited after the training
    found = faults([network("net", 0), network("net", 1)], swapped)
    assert found[0] == "net fold 0: 2 rows of subjects that this network saw (a/2/upper, a/1/upper)"
    assert found[2].startswith("net fold 1: 2 rows of subjects that this network saw")


def test_all_problems_come_at_once_and_name_the_file(network):
    paths = [
        network("net", 0, change=edit(0, "predicted", np.nan)),
        network("net", 1, change=lambda table: table[1:]),
        network("other", 1),
    ]
    with pytest.raises(InputError) as caught:
        gather(paths)
    assert [problem.column for problem in caught.value.problems] == ["net fold 0", "net fold 1", "other fold 0"]
    assert caught.value.problems[0].file == str(paths[0])
    assert "delete the file and run again" in str(caught.value)
    assert "3 problems" in str(caught.value)


def test_a_missing_and_a_repeated_file(network):
    path = network("net", 0)
    assert faults([path, path]) == ["net fold 0: 2 files", "net fold 1: 0 files"]
    assert faults([path, network("net", 1), network("net", 2)])[-1] == "net fold 2: 1 files"


def test_long_lists_of_rows_are_cut(network):
    found = faults([network("net", 0, change=lambda table: table.assign(predicted=np.nan)), network("net", 1)])
    assert found == ["net fold 0: 4 rows with a prediction that is not finite (a/2/upper, a/1/upper, t/1/lower, ...)"]


def test_paths_and_splits_that_cannot_be_used(network, tmp_path):
    with pytest.raises(ValueError, match=r"models/\{backbone\}/fold\{k\} or "):
        gather([tmp_path / "predictions.parquet"])
    with pytest.raises(ValueError, match="no predictions"):
        gather([])
    with pytest.raises(DamagedFileError, match="is missing"):
        gather([tmp_path / "net" / "fold0" / "predictions.parquet"])
    with pytest.raises(StaleResultError, match="two parts"):
        gather(
            [network("net", 0)],
            {name: [*values, extra] for (name, values), extra in zip(SPLIT.items(), ("a", "test", -1), strict=True)},
        )
    with pytest.raises(StaleResultError, match=r"lacks subjects of the scores: t \(1 in all\)"):
        gather([network("net", 0)], {name: values[:2] for name, values in SPLIT.items()})


def test_wide_has_one_column_a_learner_and_one_row_a_region_visit(network):
    oof, test = gather([network("zeta", 0, 1.0), network("zeta", 1, 1.0), network("alpha", 0), network("alpha", 1)])
    keys, matrix = to_wide(oof, ["alpha", "zeta"])
    assert keys["region"].tolist() == ["upper", "upper", "upper", "lower"]
    assert keys["fold"].tolist() == [0, 0, 1, 1]
    assert matrix.tolist() == [[30, 31], [40, 41], [50, 51], [60, 61]]
    keys, matrix = to_wide(test, ["zeta"])
    assert "fold" not in keys
    assert matrix.tolist() == [[11], [21]]


def test_wide_refuses_a_gap_and_a_repetition(network):
    oof, _ = gather([network("zeta", 0), network("zeta", 1), network("alpha", 0), network("alpha", 1)])
    for broken in (oof[1:], pd.concat([oof[1:], oof[-1:]])):
        with pytest.raises(StaleResultError, match="expected one each"):
            to_wide(broken, ["zeta", "alpha"])


def test_wide_of_an_empty_table():
    keys, matrix = to_wide({name: [] for name in ("learner", "repeat", *SCORES, "observed", "predicted")}, ["net"])
    assert len(keys) == 0
    assert matrix.shape == (0, 1)


def test_the_skill_of_each_network_stands_beside_its_predictions(network):
    """Fold 0 has a skill of 0.5 and learned, fold 1 has 0 and did not: one of two networks behind a test row did."""
    oof, test = gather([network("net", 0), network("net", 1)])
    assert oof["learned"].tolist() == [True, True, False, False]
    assert oof["skill"].tolist() == [0.5, 0.5, 0.0, 0.0]
    assert test["learned"].tolist() == [1, 1]


def test_each_repeat_has_its_rows(network):
    """Out of fold one network a row, on the test set the mean over the folds of a repeat."""
    shifts = {(0, 0): 1.0, (0, 1): 3.0, (1, 0): 10.0, (1, 1): 20.0}
    paths = [network("net", fold, shift, repeat=repeat) for (repeat, fold), shift in shifts.items()]
    oof, test = gather(paths[::-1])
    assert oof["repeat"].tolist() == [0] * 4 + [1] * 4
    assert (oof["predicted"] - oof["observed"]).tolist() == [1, 1, 3, 3, 10, 10, 20, 20]
    assert oof["skill"].tolist() == [0.5, 0.5, 0, 0, 0.75, 0.75, 0.25, 0.25]
    assert test["repeat"].tolist() == [0, 0, 1, 1]
    assert (test["predicted"] - test["observed"]).tolist() == [2, 2, 15, 15]
    assert test["spread"].tolist() == [1, 1, 5, 5]


def test_a_repeat_without_a_file_is_named(network):
    paths = [network("net", 0), network("net", 1), network("net", 0, repeat=1)]
    assert faults(paths) == ["net fold 1 repeat 1: 0 files"]


def with_signs(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(predicted_redness=table["predicted"] / 10, predicted_area=2.0)


def test_predictions_of_signs_are_gathered_beside_those_of_composites(network):
    oof, test = gather([network("net", fold, shift, with_signs) for fold, shift in ((0, 0.0), (1, 10.0))])
    assert oof["predicted_redness"].tolist() == [3, 4, 6, 7]
    assert oof["predicted_area"].tolist() == [2] * 4
    assert test["predicted_redness"].tolist() == [1.5, 2.5]  # means of 1 and 2, and of 2 and 3
    assert list(oof)[-4:] == ["predicted_redness", "predicted_area", "learned", "skill"]


def test_a_training_that_was_taken_over_has_no_predictions_of_signs(network):
    def without(table):
        return with_signs(table).assign(predicted_redness=np.nan, predicted_area=np.nan)

    oof, test = gather([network("net", 0, change=without), network("net", 1, change=with_signs)])
    assert oof["predicted_area"].isna().tolist() == [True, True, False, False]
    assert test["predicted_area"].isna().all()


def test_a_sign_that_is_lacking_in_places_is_refused(network):
    paths = [network("net", 0, change=lambda t: edit(0, "predicted_area", np.nan)(with_signs(t))), network("net", 1)]
    assert faults(paths) == [
        "net fold 0: 1 row without the prediction of a sign or the area (a/2/upper)",
        "net fold 1: the columns predicted",
    ]


def test_wide_takes_the_mean_of_the_repeats(network):
    paths = [network("net", fold, 4.0 * repeat, repeat=repeat) for repeat in (0, 1) for fold in (0, 1)]
    oof, _ = gather(paths)
    keys, matrix = to_wide(oof, ["net"])
    assert len(keys) == 4
    assert matrix[:, 0].tolist() == [32, 42, 52, 62]  # 2 above the observed scores
    with pytest.raises(StaleResultError, match="7 predictions for 1 learners, 2 repeats and 4 rows"):
        to_wide(oof[:-1], ["net"])
