"""The gradients of a whole batch as one CUDA graph: a CPU starts all of its kernels by one call, not one by one.

The step of SGD stays outside, so that its rate is a Python number of full precision: inside a graph it would have to be
a tensor, which torch's fused SGD reads in float32, and weights would get other bits than without a graph.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import torch
from torch import Tensor, nn

from pasi.training.settings import TrainingSettings

WARM_UP = 3  # calls on a stream beside, before a capture, in which libraries choose kernels and take memory

Capture = Callable[[Callable[[], None]], Callable[[], None]]  # from a function to its replay, on the same memory


def capture_for(settings: TrainingSettings, device: torch.device) -> Capture | None:
    """How steps on `device` are captured; None where they are launched kernel by kernel."""
    return cuda_capture if settings.cuda_graph and device.type == "cuda" else None


def cuda_capture(function: Callable[[], None]) -> Callable[[], None]:
    """Call `function` some times, then record what it launches: the replay launches that again on the same memory."""
    beside = torch.cuda.Stream()
    beside.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(beside):
        for _ in range(WARM_UP):
            function()
    torch.cuda.current_stream().wait_stream(beside)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        function()
    return graph.replay


class StepGraph:
    """A captured step, from sample numbers to a loss and to the gradients of `network`.

    `step` takes sample numbers, leaves gradients at the parameters and returns the loss, detached. Whatever it reads is
    read again where it lay at the capture: parameters, buffers and whatever else changes must be written in place.
    """

    def __init__(self, network: nn.Module, step: Callable[[Tensor], Tensor], which: Tensor, capture: Capture):
        self.which, self.loss = which.clone(), torch.empty(0)
        self.parameters = list(network.parameters())
        with unchanged(network):
            self.replay = capture(partial(self._fill, step))
        self.gradients = [parameter.grad for parameter in self.parameters]

    def _fill(self, step: Callable[[Tensor], Tensor]) -> None:
        self.loss = step(self.which)

    def run(self, which: Tensor) -> Tensor:
        """The loss of the samples `which`, as many as at the capture; their gradients are left at the parameters."""
        self.which.copy_(which)
        self.replay()
        for parameter, gradient in zip(self.parameters, self.gradients, strict=True):
            parameter.grad = gradient  # a step without the graph has put its own in this place
        return self.loss.clone()


@contextmanager
def unchanged(network: nn.Module) -> Iterator[None]:
    """Undo what steps in this context do to buffers (the statistics of batch norm) and to random streams.

    Gradients are dropped first: a capture must make its own, in memory that stays.
    """
    buffers = [(buffer, buffer.clone()) for buffer in network.buffers()]
    device = next(network.parameters()).device
    with torch.random.fork_rng([device] if device.type == "cuda" else [], device_type="cuda"):
        network.zero_grad()
        yield
    with torch.no_grad():
        for buffer, value in buffers:
            buffer.copy_(value)
