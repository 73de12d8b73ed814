"""What Snakemake has recorded of finished jobs, by the path of each output: params, digests of small inputs, start."""

import ast
import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple


class JobRecord(NamedTuple):
    """A finished job. params: their values, in no order; inputs: SHA-256 by path of the inputs that were hashed."""

    params: list[Any]
    inputs: Mapping[str, str]
    started: float  # seconds since 1970


def read_records(state: Path) -> dict[str, JobRecord]:
    """Records by output path from Snakemake's folder `state` (.snakemake); what cannot be read is left out.

    A record is named by the base64 of its output's path; long names are split into folders that begin with @.
    """
    folder, records = state / "metadata", {}
    for path in folder.rglob("*"):
        name = "".join(part.removeprefix("@") for part in path.relative_to(folder).parts)
        if path.is_file() and (record := _read(path)):
            records[urlsafe_b64decode(name).decode()] = record
    return records


def _read(path: Path) -> JobRecord | None:
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        if record["incomplete"]:
            return None
        inputs = {name: digest.removeprefix("sha256:") for name, digest in record["input_checksums"].items()}
        return JobRecord([_value(text) for text in record["params"]], inputs, record["starttime"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _value(text: str) -> Any:
    """A param from its text; one that is no plain value stays text."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
