"""Where a training computes and with which arithmetic."""

import torch

from pasi.errors import DeviceError
from pasi.training.settings import TrainingSettings


def training_device(settings: TrainingSettings) -> torch.device:
    """Where a training runs: on a GPU if torch finds one, unless `device` says otherwise. Raises DeviceError."""
    available = torch.cuda.is_available()
    if settings.device == "cuda" and not available:
        raise DeviceError("torch finds no GPU: set training.device to auto or cpu, or mend the driver")
    return torch.device("cuda" if settings.device != "cpu" and available else "cpu")


def can_fuse_sgd(device: torch.device, settings: TrainingSettings) -> bool:
    """Whether SGD runs as one kernel for all parameters: on a GPU, unless Lightning clips under mixed precision.

    It then refuses a fused optimizer, for fear of gradients that are still scaled; those of bf16 never are.
    """
    return device.type == "cuda" and not (settings.precision == "bf16" and settings.gradient_clip)


def set_torch_arithmetic(settings: TrainingSettings) -> None:
    """Threads of this process, and whether a GPU rounds to TF32: torch lets convolutions do so unless told not to."""
    tf32 = settings.precision == "tf32"
    torch.set_num_threads(settings.threads)
    torch.set_float32_matmul_precision("high" if tf32 else "highest")
    torch.backends.cudnn.allow_tf32 = tf32
