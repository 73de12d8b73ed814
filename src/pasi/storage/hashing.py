"""SHA-256 of files and of plain values."""

import hashlib
import json
from pathlib import Path
from typing import Any


def value_digest(*values: Any) -> str:
    """SHA-256 of plain values (numbers, text, lists, mappings), independent of the order of a mapping's keys."""
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=list).encode()).hexdigest()


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
