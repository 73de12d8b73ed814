"""What the second epoch of a training takes; the first one also makes all that is made once."""

import resource
from dataclasses import dataclass
from unittest.mock import patch

import pytorch_lightning as pl

from fold import make_fold, training_settings
from pasi.networks.catalogue import NETWORKS
from pasi.training.epoch_history import EpochHistory
from pasi.training.outputs import Fitted
from pasi.training.seeds import TrainingJob
from pasi.training.train import fit_fold

BATCH = 16


@dataclass(frozen=True)
class Usage:
    """CPU seconds and page faults from the start of the second epoch to the end of the predictions."""

    seconds: float
    faults: int


def second_epoch(backbone: str, fitted: int, **settings: object) -> tuple[Fitted, Usage]:
    """A training of two epochs on `fitted` composites of noise, under the paper's settings and `settings`."""
    usage: list[resource.struct_rusage] = []

    class Noting(EpochHistory):
        def on_train_epoch_start(self, trainer: pl.Trainer, module: pl.LightningModule) -> None:
            usage.append(resource.getrusage(resource.RUSAGE_SELF))
            super().on_train_epoch_start(trainer, module)

    asked = training_settings(max_epochs=2, batch_size=BATCH, **settings)
    job, data = TrainingJob(NETWORKS[backbone], 0, 0), make_fold(fitted, BATCH)
    with patch("pasi.training.attempt.EpochHistory", Noting):
        network = fit_fold(job, data, asked, None)
    first, last = usage[-1], resource.getrusage(resource.RUSAGE_SELF)
    seconds = last.ru_utime + last.ru_stime - first.ru_utime - first.ru_stime
    return network, Usage(seconds, last.ru_minflt - first.ru_minflt)
