"""The tables that describe results: folds, sensitivity, impossible predictions, agreement, ranks, groups, subjects."""

import math

import numpy as np
import pytest

from pasi.evaluation.agreement_table import agreement_table
from pasi.evaluation.characteristics import characteristics_table
from pasi.evaluation.description import TABLES, Judged, description_tables
from pasi.evaluation.fold_table import fold_table
from pasi.evaluation.group_table import group_table
from pasi.evaluation.impossible import impossible_table
from pasi.evaluation.rank_table import rank_table
from pasi.evaluation.sensitivity import ALL, LEARNED, sensitivity_table, weighted_networks
from pasi.run_folder import TrainingPlace
from pasi.severity.index import Label, Region, SeverityBand, SeverityIndex
from pasi.storage.tables import rows_of
from rule_graph import files_of_rules

INDEX = SeverityIndex(
    "S",
    "points",
    (Label("sign", 20, 1),),
    None,
    (Region("left", 0.5, 1), Region("right", 0.5, 1)),
    (SeverityBand("mild", 5), SeverityBand("severe", None)),
    0.5,
    (50,),
)
FOLDS = {"A": 0, "B": 0, "C": 1, "D": 1}
MODEL = {"name": "mean", "backbones": ["net", "other"], "coefficients": [0.5, 0.5], "folds": []}


def visit_columns(learner: str = "net", kind: str = "backbone", shift: float = 1.0, part: str = "oof") -> dict:
    """Two visits of four subjects; the predictions are `shift` above what was observed."""
    observed = np.array([8.0, 2, 6, 3, 4, 4, 9, 1])
    count = len(observed)
    text = {"learner": learner, "kind": kind, "part": part, "baseline": "V0"}
    columns = {name: np.full(count, value, object) for name, value in text.items()}
    columns |= {"repeat": np.full(count, 0 if kind == "backbone" else -1), "subject": np.repeat([*"ABCD"], 2)}
    columns |= {"visit": np.tile(["V0", "V1"], 4), "week": np.tile([0.0, 4.0], 4)}
    return columns | {"visit_order": np.tile([0.0, 1.0], 4), "observed": observed, "predicted": observed + shift}


def joined(*tables: dict) -> dict:
    return {name: np.concatenate([table[name] for table in tables]) for name in tables[0]}


def by_region(visits: dict) -> dict:
    """The same value in both regions."""
    twice = {name: np.repeat(values, 2) for name, values in visits.items()}
    return twice | {"region": np.tile(["left", "right"], len(visits["subject"]))}


def score_columns() -> dict:
    rows = by_region(visit_columns())
    about = {"arm": np.where(np.isin(rows["subject"], ["A", "B"]), "active", "placebo").astype(object)}
    about |= {"sex": np.full(len(rows["subject"]), "", object), "age": np.where(rows["subject"] == "A", "", "40")}
    kept = ("subject", "visit", "week", "visit_order", "baseline", "region")
    return {name: rows[name] for name in kept} | about | {"composite": rows["observed"]}


class TestFolds:
    def test_each_fold_has_its_own_figures_in_the_order_of_the_learners(self):
        visits = joined(visit_columns("b"), visit_columns("a", shift=2.0))
        found = fold_table(visits, FOLDS, {TrainingPlace("a", 1): 0.05}, least_skill=0.1)
        assert found[["learner", "fold", "mae"]].values.tolist() == [["b", 0, 1], ["b", 1, 1], ["a", 0, 2], ["a", 1, 2]]
        assert found["learned"].tolist() == ["", "", "", "no"]
        assert found["subjects"].tolist() == [2] * 4

    @pytest.mark.parametrize(("skill", "said"), [(0.1, "yes"), (0.0999, "no")])
    def test_a_skill_at_the_limit_is_enough(self, skill, said):
        found = fold_table(visit_columns(), FOLDS, {TrainingPlace("net", 0): skill}, least_skill=0.1)
        assert found["learned"].tolist()[0] == said

    def test_the_spread_of_the_predictions_is_a_share_of_that_of_the_observed_scores(self):
        """Observed 0, 10 and 20, predicted 9, 10 and 11: a tenth; where all observed ones are equal it is not known."""
        rows = {"learner": ["net"] * 5, "kind": ["backbone"] * 5, "part": ["oof"] * 5, "repeat": [0] * 5}
        rows |= {"subject": ["A", "A", "B", "C", "C"], "observed": [0.0, 10.0, 20.0, 5.0, 5.0]}
        rows |= {"predicted": [9.0, 10.0, 11.0, 4.0, 6.0]}
        found = fold_table(rows, {"A": 0, "B": 0, "C": 1}, {}, least_skill=0.1)
        assert found["spread"].tolist() == pytest.approx([0.1, np.nan], nan_ok=True)

    def test_the_test_part_has_no_folds(self):
        assert fold_table(visit_columns(part="test"), FOLDS, {}, least_skill=0.1).empty


class TestSensitivity:
    def test_a_network_and_what_gives_it_weight_have_a_second_row(self):
        visits = joined(*(visit_columns(name, kind) for name, kind in (("net", "backbone"), ("mean", "meta"))))
        networks = {"mean": weighted_networks(MODEL)}
        found = sensitivity_table(visits, FOLDS, [TrainingPlace("net", 1)], networks)
        assert found[["learner", "folds", "left_out", "visits"]].values.tolist() == [
            ["net", ALL, "", 8],
            ["net", LEARNED, "fold 1", 4],
            ["mean", ALL, "", 8],
            ["mean", LEARNED, "fold 1", 4],
        ]
        assert found["bias"].tolist() == [1.0] * 4

    def test_where_all_trainings_learned_or_none_did_there_is_one_row(self):
        places = [TrainingPlace("net", fold) for fold in (0, 1)]
        for lost in ([], places, [TrainingPlace("another", 0)]):
            assert sensitivity_table(visit_columns(), FOLDS, lost, {})["folds"].tolist() == [ALL]

    def test_a_network_without_weight_in_any_fit_does_not_count(self):
        assert weighted_networks({**MODEL, "coefficients": [0.0, 1.0]}) == {"other"}
        assert weighted_networks({**MODEL, "coefficients": [0, 1], "folds": [{"coefficients": [0.1, 1]}]}) == {
            "net",
            "other",
        }


class TestImpossible:
    def test_visits_and_composites_are_counted_on_their_own_scales(self):
        visits = visit_columns()
        visits["predicted"] = np.array([-0.01, 0.0, 20.0, 20.01, 5, 5, 5, 5])
        found = impossible_table(visits, by_region(visits), INDEX)
        assert found[["level", "n", "below", "above"]].values.tolist() == [["visit", 8, 1, 1], ["region", 16, 2, 2]]


class TestAgreement:
    def test_a_constant_shift_is_bias_and_has_limits_without_width(self):
        found = agreement_table(visit_columns(shift=1.5), INDEX).set_index("measure")
        assert found.loc[["bias", "lower", "upper"], "estimate"].tolist() == [1.5, 1.5, 1.5]
        assert found.loc["slope", "estimate"] == pytest.approx(1.0)

    def test_changes_need_a_baseline_and_courses_need_weeks(self):
        """A shift cancels in each change: 6, 3, 0 and 8, and so in slopes and not in means over time."""
        found = agreement_table(visit_columns(shift=1.5), INDEX).set_index("measure")["estimate"]
        assert found["change_ccc"] == pytest.approx(1)
        assert found[["change_bias", "slope_bias", "area_bias"]].tolist() == pytest.approx([0, 0, 1.5])
        without = visit_columns() | {"baseline": np.full(8, "", object), "week": np.full(8, math.nan)}
        lost = set(found.index) - set(agreement_table(without, INDEX)["measure"])
        changes = {"change_ccc", "change_bias", "change_lower", "change_upper"}
        assert lost == changes | {"area_ccc", "area_bias", "slope_ccc", "slope_bias"}

    def test_one_subject_has_a_bias_and_no_bounds(self):
        one = {name: values[:2] for name, values in visit_columns().items()}
        found = agreement_table(one, INDEX)
        assert found["estimate"].tolist()[0] == 1.0
        assert found["low"].isna().all()
        assert set(found["method"]) >= {"none: too few subjects"}


class TestRanks:
    def test_the_difference_is_to_the_lowest_error_of_the_part_baselines_among_them(self):
        visits = joined(visit_columns("net", shift=2.0), visit_columns("base", "baseline"), visit_columns("c", shift=3))
        found = rank_table(visits, draws=20, seed=0)
        assert found[["learner", "rank", "difference"]].values.tolist() == [["net", 2, 1], ["base", 1, 0], ["c", 3, 2]]
        assert set(found["first"]) == {"base"}
        assert found[["low", "high"]].values.tolist() == [[1, 3]] * 3, "4 subjects show nothing"


class TestGroups:
    def test_bands_weeks_arms_and_regions_each_have_rows_and_few_subjects_are_marked(self):
        visits = visit_columns()
        found = group_table(visits, by_region(visits), score_columns(), INDEX)
        assert list(dict.fromkeys(found["attribute"])) == ["observed_band", "week", "arm", "baseline_band", "region"]
        assert found["few"].all()
        (band,) = rows_of(found, attribute="observed_band", group="mild")
        assert (band["visits"], band["mae"]) == (5, 1.0)
        assert set(found["scale"][found["attribute"] == "region"]) == {"composite"}

    def test_without_weeks_the_visits_stand_by_name(self):
        visits = visit_columns() | {"week": np.array([np.nan, *[0.0] * 7])}
        assert "visit" in set(group_table(visits, by_region(visits), score_columns(), INDEX)["attribute"])


class TestCharacteristics:
    def test_parts_are_counted_and_numbers_described(self):
        split = {"subject": [*"ABCD"], "part": ["train", "train", "test", "test"]}
        found = characteristics_table(score_columns(), split, INDEX)
        (arm,) = rows_of(found, attribute="arm", group="active", part="all")
        assert (arm["subjects"], arm["share"]) == (2, 0.5)
        (base,) = rows_of(found, attribute="baseline index", part="train")
        assert (base["subjects"], base["mean"], base["least"], base["most"]) == (2, 7.0, 6.0, 8.0)
        assert base["sd"] == pytest.approx(math.sqrt(2))
        (age,) = rows_of(found, attribute="age", part="train")
        assert age["subjects"] == 1
        assert "sex" not in set(found["attribute"])


class TestAll:
    @staticmethod
    def tables(**options) -> dict:
        visits = joined(visit_columns(), visit_columns("mean", "meta", shift=2.0))
        rows = {"learner": ["net", "net"], "fold": [0, 1], "repeat": [0, 0], "skill": [0.5, 0.02]}
        split = {"subject": [*"ABCD"], "part": ["train"] * 4, "fold": [*FOLDS.values()]}
        judged = Judged(by_region(visits), visits, score_columns(), split, rows)
        options = {"least_skill": 0.1, "draws": 5, "seed": 0} | options
        return description_tables(judged, INDEX, "net", [MODEL], **options)

    def test_every_table_of_the_rule_is_made_and_no_other(self):
        assert tuple(self.tables()) == TABLES
        outputs = files_of_rules()["open_test"][1]
        assert {f"evaluation/{name}.csv" for name in TABLES} <= outputs

    def test_what_did_not_learn_is_judged_by_the_limit_of_today(self):
        assert len(self.tables()["sensitivity"]) == 4, "the mean rests on the network that did not learn on fold 1"
        assert len(self.tables(least_skill=0.01)["sensitivity"]) == 2

    def test_tables_of_the_chosen_learner_are_its_own(self):
        assert self.tables()["response_counts"][["visits", "observed"]].values.tolist() == [[4, 3]]
