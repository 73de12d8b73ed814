"""An epoch with the memory of each batch kept, against the same epoch as glibc and torch have it by default."""

import json
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from functools import partial
from typing import Any
from unittest.mock import patch

from timing import Line, medians, peak_memory, run_child

# Composites of an epoch, of networks that differ in the size of what a layer holds.
TIMED = {"shufflenet_v2_x0_5": 64, "squeezenet1_1": 32, "mobilenet_v2": 32, "densenet121": 32, "resnet18": 32}
RIVAL = "memory asked for anew"


def lines() -> Iterator[Line]:
    """CPU time, page faults and most memory of an epoch, each in a process of its own; the weights must be equal."""
    for backbone, fitted in TIMED.items():
        kept, anew = (partial(epoch, backbone, fitted, way) for way in ("kept", "anew"))
        ours, theirs = kept(), anew()
        if ours["weights"] != theirs["weights"]:
            raise SystemExit(f"{backbone}: kept memory changes the weights")
        seconds, of_rival = medians(partial(seconds_of_epoch, kept), partial(seconds_of_epoch, anew), rounds=3)
        yield Line(f"epoch of {backbone}, memory kept", RIVAL, seconds, of_rival, "CPU s")
        yield Line(f"page faults of {backbone}, kept", RIVAL, ours["faults"], theirs["faults"], "")
        yield Line(f"memory of {backbone}, kept", RIVAL, ours["peak"], theirs["peak"], "MB")


def seconds_of_epoch(way: partial[dict[str, Any]]) -> float:
    """CPU seconds of an epoch by one of the two ways."""
    seconds: float = way()["seconds"]
    return seconds


def epoch(backbone: str, fitted: int, way: str) -> dict[str, Any]:
    """What `measure` says, from a process of its own."""
    _, printed = run_child(sys.executable, __file__, backbone, str(fitted), way)
    measured: dict[str, Any] = json.loads(printed.splitlines()[-1])
    return measured


def measure(backbone: str, fitted: int, way: str) -> dict[str, Any]:
    """CPU seconds and page faults of an epoch, the digest of its weights and the peak of memory in MB."""
    import torch

    from pasi.storage.hashing import value_digest
    from second_epoch import second_epoch

    fill = partial(setattr, torch.utils.deterministic, "fill_uninitialized_memory", True)
    with patch("pasi.training.torch_device.keep_freed_memory", fill) if way == "anew" else nullcontext():
        fitted_network, usage = second_epoch(backbone, fitted)
    weights = {name: value.numpy().tobytes().hex() for name, value in fitted_network.state.items()}
    measured = {"seconds": usage.seconds, "faults": usage.faults, "peak": peak_memory()}
    return {**measured, "weights": value_digest(weights)}


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], int(sys.argv[2]), sys.argv[3])))
