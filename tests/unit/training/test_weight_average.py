"""The running average of weights: its values, what it is used for, and that it changes no step of a training."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch

from pasi.jobs.checkpoints import Checkpoints
from pasi.training.checkpoint_callback import CheckpointCallback
from pasi.training.train import fit_fold
from pasi.training.weight_average import WeightAverage
from small_training import JOB, SETTINGS, make_samples, stopped_before

AVERAGED = replace(SETTINGS, ema=0.6, max_epochs=4)


def test_the_average_by_hand():
    """Of 1, 4 and 11 with 0.5: (1 x 1 + 2 x 4) / 3, then (1 x 1 + 2 x 4 + 4 x 11) / 7."""
    network = torch.nn.Linear(1, 1, bias=False)
    module, average = SimpleNamespace(network=network, device=torch.device("cpu")), WeightAverage(0.5)
    seen = []
    for value in (1.0, 4.0, 11.0):
        with torch.no_grad():
            network.weight.fill_(value)
        average.on_train_batch_end(None, module, None, None, 0)
        seen.append(average.average[0].item())
    assert seen == pytest.approx([1, 3, 53 / 7])
    average.on_validation_start(None, module)
    assert network.weight.item() == pytest.approx(53 / 7)
    average.on_train_epoch_end(None, module)
    assert network.weight.item() == 11.0


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
    for steps in range(1, len(states) + 1):
        parts = [decay ** (steps - step) for step in range(1, steps + 1)]
        yield {
            name: sum(part * state[name] for part, state in zip(parts, states, strict=False)) / sum(parts)
            for name in states[0]
        }


@pytest.mark.parametrize("keep", ["best", "last"])
def test_a_training_ends_with_the_average_of_the_kept_epoch(monkeypatch, keep):
    states = weights_after_steps(monkeypatch)
    fitted = fit_fold(JOB, make_samples(), replace(AVERAGED, keep=keep), None)
    steps = len(states) // 4  # an epoch
    expected = list(averages(states, 0.6))[(fitted.epoch + 1) * steps - 1]
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


@pytest.mark.parametrize("keep", ["best", "last"])
@pytest.mark.parametrize("schedule", ["plateau", "one_cycle"])
def test_a_training_that_is_stopped_goes_on_with_the_same_bits(tmp_path, monkeypatch, keep, schedule):
    settings = replace(AVERAGED, keep=keep, schedule=schedule)
    whole = fit_fold(JOB, make_samples(), settings, None)
    with stopped_before(2, monkeypatch):
        fit_fold(JOB, make_samples(), settings, None, CheckpointCallback(Checkpoints(tmp_path), 0))
    assert_same(fit_fold(JOB, make_samples(), settings, None, CheckpointCallback(Checkpoints(tmp_path), 0)), whole)


@pytest.mark.parametrize("keep", ["best", "last"])
def test_a_training_that_is_stopped_after_its_last_epoch_has_the_same_bits(tmp_path, monkeypatch, keep):
    settings = replace(AVERAGED, keep=keep, schedule="one_cycle")
    whole = fit_fold(JOB, make_samples(), settings, None)
    with monkeypatch.context() as stopping:
        stopping.setattr("pasi.training.attempt.predict", interrupt)
        with pytest.raises(KeyboardInterrupt):
            fit_fold(JOB, make_samples(), settings, None, CheckpointCallback(Checkpoints(tmp_path), 0))
    assert_same(fit_fold(JOB, make_samples(), settings, None, CheckpointCallback(Checkpoints(tmp_path), 0)), whole)


def interrupt(*arguments):
    raise KeyboardInterrupt


def assert_same(resumed, whole):
    assert [row["monitor_loss"] for row in resumed.history] == [row["monitor_loss"] for row in whole.history]
    assert torch.equal(resumed.predicted, whole.predicted)
    assert all(torch.equal(resumed.state[name], tensor) for name, tensor in whole.state.items())
