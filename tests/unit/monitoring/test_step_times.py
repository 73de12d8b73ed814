"""Steps timed as a training does them, and what a device lacks said with its fix."""

import os
from dataclasses import replace

import pytest
import torch

from pasi.config.settings import read_settings
from pasi.errors import DeviceError, StepError
from pasi.monitoring import step_times
from pasi.monitoring.step_times import epochs_of_a_training, steps_of_an_epoch, time_steps


def with_training(**changes):
    settings = read_settings({})
    chosen = {"backbones": ("shufflenet_v2_x0_5",), "batch_size": 2, **changes}
    return replace(
        settings,
        training=settings.training.model_copy(update=chosen),
        tiles=settings.tiles.model_copy(update={"size": 32}),
    )


def test_each_network_is_timed():
    ((backbone, seconds),) = time_steps(with_training(device="cpu"))
    assert backbone == "shufflenet_v2_x0_5"
    assert seconds > 0


def test_no_gpu_is_told_where_one_is_wanted(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(DeviceError, match=r"torch finds no GPU: set training\.device to auto or cpu"):
        next(time_steps(with_training(device="cuda")))


@pytest.mark.parametrize("error", [torch.OutOfMemoryError("CUDA"), RuntimeError("CUDA error: out of memory")])
def test_a_gpu_that_is_too_small_is_told_with_the_network(monkeypatch, error):
    def full(*_):
        raise error

    monkeypatch.setattr(step_times, "_time_step", full)
    with pytest.raises(StepError, match="shufflenet_v2_x0_5: the memory is too small for a step: lower"):
        next(time_steps(with_training(device="cpu")))


def test_another_error_of_a_step_stays_what_it_is(monkeypatch):
    monkeypatch.setattr(step_times, "_time_step", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        next(time_steps(with_training(device="cpu")))


def test_steps_are_timed_under_the_arithmetic_of_a_training(monkeypatch):
    monkeypatch.setenv("CUBLAS_WORKSPACE_CONFIG", "")
    next(time_steps(with_training(device="cpu")))
    assert os.environ["CUBLAS_WORKSPACE_CONFIG"] == ":4096:8"
    assert torch.are_deterministic_algorithms_enabled()


@pytest.mark.parametrize(
    ("most", "schedule", "epochs"), [(28, "plateau", 28), (1000, "plateau", 100), (300, "one_cycle", 300)]
)
def test_a_training_is_taken_to_last_as_long_as_it_may(most, schedule, epochs):
    """With one cycle nothing ends it early."""
    assert epochs_of_a_training(with_training(max_epochs=most, schedule=schedule)) == epochs


def test_steps_of_an_epoch_follow_the_split():
    # 100 rows x 0.9 x 0.8 are 72: 61.2 fitted and 10.8 monitored, or 72 and a held-out fold of 18, in batches of 2
    assert steps_of_an_epoch(100, with_training()) == 31 + 6 / 3
    assert steps_of_an_epoch(100, with_training(monitor="heldout")) == 36 + 9 / 3
    # 100 rows x 0.9 x 0.6 are 54: 45.9 fitted and 8.1 monitored
    assert steps_of_an_epoch(100, with_training(), left_out=2) == 23 + 5 / 3
