"""Warm-up, early stopping with a fair chance, and restarts of trainings that did not learn."""

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch

from pasi.config.settings import read_settings
from pasi.jobs.checkpoints import Checkpoints
from pasi.networks.catalogue import NETWORKS
from pasi.run_folder import HISTORY, LEARNING
from pasi.storage.tables import read_table
from pasi.training import train
from pasi.training.attempt import fit_attempt
from pasi.training.checkpoint_callback import CheckpointCallback
from pasi.training.outputs import write_fold
from pasi.training.patience import Patience
from pasi.training.seeds import TrainingJob
from pasi.training.settings import NEUTRAL, FoldOutputs, TrainingSettings
from pasi.training.train import fit_fold
from plain_loop import PlainLoop
from small_training import JOB, SETTINGS, make_samples, noted_rates
from stubborn_training import LEARNS, fail_first

FROZEN = replace(SETTINGS, learning_rate=1e-12, max_epochs=2, restarts=2, least_skill=0.5)


def section(**changes):
    return {**read_settings({}).training.model_dump(), **changes}


def losses(fitted):
    return [(row["attempt"], row["epoch"], row["monitor_loss"]) for row in fitted.history]


def test_the_rate_rises_by_equal_steps_to_its_height(monkeypatch):
    """Six fitted composites in batches of 4: two steps an epoch, so six in three epochs; then the full rate."""
    rates = noted_rates(monkeypatch)
    fit_fold(JOB, make_samples(), replace(SETTINGS, max_epochs=4, warmup_epochs=3), None)
    assert rates == pytest.approx([0.01 * part / 6 for part in (1, 2, 3, 4, 5, 6, 6, 6)])
    assert rates[5:] == [0.01] * 3


def test_a_plateau_is_counted_from_the_end_of_the_warm_up():
    settings = replace(SETTINGS, max_epochs=6, plateau_patience=1, learning_rate=1e-12, warmup_epochs=2)
    history = fit_fold(JOB, make_samples(augment="none"), settings, None).history
    rates = [row["learning_rate"] for row in history]
    assert rates == pytest.approx([0.5e-12, 1e-12, 1e-12, 1e-12, 1e-13, 1e-13])


def test_a_training_with_a_warm_up_equals_a_plain_loop_bit_for_bit():
    job, settings = TrainingJob(NETWORKS["squeezenet1_1"], 1, 3), replace(SETTINGS, keep="last", max_epochs=4)
    settings = replace(settings, warmup_epochs=2, plateau_patience=0)
    fitted = fit_fold(job, make_samples(), settings, None)
    plain = PlainLoop(job, make_samples(), settings)
    found = [plain.epoch(number) for number in range(4)]
    assert [row["monitor_loss"] for row in fitted.history] == pytest.approx(found, rel=1e-6)
    assert all(torch.equal(fitted.state[name], tensor) for name, tensor in plain.network.state_dict().items())


def test_a_warm_up_that_is_stopped_goes_on_with_the_same_bits(tmp_path):
    settings = replace(SETTINGS, max_epochs=4, warmup_epochs=3)
    whole = fit_fold(JOB, make_samples(), settings, None)
    for epochs in (2, 4):
        saving = CheckpointCallback(Checkpoints(tmp_path), 0)
        resumed = fit_fold(JOB, make_samples(), replace(settings, max_epochs=epochs), None, saving)
    assert torch.equal(resumed.predicted, whole.predicted)


@pytest.mark.parametrize(
    ("epoch", "best_epoch", "best_loss", "ends"),
    [
        (4, 1, 1.0, False),  # has not begun to learn, and has had five epochs of eight
        (6, 1, 1.0, False),
        (7, 1, 1.0, True),
        (4, 1, 0.8, True),  # has learned, and stands still for three
        (3, 1, 0.8, False),
    ],
)
def test_early_stopping_gives_a_fair_chance(epoch, best_epoch, best_loss, ends):
    """The constant has an error of 1, so a skill of 0.1 is a loss of 0.9."""
    settings = replace(SETTINGS, early_stopping_patience=3, learning_epochs=8, least_skill=0.1)
    history = SimpleNamespace(best_epoch=best_epoch, best_loss=best_loss, history=[{"monitor_loss": 1.0}])
    trainer = SimpleNamespace(current_epoch=epoch, should_stop=False)
    steps: list[float] = []
    module = SimpleNamespace(plateau=SimpleNamespace(step=steps.append))
    Patience(history, settings, constant_mse=1.0).on_train_epoch_end(trainer, module)
    assert trainer.should_stop is ends
    assert bool(steps) is (ends or best_loss < 0.9), "nor is the rate cut before"


def test_the_rate_is_not_cut_before_a_training_has_had_its_chance():
    settings = replace(
        SETTINGS, max_epochs=6, plateau_patience=0, learning_rate=1e-12, least_skill=0.5, learning_epochs=4
    )
    rates = [row["learning_rate"] for row in fit_fold(JOB, make_samples(augment="none"), settings, None).history]
    assert rates == pytest.approx([1e-12] * 5 + [1e-13])


def test_a_training_that_does_not_begin_to_learn_is_stopped_after_its_chance():
    settings = replace(SETTINGS, max_epochs=50, early_stopping_patience=2, learning_rate=1e-12, least_skill=0.5)
    assert len(fit_fold(JOB, make_samples(augment="none"), settings, None).history) < 9
    settings = replace(settings, learning_epochs=9)
    assert len(fit_fold(JOB, make_samples(augment="none"), settings, None).history) == 9


def test_a_network_that_cannot_learn_is_started_again_and_its_best_attempt_kept(capsys):
    data = make_samples()
    fitted = fit_fold(JOB, data, FROZEN, None)
    assert [(attempt, epoch) for attempt, epoch, _ in losses(fitted)] == [
        (0, 0),
        (0, 1),
        (1, 0),
        (1, 1),
        (2, 0),
        (2, 1),
    ]
    lowest = min(losses(fitted), key=lambda row: row[2])
    assert (fitted.attempt, fitted.epoch) == lowest[:2]
    assert not fitted.judge(data, 0.5).learned
    lines = [line for line in capsys.readouterr().out.splitlines() if "did not learn" in line]
    assert [line.partition("): ")[2] for line in lines] == ["restart 1 of at most 2", "restart 2 of at most 2"]


def test_an_attempt_has_streams_of_its_own_and_the_first_those_of_before():
    restarted = replace(JOB, attempt=1)
    for name in (("start",), ("order", 3), ("dropout", 0), ("augmentation", 7)):
        assert len({JOB.seed_for(*name), restarted.seed_for(*name), replace(JOB, attempt=2).seed_for(*name)}) == 3
    assert JOB.seed_for("start") == 37732042308116103, "the one of version 0.1.0"


def test_a_repeat_has_streams_of_its_own_in_every_attempt():
    jobs = [replace(JOB, repeat=repeat, attempt=attempt) for repeat in (0, 1, 2) for attempt in (0, 1, 2)]
    assert len({job.seed_for("start") for job in jobs}) == 9
    assert [replace(JOB, repeat=repeat).name for repeat in (0, 1)] == [
        "squeezenet1_1, fold 2", "squeezenet1_1, fold 2, repeat 1",
    ]  # fmt: skip
    assert len({loss for _, _, loss in losses(fit_fold(JOB, make_samples(), FROZEN, None))}) == 3, "of three networks"


def test_a_restart_is_another_training_and_repeats_itself():
    first, second = (fit_attempt(replace(JOB, attempt=1), make_samples(), SETTINGS, None, None) for _ in range(2))
    assert torch.equal(first.predicted, second.predicted)
    assert not torch.equal(first.predicted, fit_fold(JOB, make_samples(), SETTINGS, None).predicted)


def test_a_restart_that_learns_is_kept_and_is_the_last(monkeypatch):
    monkeypatch.setattr(train, "fit_attempt", fail_first)
    data = make_samples(augment="none")
    fitted = fit_fold(JOB, data, LEARNS, None)
    assert {attempt for attempt, _, _ in losses(fitted)} == {0, 1}
    assert fitted.attempt == 1
    alone = fit_attempt(replace(JOB, attempt=1), data, LEARNS, None, None)
    assert torch.equal(fitted.predicted, alone.predicted)


def test_a_training_that_learns_at_once_is_not_started_again():
    data = make_samples(augment="none")
    restarts, none = (fit_fold(JOB, data, replace(LEARNS, restarts=number), None) for number in (2, 0))
    assert torch.equal(restarts.predicted, none.predicted)
    assert restarts.judge(data, 0.1).attempts == 1


def test_attempts_that_had_ended_are_not_repeated(tmp_path, monkeypatch):
    begun = []

    def interrupt(job, *arguments):
        begun.append(job.attempt)
        if len(begun) == 2:
            raise KeyboardInterrupt
        return fail_first(job, *arguments)

    monkeypatch.setattr(train, "fit_attempt", interrupt)
    data, saving = make_samples(augment="none"), CheckpointCallback(Checkpoints(tmp_path), 0)
    with pytest.raises(KeyboardInterrupt):
        fit_fold(JOB, data, LEARNS, None, saving)
    resumed = fit_fold(JOB, data, LEARNS, None, saving)
    assert begun == [0, 1, 1]
    monkeypatch.setattr(train, "fit_attempt", fail_first)
    whole = fit_fold(JOB, data, LEARNS, None)
    assert torch.equal(resumed.predicted, whole.predicted)
    assert losses(resumed) == losses(whole)


def test_the_result_of_an_attempt_that_is_damaged_is_made_again(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(train, "fit_attempt", fail_first)
    data, saving = make_samples(augment="none"), CheckpointCallback(Checkpoints(tmp_path), 0)
    whole = fit_fold(JOB, data, LEARNS, None, saving)
    (result,) = tmp_path.glob("result-*.ckpt")
    result.write_bytes(result.read_bytes()[:-1])
    assert losses(fit_fold(JOB, data, LEARNS, None, saving)) == losses(whole)
    assert f"{result.name} is damaged and is skipped" in capsys.readouterr().out


def test_history_and_record_have_every_attempt(tmp_path, monkeypatch):
    monkeypatch.setattr(train, "fit_attempt", fail_first)
    data = make_samples(augment="none")
    fitted = fit_fold(JOB, data, LEARNS, None)
    write_fold(JOB, fitted, data, tmp_path, FoldOutputs(tmp_path, False, 0, least_skill=0.1))
    history = read_table(tmp_path / HISTORY)
    (kept,) = history["kept"].nonzero()[0]
    assert (history["attempt"][kept], history["epoch"][kept]) == (fitted.attempt, fitted.epoch) == (1, fitted.epoch)
    record = json.loads((tmp_path / LEARNING).read_text())
    assert record["monitored_mse"] == history["monitor_loss"][kept]
    assert record["learned"]
    assert (record["attempt"], record["attempts"], record["epochs"]) == (1, 2, len(history["epoch"]))


@pytest.mark.parametrize(
    ("changes", "shapes"),
    [({}, False), ({"warmup_epochs": 3}, False), ({"restarts": 1}, True), ({"learning_epochs": 9}, True)],
)
def test_the_threshold_of_skill_shapes_a_training_only_where_something_follows_from_it(changes, shapes):
    low, high = (TrainingSettings.of(section(**{**NEUTRAL, **changes}, least_skill=skill)) for skill in (0.1, 0.2))
    assert (low != high) is shapes


@pytest.mark.parametrize(("schedule", "shapes"), [("plateau", True), ("one_cycle", False)])
@pytest.mark.parametrize("key", ["plateau_factor", "plateau_threshold", "plateau_patience", "early_stopping_patience"])
def test_keys_of_the_plateau_shape_a_training_only_where_there_is_one(schedule, shapes, key):
    one, other = (TrainingSettings.of(section(**{**NEUTRAL, "schedule": schedule, key: value})) for value in (0.3, 0.4))
    assert (one != other) is shapes
