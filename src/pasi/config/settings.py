"""The one place that reads a config: closed schema, checks of sense, frozen settings handed out."""

import datetime
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pasi.config.consistency import consistency_problems
from pasi.config.schema_messages import REPEATS, schema_problems
from pasi.config.yaml_files import file_names, load_configs
from pasi.errors import InputError
from pasi.severity.index import SeverityIndex

# YAML 1.1, which PyYAML and Snakemake read, takes 1e-4 for text; people and YAML 1.2 take it for a number.
EXPONENT = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)[eE][-+]?\d+")

Section = Mapping[str, Any]


@dataclass(frozen=True)
class Settings:
    """A checked config: one read-only mapping a section, lists as tuples, and the index as an object."""

    results: str
    seed: int
    cohort: Section
    index: SeverityIndex
    tiles: Section
    composites: Section
    splits: Section
    training: Section
    stacking: Section
    evaluation: Section
    report: Section


def load_schema() -> dict[str, Any]:
    """The JSON schema of the config (draft 2020-12)."""
    return json.loads(resources.files("pasi.config").joinpath("schema.json").read_text(encoding="utf-8"))


def read_settings(config: Mapping[str, Any], *, source: str = "config") -> Settings:
    """Check a config against the schema and for sense, and fill in the defaults.

    `source` is the file that problems name. Raises InputError with every problem of every section at once.
    """
    schema = load_schema()
    complete = _complete(config, schema)
    problems = schema_problems(complete, schema, source)
    broken = {problem.column for problem in problems if problem.fix != REPEATS}  # a list with repeats can be read
    problems += consistency_problems(complete, source, broken=broken)
    if problems:
        raise InputError(problems)
    index = SeverityIndex.from_config(complete.pop("index"))
    return Settings(index=index, **{name: _freeze(value) for name, value in complete.items()})


def _complete(value: Any, schema: Mapping[str, Any]) -> Any:
    """`value` with the defaults of absent keys, and with YAML's spellings read as a person means them."""
    if isinstance(value, Mapping) and "properties" in schema:
        parts = schema["properties"]
        defaults = {name: part["default"] for name, part in parts.items() if "default" in part}
        return {name: _complete(item, parts.get(name, {})) for name, item in (defaults | dict(value)).items()}
    if isinstance(value, list):
        return [_complete(item, schema.get("items", {})) for item in value]
    return _plain(value, _kinds(schema))


def _kinds(schema: Mapping[str, Any]) -> set[str]:
    """The JSON types that a schema allows."""
    kinds = schema.get("type", ())
    own = {kinds} if isinstance(kinds, str) else set(kinds)
    return own.union(*(_kinds(option) for option in schema.get("anyOf", ())))


def _plain(value: Any, kinds: set[str]) -> Any:
    """1e-4 as a number, 16.0 as a whole number, 1 as 1.0 where fractions are allowed, and a date as text."""
    if isinstance(value, str) and kinds & {"number", "integer"} and EXPONENT.fullmatch(value):
        value = float(value)
    if isinstance(value, float) and "integer" in kinds and math.isfinite(value) and value == int(value):
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and "number" in kinds:
        return float(value)
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime) and "string" in kinds:
        return value.isoformat()
    return value


def _freeze(value: Any) -> Any:
    """A copy of `value` that nobody can change."""
    if isinstance(value, Mapping):
        return MappingProxyType({name: _freeze(item) for name, item in value.items()})
    if isinstance(value, list):
        return tuple(_freeze(item) for item in value)
    return value


def read_config_files(paths: Sequence[str | Path]) -> Settings:
    """The settings of config files laid over each other; raises InputError where there is a problem, naming all."""
    return read_settings(load_configs(paths), source=file_names(paths))
