"""When a training ends before `training.max_epochs`."""

import pytorch_lightning as pl
from pytorch_lightning.callbacks import Callback

from pasi.training.epoch_history import EpochHistory
from pasi.training.settings import TrainingSettings
from pasi.training.skill import skill_of


class EarlyStopping(Callback):
    """Ends a training that has been without a lower monitored loss for `early_stopping_patience` epochs.

    One that has not begun to learn, with a best skill below `least_skill`, is given `learning_epochs` before that. The
    decision follows from the history alone, so a checkpoint holds nothing of it.
    """

    def __init__(self, epochs: EpochHistory, settings: TrainingSettings, constant_mse: float):
        self.epochs, self.settings, self.constant_mse = epochs, settings, constant_mse

    def on_train_epoch_end(self, trainer: pl.Trainer, module: pl.LightningModule) -> None:
        """Decide after the epoch's row has been added; this callback stands behind EpochHistory."""
        settings, epoch = self.settings, trainer.current_epoch
        stalled = epoch - self.epochs.best_epoch >= settings.early_stopping_patience
        learned = skill_of(self.epochs.best_loss, self.constant_mse) >= settings.least_skill
        if stalled and (learned or epoch + 1 >= settings.learning_epochs):
            trainer.should_stop = True
