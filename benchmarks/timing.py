"""How the benchmarks are timed: ours and the rival alternate in one run; medians of CPU seconds."""

import os
import statistics
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

ROUNDS = 5
PIPED: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}


@dataclass(frozen=True)
class Line:
    """A line of the table.

    `theirs` is None where there is no rival but a limit. `target` is what `measured` (the ratio, or ours where there
    is no rival) is held against: "<= 1.15", ">= 53" or "" for a figure without a target.
    """

    item: str
    rival: str
    ours: float
    theirs: float | None
    unit: str
    target: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours by theirs."""
        return None if self.theirs is None else self.ours / self.theirs

    @property
    def met(self) -> str:
        """ "yes", "no", or nothing where there is no target."""
        if not self.target:
            return ""
        sign, limit = self.target.split()
        measured = self.ours if self.ratio is None else self.ratio
        return "yes" if (measured <= float(limit) if sign == "<=" else measured >= float(limit)) else "no"


def by_turns(
    *ways: Callable[[], object], rounds: int = ROUNDS, clock: Callable[[], float] = time.process_time
) -> list[float]:
    """Median seconds of each way, run alternately."""
    return medians(*(partial(seconds_of, way, clock) for way in ways), rounds=rounds)


def medians(*ways: Callable[[], float], rounds: int = ROUNDS) -> list[float]:
    """Median of what each way measures of itself: a round to warm up, then each once a round, by turns the first."""
    measured: list[list[float]] = [[] for _ in ways]
    for number in range(rounds + 1):
        for turn in range(len(ways)):
            which = (number + turn) % len(ways)
            value = ways[which]()
            if number:
                measured[which].append(value)
    return [statistics.median(values) for values in measured]


def seconds_of(way: Callable[[], object], clock: Callable[[], float] = time.process_time) -> float:
    """Seconds that a way takes, by the clock."""
    started = clock()
    way()
    return clock() - started


def run_child(*command: str, **options: Any) -> tuple[float, str]:
    """CPU seconds of a command alone, and what it printed; CalledProcessError where it fails."""
    with subprocess.Popen(command, **PIPED, **options) as process:
        printed = _read_output(process)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, printed)
    return used.ru_utime + used.ru_stime, printed


def run_watched(*command: str, memory: Callable[[int], float] | None = None, **options: Any) -> tuple[str, float]:
    """What a command printed, and the most memory that it was seen to have, in MB: all of it, or as `memory` reads."""
    read = memory or peak_memory
    with subprocess.Popen(command, **PIPED, **options) as process:
        most = 0.0
        with ThreadPoolExecutor(1) as reader:
            printed = reader.submit(_read_output, process)
            while process.poll() is None:
                most = max(most, read(process.pid))
                time.sleep(0.01)
    return printed.result(), most


def _read_output(process: subprocess.Popen[str]) -> str:
    """All that a process prints, until it closes its output."""
    return process.stdout.read() if process.stdout else ""


def peak_memory(process: int | str = "self") -> float:
    """Most memory that a process ever had, in MB: VmHWM, as ru_maxrss counts that of the parent before exec too."""
    return _memory("VmHWM", process)


def own_memory(process: int | str = "self") -> float:
    """Memory that a process has for itself, in MB, without the pages of files that it shares with others."""
    return _memory("RssAnon", process)


def _memory(name: str, process: int | str) -> float:
    status = Path(f"/proc/{process}/status").read_text()
    return int((status.partition(f"{name}:")[2].split() or ["0"])[0]) / 1024  # a process that has ended has none
