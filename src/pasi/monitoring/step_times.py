"""Seconds of a training step of each network on the device that a run would use, and what the whole would take."""

import math
import time
from collections.abc import Iterator

import torch
import torch.nn.functional as F

from pasi.config.settings import Settings
from pasi.errors import StepError
from pasi.networks.build import HeadSettings, build_backbone
from pasi.training.settings import TrainingSettings
from pasi.training.torch_device import can_fuse_sgd, set_torch_arithmetic, training_device

EPOCHS = 100  # that a training is taken to last where it may; early stopping decides


def epochs_of_a_training(settings: Settings) -> int:
    """Epochs that a training is taken to last."""
    return min(EPOCHS, settings.training.max_epochs)


def steps_of_an_epoch(rows: int, settings: Settings) -> float:
    """Steps that an epoch is worth where a cohort has `rows` regions and visits, about: the split is by subjects.

    A batch that is monitored goes forward alone, which is a third of a step.
    """
    splits, size = settings.splits, settings.training.batch_size
    trained = rows * (1 - splits.test_fraction) * (1 - 1 / splits.folds)
    inner = trained * splits.inner_fraction
    if settings.training.monitor == "inner":
        fitted, monitored = trained - inner, inner
    else:
        fitted, monitored = trained, trained / (splits.folds - 1)
    return math.ceil(fitted / size) + math.ceil(monitored / size) / 3


def time_steps(settings: Settings) -> Iterator[tuple[str, float]]:
    """Each backbone and the seconds of a step on a batch of random composites, the second of two.

    As a training does it, but for clipping, weight decay, the making of composites and `training.compile`. Raises
    DeviceError where there is no GPU though `training.device` wants one, and StepError where its memory is too small.
    """
    training = TrainingSettings.of(settings.training.model_dump())
    side = settings.tiles.size * settings.index.grid
    device = training_device(training)
    set_torch_arithmetic(training)
    torch.use_deterministic_algorithms(training.deterministic, warn_only=True)
    for backbone in settings.training.backbones:
        try:
            seconds = _time_step(backbone, training, side, device)
        except torch.OutOfMemoryError as error:
            fix = "lower training.batch_size, or set training.precision to bf16"
            raise StepError(f"{backbone}: the memory of the GPU is too small for a step: {fix}") from error
        yield backbone, seconds


def _time_step(backbone: str, training: TrainingSettings, side: int, device: torch.device) -> float:
    head = HeadSettings(training.squeezenet_relu, training.batch_norm_momentum)
    network = build_backbone(backbone, 1, head).to(device, memory_format=torch.channels_last).train()
    optimizer = torch.optim.SGD(network.parameters(), lr=1e-3, momentum=0.9, fused=can_fuse_sgd(device, training))
    pictures = torch.rand(training.batch_size, 3, side, side, device=device)
    pictures = pictures.contiguous(memory_format=torch.channels_last)
    targets = torch.rand(training.batch_size, 1, device=device)
    for _ in range(2):
        started = _now(device)
        with torch.autocast(device.type, torch.bfloat16, enabled=training.precision == "bf16"):
            loss = F.mse_loss(network(pictures), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return _now(device) - started


def _now(device: torch.device) -> float:
    """The time, once the device has done what it was asked for."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.perf_counter()
