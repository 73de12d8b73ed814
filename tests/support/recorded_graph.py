"""A stand-in for a CUDA graph on a CPU: a step is recorded operation by operation, and replayed on the same memory.

As a graph does, it knows nothing of Python: a number, a tensor or a branch that differs from the one at the capture is
not seen, and each result lies where it lay at the capture. Unlike a graph it computes while it records.
"""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map

from pasi.training import attempt


class Seen(TorchDispatchMode):
    """Changes nothing. On a CPU torch chooses other kernels for a backward pass that any such mode sees, so that a
    training without a recording must be seen too, or bits of some networks differ.
    """

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        return func(*args, **(kwargs or {}))


class Recording(TorchDispatchMode):
    """Notes each operation with its arguments and results, below autograd and autocast."""

    def __init__(self):
        super().__init__()
        self.calls = []

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        given = tree_map(lambda value: value, (args, kwargs or {}))  # lists are copied, tensors are not
        results = func(*args, **(kwargs or {}))
        self.calls.append((func, *given, results, torch.is_grad_enabled()))  # by which some kernels are chosen
        return results


def recorded(function: Callable[[], None]) -> Callable[[], None]:
    """What `pasi.training.step_graph.cuda_capture` is on a GPU."""
    function()
    with Recording() as recording:
        function()

    def replay() -> None:
        with torch._C._AutoDispatchBelowAutograd(), torch.autocast("cpu", enabled=False):  # casts are in what was noted
            for func, args, kwargs, results, forward in recording.calls:
                with torch.set_grad_enabled(forward):
                    again = func(*args, **kwargs)
                for place, value in zip(tree_leaves(results), tree_leaves(again), strict=True):
                    if isinstance(place, Tensor) and place is not value and place.data_ptr() != value.data_ptr():
                        place.copy_(value)

    return replay


def use_recorded_graphs(monkeypatch) -> list[Callable[[], None]]:
    """Let trainings with `cuda_graph` capture on the CPU; the list gets what is captured from now on."""
    captured: list[Callable[[], None]] = []

    def capture(function):
        captured.append(function)
        return recorded(function)

    monkeypatch.setattr(attempt, "capture_for", lambda settings, _: capture if settings.cuda_graph else None)
    return captured
