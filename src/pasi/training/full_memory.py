"""Memory that is full, of a GPU or of the machine: how torch and Python say so, and what a user can do.

A neighbour on the same GPU may have filled it, so this is not the fault of a training: it does not fail for good.
"""

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from pasi.errors import FullMemoryError
from pasi.training.seeds import TrainingJob

# In a RuntimeError of CUDA, cuBLAS, cuDNN, or of torch's allocator on a CPU.
FULL = re.compile(r"out of memory|ALLOC_FAILED|can't allocate memory|Cannot allocate memory", re.IGNORECASE)
OF_A_GPU = re.compile(r"CUDA|CUBLAS|CUDNN|HIP", re.IGNORECASE)

AGAIN = "It does not count as failed for good: the same command tries this training again."


def is_full_memory(error: BaseException) -> bool:
    """Whether an error says that the memory of a GPU or of the machine is full."""
    if isinstance(error, OSError):
        return error.errno == errno.ENOMEM
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and FULL.search(str(error)) is not None


@contextmanager
def naming_full_memory(job: TrainingJob, batch: int) -> Iterator[None]:
    """Turn an error of full memory into a FullMemoryError that says what to change; batch: composites in a step."""
    try:
        yield
    except Exception as error:
        full = full_memory_behind(error)
        if full is None:
            raise
        raise FullMemoryError(f"{job.name}: {_advice(full, batch)} {AGAIN}") from error


def full_memory_behind(error: BaseException | None) -> BaseException | None:
    """The error of full memory that this one is, or during which it was raised, as at the capture of a CUDA graph."""
    while error is not None and not is_full_memory(error):
        error = error.__context__
    return error


def _advice(error: BaseException, batch: int) -> str:
    if OF_A_GPU.search(str(error)):
        return (
            f"the memory of the GPU is full at batches of {batch}{_free()}. Where other trainings or programs are on "
            "this GPU, lower training.jobs_per_gpu or keep them off; where it is too small for this network, lower "
            "training.batch_size or set training.precision to bf16."
        )
    return (
        f"the memory of this machine is full at batches of {batch}. Run fewer jobs at once (--cores), request more on "
        "a cluster (--set-resources train_fold:mem_mb=16000), or lower training.batch_size."
    )


def _free() -> str:
    """How much of the GPU is free; nothing where its context is lost or there is none."""
    try:
        free, total = (size / 2**30 for size in torch.cuda.mem_get_info())
    except (RuntimeError, AssertionError):  # AssertionError: torch was built without CUDA
        return ""
    return f" ({free:.1f} of {total:.1f} GiB are free)"
