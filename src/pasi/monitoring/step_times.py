"""Seconds of a training step of each network on the device that a run would use, and the steps of a whole run."""

import math
import time
from collections.abc import Iterator

import torch
import torch.nn.functional as F

from pasi.config.settings import Settings
from pasi.errors import StepError
from pasi.networks.build import build_backbone
from pasi.networks.catalogue import NETWORKS
from pasi.networks.records import Network
from pasi.networks.settings import HeadSettings
from pasi.training.full_memory import is_full_memory
from pasi.training.settings import TrainingSettings
from pasi.training.torch_device import can_fuse_sgd, prepare_torch, training_device

EPOCHS = 100  # assumed length of a training where max_epochs allows it; in truth early stopping decides


def epochs_of_a_training(settings: Settings) -> int:
    """Assumed number of epochs of a training."""
    longest = settings.training.max_epochs
    return longest if settings.training.schedule == "one_cycle" else min(EPOCHS, longest)


def steps_of_an_epoch(rows: int, settings: Settings, *, left_out: int = 1) -> float:
    """Steps in one epoch of a cohort with `rows` regions and visits: about, because the split is by subjects.

    left_out: the number of folds that a training leaves out. A monitored batch counts as a third of a step, because it
    has no backward pass.
    """
    splits, size = settings.splits, settings.training.batch_size
    trained = rows * (1 - splits.test_fraction) * (1 - left_out / splits.folds)
    inner = trained * splits.inner_fraction
    if settings.training.monitor == "inner":
        fitted, monitored = trained - inner, inner
    else:
        fitted, monitored = trained, trained / (splits.folds - 1)
    return math.ceil(fitted / size) + math.ceil(monitored / size) / 3


def time_steps(settings: Settings) -> Iterator[tuple[str, float]]:
    """Each backbone with the seconds of a step on a batch of random composites: the second step of two is timed.

    The step leaves out clipping, weight decay and the making of composites. Raises DeviceError where `training.device`
    wants a GPU and torch finds none, and StepError where the memory is too small.
    """
    training = TrainingSettings.of(settings.training.model_dump())
    side = settings.tiles.size * settings.index.grid
    device = training_device(training)
    prepare_torch(training)
    for backbone in settings.training.backbones:
        try:
            seconds = _time_step(NETWORKS[backbone], training, side, device)
        except Exception as error:
            if not is_full_memory(error):
                raise
            fix = "lower training.batch_size, or set training.precision to bf16"
            raise StepError(f"{backbone}: the memory is too small for a step: {fix}") from error
        yield backbone, seconds


def _time_step(network: Network, training: TrainingSettings, side: int, device: torch.device) -> float:
    head = HeadSettings(training.squeezenet_relu, training.batch_norm_momentum)
    model = build_backbone(network, 1, head).to(device).to(memory_format=torch.channels_last).train()
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3, momentum=0.9, fused=can_fuse_sgd(device))
    pictures = torch.rand(training.batch_size, 3, side, side, device=device)
    pictures = pictures.contiguous(memory_format=torch.channels_last)
    targets = torch.rand(training.batch_size, 1, device=device)
    for _ in range(2):
        started = _now(device)
        with torch.autocast(device.type, torch.bfloat16, enabled=training.precision == "bf16"):
            loss = F.mse_loss(model(pictures), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return _now(device) - started


def _now(device: torch.device) -> float:
    """The time, once the device has finished all work."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.perf_counter()
