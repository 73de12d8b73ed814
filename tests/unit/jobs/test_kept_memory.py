"""Freed memory stays with the process: the kernel is not asked for fresh pages in each step."""

import platform
import subprocess
import sys

import pytest

from pasi.jobs.kept_memory import keep_freed_memory

ROUNDS, PAGES = 8, 16384  # blocks of 64 MB: glibc maps any above 32 MB by itself, and unmaps it
PROGRAM = f"""
import resource
from pasi.jobs.kept_memory import keep_freed_memory
{{}}
before = None
for number in range({ROUNDS}):
    block = bytearray({PAGES} * 4096)
    for place in range(0, len(block), 4096):
        block[place] = 1
    del block
    if number == 1:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""

needs_glibc = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has these settings")


def faults(call: str) -> int:
    """Page faults of a child that asks for a block and frees it, again and again."""
    command = [sys.executable, "-c", PROGRAM.format(call)]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


@needs_glibc
def test_kept_memory_is_used_again_without_a_page_fault():
    assert faults("assert keep_freed_memory()") < faults("") / 4


def test_another_c_library_is_left_as_it_is(monkeypatch):
    monkeypatch.setattr(platform, "libc_ver", lambda: ("", ""))
    assert keep_freed_memory() is False
