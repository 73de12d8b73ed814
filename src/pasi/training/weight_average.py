"""The running average of the weights of a training, which is often better than the weights of any one step."""

from typing import Any, cast

import pytorch_lightning as pl
import torch
from pytorch_lightning.callbacks import Callback
from torch import Tensor

from pasi.training.network_module import SeverityRegressor


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
            self.average = [torch.zeros_like(weight) for weight in weights]
        torch._foreach_lerp_(self.average, weights, 1 - kept_part(self.decay, self.steps))

    @torch.no_grad()
    def on_validation_start(self, trainer: pl.Trainer, module: pl.LightningModule) -> None:
        """Put the average in the place of the weights, which are put aside."""
        self.weights = [weight.clone() for weight in _floating(module)]
        self.use(module)

    @torch.no_grad()
    def on_train_epoch_end(self, trainer: pl.Trainer, module: pl.LightningModule) -> None:
        """Put the weights back, after the epoch's state has been kept: this callback stands behind EpochHistory."""
        torch._foreach_copy_(_floating(module), self.weights)
        self.weights = []

    @torch.no_grad()
    def use(self, module: pl.LightningModule) -> None:
        """Put the average in the place of the weights, wherever both lie."""
        for weight, average in zip(_floating(module), self.average, strict=True):
            weight.copy_(average)

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
    """The part of the average that step 1, 2, ... leaves: in the end `decay`, and nothing in step 1.

    The average is then that of all weights so far, of which each counts `decay` times as much as the next one (the
    correction of the bias of Kingma and Ba, Adam, 2014).

    >>> [round(kept_part(0.98, step), 3) for step in (1, 2, 10, 300)]
    [0.0, 0.495, 0.889, 0.98]
    """
    return decay * (1 - decay ** (step - 1)) / (1 - decay**step)


def _floating(module: pl.LightningModule) -> list[Tensor]:
    """Weights and statistics of the network, without the counts of batch norm."""
    state = cast(SeverityRegressor, module).network.state_dict()
    return [value for value in state.values() if value.dtype.is_floating_point]
