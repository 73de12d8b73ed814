"""One cycle of the learning rate: its values, in a training, stopped in the middle, and without early stopping."""

from dataclasses import replace

import pytest
import torch

from pasi.jobs.checkpoints import Checkpoints
from pasi.training.checkpoint_callback import CheckpointCallback
from pasi.training.learning_rate import one_cycle
from pasi.training.train import fit_fold
from small_training import JOB, SETTINGS, make_samples, noted_rates, stopped_before

CYCLE = replace(SETTINGS, schedule="one_cycle", max_epochs=5)  # two steps an epoch: the peak is in the third


def test_it_falls_as_that_of_torch_does():
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    cycle = torch.optim.lr_scheduler.OneCycleLR(optimizer, 1.0, total_steps=50, cycle_momentum=False)
    theirs = []
    for _ in range(50):
        theirs.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        cycle.step()
    ours = [one_cycle(step, 50) for step in range(1, 51)]
    assert ours[14:] == pytest.approx(theirs[14:])
    assert ours[:15] == sorted(ours[:15])
    assert theirs[0] < ours[0] < theirs[2], "the first step is one step above the start"


def test_each_step_of_a_training_has_its_rate(monkeypatch):
    rates = noted_rates(monkeypatch)
    fit_fold(JOB, make_samples(), CYCLE, None)
    assert rates == [0.01 * one_cycle(step, 10) for step in range(1, 11)]
    assert rates[2] == 0.01


def test_it_is_run_to_its_end_whatever_is_monitored():
    targets = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, -90.0, -90.0, -90.0, 9.0, 10.0, 11.0]  # what is learned is wrong of -90
    settings = replace(CYCLE, max_epochs=20, learning_rate=0.05, early_stopping_patience=1, plateau_patience=0)
    assert len(fit_fold(JOB, make_samples(targets), settings, None).history) == 20
    assert len(fit_fold(JOB, make_samples(targets), replace(settings, schedule="plateau"), None).history) < 20


def test_a_training_that_is_stopped_in_the_cycle_goes_on_with_the_same_bits(tmp_path, monkeypatch):
    whole = fit_fold(JOB, make_samples(), CYCLE, None)
    with stopped_before(3, monkeypatch):
        fit_fold(JOB, make_samples(), CYCLE, None, CheckpointCallback(Checkpoints(tmp_path), 0))
    resumed = fit_fold(JOB, make_samples(), CYCLE, None, CheckpointCallback(Checkpoints(tmp_path), 0))
    assert [row["learning_rate"] for row in resumed.history] == [row["learning_rate"] for row in whole.history]
    assert all(torch.equal(resumed.state[name], tensor) for name, tensor in whole.state.items())
