"""Memory that is full is named with what to do, and is not the fault of the training."""

import errno

import numpy as np
import pytest
import torch

from pasi.errors import FullMemoryError, TrainingError
from pasi.imaging.settings import CompositeSettings
from pasi.jobs.failures import read_failure, recording_failure
from pasi.training import train
from pasi.training.full_memory import is_full_memory, naming_full_memory
from pasi.training.network_module import SeverityRegressor
from pasi.training.settings import FoldFiles, FoldOutputs, SampleSettings, Target
from pasi.training.train import train_fold
from small_training import JOB, SETTINGS, make_samples

OF_GPU = (
    torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB."),
    torch.AcceleratorError("CUDA error: out of memory"),
    RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
    RuntimeError("cuDNN error: CUDNN_STATUS_ALLOC_FAILED"),
)


def told(error) -> str:
    with pytest.raises(FullMemoryError) as named, naming_full_memory(JOB, batch=16):
        raise error
    return str(named.value)


@pytest.mark.parametrize("error", OF_GPU, ids=str)
def test_a_gpu_whose_memory_is_full_is_told_with_batch_free_and_total(monkeypatch, error):
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda: (2**29, 8 * 2**30))
    assert told(error) == (
        "squeezenet1_1, fold 2: the memory of the GPU is full at batches of 16 (0.5 of 8.0 GiB are free). Where other "
        "trainings or programs are on this GPU, lower training.jobs_per_gpu or keep them off; where it is too small "
        "for this network, lower training.batch_size or set training.precision to bf16. It does not count as failed "
        "for good: the same command tries this training again."
    )


@pytest.mark.parametrize("error", [RuntimeError("the context is lost"), AssertionError("torch has no CUDA")], ids=str)
def test_a_gpu_that_does_not_say_how_much_is_free_hides_no_reason(monkeypatch, error):
    def lost():
        raise error

    monkeypatch.setattr(torch.cuda, "mem_get_info", lost)
    assert "the memory of the GPU is full at batches of 16. Where" in told(OF_GPU[0])


@pytest.mark.parametrize("take", [lambda: torch.empty(2**50), lambda: np.empty(2**47)], ids=["torch", "numpy"])
def test_a_machine_whose_memory_is_full_is_told_with_other_keys(take):
    with pytest.raises((RuntimeError, MemoryError)) as full:
        take()
    assert told(full.value).startswith(
        "squeezenet1_1, fold 2: the memory of this machine is full at batches of 16. Run fewer jobs at once (--cores)"
    )


@pytest.mark.parametrize(
    ("error", "full"),
    [
        (OSError(errno.ENOMEM, "Cannot allocate memory"), True),
        (OSError(errno.ENOSPC, "No space left on device"), False),
        (RuntimeError("CUDA error: an illegal memory access was encountered"), False),
        (ValueError("out of memory"), False),
        (TrainingError("train_loss is nan"), False),
    ],
)
def test_only_full_memory_counts(error, full):
    assert is_full_memory(error) is full


def test_another_error_stays_what_it_is():
    with pytest.raises(TrainingError, match="nan"), naming_full_memory(JOB, batch=16):
        raise TrainingError("train_loss is nan")


def train_samples(folder):
    """Train, and record a failure, as the script of the rule does."""
    tables = {name: folder / name for name in ("tile_table", "labels", "subjects", "inner")}
    for table in tables.values():
        table.touch()
    files, target = FoldFiles(**tables, shards=[], weights=None), Target(["composite"], [12.0], "zscore", True)
    samples = SampleSettings(target, CompositeSettings(), "inner", "letterbox", 2)
    outputs = FoldOutputs(folder / "fold", True, 0, least_skill=0.1)
    with recording_failure(folder, "these settings"):
        train_fold(JOB, files, samples, SETTINGS, outputs)


def test_a_gpu_without_memory_does_not_fail_a_training_for_good(monkeypatch, tmp_path):
    """There is no GPU here, so the third step raises what CUDA would raise; the next try ends well."""
    step, steps = SeverityRegressor.training_step, []

    def starve(self, which):
        steps.append(which)
        if len(steps) == 3:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return step(self, which)

    monkeypatch.setattr(SeverityRegressor, "training_step", starve)
    monkeypatch.setattr(train, "load_fold", lambda *_: make_samples())
    with pytest.raises(FullMemoryError, match=r"jobs_per_gpu.*batch_size"):
        train_samples(tmp_path)
    failure = read_failure(tmp_path)
    assert failure is not None
    assert (failure.for_good, "the memory of the GPU is full" in failure.reason) == (False, True)
    train_samples(tmp_path)
    assert read_failure(tmp_path) is None
    assert (tmp_path / "fold" / "learning.json").is_file()


def test_tiles_that_do_not_fit_into_memory_are_told_too(monkeypatch, tmp_path):
    monkeypatch.setattr(train, "load_fold", lambda *_: np.empty(2**47))
    with pytest.raises(FullMemoryError, match="the memory of this machine is full"):
        train_samples(tmp_path)
