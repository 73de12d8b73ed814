"""Steps a second of several trainings that share a GPU, each a process of its own, as with `training.jobs_per_gpu`.

`--mps` shares it by the NVIDIA Multi-Process Service, whose kernels run beside each other, instead of by turns.
`--device cpu` tries the program itself.
"""

import argparse
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import torch

from fold import FITTED, MONITORED, make_fold, section, training_settings
from pasi.jobs.job_log import EPOCH
from pasi.networks.catalogue import NETWORKS
from pasi.training.seeds import TrainingJob
from pasi.training.train import fit_fold

CONTROL = "nvidia-cuda-mps-control"
PATIENCE = 20  # seconds that the daemon of MPS has to start or to end


def main() -> None:
    """A line for each number of processes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda")
    parser.add_argument("--backbone", default="mobilenet_v2")
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--fitted", type=int, default=FITTED)
    parser.add_argument("--mps", action="store_true")
    parser.add_argument("--cuda-graph", action="store_true", help="with training.cuda_graph: true")
    parser.add_argument("--train", action="store_true", help="train here: what each process is started with")
    chosen = parser.parse_args()
    if chosen.train:
        train(chosen)
    elif chosen.device == "cuda" and not torch.cuda.is_available():
        print("not run: torch finds no GPU here")
    else:
        with multi_process_service() if chosen.mps else plain_environment() as environment:
            for count in chosen.processes:
                rate = steps_a_second(count, chosen, environment)
                how = (" under MPS" if chosen.mps else "") + (", as graphs" if chosen.cuda_graph else "")
                print(f"{chosen.backbone}, {count} at once{how}: {rate:.1f} steps/s together", flush=True)


def train(chosen: argparse.Namespace) -> None:
    """A training in tf32 that prints a line an epoch."""
    data = make_fold(chosen.fitted, min(MONITORED, chosen.fitted))
    changes = {"device": chosen.device, "precision": "tf32", "cuda_graph": chosen.cuda_graph}
    settings = training_settings(max_epochs=chosen.epochs, **changes)
    fit_fold(TrainingJob(NETWORKS[chosen.backbone], 0, 0), data, settings, None)


def steps_a_second(count: int, chosen: argparse.Namespace, environment: dict[str, str]) -> float:
    """Of all processes together, from when the last has ended its first epoch until the first has ended its last."""
    command = [sys.executable, __file__, "--train", "--device", chosen.device, "--backbone", chosen.backbone]
    command += ["--epochs", str(chosen.epochs), "--fitted", str(chosen.fitted)]
    command += ["--cuda-graph"] if chosen.cuda_graph else []
    with ThreadPoolExecutor(count) as pool:
        ends = list(pool.map(lambda _: epoch_ends(command, environment), range(count)))
    first, last = max(times[0] for times in ends), min(times[-1] for times in ends)
    epochs = sum(first < when <= last for times in ends for when in times)
    steps = math.ceil(chosen.fitted / section("training")["batch_size"])
    return epochs * steps / (last - first) if last > first else math.nan


def epoch_ends(command: list[str], environment: dict[str, str]) -> list[float]:
    """When each epoch of a training in a process of its own ended."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        ends = [time.monotonic() for line in process.stdout or () if EPOCH.search(line)]
    if process.returncode:
        raise SystemExit(f"a training ended with {process.returncode}")
    return ends


@contextmanager
def plain_environment() -> Iterator[dict[str, str]]:
    """The environment of this process."""
    yield dict(os.environ)


@contextmanager
def multi_process_service() -> Iterator[dict[str, str]]:
    """A daemon of MPS for this user alone, and the environment in which programs find it; ended afterwards."""
    with tempfile.TemporaryDirectory(prefix="pasi-mps-") as folder:
        environment = {**os.environ, "CUDA_MPS_PIPE_DIRECTORY": folder, "CUDA_MPS_LOG_DIRECTORY": folder}
        subprocess.run([CONTROL, "-d"], env=environment, timeout=PATIENCE, check=True)
        try:
            yield environment
        finally:
            subprocess.run([CONTROL], input="quit\n", text=True, env=environment, timeout=PATIENCE, check=False)


if __name__ == "__main__":
    main()
