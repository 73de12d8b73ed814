"""Where a training computes, with which arithmetic, and how its process keeps memory."""

import os

import torch

from pasi.errors import DeviceError
from pasi.jobs.kept_memory import keep_freed_memory
from pasi.training.settings import TrainingSettings

WORKSPACE = "CUBLAS_WORKSPACE_CONFIG"  # cuBLAS reads it when it makes its first handle


def training_device(settings: TrainingSettings) -> torch.device:
    """A GPU if torch finds one, the CPU otherwise, or what `device` says.

    Raises DeviceError where a GPU is wanted and torch finds none.
    """
    available = torch.cuda.is_available()
    if settings.device == "cuda" and not available:
        raise DeviceError("torch finds no GPU: set training.device to auto or cpu, or repair its driver")
    return torch.device("cuda" if settings.device != "cpu" and available else "cpu")


def can_fuse_sgd(device: torch.device) -> bool:
    """Whether SGD runs as one kernel for all parameters: on a GPU. On a CPU it keeps the bits of torch's loop."""
    return device.type == "cuda"


def prepare_torch(settings: TrainingSettings) -> None:
    """Set the threads of this process, its memory, and how a GPU computes; before anything is on the GPU.

    TF32 is torch's default for convolutions. cuDNN searches for the fastest algorithm where it may choose a different
    one in each run. Operations that have no deterministic kernel (VGG and AlexNet, on a GPU) warn.

    Under deterministic algorithms torch fills each new tensor with NaN, so that a kernel that reads what it has not
    written is noticed. None of ours does, and the fill writes all memory of a step once more.
    """
    tf32 = settings.precision == "tf32"
    torch.set_num_threads(settings.threads)
    torch.use_deterministic_algorithms(settings.deterministic, warn_only=True)
    torch.backends.cudnn.benchmark = not settings.deterministic
    if settings.deterministic:
        os.environ[WORKSPACE] = ":4096:8"  # of the two values under which cuBLAS repeats itself, the faster one
    torch.set_float32_matmul_precision("high" if tf32 else "highest")
    torch.backends.cudnn.allow_tf32 = tf32
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]  # not declared
    keep_freed_memory()
