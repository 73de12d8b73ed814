"""What runs again after which change, on the params of the plan; the table of docs/design.md is held to them too."""

import csv
import os
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from pasi.cohort.records import Unusable
from pasi.cohort.unusable_photos import without_photos
from pasi.learners.settings import BASELINES
from pasi.planning.photo_rows import photo_rows
from pasi.planning.plan import without
from pasi.planning.planned_jobs import planned_jobs
from pasi.planning.scope import LeftOut
from pasi.run_folder import FIGURES
from rule_graph import files_of_rules
from small_plan import (
    BY_RULE,
    JUDGING,
    LEARNING,
    SMALL,
    causes,
    make_plan,
    make_trial,
    params_of,
    reruns,
    rewrite,
    rows,
    write_rows,
)

REPORTING = {"write_report", "make_bundle", "score_part", "join_scores", "make_dossier"}  # the report, and what follows


@pytest.fixture
def trial(tmp_path) -> Path:
    return make_trial(tmp_path)


def test_every_rule_with_a_script_has_params_here():
    named = {*BY_RULE, *(f"draw_{figure}" for figure in FIGURES)}
    assert set(files_of_rules()) - {"fetch_weights"} == named


def test_the_same_config_tables_and_code_rerun_nothing(trial):
    before = make_plan(trial)
    for path in trial.rglob("*"):
        os.utime(path, (1, 1))
    assert causes(before, make_plan(trial)) == set(), "times of files play no part"
    moved = trial.rename(trial.with_name("elsewhere"))
    assert causes(before, make_plan(moved)) == set(), "places of files play no part"


def test_a_column_that_nothing_reads_writes_its_note_and_the_report(trial):
    before = make_plan(trial)
    rewrite(trial, "scores.csv", hospital="A")
    assert reruns(before, make_plan(trial)) == {"count_cohort", *REPORTING}


def test_an_attribute_trains_nothing_again(trial):
    before = make_plan(trial)
    rewrite(trial, "scores.csv", site="another")
    after = reruns(before, make_plan(trial))
    assert "evaluate_oof" in after
    assert not after & {"make_tiles", "split_subjects", "train_fold", "fit_learner"}


@pytest.mark.parametrize("keys", [{"baseline": "V1"}, {"visit_order": ["V1", "V2", "V3", "V4", "V5", "V6"]}])
def test_what_the_config_says_of_visits_trains_nothing_again(trial, keys):
    before, after = make_plan(trial), make_plan(trial, cohort=keys)
    assert causes(before, after) == {"read_scores", "count_cohort", "write_plan", "write_report", "make_bundle"}
    others = {"read_scores", "fit_baseline", "count_cohort", "draw_figure_2", "write_plan"}
    assert reruns(before, after) == JUDGING | others


def test_a_cohort_without_weeks_has_no_baseline_that_needs_them(trial):
    """Baseline visits are named, which alone is not enough."""
    assert make_plan(trial).baselines == list(BASELINES)
    weekless = [{**row, "week": ""} for row in rows(trial, "scores.csv")]
    write_rows(trial / "scores.csv", weekless)
    found = make_plan(trial, cohort={"baseline": "V1"}).baselines
    assert found == ["baseline_mean", "baseline_median", "baseline_histogram_ridge"]


@pytest.mark.parametrize("column", ["date", "baseline"])
def test_a_date_or_a_baseline_trains_nothing_again(trial, column):
    before = make_plan(trial)
    table = rows(trial, "scores.csv")
    for row in table:
        row["date"] = (date(2021, 1, 1) + timedelta(weeks=int(row["week"]))).isoformat()
        row["baseline"] = str(row["visit"] == "V2")
    with (trial / "scores.csv").open("w", newline="") as file:
        names = [name for name in table[0] if name not in {"date", "baseline"} - {column}]
        writer = csv.DictWriter(file, names, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(table)
    assert not reruns(before, make_plan(trial)) & {"read_labels", "make_tiles", "split_subjects", "train_fold"}
    assert {"read_scores"} & causes(before, make_plan(trial)) == ({"read_scores"} if column == "baseline" else set())


def test_the_code_of_a_figure_draws_it_and_writes_the_report(trial):
    after = make_plan(trial, {"draw_figure_3": "another"})
    assert reruns(make_plan(trial), after) == {"draw_figure_3", *REPORTING}


@pytest.mark.parametrize(
    ("code", "sections"), [({"write_report": "another"}, {}), ({}, {"report": {"title": "Another title"}})]
)
def test_a_title_or_the_template_writes_the_report_alone(trial, code, sections):
    assert reruns(make_plan(trial), make_plan(trial, code, **sections)) == REPORTING


def test_a_severity_band_is_judged_drawn_and_reported_anew(trial):
    bands = [{"name": "any", "up_to": None}]
    after = reruns(make_plan(trial), make_plan(trial, index={"bands": bands}))
    assert after == JUDGING | {"write_plan", "draw_figure_2", "draw_figure_s1"}


def test_the_weight_of_a_region_trains_nothing_again(trial):
    regions = [{"name": name, "weight": 0.5, "photos": 4} for name in ("upper", "trunk", "lower")]
    before = make_plan(trial, index={"regions": [{**region, "weight": 0.1} for region in regions]})
    after = reruns(before, make_plan(trial, index={"regions": regions}))
    assert "fit_learner" in after
    assert not after & {"make_tiles", "split_subjects", "train_fold"}


def test_one_photo_makes_its_shard_and_trains_all(trial):
    before = make_plan(trial)
    (trial / rows(trial)[0]["photo"]).write_bytes(b"another photo")
    after = make_plan(trial)
    found = causes(before, after)
    assert len({job for job in found if job.startswith("make_tiles ")}) == 1 < len(after.shards)
    assert found >= {"train_fold squeezenet1_1", "train_fold alexnet"}
    assert "read_labels" not in found
    assert reruns(before, after) >= LEARNING | {"make_tiles", "index_tiles", "fit_baseline", "draw_figure_s1"}


def test_a_grade_makes_labels_splits_and_trainings_again(trial):
    before = make_plan(trial)
    grade = rows(trial, "scores.csv")[0]["erythema"]
    rewrite(trial, "scores.csv", erythema="1" if grade != "1" else "2")
    after = reruns(before, make_plan(trial))
    assert after >= LEARNING | {"read_labels", "read_scores", "split_subjects"}
    assert "make_tiles" not in after


@pytest.mark.parametrize(
    ("code", "sections"), [({"train_fold": "another"}, {}), ({}, {"training": {"learning_rate": 0.02}})]
)
def test_a_setting_of_training_or_its_code_trains_all(trial, code, sections):
    after = reruns(make_plan(trial), make_plan(trial, code, **sections))
    assert after >= LEARNING
    assert not after & {"make_tiles", "read_labels", "split_subjects", "fit_baseline"}


@pytest.mark.parametrize(
    "operations", [{"checkpoint_seconds": 5}, {"jobs_per_gpu": 2}, {"keep_weights": "none"}, {"weights_cache": "w"}]
)
def test_operations_train_nothing_again(trial, operations):
    again = reruns(make_plan(trial), make_plan(trial, training=operations))
    assert again <= REPORTING


@pytest.mark.parametrize(("keys", "trains"), [({}, False), ({"restarts": 1}, True), ({"learning_epochs": 9}, True)])
def test_a_threshold_of_skill_trains_again_only_where_trainings_go_by_it(trial, keys, trains):
    plans = [make_plan(trial, training={**keys, "least_skill": skill}) for skill in (0.1, 0.2)]
    assert ("train_fold" in reruns(*plans)) is trains


@pytest.mark.parametrize(("key", "value"), [("cuda_graph", False), ("cuda_graph", True), ("ema", 0), ("ema", 0.98)])
def test_a_key_that_came_later_trains_again_only_where_it_asks_for_something(trial, key, value):
    plans = make_plan(trial), make_plan(trial, training={key: value})
    assert ("train_fold" in reruns(*plans)) is bool(value)


def test_leaving_out_unusable_photos_changes_nothing_where_all_can_be_used(trial):
    after = make_plan(trial, tiles={"unusable": "leave_out"})
    assert causes(make_plan(trial), after) == {"write_report", "make_bundle"}, "both hold the config"


def test_an_unusable_photo_is_a_param_of_all_that_read_the_cohort(trial):
    before = make_plan(trial)
    lost = Unusable(*before.cohort.photos[0][:4], "is TIFF")
    cohort = without_photos(before.cohort, [lost], "photos.csv")
    after = replace(before, cohort=cohort, photos=photo_rows(cohort, 32, trial.parent / "state" / "photos.sqlite"))
    found = causes(before, after)
    assert found >= {"read_labels", "read_scores", "count_cohort", "make_tiles", "train_fold alexnet"}
    assert after.make_tiles["unusable"] == [[*lost]]


def test_another_backbone_trains_its_folds_alone(trial):
    more = {"training": {**SMALL["training"], "backbones": ["squeezenet1_1", "alexnet", "resnet18"]}}
    found = causes(make_plan(trial), make_plan(trial, **more))
    assert {job for job in found if job.startswith("train_fold")} == {"train_fold resnet18"}
    assert "gather_predictions" in found


def test_a_repeat_that_is_added_trains_the_new_networks_alone(trial):
    """The jobs of repeat 0 have the same names, places and digests; those of repeat 1 stand beside them."""
    before, after = (make_plan(trial, training={"repeats": repeats}) for repeats in (1, 2))
    old, new = (
        {job.output: job.digest for job in planned_jobs(plan) if job.rule == "train_fold"} for plan in (before, after)
    )
    assert len(old) == 2 * 5
    assert {output: new[output] for output in old} == old
    added = [output for output in new if output not in old]
    assert added == [output.replace("/weights", "-repeat1/weights") for output in old]
    gathered = {"gather_predictions", "draw_learning_curves", "write_plan"}
    assert causes(before, after) == {*gathered, "write_report", "make_bundle"}


def test_pairs_of_folds_that_are_added_are_trained_alone(trial):
    """Every other training has the same name, place and digest; a pair is trained once, whatever the repeats."""
    before, after, some = (
        make_plan(trial, training={"repeats": 2}, stacking=stacking)
        for stacking in ({}, {"honest": True}, {"honest": True, "honest_backbones": ["alexnet"]})
    )
    jobs = [{job.output: job for job in planned_jobs(plan)} for plan in (before, after, some)]
    trained = [{output: job.digest for output, job in own.items() if "models/" in output} for own in jobs]
    assert {output: trained[1][output] for output in trained[0]} == trained[0]
    added = [output for output in trained[1] if output not in trained[0]]
    assert len(added) == 2 * 10
    assert added[:2] == [f"models/squeezenet1_1/folds0-{second}/weights.safetensors" for second in (1, 2)]
    assert {jobs[1][output].rule for output in added} == {"train_pair"}
    assert set(trained[2]) - set(trained[0]) == {output for output in added if "alexnet" in output}
    assert [job for job in jobs[1] if job not in trained[1] and job not in jobs[0]] == ["pairs.parquet"]
    assert causes(before, after) == {
        *("gather_pairs", "fit_learner", "write_plan", "evaluate_oof", "open_test", "write_report", "make_bundle")
    }


def test_rows_leak_unless_pairs_of_folds_are_trained(trial):
    plans = [make_plan(trial, stacking={"learners": ["mean", "nnls"], "honest": honest}) for honest in (False, True)]
    assert [plan.evaluate_oof["leaking"] for plan in plans] == [["nnls"], []]
    assert [plan.fit_learner["honest"] for plan in plans] == [[], ["squeezenet1_1", "alexnet"]]
    left = without(plans[1], [LeftOut("alexnet", 0, "too large", second=3)])
    assert left.fit_learner["honest"] == ["squeezenet1_1"]
    some = make_plan(trial, stacking={"learners": ["nnls"], "honest": True, "honest_backbones": ["alexnet"]})
    none = without(some, [LeftOut("alexnet", 0, "too large", second=3)])
    assert (none.fit_learner["honest"], none.evaluate_oof["leaking"]) == ([], ["nnls"])


def test_the_code_of_trainings_without_pairs_is_not_that_of_the_others(trial):
    stacking = {"honest": True}
    found = causes(make_plan(trial, stacking=stacking), make_plan(trial, {"train_pair": "another"}, stacking=stacking))
    assert found == {"train_pair"}


def test_fewer_repeats_gather_anew_and_train_nothing(trial):
    found = causes(make_plan(trial, training={"repeats": 3}), make_plan(trial, training={"repeats": 2}))
    assert "gather_predictions" in found
    assert not [job for job in found if job.startswith("train_fold")]


def test_a_network_is_left_out_whole(trial):
    plan = without(make_plan(trial), [LeftOut("alexnet", 3, "too large")])
    assert plan.trained == ["squeezenet1_1"]
    assert plan.gather_predictions["learners"] == ["squeezenet1_1"]
    assert plan.evaluate_oof["left_out"] == ["alexnet"]
    assert plan.write_report["left_out"] == [["alexnet", 3, "too large"]]


def test_params_are_plain_values(trial):
    """Snakemake keeps their text and compares it: an object whose text names an address would always differ."""
    plain = (str, int, float, bool, type(None))

    def check(value):
        if isinstance(value, dict):
            return all(isinstance(name, str) and check(item) for name, item in value.items())
        return all(map(check, value)) if isinstance(value, list | tuple) else isinstance(value, plain)

    assert [job for job, params in params_of(make_plan(trial)).items() if not check(params)] == []


def test_the_report_sees_no_place_of_a_file(trial):
    plan = make_plan(trial)
    weights = plan.settings.training.model_copy(update={"weights": "/somewhere/private"})
    shown = replace(plan, settings=replace(plan.settings, training=weights)).write_report["config"]
    assert shown["training"]["weights"] == "a folder"
    assert "weights_cache" not in shown["training"]
    assert "private" not in str(shown)


def test_the_report_is_told_which_keys_differ_from_their_default(trial):
    """Those of the small plan, and no other; the index of a user's own trial has no default."""
    changed = make_plan(trial, report={"title": "Another"}).write_report["changed"]
    assert changed == ["splits.restarts", "training.backbones", "training.weights", "report.title"]
