import json

import numpy as np
import pandas as pd
import pytest

from pasi.errors import StaleResultError
from pasi.evaluation.metrics import ccc
from pasi.learners.fitters import FITTERS
from pasi.learners.settings import StackingSettings
from pasi.learners.stacking import LinearFit, fit_learner
from pasi.storage.json_files import write_json
from pasi.storage.tables import write_table
from two_regions import INDEX

ROWS = ["learner", "part", "fold", "subject", "visit", "region", "observed", "predicted"]


def tables(predict, folds: int = 5, subjects: int = 30, seed: int = 0):
    """Tables as `gather_predictions` makes them: `predict(observed, rng)` gives one backbone's predictions."""
    rng = np.random.default_rng(seed)
    keys = pd.DataFrame(
        [(f"s{i}", str(v), r.name) for i in range(subjects) for v in range(2) for r in INDEX.regions],
        columns=["subject", "visit", "region"],
    )
    keys["observed"] = rng.integers(0, 73, len(keys)).astype(float)
    fold = np.arange(len(keys)) // 6 % (folds + 1)
    parts = [
        keys.assign(learner=name, fold=fold, repeat=0, predicted=predict(keys["observed"].to_numpy(), rng))
        for name in ("x", "y")
    ]
    table = pd.concat(parts, ignore_index=True)
    oof, test = table[table["fold"] < folds], table[table["fold"] == folds]
    return oof.reset_index(drop=True), test.drop(columns="fold").assign(spread=0.0).reset_index(drop=True)


def near(observed, rng):
    return observed + rng.normal(0, 5, len(observed))


def half(observed, rng):
    return observed / 2 - 1


@pytest.mark.parametrize("name", FITTERS)
def test_rows_of_every_learner_are_those_of_the_backbones(name):
    oof, test = tables(near)
    fit = fit_learner(name, oof, test, StackingSettings(), INDEX)
    assert list(fit.rows) == ROWS
    assert set(fit.rows["learner"]) == {name}
    keys = ["subject", "visit", "region", "observed"]
    own = fit.rows[fit.rows["part"] == "oof"]
    backbone = oof[oof["learner"] == "x"]
    pd.testing.assert_frame_equal(own[[*keys, "fold"]].reset_index(drop=True), backbone[[*keys, "fold"]])
    unseen = fit.rows[fit.rows["part"] == "test"]
    assert set(unseen["fold"]) == {-1}
    assert len(unseen) == len(test) / 2
    assert ccc(fit.rows["observed"], fit.rows["predicted"]) > 0.9


def test_known_weights_are_recovered_and_applied_to_the_test_means():
    fit = fit_learner("meta_learner_w_intercept", *tables(half), StackingSettings(), INDEX)
    # two equal backbones share the weight: y = 1 + 1 + 1 x1 + 1 x2
    np.testing.assert_allclose(fit.summary["coefficients"], [1, 1])
    assert fit.summary["intercept"] == pytest.approx(2)
    np.testing.assert_allclose(fit.rows["predicted"], fit.rows["observed"], atol=1e-9)


def test_noise_has_no_agreement_when_cross_fitted():
    oof, test = tables(lambda observed, rng: rng.uniform(0, 72, len(observed)), subjects=300)
    for name in ("meta_learner_w_intercept", "meta_learner_ridge_w_intercept"):
        rows = fit_learner(name, oof, test, StackingSettings(ridge_alpha="cv"), INDEX).rows
        assert abs(ccc(*rows.loc[rows["part"] == "oof", ["observed", "predicted"]].to_numpy().T)) < 0.05


def test_the_weights_for_a_fold_are_fitted_without_the_observed_scores_of_its_rows():
    """The networks behind the other rows have seen these scores, which this test cannot change."""
    oof, test = tables(near)
    changed = oof.copy()
    changed.loc[changed["fold"] == 2, "observed"] = 0.0
    for name in FITTERS:
        one, two = (fit_learner(name, table, test, StackingSettings(), INDEX).rows for table in (oof, changed))
        own = one["fold"] == 2
        np.testing.assert_array_equal(one.loc[own, "predicted"], two.loc[own, "predicted"])


def test_a_subject_in_two_folds_or_in_the_test_set_too_is_refused():
    oof, test = tables(near)
    moved = oof["fold"].mask((oof["subject"] == "s1") & (oof["visit"] == "1"), 0)  # of fold 1; its other visit stays
    with pytest.raises(StaleResultError, match=r"several folds: s1 in fold 0 and fold 1 \(1 in all\)"):
        fit_learner("mean", oof.assign(fold=moved), test, StackingSettings(), INDEX)
    shared = test.replace({"subject": {"s5": "s0"}})
    with pytest.raises(StaleResultError, match=r"several folds: s0 in test and fold 0"):
        fit_learner("mean", oof, shared, StackingSettings(), INDEX)


def test_the_summary_is_json_and_predicts_again(tmp_path):
    oof, test = tables(near)
    fit = fit_learner("meta_learner_ridge", oof, test, StackingSettings(), INDEX)
    write_json(fit.summary, tmp_path / "fit.json")
    write_table(fit.rows, tmp_path / "fit.parquet")
    read = json.loads((tmp_path / "fit.json").read_text())
    assert read["name"] == "meta_learner_ridge"
    assert (read["family"], read["level"], read["alpha"], read["rows"]) == ("linear", "composite", 1.0, 150)
    assert read["backbones"] == ["x", "y"]
    assert [fold["fold"] for fold in read["folds"]] == [0, 1, 2, 3, 4]
    assert {fold["rows"] for fold in read["folds"]} == {120}
    again = LinearFit.from_json(read).predict(test["predicted"].to_numpy().reshape(2, -1).T)
    np.testing.assert_allclose(again, fit.rows.loc[fit.rows["part"] == "test", "predicted"])
    first = LinearFit.from_json(read | read["folds"][0]).predict(oof["predicted"].to_numpy().reshape(2, -1).T)
    np.testing.assert_allclose(first[:6], fit.rows["predicted"][:6])  # the first subject is in fold 0


@pytest.mark.parametrize("family", ["linear", "fractional_logit"])
def test_at_visit_level_every_region_has_its_row_and_visits_are_fitted(family):
    oof, test = tables(near)
    lost = (oof["subject"] == "s0") & (oof["visit"] == "0") & (oof["region"] == "trunk")
    settings = StackingSettings(family=family, level="visit")
    fit = fit_learner("meta_learner_w_intercept", oof[~lost], test, settings, INDEX)
    assert fit.summary["rows"] == 49  # 25 subjects of two visits, one of them without trunk
    assert (fit.rows["part"] == "oof").sum() == 149  # its other regions are predicted all the same
    assert ccc(fit.rows["observed"], fit.rows["predicted"]) > 0.9


def test_the_fractional_logit_is_for_the_papers_four():
    oof, test = tables(near)
    settings = StackingSettings(family="fractional_logit", ridge_alpha="cv")
    fits = {name: fit_learner(name, oof, test, settings, INDEX).summary for name in FITTERS}
    assert [fit["family"] for fit in fits.values()] == ["fractional_logit"] * 4 + ["linear"] * 3
    assert [fit["alpha"] is None for fit in fits.values()] == [True, True, False, False, True, True, True]


def test_one_backbone_two_folds_and_no_test_set():
    oof, test = tables(near, folds=2)
    oof, test = oof[oof["learner"] == "x"], test[:0]
    for name in FITTERS:
        rows = fit_learner(name, oof, test, StackingSettings(ridge_alpha="cv"), INDEX).rows
        assert set(rows["part"]) == {"oof"}
        assert ccc(rows["observed"], rows["predicted"]) > 0.9


def test_unknown_learners_and_one_fold_are_refused():
    oof, test = tables(near)
    with pytest.raises(ValueError, match="meta is no meta-learner: one of meta_learner,"):
        fit_learner("meta", oof, test, StackingSettings(), INDEX)
    with pytest.raises(ValueError, match="it needs two folds"):
        fit_learner("nnls", oof[oof["fold"] == 0], test, StackingSettings(), INDEX)
