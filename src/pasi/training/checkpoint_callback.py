"""When and where Lightning saves a checkpoint of a training."""

from pathlib import Path

import pytorch_lightning as pl
import torch
from pytorch_lightning.callbacks import Checkpoint
from pytorch_lightning.plugins.io import TorchCheckpointIO

from pasi.jobs.checkpoints import Checkpoints, Throttle
from pasi.training.network_module import SeverityRegressor


class DirectCheckpointIO(TorchCheckpointIO):
    """Writes a checkpoint where it is told to.

    Lightning's own way is by the folder for temporary files, which on a cluster is small and on another disk.
    """

    def save_checkpoint(self, checkpoint: dict, path: Path, storage_options: None = None) -> None:
        """Write `checkpoint` to `path`."""
        torch.save(checkpoint, path)


class CheckpointCallback(Checkpoint):
    """Saves a checkpoint at the end of an epoch, after all other callbacks, where it is time."""

    def __init__(self, checkpoints: Checkpoints, seconds: float):
        self.checkpoints, self.throttle = checkpoints, Throttle(seconds)

    def on_train_epoch_end(self, trainer: pl.Trainer, module: SeverityRegressor) -> None:
        """Save, but not once it was decided to stop: a training resumed from there would do one epoch more."""
        if self.throttle.due and not trainer.should_stop:
            with self.throttle.measured():
                self.checkpoints.save(trainer.current_epoch + 1, trainer.save_checkpoint)
