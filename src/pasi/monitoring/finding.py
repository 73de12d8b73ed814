"""A finding of `pasi doctor`, and how it asks a program of the machine."""

import subprocess
from typing import Literal, NamedTuple

PATIENCE = 5  # seconds that a server or a program has to answer

Level = Literal["ok", "note", "fault"]


class Finding(NamedTuple):
    """One result of a check: in order, worth knowing, or a fault with its fix."""

    thing: str
    level: Level
    text: str


def printed_by(*command: str) -> str | None:
    """What a program prints; None where it is missing, fails or hangs."""
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return None
