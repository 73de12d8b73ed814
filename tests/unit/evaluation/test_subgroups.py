"""Groups of subjects, and the figures of a learner in each, by hand and in simulated trials."""

import math

import numpy as np
import pandas as pd
import pytest

from pasi.evaluation.intervals import ccc_interval, mae_interval
from pasi.evaluation.subgroups import COLUMNS, subgroup_table
from pasi.evaluation.subject_groups import with_subject_groups
from simulated_trials import unequal_learners
from two_regions import INDEX


def trial(seed, subjects=40):
    observed, (predicted,), nested = unequal_learners(seed, subjects, [(1.5, 3.0)])
    return pd.DataFrame({"subject": nested, "observed": observed, "predicted": predicted})


def test_each_group_has_the_figures_of_its_own_visits():
    visits = trial(0)
    visits["sex"] = np.where(visits["subject"] < 9, "f", "m")
    table = subgroup_table(visits, ["sex"]).set_index("group")
    assert list(subgroup_table(visits, ["sex"]).columns) == COLUMNS
    for group, own in visits.groupby("sex"):
        data = own["observed"], own["predicted"], own["subject"]
        error, concordance = mae_interval(*data), ccc_interval(*data)
        assert table.loc[group, ["mae", "mae_low", "mae_high"]].tolist() == [error.estimate, error.low, error.high]
        assert table.loc[group, "ccc_high"] == concordance.high
        assert table.loc[group, "bias"] == pytest.approx((own["predicted"] - own["observed"]).mean())
        assert table.loc[group, ["subjects", "visits"]].tolist() == [own["subject"].nunique(), len(own)]
    assert table.loc["f", "gap"] == pytest.approx(table.loc["f", "mae"] - table.loc["m", "mae"])
    assert table.loc["f", "gap_low"] == pytest.approx(-table.loc["m", "gap_high"])


def test_groups_below_ten_subjects_are_marked():
    visits = trial(0)
    visits["site"] = np.where(visits["subject"] < 9, "X", np.where(visits["subject"] < 19, "Y", "Z"))
    assert subgroup_table(visits, ["site"])["few"].tolist() == [True, False, False]


def test_what_is_not_known_is_a_group_of_its_own_at_the_end():
    visits = trial(0, 6)
    visits["arm"] = visits["subject"].map({0: "b", 1: "a", 2: "", 3: None, 4: "a", 5: "b"})
    assert subgroup_table(visits, ["arm"])[["group", "subjects"]].values.tolist() == [
        ["a", 2],
        ["b", 2],
        ["not known", 2],
    ]


def test_an_attribute_may_vary_within_a_subject():
    visits = trial(0, 12)
    visits["week"] = visits.groupby("subject").cumcount() * 4.0
    table = subgroup_table(visits, ["week"])
    assert table["group"].tolist()[:3] == ["0", "4", "8"]
    assert table["subjects"].tolist()[:5] == [12] * 5
    assert table["visits"].sum() == len(visits)


def test_a_group_of_all_visits_and_one_of_one_subject_have_no_gap():
    visits = trial(0, 6).assign(arm="a")
    found = subgroup_table(visits, ["arm"]).iloc[0]
    assert math.isnan(found["gap"])
    visits["arm"] = np.where(visits["subject"] == 0, "a", "b")
    found = subgroup_table(visits, ["arm"]).iloc[0]
    assert math.isfinite(found["gap"])
    assert math.isnan(found["gap_low"])


def test_errors():
    with pytest.raises(ValueError, match="the visits have no column arm: their columns are subject, observed"):
        subgroup_table(trial(0, 3), ["arm"])


def test_the_gap_of_groups_that_do_not_differ_covers_zero():
    held = []
    for seed in range(300):
        visits = trial(seed, 30)
        visits["sex"] = np.where(visits["subject"] < 12, "f", "m")
        found = subgroup_table(visits, ["sex"]).iloc[0]
        held.append(found["gap_low"] <= 0 <= found["gap_high"])
    assert 0.91 <= np.mean(held) <= 0.98


VISITS = pd.DataFrame(
    {
        "subject": list("aabbcd"),
        "visit": ["V0", "V1", "V0", "V1", "V1", "V0"],
        "baseline": ["V0", "V0", "V0", "V0", "V0", ""],
        "age": ["17", "17", "18", "18", "64.5", "unknown"],
        "observed": [20.0, 0.2, 0.2, 5.0, 30.0, 8.0],
    }
)


def test_bands_of_age_and_of_the_observed_baseline():
    found = with_subject_groups(VISITS, INDEX)
    assert found["age_band"].astype(object).tolist() == [*["under 18"] * 2, *["18 to 39"] * 2, "40 to 64", np.nan]
    severe, clear = "moderate to severe", "clear"
    assert found["baseline_band"].astype(object).tolist() == [severe, severe, clear, clear, np.nan, np.nan]
    table = subgroup_table(found.assign(predicted=found["observed"]), ["baseline_band"])
    assert table["group"].tolist() == ["clear", "moderate to severe", "not known"]  # in the order of severity


def test_other_edges_and_no_ages():
    assert with_subject_groups(VISITS, INDEX, age_edges=[18])["age_band"].astype(object).tolist()[4] == "18 and over"
    assert "age_band" not in with_subject_groups(VISITS.drop(columns="age"), INDEX)
    with pytest.raises(ValueError, match=r"age_edges is \[40, 18\], expected ages that ascend"):
        with_subject_groups(VISITS, INDEX, age_edges=[40, 18])
