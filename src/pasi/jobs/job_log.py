"""The log of one job: everything that it prints, and an error that a user can mend without a stack trace."""

import os
import sys
import traceback
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType
from typing import cast

from pasi.errors import UserError


def start_job_log(path: str | Path) -> None:
    """Send all that this process prints to `path`, line by line, and keep what it writes from other users' eyes."""
    os.umask(0o077)
    screen = os.dup(sys.stderr.fileno())
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
        os.dup2(descriptor, stream.fileno())
        cast(TextIOWrapper, stream).reconfigure(line_buffering=True)
    os.close(descriptor)
    sys.excepthook = partial(_report_error, log=path, screen=screen)


def _report_error(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None, *, log: str | Path, screen: int
) -> None:
    """Print an error into the log; where that lies on a full disk, which is often the error, on the `screen`."""
    stack = [] if isinstance(error, UserError) else traceback.format_exception(kind, error, trace)
    text = "".join(stack) or f"{error}\n"
    try:
        print(text, end="", file=sys.stderr, flush=True)
    except OSError as fault:
        os.write(screen, f"{log} cannot be written ({fault.strerror}). It should say:\n{text}".encode())
