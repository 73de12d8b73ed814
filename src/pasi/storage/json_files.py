"""JSON files: written atomically, and refused with a clear error where they are missing or damaged."""

import json
from pathlib import Path
from typing import Any

from pasi.errors import DamagedFileError
from pasi.storage.atomic import atomic_write


def write_json(value: Any, path: str | Path) -> None:
    """Write `value` as indented JSON; raises ValueError for NaN, which JSON does not have."""
    with atomic_write(path) as temporary:
        temporary.write_text(json.dumps(value, indent=2, allow_nan=False) + "\n")


def read_json(path: str | Path) -> Any:
    """The value of a JSON file; raises DamagedFileError where the file is missing or damaged."""
    try:
        return json.loads(Path(path).read_text())
    except FileNotFoundError as error:
        raise DamagedFileError(f"{path} is missing: run the rule that makes it") from error
    except ValueError as error:
        raise DamagedFileError(f"{path} is damaged ({error}): delete it and run again") from error
