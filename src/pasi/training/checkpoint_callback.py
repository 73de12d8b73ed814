"""When and where Lightning saves a checkpoint of a training."""

from pathlib import Path
from typing import Any

import pytorch_lightning as pl
import torch
from pytorch_lightning.callbacks import Checkpoint
from pytorch_lightning.plugins.io import TorchCheckpointIO

from pasi.jobs.checkpoints import Checkpoints
from pasi.jobs.throttle import Throttle


class DirectCheckpointIO(TorchCheckpointIO):
    """Writes a checkpoint directly to its path.

    Lightning writes by way of the folder for temporary files, which on a cluster is small and on another disk.
    """

    def save_checkpoint(self, checkpoint: dict[str, Any], path: str | Path, storage_options: object = None) -> None:
        """Write `checkpoint` to `path`."""
        torch.save(checkpoint, path)


class CheckpointCallback(Checkpoint):
    """Saves a checkpoint at the end of an epoch, after all other callbacks, when one is due."""

    def __init__(self, checkpoints: Checkpoints, seconds: float):
        self.checkpoints, self.throttle = checkpoints, Throttle(seconds)

    def of_attempt(self, number: int) -> "CheckpointCallback":
        """The same for one attempt of the training."""
        return CheckpointCallback(self.checkpoints.attempt(number), self.throttle.seconds)

    def on_train_epoch_end(self, trainer: pl.Trainer, module: pl.LightningModule) -> None:
        """Save, unless Lightning has decided to stop: a training resumed from there would do one epoch more."""
        if self.throttle.due and not trainer.should_stop:
            with self.throttle.measured():
                self.checkpoints.save(trainer.current_epoch + 1, trainer.save_checkpoint)
