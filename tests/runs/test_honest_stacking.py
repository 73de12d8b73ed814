"""Networks without each pair of folds: what adding them trains, what rests on them, and what a lost one costs."""

import json
import shutil

import numpy as np
import pytest
import yaml

from pasi.storage.tables import read_table
from small_run import CONFIG, make_copy, planned, run

BACKBONE = "shufflenet_v2_x0_5"
FOLDS = 3
SETTINGS = {
    **CONFIG,
    "splits": {"restarts": 5, "folds": FOLDS},
    "training": {**CONFIG["training"], "backbones": [BACKBONE], "max_epochs": 1},
    "stacking": {"learners": ["mean", "nnls"]},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A copy in which the learners of a plain run are fitted."""
    made = make_copy(tmp_path_factory.mktemp("honest"))
    configure(made, honest=False)
    run(made, "stack")
    return made


def configure(folder, **stacking):
    (folder / "small.yaml").write_text(yaml.safe_dump({**SETTINGS, "stacking": {**SETTINGS["stacking"], **stacking}}))


def out_of_fold(folder, learner):
    """Predictions and weights of each fold."""
    table = read_table(folder / f"results/stacking/{learner}.parquet")
    model = json.loads((folder / f"results/stacking/{learner}.json").read_text())
    return table["predicted"][table["part"] == "oof"], model


def test_pairs_are_added_alone_and_a_lost_one_is_trained_alone(folder):
    plain, first = {name: out_of_fold(folder, name) for name in ("mean", "nnls")}, sorted(folder.rglob("fold?"))
    kept = {file: file.read_bytes() for place in first for file in place.iterdir()}
    configure(folder, honest=True)
    assert planned(folder, "stack") == {"train_pair": 3, "gather_pairs": 1, "fit_learner": 2}
    run(folder, "stack")
    assert {file: file.read_bytes() for file in kept} == kept
    trained = folder / "results/models" / BACKBONE
    assert sorted(place.name for place in trained.glob("folds*")) == ["folds0-1", "folds0-2", "folds1-2"]
    assert not list(trained.rglob("checkpoints"))

    pairs, oof = (read_table(folder / f"results/{name}.parquet") for name in ("pairs", "oof"))
    assert len(pairs["fold"]) == (FOLDS - 1) * len(oof["fold"])
    assert (pairs["fold"] != pairs["without"]).all()
    for name, (predicted, model) in plain.items():
        again, honest = out_of_fold(folder, name)
        assert honest["coefficients"] == model["coefficients"]
        assert np.array_equal(again, predicted) is (name == "mean")

    shutil.rmtree(trained / "folds1-2")
    assert planned(folder, "stack", "train") == {"train_pair": 1, "gather_pairs": 1, "fit_learner": 2}
    configure(folder, honest=False)
    assert planned(folder, "stack", "train") == {"fit_learner": 2}
