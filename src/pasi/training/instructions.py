"""Which instructions of the processor a training may use, so that other makers' processors give the same bits.

Libraries choose their kernels by what the processor has (AVX2 or AVX-512) and by who made it, and other kernels round
in another order. Even `torch.randn` depends on that choice, and so do initial weights. `training.instructions: pinned`
restricts each library to what all x86-64 processors with AVX2 share; docs/determinism.md says what was shown.

The libraries read these variables once, when they are loaded, so a process that lacks them is started anew. This module
imports none of the libraries.
"""

import os
import sys
from typing import Literal

from pasi.errors import DeviceError

Instructions = Literal["native", "pinned"]

PINNED = {
    "ATEN_CPU_CAPABILITY": "avx2",  # torch's own kernels, and its random numbers
    "ONEDNN_MAX_CPU_ISA": "AVX2",  # convolutions
    "MKL_CBWR": "COMPATIBLE",  # matrix products; with AVX2 in its place, Intel's and AMD's processors differ
    "OPENBLAS_CORETYPE": "Haswell",  # numpy's matrix products
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX512F,-AVX512VL,-AVX512BW,-AVX512DQ",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}


def restart_pinned(instructions: Instructions) -> None:
    """Start this process anew under PINNED where `instructions` wants it and the environment lacks it.

    The process keeps its number, so that whoever started it can still wait for it and end it. Returns where there is
    nothing to do.
    """
    if instructions == "pinned" and not is_pinned():
        sys.stdout.flush()
        os.execve(sys.executable, sys.orig_argv, {**os.environ, **PINNED})


def is_pinned() -> bool:
    """Whether the environment of this process holds all of PINNED."""
    return all(os.environ.get(name) == value for name, value in PINNED.items())


def check_instructions(instructions: Instructions, capability: str) -> None:
    """Raise DeviceError where a training is to be pinned and this process or its processor is not.

    capability: of torch's kernels in this process, as `torch.backends.cpu.get_cpu_capability()` says it.
    """
    if instructions == "native":
        return
    if not is_pinned():
        raise DeviceError(
            "training.instructions is pinned, but this process was started without the variables of "
            "pasi.training.instructions.PINNED: call restart_pinned before anything loads numpy or torch, or set native"
        )
    if capability != "AVX2":
        raise DeviceError(
            "training.instructions is pinned, which takes an x86-64 processor with AVX2, and torch found "
            f"{capability} here: set training.instructions to native, or train on another machine"
        )
