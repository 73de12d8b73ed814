"""The running average of the weights of a training, which is often better than the weights of any one step."""

from typing import Any, cast

import pytorch_lightning as pl
import torch
from pytorch_lightning.callbacks import Callback
from torch import Tensor

from pasi.training.network_module import SeverityRegressor

FIRST, WIDTH = 1, 10  # of the part that the average keeps in its early steps: see `kept_part`


class WeightAverage(Callback):
    """An exponential moving average of weights and of the statistics of batch norm, renewed after each step.

    In place of the weights it is what is monitored, kept as the best of an epoch, and used in the end; the steps of SGD
    go on from the weights themselves. `decay`: the part of the average that a step leaves.
    After Polyak and Juditsky, Acceleration of stochastic approximation by averaging (1992).
    """

    def __init__(self, decay: float):
        self.decay, self.steps = decay, 0
        self.average: list[Tensor] = []
        self.weights: list[Tensor] = []

    @torch.no_grad()
    def on_train_batch_end(self, trainer: pl.Trainer, module: pl.LightningModule, *step: object) -> None:
        """Renew the average by the weights of this step."""
        weights = _floating(module)
        self.steps += 1
        if not self.average:
            self.average = [weight.clone() for weight in weights]
        else:
            torch._foreach_lerp_(self.average, weights, 1 - kept_part(self.decay, self.steps))

    @torch.no_grad()
    def on_validation_start(self, trainer: pl.Trainer, module: pl.LightningModule) -> None:
        """Put the average in the place of the weights, which are put aside."""
        weights = _floating(module)
        self.weights = [weight.clone() for weight in weights]
        torch._foreach_copy_(weights, self.average)

    @torch.no_grad()
    def on_train_epoch_end(self, trainer: pl.Trainer, module: pl.LightningModule) -> None:
        """Put the weights back, after the epoch's state has been kept: this callback stands behind EpochHistory."""
        torch._foreach_copy_(_floating(module), self.weights)
        self.weights = []

    @torch.no_grad()
    def on_train_end(self, trainer: pl.Trainer, module: pl.LightningModule) -> None:
        """Leave the average, for `training.keep: last`."""
        torch._foreach_copy_(_floating(module), self.average)

    def state_dict(self) -> dict[str, Any]:
        """What a checkpoint keeps of this callback."""
        return {"steps": self.steps, "average": self.average}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from a checkpoint, whose tensors lie on the CPU."""
        vars(self).update(state_dict)

    def on_train_start(self, trainer: pl.Trainer, module: pl.LightningModule) -> None:
        """Move what came from a checkpoint to where the weights are."""
        self.average = [average.to(module.device) for average in self.average]


def kept_part(decay: float, step: int) -> float:
    """The part of the average that step 1, 2, ... leaves: `decay`, and less in the first steps, which start at random.

    As in TensorFlow's ExponentialMovingAverage with num_updates.

    >>> [round(kept_part(0.98, step), 3) for step in (1, 10, 1000)]
    [0.182, 0.55, 0.98]
    """
    return min(decay, (FIRST + step) / (WIDTH + step))


def _floating(module: pl.LightningModule) -> list[Tensor]:
    """Weights and statistics of the network, without the counts of batch norm."""
    state = cast(SeverityRegressor, module).network.state_dict()
    return [value for value in state.values() if value.dtype.is_floating_point]
