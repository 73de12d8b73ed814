"""A device that computes nothing, on which a training shows what it would make a GPU wait for.

torch's meta device has shapes and no values. Beside it stands a mode of torch that sees each operation: whatever passes
between the CPU and that device is counted by the file that asks for it, and answered with made-up values.
"""

import contextlib
import traceback
from collections import Counter
from pathlib import Path
from unittest import mock

import torch
from pytorch_lightning.accelerators import CPUAccelerator
from pytorch_lightning.strategies import SingleDeviceStrategy
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from checkout import CHECKOUT
from pasi.training import attempt
from pasi.training.train import fit_fold
from small_training import JOB

META = torch.device("meta")
NUMBER, TO_DEVICE, TO_CPU, MADE = "number asked for", "copy to the device", "copy to the CPU", "tensor of Python values"
MAKERS = ("tensor", "as_tensor", "new_tensor", "scalar_tensor", "asarray", "from_numpy")


def traffic(data, settings) -> Counter:
    """What passes in a training on the device, its predictions left out: how often, by kind and file."""
    seen: Counter = Counter()
    device = mock.patch.object(SingleDeviceStrategy, "root_device", property(lambda _: META))
    known = mock.patch.object(CPUAccelerator, "setup_device")
    predicted = mock.patch.object(attempt, "predict", lambda _, rows, __: torch.zeros(len(rows), 1))
    autocast = mock.patch.object(torch, "autocast", return_value=contextlib.nullcontext())  # refuses this device
    with device, known, predicted, autocast, Operations(seen), Makers(seen):
        fit_fold(JOB, data, settings, None)
    return seen


class Operations(TorchDispatchMode):
    """Counts copies, and numbers that are asked for: each is lower than the last, so that each epoch is the best."""

    def __init__(self, seen: Counter):
        super().__init__()
        self.seen, self.numbers = seen, 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        kwargs, name = kwargs or {}, func.overloadpacket.__name__
        if name == "_local_scalar_dense" and args[0].device == META:
            self.seen[NUMBER, asker()] += 1
            self.numbers += 1
            return 1 / self.numbers if args[0].is_floating_point() else 1
        source, target = ends(name, args, kwargs)
        if source == target:
            return func(*args, **kwargs)
        self.seen[TO_DEVICE if target == META else TO_CPU, asker()] += 1
        if target == META:
            return func(*args, **kwargs)
        return args[0].zero_() if name == "copy_" else torch.zeros(args[0].shape, dtype=kwargs.get("dtype"))


def ends(name, args, kwargs):
    """From where an operation copies to where; equal where it does not."""
    if name == "copy_":
        return args[1].device, args[0].device
    if name == "_to_copy" and kwargs.get("device") is not None:
        return args[0].device, torch.device(kwargs["device"])
    return None, None


class Makers(TorchFunctionMode):
    """Counts tensors that are made from Python values: on a GPU each is a copy that waits."""

    def __init__(self, seen: Counter):
        super().__init__()
        self.seen = seen

    def __torch_function__(self, func, types, args=(), kwargs=None):
        if getattr(func, "__name__", "") in MAKERS:
            self.seen[MADE, asker()] += 1
        return func(*args, **(kwargs or {}))


def asker(*passed_over: str) -> str:
    """The innermost file of this project that asks; files that only watch are passed over."""
    files = (Path(frame.f_code.co_filename) for frame, _ in traceback.walk_stack(None))
    own = (file for file in files if file.is_relative_to(CHECKOUT) and "site-packages" not in file.parts)
    return next(file.name for file in own if file.name not in (Path(__file__).name, *passed_over))
