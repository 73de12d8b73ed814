"""A training whose whole batches are replayed as one CUDA graph, with the bits of one without it."""

from typing import Any

import torch
from torch import Tensor, nn

from pasi.errors import TrainingError
from pasi.imaging.composites import Draw
from pasi.training.data import FoldData
from pasi.training.full_memory import full_memory_behind
from pasi.training.network_module import SeverityRegressor
from pasi.training.seeds import TrainingJob
from pasi.training.settings import TrainingSettings
from pasi.training.step_graph import Capture, StepGraph


class GraphedRegressor(SeverityRegressor):
    """A SeverityRegressor that captures composites, loss, gradients and their clipping once, in its first epoch.

    A last batch that is not whole, the step of SGD and monitored batches are launched as ever. replayed: whether the
    batch at work is, so that its gradients are there and Lightning has nothing to compute.
    """

    def __init__(
        self, network: nn.Module, data: FoldData, job: TrainingJob, settings: TrainingSettings, capture: Capture
    ):
        super().__init__(network, data, job, settings)
        self.capture = capture
        self.graph: StepGraph | None = None
        self.replayed = False

    def on_train_epoch_start(self) -> None:
        """Write the epoch's draw to where the graph reads it, and capture the graph where there is none."""
        earlier = self.draw
        super().on_train_epoch_start()
        if self.draw is not None:
            self.draw = in_place(earlier, self.draw)
        whole = self.batches.samples[: self.settings.batch_size]
        if self.graph is None and self._is_whole(whole):
            self.graph = self._captured(whole)

    def on_train_end(self) -> None:
        """Let go of the graph and its memory: Lightning is about to move the parameters."""
        self.graph = None

    def step_loss(self, which: Tensor) -> Tensor:
        """Loss of one augmented batch; where it is whole its gradients are there too."""
        self.replayed = self.graph is not None and self._is_whole(which)
        if self.graph is None or not self.replayed:
            return super().step_loss(which)
        return self.graph.run(which)

    def backward(self, loss: Tensor, *arguments: Any, **options: Any) -> None:
        """Compute gradients, unless the replay has."""
        if not self.replayed:
            super().backward(loss, *arguments, **options)

    def optimizer_zero_grad(self, epoch: int, batch_idx: int, optimizer: torch.optim.Optimizer) -> None:
        """Drop the gradients of the last batch, unless they are those of this one already."""
        if not self.replayed:
            super().optimizer_zero_grad(epoch, batch_idx, optimizer)

    def clip(self, limit: float) -> None:
        """Clip gradients, unless the replay has."""
        if not self.replayed:
            super().clip(limit)

    def _captured(self, which: Tensor) -> StepGraph:
        """The graph of a step; raises TrainingError where it cannot be captured, but for full memory."""
        try:
            return StepGraph(self.network, self._gradients, which, self.capture)
        except RuntimeError as error:
            if full_memory_behind(error):
                raise
            raise TrainingError(
                f"{self.job.name}: its step cannot be captured as a CUDA graph ({error}). Set training.cuda_graph to "
                "false."
            ) from error

    def _is_whole(self, which: Tensor) -> bool:
        return len(which) == self.settings.batch_size

    def _gradients(self, which: Tensor) -> Tensor:
        """What is captured: as Lightning does it, by whose context the forward pass is as precise as configured."""
        self.network.zero_grad()
        with self.trainer.precision_plugin.forward_context():
            loss = super().step_loss(which)
        loss.backward()
        if self.settings.gradient_clip is not None:
            super().clip(self.settings.gradient_clip)
        return loss.detach()


def in_place(earlier: Draw | None, draw: Draw) -> Draw:
    """`draw` in the memory of an earlier one, or in memory of its own where there is none."""
    if earlier is None:
        return Draw(*(choice.clone(memory_format=torch.contiguous_format) for choice in vars(draw).values()))
    for name, choice in vars(draw).items():
        getattr(earlier, name).copy_(choice)
    return earlier
