"""What follows from epochs without a lower monitored loss: the rate is cut, and at last the training ends."""

from typing import cast

import pytorch_lightning as pl
from pytorch_lightning.callbacks import Callback

from pasi.training.epoch_history import EpochHistory
from pasi.training.network_module import SeverityRegressor
from pasi.training.settings import TrainingSettings
from pasi.training.skill import skill_of


class Patience(Callback):
    """Steps the plateau of the rate, and ends a training that stands still for `early_stopping_patience` epochs.

    Networks often stand still at first: until they have begun to learn, with a skill of `least_skill`, neither happens
    for `learning_epochs` (a rate that is cut there hardly lets them begin), and no cut while the rate is warming up.
    Whether a training has begun follows from its history alone, so a checkpoint holds nothing of it. With one cycle
    nothing is decided here: its rate follows from the step, and its last epochs are worth the most.
    """

    def __init__(self, epochs: EpochHistory, settings: TrainingSettings, constant_mse: float):
        self.epochs, self.settings, self.constant_mse = epochs, settings, constant_mse

    def on_train_epoch_end(self, trainer: pl.Trainer, module: pl.LightningModule) -> None:
        """Decide by the epoch's row, which has been added: this callback stands behind EpochHistory.

        Lightning would step the plateau after it saved a checkpoint, which would then lack the step.
        """
        settings, epoch = self.settings, trainer.current_epoch
        if settings.schedule == "one_cycle":
            return
        if epoch + 1 < settings.learning_epochs and not self.has_begun:
            return
        if epoch >= settings.warmup_epochs:
            cast(SeverityRegressor, module).plateau.step(self.epochs.history[-1]["monitor_loss"])
        if epoch - self.epochs.best_epoch >= settings.early_stopping_patience:
            trainer.should_stop = True

    @property
    def has_begun(self) -> bool:
        """Whether an epoch of this attempt was better than the mean of each region by the least skill."""
        return skill_of(self.epochs.best_loss, self.constant_mse) >= self.settings.least_skill
