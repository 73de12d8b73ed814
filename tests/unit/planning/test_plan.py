"""What runs again after which change: the table of docs/design.md, row by row, on the params of the plan."""

import csv
import os
from dataclasses import replace
from pathlib import Path

import pytest

from pasi.cohort.records import Unusable
from pasi.cohort.unusable_photos import without_photos
from pasi.config.settings import Settings, read_settings
from pasi.planning.inputs import read_run_inputs
from pasi.planning.plan import SCRIPTS, Plan, photo_rows, without
from pasi.simulate.trial import simulate_trial
from rule_graph import files_of_rules, followers

CODE = {name: f"digest of {name}" for name in SCRIPTS}
BY_RULE = [
    *("read_labels", "read_scores", "count_cohort", "make_tiles", "index_tiles", "split_subjects", "train_fold"),
    *("gather_predictions", "fit_learner", "fit_baseline", "evaluate_learners", "draw_learning_curves"),
    *("draw_figure_s1", "write_tables", "write_report"),
]
FIGURES = ["figure_2", "figure_3", "figure_4"]
SMALL = {"training": {"backbones": ["squeezenet1_1", "alexnet"], "weights": "none"}, "splits": {"restarts": 10}}
JUDGING = {"evaluate_learners", "draw_figure_3", "draw_figure_4", "write_tables", "write_report"}
LEARNING = {"train_fold", "gather_predictions", "fit_learner", "draw_learning_curves", *JUDGING}


@pytest.fixture
def trial(tmp_path) -> Path:
    """The tables of a trial of six subjects, one of whose photos is there."""
    simulate_trial(tmp_path / "trial", subjects=6, tables_only=True, seed=1)
    place = tmp_path / "trial" / rows(tmp_path / "trial")[0]["photo"]
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"photo")
    return tmp_path / "trial"


def rows(trial: Path, table: str = "photos.csv") -> list[dict[str, str]]:
    with (trial / table).open() as file:
        return list(csv.DictReader(file))


def rewrite(trial: Path, table: str, **cells: str) -> None:
    """Set cells of the first row of a table."""
    found = rows(trial, table)
    names = [*found[0], *(name for name in cells if name not in found[0])]
    with (trial / table).open("w", newline="") as file:
        writer = csv.DictWriter(file, names, restval="")
        writer.writeheader()
        writer.writerows([{**found[0], **cells}, *found[1:]])


def make_settings(trial: Path, **sections: dict) -> Settings:
    tables = {"photos": str(trial / "photos.csv"), "scores": str(trial / "scores.csv")}
    config = {"cohort": tables, **{name: dict(keys) for name, keys in SMALL.items()}}
    for name, keys in sections.items():
        config[name] = {**config.get(name, {}), **keys}
    return read_settings(config)


def make_plan(trial: Path, code: dict | None = None, **sections: dict) -> Plan:
    settings = make_settings(trial, **sections)
    cohort, weights = read_run_inputs(settings)
    photos = photo_rows(cohort, settings.tiles.shards, trial.parent / "state" / "photos.sqlite")
    return Plan(settings, cohort, weights, {**CODE, **(code or {})}, photos)


def params_of(plan: Plan) -> dict[str, dict]:
    """Params by job: by rule, and for those of a wildcard by rule and wildcard."""
    params = {rule: getattr(plan, rule) for rule in BY_RULE}
    params |= {f"draw_{figure}": plan.draw(figure) for figure in FIGURES}
    params |= {f"make_tiles {shard}": plan.shard_rows(shard) for shard in plan.shards}
    return params | {
        f"train_fold {name}": [plan.network(name), plan.pretrained(name), plan.training_digest(name)]
        for name in plan.backbones
    }


def causes(before: Plan, after: Plan) -> set[str]:
    """Jobs whose params differ."""
    old, new = params_of(before), params_of(after)
    return {job for job in new if old.get(job) != new[job]}


def reruns(before: Plan, after: Plan) -> set[str]:
    """Rules that run again: those whose params differ, and what follows."""
    return followers({job.split()[0] for job in causes(before, after)})


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
    assert reruns(before, make_plan(trial)) == {"count_cohort", "write_report"}


def test_an_attribute_trains_nothing_again(trial):
    before = make_plan(trial)
    rewrite(trial, "scores.csv", site="another")
    after = reruns(before, make_plan(trial))
    assert "evaluate_learners" in after
    assert not after & {"make_tiles", "split_subjects", "train_fold", "fit_learner"}


@pytest.mark.parametrize("keys", [{"baseline": "V1"}, {"visit_order": ["V1", "V2", "V3", "V4", "V5", "V6"]}])
def test_what_the_config_says_of_visits_trains_nothing_again(trial, keys):
    before, after = make_plan(trial), make_plan(trial, cohort=keys)
    assert causes(before, after) == {"read_scores", "count_cohort", "write_report"}
    assert reruns(before, after) == JUDGING | {"read_scores", "count_cohort", "draw_figure_2"}


@pytest.mark.parametrize("column", ["date", "baseline"])
def test_a_date_or_a_baseline_trains_nothing_again(trial, column):
    before = make_plan(trial)
    table = rows(trial, "scores.csv")
    for row in table:
        row["date"] = f"2021-01-{1 + int(row['week']):02d}"
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
    assert reruns(make_plan(trial), after) == {"draw_figure_3", "write_report"}


@pytest.mark.parametrize(
    ("code", "sections"), [({"write_report": "another"}, {}), ({}, {"report": {"title": "Another title"}})]
)
def test_a_title_or_the_template_writes_the_report_alone(trial, code, sections):
    assert reruns(make_plan(trial), make_plan(trial, code, **sections)) == {"write_report"}


def test_a_severity_band_is_judged_drawn_and_reported_anew(trial):
    bands = [{"name": "any", "up_to": None}]
    after = reruns(make_plan(trial), make_plan(trial, index={"bands": bands}))
    assert after == JUDGING | {"draw_figure_2", "draw_figure_s1"}


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
    assert reruns(make_plan(trial), make_plan(trial, training=operations)) <= {"write_report"}


@pytest.mark.parametrize(("keys", "trains"), [({}, False), ({"restarts": 1}, True), ({"learning_epochs": 9}, True)])
def test_a_threshold_of_skill_trains_again_only_where_trainings_go_by_it(trial, keys, trains):
    training = {"restarts": 0, "learning_epochs": 0, **keys}
    plans = [make_plan(trial, training={**training, "least_skill": skill}) for skill in (0.1, 0.2)]
    assert ("train_fold" in reruns(*plans)) is trains


def test_leaving_out_unusable_photos_changes_nothing_where_all_can_be_used(trial):
    after = make_plan(trial, tiles={"unusable": "leave_out"})
    assert causes(make_plan(trial), after) == {"write_report"}, "the report shows the config"


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


def test_a_network_is_left_out_whole(trial):
    plan = without(make_plan(trial), [["alexnet", 3, "too large"]])
    assert plan.trained == ["squeezenet1_1"]
    assert plan.gather_predictions["learners"] == ["squeezenet1_1"]
    assert plan.evaluate_learners["left_out"] == ["alexnet"]
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
