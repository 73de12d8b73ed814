"""All tables at once: whose rows on the test part they have, and that nothing out of fold depends on it."""

import numpy as np
import pandas as pd
import pytest

from pasi.evaluation.judgement import Judging, Predictions, evaluation_tables, read_out_of_fold
from pasi.evaluation.optimism import Optimism
from pasi.evaluation.sealed_rows import shown_learners
from pasi.evaluation.selection import best_learner
from pasi.evaluation.settings import LIMITS
from pasi.storage.json_files import write_json
from pasi.storage.tables import write_table
from two_regions import INDEX

SUBJECTS = 7  # the last two are the test set
JUDGING = Judging("mae", (), (), Optimism(), LIMITS, least_skill=0.1, ccc_ddof=0, draws=20, seed=0)
OF_THE_CHOSEN = {"chosen", "baseline_mean"}


def rows(learner: str, shift: float) -> pd.DataFrame:
    """Rows of one learner: two visits of each subject, its predictions too high by `shift` and a wave."""
    keys = [(s, v, r) for s in range(SUBJECTS) for v in range(2) for r in INDEX.region_names]
    subject = np.array([key[0] for key in keys])
    observed = np.array([5.0 * s + 2 * v + (r == INDEX.region_names[0]) for s, v, r in keys])
    wave = np.resize([0.5, -0.25, 0.75], len(keys))
    return pd.DataFrame(
        {
            "learner": learner,
            "part": np.where(subject < SUBJECTS - 2, "oof", "test"),
            "fold": np.where(subject < SUBJECTS - 2, subject % 2, -1),
            "repeat": 0,
            "subject": [f"s{s}" for s, _, _ in keys],
            "visit": [f"v{v}" for _, v, _ in keys],
            "region": [r for _, _, r in keys],
            "observed": observed,
            "predicted": observed + shift + wave,
            "skill": 0.5,
        }
    )


def columns(frame: pd.DataFrame) -> dict[str, np.ndarray]:
    return {name: frame[name].to_numpy(dtype=object if frame[name].dtype == "str" else None) for name in frame}


def make_predictions(test_shift: float = 0.0) -> Predictions:
    """Two networks, their mean, and a baseline; `test_shift` is added to every prediction on the test part."""
    tables = {name: rows(name, shift) for name, shift in (("chosen", 1.0), ("other", 2.0), ("mean", 1.5))}
    tables["baseline_mean"] = rows("baseline_mean", 9.0)
    for table in tables.values():
        table.loc[table["part"] == "test", "predicted"] += test_shift
    networks = pd.concat([tables["chosen"], tables["other"]])
    is_test = networks["part"] == "test"
    test = networks[is_test].drop(columns=["part", "fold"]).assign(spread=0.0)
    split = tables["chosen"].drop_duplicates("subject")[["subject", "fold"]]
    split = split.assign(part=np.where(split["fold"] < 0, "test", "train"))
    labels = dict.fromkeys(INDEX.label_names, 1.0)
    scores = tables["chosen"][["subject", "visit", "region"]].assign(**labels, baseline="v0")
    scores["composite"] = tables["chosen"]["observed"]
    scores["week"] = scores["visit_order"] = scores["visit"].str[1:].astype(float)
    model = {"name": "mean", "backbones": ["chosen", "other"], "coefficients": [0.5, 0.5], "folds": []}
    own = [columns(tables[name]) for name in ("chosen", "other")]
    metas, baselines = [columns(tables["mean"])], [columns(tables["baseline_mean"])]
    oof = columns(networks[~is_test].drop(columns="part"))
    return Predictions(oof, columns(test), metas, baselines, own, [model], columns(scores), columns(split))


def tables(test_rows: str, **options) -> dict[str, pd.DataFrame]:
    read = make_predictions(**options)
    return evaluation_tables(read, INDEX, JUDGING, shown_learners(read.combined(), "chosen", test_rows))


@pytest.fixture(scope="module")
def found() -> dict[str, dict[str, pd.DataFrame]]:
    return {test_rows: tables(test_rows) for test_rows in ("none", "chosen", "all")}


def on_test(table: pd.DataFrame) -> set[str]:
    return set(table.loc[table["part"] == "test", "learner"])


@pytest.mark.parametrize("name", ["learners", "visits", "metrics", "intervals", "agreement", "ranks", "impossible"])
def test_tables_have_the_test_rows_that_are_shown(found, name):
    assert on_test(found["none"][name]) == set()
    assert on_test(found["chosen"][name]) == OF_THE_CHOSEN
    assert on_test(found["all"][name]) == {*OF_THE_CHOSEN, "other", "mean"}


def test_differences_singles_and_the_choice_have_no_sealed_row_either(found):
    assert [on_test(found[rows_]["differences"]) for rows_ in ("none", "chosen")] == [set(), {"chosen"}]
    assert [set(found[rows_]["singles"]["learner"]) for rows_ in ("none", "chosen")] == [set(), {"chosen"}]
    assert on_test(found["chosen"]["selection"]) == {"chosen"}
    assert set(found["chosen"]["selection"].query("part == 'test'")["candidates"]) == {1}


def test_what_is_shown_changes_no_row_out_of_fold(found):
    for name, table in found["none"].items():
        for test_rows in ("chosen", "all"):
            other = found[test_rows][name]
            kept = other[other["part"] == "oof"] if "part" in other and name != "characteristics" else other
            if name not in ("singles", "characteristics"):
                pd.testing.assert_frame_equal(kept.reset_index(drop=True), table, check_dtype=False, obj=name)


def test_no_prediction_on_the_test_part_has_a_say_in_the_choice(found):
    moved = tables("none", test_shift=100.0)
    assert moved.keys() == found["none"].keys()
    for name, table in found["none"].items():
        pd.testing.assert_frame_equal(moved[name], table, obj=name)
    assert best_learner(moved["metrics"], "mae") == "chosen"


def out_of_fold_bytes(folder, test_value: float | None = None) -> dict[str, bytes]:
    """The files that `read_out_of_fold` reads, then the bytes of each table that is made from them.

    test_value: in place of each prediction on the test part.
    """
    made = make_predictions()
    folder.mkdir()
    for name in ("oof", "scores", "split"):
        write_table(getattr(made, name), folder / f"{name}.parquet")
    for name, (table,) in (("metas", made.metas), ("baselines", made.baselines)):
        replaced = np.where(table["part"] == "test", test_value, table["predicted"]).astype(float)
        write_table({**table, **({} if test_value is None else {"predicted": replaced})}, folder / f"{name}.parquet")
    write_json(made.models[0], folder / "mean.json")
    files = {name: folder / f"{name}.parquet" for name in ("oof", "scores", "split")}
    files |= {"metas": [folder / "metas.parquet"], "baselines": [folder / "baselines.parquet"]}
    found = evaluation_tables(read_out_of_fold(files | {"models": [folder / "mean.json"]}), INDEX, JUDGING, shown=())
    for name, table in found.items():
        write_table(table, folder / f"made_{name}.csv")
    return {path.name: path.read_bytes() for path in folder.glob("made_*")}


def test_absurd_predictions_on_the_test_part_change_no_byte_of_the_tables_out_of_fold(tmp_path):
    sound = out_of_fold_bytes(tmp_path / "sound")
    assert len(sound) == 25
    assert "made_singles.csv" not in sound
    for name, value in (("nan", np.nan), ("huge", 1e300)):
        assert out_of_fold_bytes(tmp_path / name, value) == sound


def test_tables_without_test_rows_are_those_that_show_none_of_them(found, tmp_path):
    """But `singles`, which is on the test part alone."""
    made = make_predictions()
    none = {name: values[:0] for name, values in made.oof.items()}
    own = (
        [{name: values[table["part"] == "oof"] for name, values in table.items()}]
        for (table,) in (made.metas, made.baselines)
    )
    read = Predictions(made.oof, none, *own, [], made.models, made.scores, made.split)
    for name, table in evaluation_tables(read, INDEX, JUDGING, shown=()).items():
        pd.testing.assert_frame_equal(table, found["none"][name], check_dtype=False, obj=name)
