"""The network of one training as a Lightning module: the paper's recipe, with every random stream from the epoch."""

from typing import Any

import pytorch_lightning as pl
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from pasi.imaging.composites import Draw, draw_augmentation
from pasi.training.batches import Batches, FixedBatches
from pasi.training.data import FoldData
from pasi.training.learning_rate import one_cycle, warmed_up
from pasi.training.seeds import TrainingJob, shared_seed
from pasi.training.settings import TrainingSettings
from pasi.training.torch_device import can_fuse_sgd


class SeverityRegressor(pl.LightningModule):
    """A backbone that learns scaled targets from composites by mean squared error.

    batches, monitored: of the fitted samples, for training, and of the monitored ones. scaled (n, outputs): the targets
    as they are learned. draw: the random choices of this epoch, None without augmentation. steps: sample numbers and
    loss of each batch of this epoch.
    """

    def __init__(self, network: nn.Module, data: FoldData, job: TrainingJob, settings: TrainingSettings):
        super().__init__()
        self.network = network.to(memory_format=torch.channels_last)
        self.job, self.settings = job, settings
        self.batches = Batches(data.fit, settings.batch_size, job, self.epochs_done)
        self.monitored = FixedBatches(data.monitor, settings.batch_size)
        self.composer = data.composer
        self.scaled = ((data.targets - data.center) / data.scale).float()
        self.draw: Draw | None = None
        self.steps: list[tuple[Tensor, Tensor]] = []
        self.resumed_plateau: dict[str, Any] | None = None

    def forward(self, pictures: Tensor) -> Tensor:
        """Scaled predictions (n, outputs) of composites (n, 3, side, side)."""
        predicted: Tensor = self.network(pictures.contiguous(memory_format=torch.channels_last))
        return predicted

    def setup(self, stage: str) -> None:
        """Move tiles, targets and sample numbers to the device that trains."""
        self.composer.to(self.device)
        self.batches.to(self.device)
        self.monitored.to(self.device)
        self.scaled = self.scaled.to(self.device)

    def on_train_epoch_start(self) -> None:
        """Start every random stream from the epoch, so that a resumed training repeats it."""
        epoch = self.current_epoch
        torch.manual_seed(self.job.seed_for("dropout", epoch))
        self.draw = self._draw(epoch)
        self.steps = []

    def epochs_done(self) -> int:
        """Number of epochs that have ended; `current_epoch` is one too low while Lightning restores a checkpoint."""
        progress = self.trainer.fit_loop.epoch_progress.current
        done: int = progress.processed  # type: ignore[attr-defined]  # Lightning declares only a base class of it
        return done

    def _draw(self, epoch: int) -> Draw | None:
        settings = self.composer.settings
        if settings.augment == "none":
            return None
        seed = self.job.seed_for("augmentation", epoch)
        if settings.augment == "frozen":  # one draw for all trainings, as if the composites were made before them
            seed = shared_seed(self.job.seed, "augmentation", 0)
        count, cells = self.composer.tile_numbers.shape
        draw = draw_augmentation(count, cells, settings, torch.Generator().manual_seed(seed))
        return draw.to(self.device)  # once an epoch: copying numbers to a GPU in each step would make it wait

    def on_train_batch_start(self, batch: Tensor, batch_idx: int) -> None:
        """Set the rate of a step of the one cycle, or of the warm-up, after which the plateau decides."""
        s, batches = self.settings, len(self.batches)
        step = self.current_epoch * batches + batch_idx + 1
        if s.schedule == "one_cycle":
            part = one_cycle(step, s.max_epochs * batches)
        elif step <= s.warmup_epochs * batches:
            part = warmed_up(step, s.warmup_epochs * batches)
        else:
            return
        for group in self.trainer.optimizers[0].param_groups:
            group["lr"] = s.learning_rate * part

    def step_loss(self, which: Tensor) -> Tensor:
        """Loss of one augmented batch of sample numbers."""
        draw = None if self.draw is None else self.draw.take(which)
        return F.mse_loss(self(self.composer.compose(which, draw)), self.scaled[which])

    def training_step(self, which: Tensor) -> Tensor:
        """Loss of one augmented batch of sample numbers, kept and logged."""
        loss = self.step_loss(which)
        self.steps.append((which, loss.detach()))  # a number that is read in a step makes the CPU wait for a GPU
        self.log("train_loss", loss, on_step=False, on_epoch=True, batch_size=len(which))
        return loss

    def validation_step(self, which: Tensor) -> None:
        """Log the loss of one monitored batch; its composites are not augmented."""
        loss = F.mse_loss(self(self.composer.compose(which)), self.scaled[which])
        self.log("monitor_loss", loss, batch_size=len(which))

    def configure_optimizers(self) -> torch.optim.Optimizer:
        """SGD with momentum, whose rate is cut on a plateau of the monitored loss, which Patience steps."""
        s = self.settings
        optimizer = torch.optim.SGD(
            self.network.parameters(),
            lr=s.learning_rate,
            momentum=s.momentum,
            weight_decay=s.weight_decay,
            fused=can_fuse_sgd(self.device),
        )
        self.plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(
            optimizer, factor=s.plateau_factor, threshold=s.plateau_threshold, patience=s.plateau_patience
        )
        if self.resumed_plateau:
            self.plateau.load_state_dict(self.resumed_plateau)
        return optimizer

    def configure_gradient_clipping(
        self,
        optimizer: torch.optim.Optimizer,
        gradient_clip_val: float | None = None,
        gradient_clip_algorithm: str | None = None,
    ) -> None:
        """Clip by the norm of all gradients, as Lightning would.

        Lightning refuses to clip for a fused optimizer under mixed precision, because gradients might still be scaled;
        those of bf16 never are.
        """
        if gradient_clip_val:
            self.clip(gradient_clip_val)

    def clip(self, limit: float) -> None:
        """Hold the norm of all gradients below `limit`."""
        nn.utils.clip_grad_norm_(self.network.parameters(), limit)

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Add the state of the plateau."""
        checkpoint["plateau"] = self.plateau.state_dict()

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Remember the state of the plateau for `configure_optimizers`, which runs after this."""
        self.resumed_plateau = checkpoint["plateau"]
