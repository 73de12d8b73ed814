"""The network of one training as a Lightning module: the paper's recipe, with every random stream from the epoch."""

import hashlib
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, Self

import pytorch_lightning as pl
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from pasi.composites import Draw, draw_augmentation
from pasi.problems import MendableError
from pasi.samples import FoldSamples


@dataclass(frozen=True)
class TrainingSettings:
    """Keys of the config's `training` section that shape what is learned; config/README.md explains each."""

    squeezenet_relu: Literal["drop", "keep"]
    batch_norm_momentum: float | Literal["native"]
    batch_size: int
    learning_rate: float
    momentum: float
    weight_decay: float
    gradient_clip: float | None
    max_epochs: int
    plateau_factor: float
    plateau_threshold: float
    plateau_patience: int
    early_stopping_patience: int
    keep: Literal["best", "last"]
    threads: int
    device: Literal["auto", "cpu", "cuda"]
    precision: Literal["fp32", "tf32", "bf16"]
    deterministic: bool
    compile: bool

    @classmethod
    def of(cls, section: Mapping[str, Any]) -> Self:
        """Of a whole `training` section, whose other keys shape nothing that is learned."""
        return cls(**{field.name: section[field.name] for field in fields(cls)})


@dataclass(frozen=True)
class Job:
    """Which network on which fold, and the seed that all its random streams follow from."""

    backbone: str
    fold: int
    seed: int

    def stream(self, *names: str | int) -> int:
        """A seed for one random stream of this job: a function of the job and `names` alone."""
        text = "/".join(map(str, (self.seed, self.backbone, self.fold, *names)))
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:7], "big")


class FixedBatches:
    """Batches of sample numbers in the order given. A class, because Lightning takes a list for several loaders."""

    def __init__(self, samples: Tensor, size: int):
        self.samples, self.size = samples, size

    def __iter__(self) -> Iterator[Tensor]:
        return iter(self.samples.split(self.size))

    def __len__(self) -> int:
        return math.ceil(len(self.samples) / self.size)


class Batches(FixedBatches):
    """Shuffled batches of sample numbers, in an order that follows from the epoch alone.

    `epoch` is asked when Lightning starts to iterate, which in a resumed training is before any hook could tell it.
    A last batch of one is left out, because batch norm has no variance of one value.
    """

    def __init__(self, samples: Tensor, size: int, job: Job, epoch: Callable[[], int]):
        super().__init__(samples, size)
        self.job, self.epoch = job, epoch

    def __iter__(self) -> Iterator[Tensor]:
        generator = torch.Generator().manual_seed(self.job.stream("order", self.epoch()))
        shuffled = self.samples[torch.randperm(len(self.samples), generator=generator)]
        return iter(shuffled.split(self.size)[: len(self)])

    def __len__(self) -> int:
        whole, rest = divmod(len(self.samples), self.size)
        return whole + (rest > 1)


class SeverityRegressor(pl.LightningModule):
    """A backbone that learns scaled targets from composites by mean squared error."""

    def __init__(self, network: nn.Module, data: FoldSamples, job: Job, settings: TrainingSettings):
        super().__init__()
        self.network = network.to(memory_format=torch.channels_last)
        self.job, self.settings = job, settings
        self.batches = Batches(data.fit, settings.batch_size, job, self.epochs_done)
        self.composer = data.composer
        self.scaled = ((data.targets - data.center) / data.scale).float()  # (n, outputs)
        self.draw: Draw | None = None
        self.steps: list[tuple[Tensor, Tensor]] = []  # sample numbers and loss of each batch of the epoch
        self.resumed_plateau: dict | None = None

    def forward(self, pictures: Tensor) -> Tensor:
        """Scaled predictions (n, outputs) of composites (n, 3, side, side)."""
        return self.network(pictures.contiguous(memory_format=torch.channels_last))

    def setup(self, stage: str) -> None:
        """Move tiles and targets to the device that trains, and have the network compiled for it."""
        self.composer.to(self.device)
        self.scaled = self.scaled.to(self.device)
        if self.settings.compile:  # on a GPU with CUDA graphs: small networks wait for the launch of their kernels
            self.network.compile(mode="reduce-overhead" if self.device.type == "cuda" else "default")

    def on_train_epoch_start(self) -> None:
        """Every random stream of an epoch starts from the epoch, so that a resumed training repeats it."""
        epoch = self.current_epoch
        torch.manual_seed(self.job.stream("dropout", epoch))
        self.draw = self._draw(epoch)
        self.steps = []

    def epochs_done(self) -> int:
        """Epochs that are behind; `current_epoch` is one too low while Lightning takes up a checkpoint."""
        return self.trainer.fit_loop.epoch_progress.current.processed

    def _draw(self, epoch: int) -> Draw | None:
        settings = self.composer.settings
        if settings.augment == "none":
            return None
        # Frozen: one draw for all trainings, as if the composites had been made once before them.
        job, drawn = (Job("", 0, self.job.seed), 0) if settings.augment == "frozen" else (self.job, epoch)
        generator = torch.Generator().manual_seed(job.stream("augmentation", drawn))
        draw = draw_augmentation(*self.composer.samples.shape, settings, generator)
        return draw.to(self.device)  # once an epoch: a GPU that is asked for numbers in each step waits

    def training_step(self, which: Tensor) -> Tensor:
        """Loss of one augmented batch of sample numbers."""
        draw = None if self.draw is None else self.draw.take(which)
        loss = F.mse_loss(self(self.composer.compose(which, draw)), self.scaled[which])
        self.steps.append((which, loss.detach()))  # looked at after the epoch: a look at each would stall a GPU
        self.log("train_loss", loss, on_step=False, on_epoch=True, batch_size=len(which))
        return loss

    def validation_step(self, which: Tensor) -> None:
        """Loss of one monitored batch, composites as they are."""
        loss = F.mse_loss(self(self.composer.compose(which)), self.scaled[which])
        self.log("monitor_loss", loss, batch_size=len(which))

    def configure_optimizers(self) -> torch.optim.Optimizer:
        """SGD with momentum, its rate cut where the monitored loss stands still."""
        s = self.settings
        optimizer = torch.optim.SGD(
            self.network.parameters(),
            lr=s.learning_rate,
            momentum=s.momentum,
            weight_decay=s.weight_decay,
            fused=fuses(self.device, s),
        )
        self.plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(
            optimizer, factor=s.plateau_factor, threshold=s.plateau_threshold, patience=s.plateau_patience
        )
        if self.resumed_plateau:
            self.plateau.load_state_dict(self.resumed_plateau)
        return optimizer

    def on_train_epoch_end(self) -> None:
        """Cut the rate here, not in Lightning's hands: it does so after checkpoints are saved, which then lack it."""
        self.plateau.step(self.trainer.callback_metrics["monitor_loss"])

    def on_save_checkpoint(self, checkpoint: dict) -> None:
        """Keep the state of the plateau."""
        checkpoint["plateau"] = self.plateau.state_dict()

    def on_load_checkpoint(self, checkpoint: dict) -> None:
        """Hand the state of the plateau to the optimizer, which is made after this."""
        self.resumed_plateau = checkpoint["plateau"]


class DeviceError(MendableError):
    """A device that is wanted and not there; the message names the key to change."""


def training_device(settings: TrainingSettings) -> torch.device:
    """Where a training runs: on a GPU if torch finds one, unless `device` says otherwise. Raises DeviceError."""
    available = torch.cuda.is_available()
    if settings.device == "cuda" and not available:
        raise DeviceError("torch finds no GPU: set training.device to auto or cpu, or mend the driver")
    return torch.device("cuda" if settings.device != "cpu" and available else "cpu")


def fuses(device: torch.device, settings: TrainingSettings) -> bool:
    """Whether SGD runs as one kernel for all parameters: on a GPU, unless Lightning clips under mixed precision.

    It then refuses a fused optimizer, for fear of gradients that are still scaled; those of bf16 never are.
    """
    return device.type == "cuda" and not (settings.precision == "bf16" and settings.gradient_clip)


def set_arithmetic(settings: TrainingSettings) -> None:
    """Threads of this process, and whether a GPU rounds to TF32: torch lets convolutions do so unless told not to."""
    tf32 = settings.precision == "tf32"
    torch.set_num_threads(settings.threads)
    torch.set_float32_matmul_precision("high" if tf32 else "highest")
    torch.backends.cudnn.allow_tf32 = tf32
