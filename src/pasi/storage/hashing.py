"""SHA-256 of files and of plain values, as hexadecimal digits."""

import hashlib
import json
from pathlib import Path
from typing import Any


def file_sha256(path: Path) -> str:
    """SHA-256 of the bytes of a file, as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def bytes_sha256(data: bytes) -> str:
    """SHA-256 of bytes that were read already, as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def value_digest(*values: Any) -> str:
    """SHA-256 of plain values (numbers, text, lists, mappings); the order of the keys of a mapping does not matter."""
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=list).encode()).hexdigest()
