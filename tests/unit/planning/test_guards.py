"""What a run refuses or warns of, as texts."""

import os
import shutil
from collections import namedtuple
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from pasi.config.settings import read_settings
from pasi.errors import TrainingError
from pasi.jobs.failures import recording_failure
from pasi.planning import guards
from pasi.planning.inputs import read_run_inputs
from pasi.planning.plan import SCRIPTS, Plan, without
from pasi.planning.scope import LeftOut
from pasi.run_folder import RunFolder
from pasi.simulate.trial import simulate_trial
from pasi.storage.json_files import write_json
from pasi.training.learning import Learning


@pytest.fixture
def plan(tmp_path) -> Plan:
    """Of a trial of three subjects without photos, one network in two folds."""
    simulate_trial(tmp_path / "trial", subjects=3, tables_only=True, seed=1)
    tables = {name: str(tmp_path / "trial" / f"{name}.csv") for name in ("photos", "scores")}
    training = {"backbones": ["squeezenet1_1"], "weights": "none"}
    config = {"cohort": tables, "training": training, "splits": {"folds": 2}, "results": str(tmp_path / "results")}
    settings = read_settings(config)
    return Plan(settings, *read_run_inputs(settings), dict.fromkeys(SCRIPTS, "code"), {"00": []})


def fail(plan: Plan, fold: int, error: Exception, digest: str) -> None:
    folder = Path(plan.settings.results) / "models" / "squeezenet1_1" / f"fold{fold}"
    folder.mkdir(parents=True, exist_ok=True)
    with pytest.raises(type(error)), recording_failure(folder, digest):
        raise error


def test_the_end_of_a_run_names_what_did_not_learn(plan):
    assert guards.unlearned_trainings(plan) is None, "nothing has ended"
    for fold, skill in enumerate((0.02, 0.5)):
        record = Learning(skill, skill >= 0.1, 0.1, 1 - skill, 1.0, attempt=0, attempts=1, epoch=0, epochs=2)
        write_json(asdict(record), RunFolder(Path(plan.settings.results)).learning("squeezenet1_1", fold))
    assert guards.unlearned_trainings(plan) == (
        "1 of 2 trainings did not learn: squeezenet1_1 fold 0. Their skill is below training.least_skill (0.1), and "
        "they predict little more than the mean of each region. docs/training.md says what helps."
    )
    RunFolder(Path(plan.settings.results)).learning("squeezenet1_1", 0).write_text("{")
    assert guards.unlearned_trainings(plan) is None, "a damaged record says nothing"


def test_files_are_for_their_owner_alone(tmp_path):
    before = os.umask(0o022)
    try:
        guards.keep_private(tmp_path / "missing")
        guards.keep_private(tmp_path)
        assert os.umask(0o022) == 0o077
    finally:
        os.umask(before)
    assert tmp_path.stat().st_mode & 0o777 == 0o700


def test_a_disk_that_is_too_small_is_refused_with_both_sizes(plan, monkeypatch):
    usage = namedtuple("usage", "free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(4 * 2 * 1_235_496))
    assert guards.small_disk(plan.settings) is None
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(4 * 2 * 1_235_496 - 1))
    text = guards.small_disk(plan.settings)
    assert "the weights to be kept take 0.0 GB, and 0.0 GB are free. Set training.keep_weights to none" in text


def test_weights_that_an_earlier_run_did_not_keep_are_named(plan):
    place = Path(plan.settings.results) / "models" / "squeezenet1_1" / "fold1" / "weights.safetensors"
    assert guards.weights_not_kept(plan.settings) is None
    place.parent.mkdir(parents=True)
    place.write_bytes(b"0" * 100)
    assert f"the weights of 1 training were not kept (training.keep_weights), {place} for one" in (
        guards.weights_not_kept(plan.settings)
    )
    place.write_bytes(b"0" * guards.EMPTY_WEIGHTS)
    assert guards.weights_not_kept(plan.settings) is None


def test_scores_need_a_table_of_new_visits(plan):
    assert guards.no_visits(plan.settings) == (
        "scoring.photos names no table of new visits to be scored: set it to a table of photos (docs/scoring.md)"
    )
    scoring = plan.settings.scoring.model_copy(update={"photos": "nowhere.csv"})
    assert guards.no_visits(replace(plan.settings, scoring=scoring)) is None, "the table is read elsewhere"


def test_only_failures_for_good_of_the_trainings_that_are_planned_count(plan):
    fail(plan, 0, TrainingError("too large."), plan.training_digest("squeezenet1_1"))
    fail(plan, 1, OSError(28, "full"), plan.training_digest("squeezenet1_1"))
    assert guards.failed_trainings(plan) == [LeftOut("squeezenet1_1", 0, "too large.")]
    record = Path(plan.settings.results) / "models/squeezenet1_1/fold0/failed.json"
    assert guards.failed_trainings(plan, since=record.stat().st_mtime + 1) == []
    faster = plan.settings.training.model_copy(update={"learning_rate": 0.5})
    other = replace(plan, settings=replace(plan.settings, training=faster))
    assert guards.failed_trainings(other) == [], "a failure under other settings says nothing of these"


def test_a_failed_repeat_counts_and_is_named_with_its_record(plan):
    training = plan.settings.training.model_copy(update={"repeats": 2})
    twice = replace(plan, settings=replace(plan.settings, training=training))
    folder = RunFolder(Path(plan.settings.results)).fold("squeezenet1_1", 1, 1)
    folder.mkdir(parents=True)
    with pytest.raises(TrainingError), recording_failure(folder, twice.training_digest("squeezenet1_1")):
        raise TrainingError("too large.")
    assert guards.failed_trainings(plan) == [], "a run without repeats has no such training"
    failed = guards.failed_trainings(twice)
    assert failed == [LeftOut("squeezenet1_1", 1, "too large.", repeat=1)]
    assert "fold1-repeat1/failed.json" in next(guards.left_out(without(twice, failed)))
    assert guards.failures_text(twice, failed).startswith("Failed for good (1 of 4 trainings):")


def test_a_failed_pair_of_folds_counts_and_is_named_with_its_record(plan):
    stacking = plan.settings.stacking.model_copy(update={"honest": True})
    splits = plan.settings.splits.model_copy(update={"folds": 3})
    honest = replace(plan, settings=replace(plan.settings, stacking=stacking, splits=splits))
    folder = RunFolder(Path(plan.settings.results)).fold("squeezenet1_1", 0, 0, 2)
    folder.mkdir(parents=True)
    with pytest.raises(TrainingError), recording_failure(folder, honest.pair_digest("squeezenet1_1")):
        raise TrainingError("too large.")
    assert guards.failed_trainings(plan) == [], "a plain run has no such training"
    failed = guards.failed_trainings(honest)
    assert failed == [LeftOut("squeezenet1_1", 0, "too large.", second=2)]
    assert "folds0-2/failed.json" in next(guards.left_out(without(honest, failed)))
    text = guards.failures_text(honest, failed)
    assert text.startswith("Failed for good (1 of 6 trainings):")
    assert text.endswith("results/logs/train_pair/BACKBONE-foldsI-J.log")


def test_what_is_left_out_says_how_it_is_tried_again(plan):
    (text,) = guards.left_out(without(plan, [LeftOut("squeezenet1_1", 0, "too large.")]))
    assert text.startswith("squeezenet1_1 is left out (stacking.allow_missing): too large. To try it again, delete ")
    assert text.endswith("models/squeezenet1_1/fold0/failed.json.")


def test_the_end_of_a_run_names_its_failures_and_what_to_do(plan):
    assert guards.failures_text(plan, []) is None
    text = guards.failures_text(plan, [LeftOut("squeezenet1_1", 0, "too large.")])
    assert text.startswith("Failed for good (1 of 2 trainings):\n  too large.\n")
    assert "or set stacking.allow_missing to true to leave them out." in text


def with_training(plan: Plan, learner: str, keep: object) -> Plan:
    settings = plan.settings
    training = settings.training.model_copy(update={"keep_weights": keep})
    bundle = settings.bundle.model_copy(update={"learner": learner})
    return replace(plan, settings=replace(settings, training=training, bundle=bundle))


@pytest.mark.parametrize("learner", ["chosen", "mean", "squeezenet1_1"])
def test_a_bundle_needs_weights_that_are_or_will_be_kept(plan, learner):
    assert guards.no_bundle(with_training(plan, learner, "all")) is None
    text = guards.no_bundle(with_training(plan, learner, "none"))
    assert text is not None
    assert text.startswith(f"no bundle of bundle.learner: {learner} can be made, because weights that it may need are")
    run = RunFolder(Path(plan.settings.results))
    for fold, size in enumerate((20_000, 300)):
        run.weights("squeezenet1_1", fold).parent.mkdir(parents=True)
        run.weights("squeezenet1_1", fold).write_bytes(bytes(size))
    text = guards.no_bundle(with_training(plan, learner, "all"))
    assert text is not None, "weights that an earlier run left empty are not made again"
    assert f"(training.keep_weights): {run.weights('squeezenet1_1', 1)}. Name a learner" in text
    run.weights("squeezenet1_1", 1).write_bytes(bytes(20_000))
    assert guards.no_bundle(with_training(plan, learner, "none")) is None, "weights that are there stay"
