"""The log of one job: all that it prints, and an error; one that a user can correct has no stack trace."""

import os
import re
import sys
import traceback
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType
from typing import cast

from pasi.errors import UserError

# A line of `epoch_line`: its number and its seconds, which `pasi status` reads.
EPOCH = re.compile(r"^epoch +(\d+) .* ([0-9.]+) s$", re.MULTILINE)


def start_job_log(path: str | Path) -> None:
    """Send all that this process prints to `path`, line by line; only its owner can read what it writes."""
    os.umask(0o077)
    screen = os.dup(sys.stderr.fileno())
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
        os.dup2(descriptor, stream.fileno())
        cast(TextIOWrapper, stream).reconfigure(line_buffering=True)
    os.close(descriptor)
    sys.excepthook = partial(_report_error, log=path, screen=screen)


def epoch_line(epoch: int, losses: tuple[float, float], rate: float, seconds: float) -> str:
    """The line that a training prints for an epoch; losses: of training and monitored."""
    train, monitored = losses
    return f"epoch {epoch:>4}  train {train:.4f}  monitored {monitored:.4f}  rate {rate:g}  {seconds:.1f} s"


def _report_error(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None, *, log: str | Path, screen: int
) -> None:
    """Print an error into the log, or on the `screen` if the log cannot be written: a full disk is often the error."""
    stack = [] if isinstance(error, UserError) else traceback.format_exception(kind, error, trace)
    text = "".join(stack) or f"{error}\n"
    try:
        print(text, end="", file=sys.stderr, flush=True)
    except OSError as fault:
        os.write(screen, f"{log} cannot be written ({fault.strerror}). It should say:\n{text}".encode())
