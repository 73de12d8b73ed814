"""The network of one training as a Lightning module: the paper's recipe, with every random stream from the epoch."""

import pytorch_lightning as pl
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from pasi.imaging.composites import Draw, draw_augmentation
from pasi.training.batches import Batches
from pasi.training.data import FoldData
from pasi.training.seeds import TrainingJob
from pasi.training.settings import TrainingSettings
from pasi.training.torch_device import can_fuse_sgd


class SeverityRegressor(pl.LightningModule):
    """A backbone that learns scaled targets from composites by mean squared error."""

    def __init__(self, network: nn.Module, data: FoldData, job: TrainingJob, settings: TrainingSettings):
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
        torch.manual_seed(self.job.seed_for("dropout", epoch))
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
        job, drawn = (TrainingJob("", 0, self.job.seed), 0) if settings.augment == "frozen" else (self.job, epoch)
        generator = torch.Generator().manual_seed(job.seed_for("augmentation", drawn))
        draw = draw_augmentation(*self.composer.tile_numbers.shape, settings, generator)
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
            fused=can_fuse_sgd(self.device, s),
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
