"""Memory that a process keeps once it has been freed, instead of returning it to the system and asking again.

A batch of training asks for some hundred MB and frees them. glibc maps each large block anew and unmaps it afterwards,
so that in every step the kernel fills millions of fresh pages with zeros: up to half of the CPU time of a training
(benchmarks/memory.py). Where the blocks lie changes no number.
"""

import ctypes
import platform

# Parameters of mallopt(3), from malloc.h.
M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_MAX = -1, -2, -4
LARGEST_TRIM = 2**31 - 1  # bytes at the end of the heap before any are returned
GROWTH = 64 * 2**20  # bytes that the heap grows by at once


def keep_freed_memory() -> bool:
    """Have glibc keep what this process frees; whether it took the settings, which only glibc on Linux has.

    The process then holds its largest use of memory until it ends, so this is for jobs that repeat the same steps.
    """
    if platform.libc_ver()[0] != "glibc":
        return False
    mallopt = ctypes.CDLL(None).mallopt
    settings = {M_MMAP_MAX: 0, M_TRIM_THRESHOLD: LARGEST_TRIM, M_TOP_PAD: GROWTH}
    return all(mallopt(parameter, value) == 1 for parameter, value in settings.items())
