"""The running average of weights: its values, what it is used for, and that it changes no step of a training."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch

from pasi.jobs.checkpoints import Checkpoints
from pasi.training.checkpoint_callback import CheckpointCallback
from pasi.training.train import fit_fold
from pasi.training.weight_average import WeightAverage, kept_part
from small_training import JOB, SETTINGS, make_samples, stopped_before

AVERAGED = replace(SETTINGS, ema=0.6, max_epochs=4)


def test_the_average_by_hand():
    """Of 0, 24 and 104: after step 2 it keeps 3/12, after step 3 min(0.3, 4/13)."""
    network = torch.nn.Linear(1, 1, bias=False)
    module, average = SimpleNamespace(network=network, device=torch.device("cpu")), WeightAverage(0.3)
    seen = []
    for value in (0.0, 24.0, 104.0):
        with torch.no_grad():
            network.weight.fill_(value)
        average.on_train_batch_end(None, module, None, None, 0)
        seen.append(average.average[0].item())
    assert seen == pytest.approx([0.0, 0.25 * 0 + 0.75 * 24, 0.3 * 18 + 0.7 * 104])
    average.on_validation_start(None, module)
    assert network.weight.item() == pytest.approx(78.2)
    average.on_train_epoch_end(None, module)
    assert network.weight.item() == 104.0


def test_counts_of_batch_norm_are_not_averaged():
    network = torch.nn.BatchNorm1d(2)
    network.num_batches_tracked.fill_(7)
    average = WeightAverage(0.9)
    average.on_train_batch_end(None, SimpleNamespace(network=network), None, None, 0)
    assert [value.tolist() for value in average.average] == [[1, 1], [0, 0], [0, 0], [1, 1]]


def weights_after_steps(monkeypatch) -> list[dict[str, torch.Tensor]]:
    """The state of the network after each step of the training that follows."""
    states = []

    def noted(self, trainer, module, *step):
        states.append({name: value.clone() for name, value in module.network.state_dict().items()})
        renew(self, trainer, module, *step)

    renew = WeightAverage.on_train_batch_end
    monkeypatch.setattr(WeightAverage, "on_train_batch_end", noted)
    return states


def averages(states, decay):
    """The average after each of the states, value by value."""
    average, found = states[0], []
    for step, state in enumerate(states, 1):
        kept = 0.0 if step == 1 else kept_part(decay, step)
        average = {name: value * (1 - kept) + average[name] * kept for name, value in state.items()}
        found.append(average)
    return found


@pytest.mark.parametrize("keep", ["best", "last"])
def test_a_training_ends_with_the_average_of_the_kept_epoch(monkeypatch, keep):
    states = weights_after_steps(monkeypatch)
    fitted = fit_fold(JOB, make_samples(), replace(AVERAGED, keep=keep), None)
    steps = len(states) // 4  # an epoch
    expected = averages(states, 0.6)[(fitted.epoch + 1) * steps - 1]
    for name, value in fitted.state.items():
        if value.dtype.is_floating_point:
            assert torch.allclose(value, expected[name], atol=1e-6), name


def test_the_steps_are_those_of_a_training_without_an_average(monkeypatch):
    """With one cycle, whose rate does not follow from what is monitored."""
    settings = replace(AVERAGED, schedule="one_cycle")
    plain = fit_fold(JOB, make_samples(), replace(settings, ema=0.0, keep="last"), None)
    states = weights_after_steps(monkeypatch)
    averaged = fit_fold(JOB, make_samples(), settings, None)
    assert all(torch.equal(states[-1][name], value) for name, value in plain.state.items())
    losses = [[row["monitor_loss"] for row in fitted.history] for fitted in (plain, averaged)]
    assert losses[0] != losses[1], "what is monitored is the average"


def test_a_training_that_is_stopped_goes_on_with_the_same_bits(tmp_path, monkeypatch):
    whole = fit_fold(JOB, make_samples(), AVERAGED, None)
    with stopped_before(2, monkeypatch):
        fit_fold(JOB, make_samples(), AVERAGED, None, CheckpointCallback(Checkpoints(tmp_path), 0))
    resumed = fit_fold(JOB, make_samples(), AVERAGED, None, CheckpointCallback(Checkpoints(tmp_path), 0))
    assert [row["monitor_loss"] for row in resumed.history] == [row["monitor_loss"] for row in whole.history]
    assert torch.equal(resumed.predicted, whole.predicted)
    assert all(torch.equal(resumed.state[name], tensor) for name, tensor in whole.state.items())
