"""The log of one job: everything that it prints, and an error that a user can mend without a stack trace."""

import os
import sys
from pathlib import Path

from pasi.problems import MendableError


def log_to(path: str | Path) -> None:
    """Send all that this process prints to `path`, line by line, and keep what it writes from other users' eyes."""
    os.umask(0o077)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
        os.dup2(descriptor, stream.fileno())
        stream.reconfigure(line_buffering=True)
    os.close(descriptor)
    sys.excepthook = _tell


def _tell(kind: type, error: BaseException, trace) -> None:
    if isinstance(error, MendableError):
        print(error, file=sys.stderr)
    else:
        sys.__excepthook__(kind, error, trace)
