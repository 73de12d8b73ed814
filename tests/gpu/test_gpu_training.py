"""Trainings on a GPU: right, repeatable, without waits, and with the same bits where steps are replayed as a graph.

On an NVIDIA H200 at commit cc0903d, 38 of the 40 tests of then ran and 37 passed (benchmarks/gpu/h200). What never ran
stands first, because a card may be lent for minutes: `cuda_graph`, a fresh process, what an epoch waits for. What takes
long stands last.

Needs no Snakemake and no pydantic, which a machine that lends its GPU may lack: `pytest -m gpu tests/gpu`.
"""

import gc
import math
import os
import subprocess
import sys
import traceback
import warnings
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

import gpu_training
from counted_device import asker
from gpu_training import BATCH, digest, small_fold, train_on
from pasi.errors import FullMemoryError
from pasi.imaging.composites import draw_augmentation
from pasi.imaging.settings import CompositeSettings
from pasi.jobs.checkpoints import Checkpoints
from pasi.jobs.gpu_lease import visible_gpus
from pasi.networks.catalogue import NETWORKS
from pasi.training import attempt
from pasi.training.checkpoint_callback import CheckpointCallback
from pasi.training.epoch_history import EpochHistory
from pasi.training.full_memory import naming_full_memory
from pasi.training.seeds import TrainingJob

pytestmark = pytest.mark.gpu
BACKBONES = ("squeezenet1_1", "resnet34", "mobilenet_v2", "googlenet", "densenet121", "vgg11_bn")
PRECISIONS = ("fp32", "tf32", "bf16")
GREY = 0.225 * 255  # grey levels of a step of 1 in a normalised composite
TOLERANCE = 2e-3  # of scaled predictions after two steps, where targets have a deviation of 1
GIB = 2**30
INNERMOST = 12  # frames of a wait that is not expected, shown by the test that finds it
GRAPHED = ("squeezenet1_1", "mobilenet_v2", "googlenet", "vgg11_bn")  # dropout and batch norm, one of them or both
SCHEDULES = ({"schedule": "one_cycle", "ema": 0.9}, {"warmup_epochs": 2}, {"plateau_patience": 0, "learning_rate": 0.1})


@pytest.fixture(autouse=True)
def gpu() -> torch.device:
    """The GPU; skips the test where there is none."""
    if not torch.cuda.is_available():
        pytest.skip("needs a GPU that torch finds")
    return torch.device("cuda")


@cache
def launched(backbone: str, precision: str) -> str:
    """The digest of a training whose steps are launched kernel by kernel; its numbers are finite."""
    fitted = train_on("cuda", backbone, small_fold(), precision=precision)
    assert all(math.isfinite(row[name]) for row in fitted.history for name in ("train_loss", "monitor_loss"))
    assert fitted.predicted.isfinite().all()
    return digest(fitted)


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("backbone", GRAPHED)
def test_replayed_steps_give_the_bits_of_launched_ones(backbone, precision):
    """Three whole batches of an epoch are replayed, and a fourth of ten samples is launched."""
    assert digest(train_on("cuda", backbone, small_fold(), precision=precision, cuda_graph=True)) == launched(
        backbone, precision
    )


@pytest.mark.parametrize("changes", SCHEDULES, ids=str)
def test_replayed_steps_have_the_rates_of_launched_ones(changes):
    data = small_fold()
    data.composer.settings = CompositeSettings(rotation="any")
    first, second = (
        digest(train_on("cuda", "mobilenet_v2", data, max_epochs=4, precision="tf32", cuda_graph=graph, **changes))
        for graph in (False, True)
    )
    assert first == second


@pytest.mark.parametrize(
    ("backbone", "precision"), [("squeezenet1_1", "fp32"), ("mobilenet_v2", "tf32"), ("mobilenet_v2", "bf16")]
)
def test_replayed_steps_go_on_from_a_checkpoint_with_the_same_bits(tmp_path, backbone, precision):
    changes = {"precision": precision, "plateau_patience": 0}
    whole = train_on("cuda", backbone, small_fold(), max_epochs=4, **changes)
    for epochs in (2, 4):
        saving = CheckpointCallback(Checkpoints(tmp_path), 0)
        resumed = train_on("cuda", backbone, small_fold(), saving, max_epochs=epochs, cuda_graph=True, **changes)
    assert digest(resumed) == digest(whole)


def test_restarts_capture_anew():
    changes = {"restarts": 1, "least_skill": 0.99, "max_epochs": 1}
    first, second = (
        train_on("cuda", "squeezenet1_1", small_fold(), cuda_graph=graph, **changes) for graph in (False, True)
    )
    assert {row["attempt"] for row in second.history} == {0, 1}
    assert digest(first) == digest(second)


def test_memory_that_is_full_before_a_capture_is_named_and_the_process_can_go_on():
    with_little_memory(cuda_graph=True)


def test_a_fresh_process_gives_the_same_bits():
    program = [sys.executable, gpu_training.__file__, "squeezenet1_1", "cuda"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(program, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split()[-1] == digest(train_on("cuda", "squeezenet1_1", small_fold()))


class Waits:
    """How often the second of three epochs waits for the GPU, by the file of this project that makes it wait."""

    def __init__(self):
        self.counts: Counter = Counter()
        self.frames: dict[str, str] = {}  # the innermost ones of the last wait by each file

    def show(self, message, *_, **__):
        if "synchronizing" in str(message):
            file = asker(Path(__file__).name, Path(gpu_training.__file__).name)
            self.counts[file] += 1
            self.frames[file] = "".join(traceback.format_list(traceback.extract_stack()[-INNERMOST:-1]))

    def unlike(self, expected) -> str:
        """Where the waits come from that are not as many as expected."""
        return "\n".join(f"{file}:\n{self.frames[file]}" for file in self.counts - Counter(expected))


def waits(monkeypatch, batches, **changes) -> Waits:
    """Those of a training; one before it, because what a process does for the first time may wait."""
    train_on("cuda", "resnet34", small_fold(batches), max_epochs=2, **changes)
    begin, seen = EpochHistory.on_train_epoch_start, Waits()

    def watched(self, trainer, module):
        torch.cuda.set_sync_debug_mode("warn" if trainer.current_epoch == 1 else "default")
        begin(self, trainer, module)

    monkeypatch.setattr(EpochHistory, "on_train_epoch_start", watched)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.showwarning = seen.show
            train_on("cuda", "resnet34", small_fold(batches), max_epochs=3, **changes)
    finally:
        torch.cuda.set_sync_debug_mode("default")
    return seen


@pytest.mark.parametrize("precision", ["tf32", "bf16"])
@pytest.mark.parametrize("graph", [True, False])
@pytest.mark.parametrize("batches", [2, 5])
def test_an_epoch_waits_for_its_losses_and_its_draws_alone(monkeypatch, batches, graph, precision):
    """As tests/unit/training/test_device_traffic.py counts it on a device that computes nothing.

    On the H200 the first training of the process waited once more, below Lightning's fit.
    """
    expected = {"epoch_history.py": 2, "batches.py": 1, "composites.py": 4}
    found = waits(monkeypatch, batches, precision=precision, cuda_graph=graph)
    assert found.counts == expected, found.unlike(expected)


def composites(device, settings, *, half=False):
    """Sixteen composites by the same draws, on any device."""
    composer = small_fold().composer.to(device)
    composer.settings = settings
    count, cells = composer.tile_numbers.shape
    draw = draw_augmentation(count, cells, settings, torch.Generator().manual_seed(0)).to(device)
    which = torch.arange(BATCH, device=device)
    with torch.autocast(device.type, torch.bfloat16, enabled=half):
        return composer.compose(which, draw.take(which)).cpu()


@pytest.mark.parametrize("rotation", ["right_angle", "any", "none"])
def test_composites_are_those_of_the_cpu_also_in_bf16(gpu, rotation):
    settings = CompositeSettings(rotation=rotation)
    here = composites(gpu, settings)
    assert (here - composites(torch.device("cpu"), settings)).abs().max() * GREY < 0.5
    assert torch.equal(composites(gpu, settings, half=True), here)


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("backbone", BACKBONES)
def test_a_training_gives_finite_losses_and_the_same_bits_twice(backbone, precision):
    """VGG and AlexNet warn of an operation without a deterministic kernel, and may fail here (docs/determinism.md)."""
    second = train_on("cuda", backbone, small_fold(), precision=precision)
    assert digest(second) == launched(backbone, precision)


@pytest.mark.parametrize("precision", PRECISIONS)
def test_a_training_that_is_stopped_goes_on_with_the_same_bits(tmp_path, precision):
    """The best weights lie on the GPU, and come back from a checkpoint on the CPU."""
    changes = {"precision": precision, "plateau_patience": 0}
    whole = train_on("cuda", "squeezenet1_1", small_fold(), max_epochs=4, **changes)
    for epochs in (2, 4):
        saving = CheckpointCallback(Checkpoints(tmp_path), 0)
        resumed = train_on("cuda", "squeezenet1_1", small_fold(), saving, max_epochs=epochs, **changes)
    assert digest(resumed) == digest(whole)


@pytest.mark.parametrize("precision", PRECISIONS)
def test_a_step_of_sgd_is_one_call_for_all_parameters(precision):
    calls = Counter()

    class Calls(TorchDispatchMode):
        def __torch_dispatch__(self, func, types, args=(), kwargs=None):
            calls[func.overloadpacket.__name__] += 1
            return func(*args, **(kwargs or {}))

    with Calls():
        train_on("cuda", "squeezenet1_1", small_fold(batches=3), max_epochs=1, precision=precision)
    assert calls["_fused_sgd_"] == 4


def with_little_memory(**changes):
    """Train a network that does not fit into 1.2 GiB, and then one that does."""
    total = torch.cuda.get_device_properties(0).total_memory
    torch.cuda.empty_cache()
    torch.cuda.set_per_process_memory_fraction(min(1.0, 1.2 * GIB / total))
    try:
        with (
            pytest.raises(FullMemoryError, match=r"the memory of the GPU is full at batches of 16 \(.* GiB are free\)"),
            naming_full_memory(TrainingJob(NETWORKS["vgg11_bn"], 0, 0), BATCH),
        ):
            train_on("cuda", "vgg11_bn", small_fold(), max_epochs=1, **changes)
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)
    gc.collect()
    assert len(train_on("cuda", "squeezenet1_1", small_fold(), max_epochs=1, **changes).history) == 1


def test_full_memory_is_named_and_the_process_can_go_on():
    with_little_memory()


def test_a_lease_counts_the_gpus_that_torch_finds():
    assert len(visible_gpus(os.environ)) == torch.cuda.device_count()


@pytest.fixture
def without_dropout(monkeypatch):
    """Dropout that lets everything through, because its stream differs between devices."""
    build = attempt.build_backbone

    def built(*arguments):
        network = build(*arguments)
        for module in network.modules():
            if isinstance(module, nn.Dropout):
                module.p = 0.0
        return network

    monkeypatch.setattr(attempt, "build_backbone", built)


@pytest.mark.usefixtures("without_dropout")
@pytest.mark.parametrize("backbone", BACKBONES)
def test_two_steps_in_fp32_agree_with_the_cpu(backbone):
    """As closely as ten times what another number of CPU threads makes, or the tolerance where that is larger."""
    data = gpu_training.make_fold(2 * BATCH, BATCH)
    there, other = (train_on("cpu", backbone, data, max_epochs=1, threads=threads).predicted for threads in (4, 2))
    here = train_on("cuda", backbone, data, max_epochs=1).predicted
    largest = max(1.0, float(there.abs().max()))
    noise = float((other - there).abs().max()) / largest
    assert float((here - there).abs().max()) / largest <= max(TOLERANCE, 10 * noise)
