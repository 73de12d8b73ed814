"""Where a training computes, with which arithmetic, and how its process keeps memory."""

import torch

from pasi.errors import DeviceError
from pasi.jobs.kept_memory import keep_freed_memory
from pasi.training.settings import TrainingSettings


def training_device(settings: TrainingSettings) -> torch.device:
    """A GPU if torch finds one, the CPU otherwise, or what `device` says.

    Raises DeviceError where a GPU is wanted and torch finds none.
    """
    available = torch.cuda.is_available()
    if settings.device == "cuda" and not available:
        raise DeviceError("torch finds no GPU: set training.device to auto or cpu, or repair its driver")
    return torch.device("cuda" if settings.device != "cpu" and available else "cpu")


def can_fuse_sgd(device: torch.device, settings: TrainingSettings) -> bool:
    """Whether SGD can run as one kernel for all parameters: on a GPU, unless bf16 gradients are clipped.

    Lightning refuses to clip for a fused optimizer under mixed precision, because gradients might still be scaled.
    Those of bf16 never are, but Lightning does not make that exception.
    """
    return device.type == "cuda" and not (settings.precision == "bf16" and settings.gradient_clip)


def prepare_torch(settings: TrainingSettings) -> None:
    """Set the threads of this process, whether a GPU rounds to TF32 (torch's default for convolutions), and its memory.

    Under deterministic algorithms torch fills each new tensor with NaN, so that a kernel that reads what it has not
    written is noticed. None of ours does, and the fill writes all memory of a step once more.
    """
    tf32 = settings.precision == "tf32"
    torch.set_num_threads(settings.threads)
    torch.set_float32_matmul_precision("high" if tf32 else "highest")
    torch.backends.cudnn.allow_tf32 = tf32
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]  # not declared
    keep_freed_memory()
