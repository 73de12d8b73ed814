"""The files of a finished run, as the answers of the dossier read them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from pasi.dossier.statements import CONFIG, SUMMARY, Quote, Statement, plain_text
from pasi.report.cells import Line, lines_of
from pasi.report.primary import SHORT
from pasi.severity.index import SeverityIndex
from pasi.storage.json_files import read_json
from pasi.storage.tables import Table, read_table

# Where each table lies in the results folder.
TABLES = {
    **{"scores": "cohort/scores.parquet", "counts": "cohort/counts.csv", "notes": "cohort/notes.csv"},
    **{"photos": "tiles/index.parquet", "split": "splits/subjects.parquet"},
    **{"visits": "evaluation/visits.parquet", "learners": "evaluation/learners.parquet"},
    **{
        name: f"evaluation/{name}.csv"
        for name in ("metrics", "intervals", "agreement", "characteristics", "groups", "impossible", "responses")
    },
    **{name: f"evaluation/{name}.csv" for name in ("selection", "sensitivity", "differences")},
}
PERSON = "dossier"  # the section of the config that a person fills in


@dataclass(frozen=True)
class Run:
    """A finished run: config and summary of its report, tables, and meta-learners by name.

    opening: evaluation/opening.json, plans and openings of the test part. person: the section `dossier` of the config,
    null where nobody has filled a key in.
    """

    config: Mapping[str, Any]
    summary: Mapping[str, Any]
    tables: Mapping[str, Table]
    opening: Mapping[str, Any]
    models: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    person: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def index(self) -> SeverityIndex:
        """The severity index."""
        return SeverityIndex.from_config(self.config["index"])

    @property
    def chosen(self) -> str:
        """The learner that the report judges."""
        return str(self.summary["learner"])

    @property
    def synthetic(self) -> bool:
        """Whether the cohort is simulated."""
        return bool(self.summary["synthetic"])

    def lines(self, name: str, **wanted: object) -> list[Line]:
        """The rows of one of TABLES whose cells equal all of `wanted`, each with its place."""
        return lines_of(self.tables[name], TABLES[name], **wanted)

    def line(self, name: str, **wanted: object) -> Line | None:
        """The first of these rows; None where there is none."""
        return next(iter(self.lines(name, **wanted)), None)

    def value(self, key: str) -> Any:
        """A value of the config by its dotted key; None where there is no such key."""
        found: Any = self.config
        for name in key.split("."):
            found = found.get(name) if isinstance(found, Mapping) else None
        return found

    def key(self, key: str) -> Quote:
        """The same as text, with its place."""
        return Quote(plain_text(self.value(key)), f"{CONFIG}, {key}")

    @property
    def primary(self) -> Quote:
        """The primary measure, as the report names it."""
        return Quote(SHORT[self.value("evaluation.primary")], f"{CONFIG}, evaluation.primary")

    def fact(self, name: str) -> Quote:
        """A count of the report."""
        return Quote(plain_text(self.summary["facts"][name]), f"{SUMMARY}, facts, {name}")

    def holds(self, condition: str) -> bool | None:
        """Whether a condition of the light holds; None where the report does not have it."""
        return next((one["holds"] for one in self.summary["conditions"] if one["name"] == condition), None)

    def condition(self, name: str) -> Statement:
        """What the report says of a condition of the light."""
        missing = f"The report does not say whether this holds: {name}."
        text = next((one["text"] for one in self.summary["conditions"] if one["name"] == name), missing)
        return Statement(text, (f"{SUMMARY}, conditions, {name}",))

    def written(self, key: str) -> Quote | None:
        """What a person wrote under a key of the section `dossier`; None where nobody did."""
        text = self.person.get(key)
        return None if text is None else Quote(str(text), f"the config, {PERSON}.{key}")

    def chosen_rows(self, name: str) -> Table:
        """The rows of the chosen learner in "visits" or "learners": of a network those of repeat 0."""
        table = self.tables[name]
        own = (np.asarray(table["learner"]) == self.chosen) & (np.asarray(table["repeat"]) <= 0)
        return {column: np.asarray(values)[own] for column, values in table.items()}


def read_run(files: Mapping[str, str | Path], models: list[Path], person: Mapping[str, Any]) -> Run:
    """Read the files of a run: those of TABLES, `summary`, `config`, `opening`, and the coefficients of meta-learners.

    Raises DamagedFileError where one is missing or damaged.
    """
    return Run(
        config=read_json(files["config"]),
        summary=read_json(files["summary"]),
        tables={name: read_table(files[name]) for name in TABLES},
        opening=read_json(files["opening"]),
        models={path.stem: read_json(path) for path in models},
        person=person,
    )
