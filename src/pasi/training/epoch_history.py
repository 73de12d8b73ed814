"""What a training keeps of its epochs: a row and a printed line of each, and the weights of the best."""

import math
import time
from collections.abc import Sequence
from typing import Any, cast

import pytorch_lightning as pl
import torch
from pytorch_lightning.callbacks import Callback
from torch import Tensor, nn

from pasi.errors import TrainingError
from pasi.jobs.job_log import epoch_line
from pasi.training.network_module import SeverityRegressor
from pasi.training.seeds import TrainingJob


class EpochHistory(Callback):
    """Keeps one row an epoch and the best weights, prints a line an epoch, and ends a training whose loss diverges.

    history: rows of attempt, epoch, train_loss, monitor_loss, learning_rate, seconds. best_loss, best_epoch,
    best_state: of the epoch with the lowest monitored loss. The state stays on the device, because a copy of each of
    its tensors to the CPU would wait for a GPU; that takes its memory once more.

    The two losses of an epoch are the only numbers that a training asks of its device before it ends.
    """

    def __init__(self, job: TrainingJob):
        self.job = job
        self.history: list[dict[str, float]] = []
        self.best_loss, self.best_epoch = float("inf"), -1
        self.best_state: dict[str, Tensor] = {}
        self.started = 0.0

    def on_train_epoch_start(self, trainer: pl.Trainer, module: pl.LightningModule) -> None:
        """Note when the epoch began."""
        self.started = time.perf_counter()

    def on_train_epoch_end(self, trainer: pl.Trainer, module: pl.LightningModule) -> None:
        """Add the epoch's row, after its validation; raises TrainingError where a loss is not finite."""
        regressor = cast(SeverityRegressor, module)
        row = {name: trainer.callback_metrics[name].item() for name in ("train_loss", "monitor_loss")}
        rate = trainer.optimizers[0].param_groups[0]["lr"]
        seconds = time.perf_counter() - self.started
        numbers = {"attempt": self.job.attempt, "epoch": trainer.current_epoch}
        self.history.append({**numbers, **row, "learning_rate": rate, "seconds": seconds})
        losses = row["train_loss"], row["monitor_loss"]
        print(epoch_line(trainer.current_epoch, losses, rate, seconds), flush=True)
        if not all(map(math.isfinite, losses)):
            raise TrainingError(self._not_finite(row, trainer.current_epoch, regressor.steps))
        if row["monitor_loss"] < self.best_loss:
            self.best_loss, self.best_epoch = row["monitor_loss"], trainer.current_epoch
            self.best_state = {name: value.clone() for name, value in regressor.network.state_dict().items()}

    def state_dict(self) -> dict[str, Any]:
        """What a checkpoint keeps of this callback."""
        return {name: getattr(self, name) for name in ("history", "best_loss", "best_epoch", "best_state")}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from a checkpoint."""
        vars(self).update(state_dict)

    def _not_finite(self, row: dict[str, float], epoch: int, steps: Sequence[tuple[Tensor, Tensor]]) -> str:
        """Which loss is not finite, and since which batch; only here are the losses of single steps read."""
        name, loss = next((name, loss) for name, loss in row.items() if not math.isfinite(loss))
        first = next((which.tolist() for which, loss in steps if not torch.isfinite(loss)), [])
        rows = ", ".join(map(str, sorted(first)))
        batch = f", first with rows {rows} of cohort/labels.parquet (counted from 0)" if first else ""
        return (
            f"{self.job.name}: {name} is {loss} in epoch {epoch}{batch}. Lower "
            "training.learning_rate, or set training.gradient_clip (1.0 is the default)."
        )


def cpu_state(network: nn.Module) -> dict[str, Tensor]:
    """A copy of the network's state on the CPU, contiguous."""
    return {
        name: tensor.detach().cpu().clone(memory_format=torch.contiguous_format)
        for name, tensor in network.state_dict().items()
    }
