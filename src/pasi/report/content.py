"""The content of the report as data. It is read once; rendering does not read files."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import isnan
from pathlib import Path
from typing import Any

import numpy as np

from pasi.cohort.counts import incomplete_visits
from pasi.errors import DamagedFileError
from pasi.evaluation.description import TABLES
from pasi.evaluation.endpoint_table import BOUNDED
from pasi.evaluation.histories import Histories, read_adoptions, read_histories
from pasi.evaluation.learned import network_skills, unlearned
from pasi.evaluation.openings import read_openings
from pasi.evaluation.selection import best_learner
from pasi.evaluation.settings import Primary
from pasi.evaluation.visits import first_repeats
from pasi.report.cells import LINE, Line, lines_of
from pasi.report.paper_tables import reported_part
from pasi.run_folder import FIGURES, TrainingPlace
from pasi.severity.index import SeverityIndex
from pasi.splits.roles import read_split
from pasi.storage.json_files import read_json
from pasi.storage.tables import Table, read_table

LARGEST_SVG = 500_000  # bytes; of a larger drawing the page holds the SVG or the PNG, whichever is smaller
EVALUATED = (
    *("metrics", "intervals", "differences", "selection", "singles", "signs", "endpoints"),
    *TABLES,
)
# Where each table lies in the results folder; the page names these files beside its numbers.
FILES = {
    **{"scores": "cohort/scores.parquet", "counts": "cohort/counts.csv", "notes": "cohort/notes.csv"},
    **{"photos": "tiles/index.parquet", "copies": "tiles/notes.csv"},
    **{"split": "splits/subjects.parquet", "balance": "splits/balance.csv"},
    **{"oof": "oof.parquet", "visits": "evaluation/visits.parquet"},
    **{name: f"evaluation/{name}.csv" for name in EVALUATED},
}
NUMBERS = {
    "balance": ("share", "label_share", "cohort_share"),
    "metrics": ("mae", "mse", "pcc", "ccc", "mae_spread", "mse_spread", "pcc_spread", "ccc_spread"),
    "intervals": ("estimate", "low", "high"),
    "differences": ("difference", "low", "high", "z", "z_low", "z_high", "p", "p_holm"),
    "singles": ("mae_single", "mae_mean", "ccc_single", "ccc_mean"),
    "signs": ("mae", "ccc", "weighted_kappa", "exact", "within_one"),
    "endpoints": (
        *("week", "threshold", "subjects", "reference_subjects", "absent"),
        *(f"{name}{bound}" for name in BOUNDED for bound in ("", "_low", "_high")),
        *("subjects_observed", "subjects_predicted", "power_predicted"),
    ),
    "selection": ("naive", "naive_low", "naive_high", "corrected", "low", "high", "again"),
}
TEXTS = {"endpoints": ("arm", "reference", "verdict", "fails", "open")}  # empty, or whole numbers, in a CSV
MEDIA = {".svg": "image/svg+xml", ".png": "image/png"}


@dataclass(frozen=True)
class Sources:
    """Paths of the tables of a finished run; the stage that writes a table defines its columns.

    opening: evaluation/opening.json. openings: the log that it was made from, which is read to check it.
    """

    scores: Path
    counts: Path
    notes: Path
    photos: Path
    copies: Path
    split: Path
    balance: Path
    oof: Path
    visits: Path
    metrics: Path
    intervals: Path
    differences: Path
    selection: Path
    singles: Path
    signs: Path
    endpoints: Path
    folds: Path
    sensitivity: Path
    impossible: Path
    agreement: Path
    ranks: Path
    picks: Path
    characteristics: Path
    groups: Path
    bands: Path
    limits_by_score: Path
    precision: Path
    improvements: Path
    responses: Path
    response_times: Path
    response_counts: Path
    imputed_counts: Path
    no_response: Path
    opening: Path
    openings: Path
    models: Sequence[Path]
    histories: Sequence[Path]
    figures: Path


@dataclass(frozen=True)
class ReportContent:
    """Tables as columns, figures as data URIs, the config and the provenance; visits: those of `first_repeats`."""

    index: SeverityIndex
    config: Mapping[str, Any]
    scores: Table
    counts: Table
    notes: Table
    photos: Table
    copies: Table
    split: Table
    balance: Table
    oof: Table
    visits: Table
    metrics: Table
    intervals: Table
    differences: Table
    selection: Table
    singles: Table
    signs: Table
    endpoints: Table
    folds: Table
    sensitivity: Table
    impossible: Table
    agreement: Table
    ranks: Table
    picks: Table
    characteristics: Table
    groups: Table
    bands: Table
    limits_by_score: Table
    precision: Table
    improvements: Table
    responses: Table
    response_times: Table
    response_counts: Table
    imputed_counts: Table
    no_response: Table
    opening: Mapping[str, Any]
    models: Mapping[str, Mapping[str, Any]]
    histories: Histories
    figures: Mapping[str, str]
    provenance: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    left_out: Sequence[tuple[str, int, str]] = ()  # backbone, fold and reason of trainings that failed for good
    changed: Sequence[str] = ()  # keys of the config that differ from the default, such as "training.weights"
    adopted: Sequence[tuple[str, int, str]] = ()  # backbone, fold and earlier version of trainings that were taken over

    @cached_property
    def chosen(self) -> str:
        """The learner that the report evaluates: the best one out of fold by the primary measure (A4)."""
        return best_learner(self.metrics, self.primary)

    @property
    def primary(self) -> Primary:
        """The measure by which a learner is chosen and judged."""
        found: Primary = self.config["evaluation"]["primary"]
        return found

    def lines(self, name: str, **wanted: object) -> list[Line]:
        """The rows of one of FILES whose cells equal all of `wanted`, each with its place."""
        return lines_of(getattr(self, name), FILES[name], **wanted)

    def line(self, name: str, **wanted: object) -> Line | None:
        """The first of these rows; None where there is none."""
        return next(iter(self.lines(name, **wanted)), None)

    @cached_property
    def synthetic(self) -> bool:
        """Whether the cohort is a simulated one: by `report.synthetic`, or because the title says so."""
        section = self.config["report"]
        title = str(section["title"]).casefold()
        return bool(section.get("synthetic")) or any(word in title for word in ("synthetic", "simulated"))

    @cached_property
    def fold_numbers(self) -> list[int]:
        """The numbers of the folds."""
        return sorted({int(fold) for fold in self.oof["fold"]})

    @cached_property
    def part(self) -> str:
        """The part that Tables 1 and S1 show: "test", or "oof" where not all learners have rows on a test part."""
        return reported_part(self.metrics)

    @cached_property
    def tested(self) -> bool:
        """Whether there are rows on the test part, of the chosen learner at least."""
        return "test" in set(self.metrics["part"])

    @property
    def sealed(self) -> bool:
        """Whether rows on the test part are withheld (evaluation.test_rows), of some learners or of all."""
        return bool(self.opening["test_rows"] != "all") and "test" in set(self.split["part"])

    @property
    def least_skill(self) -> float:
        """The skill below which a network did not learn, by the config of today."""
        return float(self.config["training"]["least_skill"])

    @cached_property
    def skills(self) -> dict[TrainingPlace, float]:
        """The skill of each network."""
        return network_skills(self.oof)

    @cached_property
    def unlearned(self) -> list[TrainingPlace]:
        """The networks that did not learn."""
        return unlearned(self.skills, self.least_skill)

    @cached_property
    def incomplete_visits(self) -> int:
        """Number of visits that lack a region, and so have no index."""
        visits = zip(self.scores["subject"], self.scores["visit"], strict=True)
        return incomplete_visits(visits, len(self.index.regions))


def load_content(
    sources: Sources,
    config: Mapping[str, Any],
    provenance: Mapping[str, Mapping[str, str]],
    *,
    left_out: Sequence[tuple[str, int, str]] = (),
    changed: Sequence[str] = (),
) -> ReportContent:
    """Read the files that `sources` names.

    config: the whole config; changed: its keys that differ from the default. provenance: title -> name -> text.
    left_out: backbone, fold and reason of each training that failed for good; the rows of such backbones in
    metrics.csv, with n 0, are dropped. Raises ResultError where a table or figure is missing or damaged, or the split
    is invalid (F20).
    """
    read_split(sources.split)
    read = {name: _read(getattr(sources, name), NUMBERS.get(name, ()), TEXTS.get(name, ())) for name in FILES}
    read["visits"] = first_repeats(read["visits"])
    judged = read["metrics"]["n"] > 0
    read["metrics"] = {name: values[judged] for name, values in read["metrics"].items()}
    return ReportContent(
        index=SeverityIndex.from_config(config["index"]),
        config=config,
        opening=_read_opening(sources),
        models={Path(path).stem: read_json(path) for path in sources.models},
        histories=read_histories(sources.histories),
        adopted=read_adoptions(sources.histories),
        figures={name: data_uri(Path(sources.figures) / name) for name in FIGURES},
        provenance=provenance,
        left_out=left_out,
        changed=changed,
        **read,
    )


def _read_opening(sources: Sources) -> dict[str, Any]:
    """evaluation/opening.json, with the faults that are found in the log now."""
    record: dict[str, Any] = read_json(sources.opening)
    found = read_openings(sources.openings, record["last"])
    return record | {"faults": list(dict.fromkeys([*record["faults"], *found.faults]))}


def _read(path: str | Path, numbers: Sequence[str], texts: Sequence[str]) -> dict[str, np.ndarray]:
    """A table with its columns `numbers` as floats, and `texts` as text; in a CSV an empty column has no type.

    A column LINE is added: rows that are left out later must not change the number of a row in its file.
    """
    table = read_table(path)
    table[LINE] = np.arange(1, 1 + len(next(iter(table.values()), ())))
    text = {name: np.array([_text(cell) for cell in table[name]], dtype=object) for name in texts}
    return table | {name: np.asarray(table[name], dtype=np.float64) for name in numbers} | text


def _text(cell: Any) -> str:
    """A cell as text: an arm that is called 1 beside empty cells comes back from a CSV as 1.0, an empty one as NaN."""
    return str(cell) if isinstance(cell, str) else "" if isnan(cell) else f"{cell:g}"


def data_uri(stem: str | Path) -> str:
    """The figure `stem`.svg or `stem`.png as a data URI. As an image, an SVG runs no script and fetches nothing."""
    files = [Path(f"{stem}{suffix}") for suffix in MEDIA]
    missing = [str(file) for file in files if not file.exists()]
    if missing:
        raise DamagedFileError(f"{', '.join(missing)} missing: run the rule that draws the figures")
    svg, png = files
    file = svg if svg.stat().st_size <= max(LARGEST_SVG, png.stat().st_size) else png
    return f"data:{MEDIA[file.suffix]};base64,{b64encode(file.read_bytes()).decode('ascii')}"
