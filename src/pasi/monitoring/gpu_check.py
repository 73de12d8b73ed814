"""The GPUs of a machine, as the driver shows them and as torch finds them."""

import os
from collections.abc import Callable, Iterator

from pasi.jobs.gpu_lease import VISIBLE, smi_program, visible_gpus
from pasi.monitoring.finding import Finding, printed_by

AMPERE = 8.0  # compute capability from which a GPU has bf16 and TF32


def _torch_finds_gpu() -> bool:
    import torch  # takes seconds, so it is imported only where the driver shows a GPU

    return torch.cuda.is_available()


def check_gpu(device: str, found: Callable[[], bool] = _torch_finds_gpu) -> Iterator[Finding]:
    """The GPUs that the driver shows, and their precisions.

    A fault where torch finds none of them, or where the config asks for a GPU and there is none.
    """
    query = ["--query-gpu=name,memory.free,memory.total,compute_cap,driver_version", "--format=csv,noheader,nounits"]
    lines = (printed_by(smi_program(), *query) or "").splitlines()
    for line in lines:
        name, free, total, capability, driver = (part.strip() for part in line.split(","))
        half = _precisions(capability)
        yield Finding("GPU", "ok", f"{name}, {free} of {total} MiB free, {half}, driver {driver}")
    if not lines and device == "cuda":
        yield Finding(
            "GPU", "fault", "none is shown by nvidia-smi: set training.device to auto or cpu, or repair its driver"
        )
    elif not lines:
        yield Finding("GPU", "note", "none: trainings run on the CPU")
    elif device != "cpu":
        yield from _check_torch(device, found)


def _check_torch(device: str, found: Callable[[], bool]) -> Iterator[Finding]:
    """Why torch does not find the GPUs of this machine, where it does not."""
    visible = os.environ.get(VISIBLE)
    try:
        seen = found()
    except (ImportError, OSError) as error:
        yield Finding("GPU", "fault", f"torch cannot be loaded ({error}): make the environment again (make env)")
        return
    if not seen and device == "auto" and visible is not None and not visible_gpus(os.environ):
        yield Finding("GPU", "note", f"none is visible, because {VISIBLE} is {visible!r}: trainings run on the CPU")
    elif not seen:
        reason = f"{VISIBLE} is {visible!r}" if visible is not None else "the driver may be too old for it"
        text = f"torch finds none of them: {reason}; correct that, or set training.device to cpu"
        yield Finding("GPU", "fault", text)


def _precisions(capability: str) -> str:
    try:
        return "bf16 and TF32" if float(capability) >= AMPERE else "neither bf16 nor TF32"
    except ValueError:  # "[N/A]": the driver does not know
        return "bf16 and TF32 unknown"
