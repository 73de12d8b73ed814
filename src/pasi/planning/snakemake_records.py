"""What Snakemake has recorded of finished jobs, by the path of each output: params, digests of small inputs, start."""

import ast
import json
from base64 import urlsafe_b64decode
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple


class JobRecord(NamedTuple):
    """A finished job. params: their values, in no order; inputs: SHA-256 by path of the inputs that were hashed."""

    params: list[Any]
    inputs: Mapping[str, str]
    started: float  # seconds since 1970


def read_records(state: Path) -> dict[str, JobRecord]:
    """Records by output path from Snakemake's folder `state` (.snakemake); what cannot be read is left out."""
    found = ((name, _read(path)) for name, path in _named_files(state / "metadata"))
    return {name: record for name, record in found if record}


def read_incomplete(state: Path) -> set[str]:
    """Outputs of jobs that were running when Snakemake last ended, which it makes again by itself."""
    return {name for name, _ in _named_files(state / "incomplete")}


def keeps_database(state: Path) -> bool:
    """Whether Snakemake keeps its records in a database (--persistence-backend db), which is not read here."""
    return (state / "metadata.db").exists()


def _named_files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Records by the path that each is of: the base64 of it, in folders that begin with @ where that is long."""
    for path in folder.rglob("*"):
        if path.is_file() and (name := _decoded("".join(p.removeprefix("@") for p in path.relative_to(folder).parts))):
            yield name, path


def _decoded(name: str) -> str | None:
    try:
        return urlsafe_b64decode(name).decode()
    except ValueError:  # a file of another kind
        return None


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
