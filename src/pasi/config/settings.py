"""The one place that reads a config: closed schema, consistency checks, frozen settings."""

import datetime
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pasi.config.consistency import consistency_problems
from pasi.config.dossier_section import DossierSection
from pasi.config.misread_names import join_misread_names
from pasi.config.paths import path_problems, with_plain_paths
from pasi.config.photo_sections import CohortSection, CompositesSection, TilesSection
from pasi.config.schema import config_schema
from pasi.config.schema_messages import REPEATS, schema_problems
from pasi.config.scoring_section import ScoringSection
from pasi.config.sections import (
    BundleSection,
    Config,
    EvaluationSection,
    ReportSection,
    SplitsSection,
    StackingSection,
)
from pasi.config.training_section import TrainingSection
from pasi.config.yaml_files import Layer, holders, load_layers, merge_layers
from pasi.errors import InputError
from pasi.severity.index import SeverityIndex

# YAML 1.1, which PyYAML and Snakemake read, takes 1e-4 for text; people and YAML 1.2 take it for a number.
EXPONENT = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)[eE][-+]?\d+")


@dataclass(frozen=True)
class Settings:
    """A checked config: one frozen model a section, and the index as an object."""

    results: str
    seed: int
    index: SeverityIndex
    cohort: CohortSection
    tiles: TilesSection
    composites: CompositesSection
    splits: SplitsSection
    training: TrainingSection
    stacking: StackingSection
    evaluation: EvaluationSection
    report: ReportSection
    bundle: BundleSection
    scoring: ScoringSection
    dossier: DossierSection


def read_settings(config: Mapping[str, Any], *, source: str = "config") -> Settings:
    """Check a config against its schema and for consistency, and fill in the defaults.

    `source` is the file that problems name. Paths are brought into one spelling. Raises InputError with every problem
    of every section at once.
    """
    return read_layers([(source, config)])


def read_config_files(paths: Sequence[str | Path]) -> Settings:
    """The settings of config files, each laid over those before it; raises InputError with every problem at once."""
    return read_layers(load_layers(paths))


def read_layers(layers: Sequence[Layer]) -> Settings:
    """The settings of configs that are laid over each other; raises InputError with every problem at once.

    A problem names the layer that its key comes from; a contradiction also names those that are laid over that one.
    """
    schema = config_schema()
    complete = _complete(merge_layers(layers), schema)
    problems = path_problems(complete, schema)
    places = {problem.column for problem in problems}
    problems += [problem for problem in schema_problems(complete, schema) if problem.column not in places]
    problems = [replace(problem, file=holders(problem.column, layers)[0]) for problem in problems]
    broken = {problem.column for problem in problems if problem.fix != REPEATS}  # a list with repeats can be read
    problems = join_misread_names(problems, layers)
    for problem in consistency_problems(complete, broken=broken):
        problems.append(replace(problem, file=" + ".join(holders(problem.column, layers))))
    if problems:
        raise InputError(problems)
    checked = Config.model_validate(with_plain_paths(complete, schema))
    index = SeverityIndex.from_config(checked.index.model_dump())
    return Settings(index=index, **{name: value for name, value in checked if name != "index"})


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
