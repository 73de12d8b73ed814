"""The table of the networks without two folds, gathered from files by hand, and what is wrong with such files."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pasi.errors import InputError
from pasi.learners.pairs import gather_pairs
from pasi.storage.tables import write_table

SPLIT = {"subject": ["a", "b", "c", "t"], "part": ["train"] * 3 + ["test"], "fold": np.array([0, 1, 2, -1])}
SCORES = {
    "subject": np.array(["t", "a", "b", "b", "c"], dtype=object),
    "visit": np.array(["1", "1", "1", "2", "1"], dtype=object),
    "region": np.array(["trunk"] * 5, dtype=object),
    "composite": np.array([10.0, 20.0, 30.0, 40.0, 50.0]),
}
FOLD = np.array([-1, 0, 1, 1, 2])
PAIRS = [(0, 1), (0, 2), (1, 2)]


@pytest.fixture
def network(tmp_path):
    """A function that writes the file of one network, whose predictions are 1 for each fold number too high."""

    def write(first: int, second: int, **changes) -> Path:
        rows = np.flatnonzero(np.isin(FOLD, [first, second, -1]))[::-1]
        table = pd.DataFrame(
            {
                "learner": "net",
                "fold": first,
                "part": np.where(FOLD[rows] < 0, "test", "oof"),
                **{name: SCORES[name][rows] for name in ("subject", "visit", "region")},
                "observed": SCORES["composite"][rows],
                "predicted": SCORES["composite"][rows] + first + second,
                "repeat": 0,
                "learned": True,
                "skill": 0.5,
            }
        ).assign(**changes)
        path = tmp_path / "models" / "net" / f"folds{first}-{second}" / "predictions.parquet"
        write_table(table, path)
        return path

    return write


def faults(paths) -> list[str]:
    with pytest.raises(InputError) as caught:
        gather_pairs(paths, SPLIT, SCORES, 3)
    return [f"{problem.column}: {problem.found}" for problem in caught.value.problems]


def test_each_visit_is_there_once_for_every_other_fold(network):
    table = gather_pairs([network(*pair) for pair in PAIRS], SPLIT, SCORES, 3)
    names = ["learner", "fold", "without", "repeat", "subject", "visit", "region", "observed", "predicted"]
    assert list(table) == names
    found = sorted(table[["subject", "visit", "fold", "without", "predicted"]].itertuples(index=False, name=None))
    assert found == [
        ("a", "1", 0, 1, 21.0),
        ("a", "1", 0, 2, 22.0),
        ("b", "1", 1, 0, 31.0),
        ("b", "1", 1, 2, 33.0),
        ("b", "2", 1, 0, 41.0),
        ("b", "2", 1, 2, 43.0),
        ("c", "1", 2, 0, 52.0),
        ("c", "1", 2, 1, 53.0),
    ]


def test_a_missing_file_is_named_with_both_folds(network):
    assert faults([network(0, 1), network(1, 2)]) == ["net folds 0 and 2: 0 files"]


def test_rows_of_a_subject_that_the_network_saw_are_refused(network):
    paths = [network(*pair) for pair in PAIRS]
    table = pd.read_parquet(paths[0])
    seen = table.iloc[[0]].assign(subject="c", visit="1", part="oof", observed=50.0)
    write_table(pd.concat([table, seen]), paths[0])
    (text,) = faults(paths)
    assert text == "net folds 0 and 1: 1 row of subjects that this network saw (c/1/trunk)"


def test_a_training_without_one_fold_is_no_pair(network, tmp_path):
    path = network(0, 1).rename(tmp_path / "models" / "net" / "folds0-1" / "other.parquet")
    (tmp_path / "models" / "net" / "fold0").mkdir()
    moved = path.rename(tmp_path / "models" / "net" / "fold0" / "predictions.parquet")
    with pytest.raises(ValueError, match="is of a training without one fold, expected two"):
        gather_pairs([moved], SPLIT, SCORES, 3)
