"""Steps a second of each network on a GPU, the share of time it is busy, and what the 145 would take; `make bench-gpu`.

Each with its steps launched kernel by kernel, and replayed as a CUDA graph (training.cuda_graph).

Says "not run" where there is no GPU. `--device cpu` goes through the same steps on a CPU, to try the program itself.
"""

import argparse
import math
import statistics
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from typing import Any, get_args

import torch
from torch.profiler import ProfilerActivity, profile

from fold import EPOCHS, FITTED, FOLDS, MONITORED, make_fold, section, training_settings
from pasi.networks.catalogue import NETWORKS
from pasi.training.data import FoldData
from pasi.training.seeds import TrainingJob
from pasi.training.settings import Precision
from pasi.training.train import fit_fold

BATCH = 16
PROFILED = 5 * BATCH  # composites of an epoch that a profiler watches
TIMED = 4  # epochs of a training that is timed; the first one, in which libraries choose their kernels, does not count


@dataclass(frozen=True)
class Measured:
    """Seconds of an epoch with its monitored batches, launched and replayed, and those in which a kernel ran.

    On a CPU there are the first alone.
    """

    launched: float
    replayed: float | None = None
    kernels: float | None = None

    def text(self, steps: int) -> str:
        """Steps a second, and how busy the GPU is, of both ways."""
        ways = {"launched": self.launched, "as a graph": self.replayed}
        return "  ".join(f"{name} {self._way(steps, seconds)}" for name, seconds in ways.items() if seconds)

    def _way(self, steps: int, seconds: float) -> str:
        busy = "" if self.kernels is None else f", busy {self.kernels / seconds:4.0%}"
        return f"{steps / seconds:7.1f} steps/s{busy}"


def main() -> None:
    """A line a network and precision; the whole at the end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda")
    parser.add_argument("--precision", nargs="+", choices=get_args(Precision), default=["fp32", "tf32", "bf16"])
    parser.add_argument("--backbones", nargs="+", default=section("training")["backbones"])
    parser.add_argument("--fitted", type=int, default=FITTED, help="composites of an epoch; fewer to try the program")
    parser.add_argument("--not-deterministic", action="store_true", help="with training.deterministic: false")
    chosen = parser.parse_args()
    if chosen.device == "cuda" and not torch.cuda.is_available():
        print("not run: torch finds no GPU here")
        return
    print(torch.cuda.get_device_name() if chosen.device == "cuda" else "CPU", f"torch {torch.__version__}", flush=True)
    data = make_fold(chosen.fitted, min(MONITORED, chosen.fitted))
    for precision in chosen.precision:
        changes = {"device": chosen.device, "precision": precision, "deterministic": not chosen.not_deterministic}
        measured = list(measure_all(chosen.backbones, data, changes))
        trainings = len(chosen.backbones) * FOLDS
        epochs = EPOCHS * FOLDS / 3600
        told = f"{sum(one.launched for one in measured) * epochs:.1f} h launched"
        if chosen.device == "cuda":
            told += f", {sum(one.replayed or 0 for one in measured) * epochs:.1f} h as a graph"
        print(f"{precision}: {trainings} trainings of {EPOCHS} epochs take {told}, one at a time", flush=True)


def measure_all(backbones: list[str], data: FoldData, changes: dict[str, Any]) -> Iterator[Measured]:
    """Measure and print each network."""
    for backbone in backbones:
        measured = measure(backbone, data, changes)
        steps = math.ceil(len(data.fit) / BATCH)
        print(f"{backbone:<20} {changes['precision']:<5} {measured.text(steps)}", flush=True)
        yield measured


def measure(backbone: str, data: FoldData, changes: dict[str, Any]) -> Measured:
    """The median epoch by the training's own clock, and kernels of trainings of their own.

    A profiler slows down what it watches, so nothing is timed under it; how long a kernel runs it hardly changes. It
    watches an epoch of a small fold, with about as many monitored batches for each fitted one.
    """
    job = TrainingJob(NETWORKS[backbone], 0, 0)
    launched = epoch_seconds(job, data, changes)
    if changes["device"] != "cuda":
        return Measured(launched)
    replayed = epoch_seconds(job, data, {**changes, "cuda_graph": True})
    small = make_fold(PROFILED, BATCH)
    one, two = (kernel_seconds(job, small, {**changes, "max_epochs": epochs}) for epochs in (1, 2))
    return Measured(launched, replayed, (two - one) * len(data.fit) / PROFILED)


def epoch_seconds(job: TrainingJob, data: FoldData, changes: dict[str, Any]) -> float:
    """The median epoch of a training, without its first."""
    with redirect_stdout(StringIO()):
        history = fit_fold(job, data, training_settings(max_epochs=TIMED, **changes), None).history
    return statistics.median(row["seconds"] for row in history[1:])


def kernel_seconds(job: TrainingJob, data: FoldData, changes: dict[str, Any]) -> float:
    """Seconds in which kernels ran in a whole training."""
    with redirect_stdout(StringIO()), profile(activities=[ProfilerActivity.CUDA]) as seen:
        fit_fold(job, data, training_settings(**changes), None)
    return float(sum(event.self_device_time_total for event in seen.key_averages())) / 1e6


if __name__ == "__main__":
    main()
