"""Steps a second of each network on a GPU, the share of time it is busy, and what the 145 would take; `make bench-gpu`.

Says "not run" where there is no GPU. `--device cpu` goes through the same steps on a CPU, to try the program itself.
"""

import argparse
import math
import time
from collections.abc import Iterator
from contextlib import nullcontext, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from typing import Any, get_args

import torch
from torch.profiler import ProfilerActivity, profile

from fold import EPOCHS, FITTED, FOLDS, MONITORED, make_fold, paper, training_settings
from pasi.networks.catalogue import NETWORKS
from pasi.training.data import FoldData
from pasi.training.seeds import TrainingJob
from pasi.training.settings import Precision
from pasi.training.train import fit_fold

BATCH = 16


@dataclass(frozen=True)
class Measured:
    """Seconds of an epoch, and the share of a training of three, its start included, in which a kernel ran (1 on a CPU,
    where nothing is asked)."""

    seconds: float
    busy: float


def main() -> None:
    """A line a network and precision; the whole at the end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda")
    parser.add_argument("--precision", nargs="+", choices=get_args(Precision), default=["fp32", "tf32", "bf16"])
    parser.add_argument("--backbones", nargs="+", default=list(paper().training.backbones))
    chosen = parser.parse_args()
    if chosen.device == "cuda" and not torch.cuda.is_available():
        print("not run: torch finds no GPU here")
        return
    print(torch.cuda.get_device_name() if chosen.device == "cuda" else "CPU")
    data = make_fold(FITTED, MONITORED)
    for precision in chosen.precision:
        changes = {"device": chosen.device, "precision": precision}
        hours = sum(measure_all(chosen.backbones, data, changes)) / 3600
        trainings = len(chosen.backbones) * FOLDS
        print(f"{precision}: {trainings} trainings of {EPOCHS} epochs take {hours:.1f} h, one at a time")


def measure_all(backbones: list[str], data: FoldData, changes: dict[str, Any]) -> Iterator[float]:
    """Measure and print each network; seconds of its five trainings."""
    for backbone in backbones:
        measured = measure(backbone, data, changes)
        rate = math.ceil(FITTED / BATCH) / measured.seconds
        print(f"{backbone:<20} {changes['precision']:<5} {rate:8.1f} steps/s  busy {measured.busy:4.0%}", flush=True)
        yield measured.seconds * EPOCHS * FOLDS


def measure(backbone: str, data: FoldData, changes: dict[str, Any]) -> Measured:
    """The last epoch of three, and how busy a GPU is over all of them."""
    settings = training_settings(max_epochs=3, **changes)
    activities = [ProfilerActivity.CUDA] if changes["device"] == "cuda" else []
    started = time.perf_counter()
    with redirect_stdout(StringIO()), profile(activities=activities) if activities else nullcontext() as kernels:
        fitted = fit_fold(TrainingJob(NETWORKS[backbone], 0, 0), data, settings, None)
    wall = time.perf_counter() - started
    busy = sum(event.self_device_time_total for event in kernels.key_averages()) / 1e6 / wall if kernels else 1.0
    return Measured(fitted.history[-1]["seconds"], busy)


if __name__ == "__main__":
    main()
