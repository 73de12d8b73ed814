"""The numbers behind each figure, as tables that the page shows, folded, below it, and that lie beside it as CSV."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from pasi.evaluation.histories import best_epoch, panel_of
from pasi.evaluation.visits import PART_NAMES, learner_rows
from pasi.report.cells import shown
from pasi.report.content import ReportContent
from pasi.severity.courses import courses_of
from pasi.severity.grades import grade_counts, grade_edges, has_grades
from pasi.severity.index import Label
from pasi.splits.rows import record_parts
from pasi.storage.tables import write_table

MOST_ROWS = 1000  # of a table in the page; the CSV holds all rows
FOLDER = "report/data"  # of the CSV files, in the results folder
Column = tuple[str, str]  # name, and style as `pasi.report.cells:shown` takes it


@dataclass(frozen=True)
class DataTable:
    """Columns with their styles, rows of values as they are, where they are from, and the CSV that holds them."""

    columns: tuple[Column, ...]
    rows: list[tuple[Any, ...]]
    source: str
    file: str = ""

    @property
    def head(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(name for name, _ in self.columns)

    @property
    def shown(self) -> list[tuple[str, ...]]:
        """The rows that the page holds, as text."""
        styles = [style for _, style in self.columns]
        return [
            tuple(shown(value, style) for value, style in zip(row, styles, strict=True))
            for row in self.rows[:MOST_ROWS]
        ]

    def write(self, path: str | Path) -> None:
        """Write all rows, unrounded."""
        write_table({name: [row[place] for row in self.rows] for place, name in enumerate(self.head)}, path)


def figure_tables(content: ReportContent) -> dict[str, DataTable]:
    """Figure name -> the table behind it; Figures 3 and 4 show the chosen learner."""
    found = {
        "figure_2": _distributions(content),
        "figure_3": _agreement(content),
        "figure_4": _courses(content),
        "learning_curves": _curves(content),
        "figure_s1": _regions(content),
    }
    return {
        name: DataTable(table.columns, table.rows, table.source, f"{FOLDER}/{name}.csv")
        for name, table in found.items()
    }


def _distributions(content: ReportContent) -> DataTable:
    parts = record_parts(content.scores["subject"], content.split)
    rows = []
    for label in content.index.labels:
        values = np.asarray(content.scores[label.name], dtype=np.float64)
        counts = [grade_counts(chosen, label) for chosen in (values, values[parts == "train"], values[parts == "test"])]
        for bar, name in enumerate(_bar_names(label)):
            rows.append((label.name, name, *(int(count[bar]) for count in counts)))
    columns = (("label", ""), ("grade", ""), ("all", "0"), ("train", "0"), ("test", "0"))
    return DataTable(columns, rows, "cohort/scores.parquet")


def _bar_names(label: Label) -> list[str]:
    edges = grade_edges(label)
    if has_grades(label):
        return [f"{value:g}" for value in (edges[:-1] + edges[1:]) / 2]
    return [f"{low:g} to {high:g}" for low, high in pairwise(edges)]


def _agreement(content: ReportContent) -> DataTable:
    """The marks of both plots: the fold is -1 on the test part; the mean is that of predicted and observed."""
    folds = dict(zip(content.split["subject"], content.split["fold"], strict=True))
    rows: list[tuple[Any, ...]] = []
    for part in PART_NAMES:
        visits = learner_rows(content.visits, content.chosen, part)
        cells = zip(*(visits[name] for name in ("subject", "visit", "week", "observed", "predicted")), strict=True)
        for subject, visit, week, observed, predicted in cells:
            values = float(observed), float(predicted), float(observed + predicted) / 2, float(predicted - observed)
            rows.append((part, int(folds.get(subject, -1)), str(subject), str(visit), float(week), *values))
    columns = (
        *(("part", ""), ("fold", "0"), ("subject", ""), ("visit", ""), ("week", "g")),
        *(("observed", "2"), ("predicted", "2"), ("mean", "2"), ("difference", "+2")),
    )
    return DataTable(columns, rows, "evaluation/visits.parquet")


def _courses(content: ReportContent) -> DataTable:
    columns = (
        *(("subject", ""), ("visit", ""), ("week", "g"), ("observed", "2"), ("predicted", "2")),
        *(("improvement, observed", "0"), ("improvement, predicted", "0")),
    )
    rows: list[tuple[Any, ...]] = []
    for course in courses_of(learner_rows(content.visits, content.chosen, "test"), content.index):
        for place, visit in enumerate(course.visits):
            values = [float(course.values[name][place]) for name in ("observed", "predicted")]
            changes = [_number(course.improvements[name][place]) for name in ("observed", "predicted")]
            rows.append((course.subject, visit, float(course.weeks[place]), *values, *changes))
    return DataTable(columns, rows, "evaluation/visits.parquet")


def _number(change: int | None) -> float:
    return float("nan") if change is None else float(change)


def _curves(content: ReportContent) -> DataTable:
    skills = {(panel_of(place), place.fold): skill for place, skill in content.skills.items()}
    rows = []
    for backbone, folds in content.histories.items():
        for fold, history in sorted(folds.items()):
            best = best_epoch(history)
            skill = skills.get((backbone, fold), float("nan"))
            learned = "no" if skill < content.least_skill else "yes"
            own = (len(history["epoch"]), *_best_cells(history, best), skill, learned)
            rows.append((backbone, fold, *own))
    columns = (
        *(("network", ""), ("fold", "0"), ("epochs", "0"), ("best epoch", "0")),
        *(("monitored loss there", "4"), ("training loss there", "4"), ("skill", "2"), ("learned", "")),
    )
    return DataTable(columns, rows, "models/*/fold*/history.csv")


def _best_cells(history: Mapping[str, np.ndarray], best: int | None) -> Sequence[float]:
    if best is None:
        return (float("nan"),) * 3
    return float(history["epoch"][best]), *(float(history[name][best]) for name in ("monitor_loss", "train_loss"))


def _regions(content: ReportContent) -> DataTable:
    cells = content.index.grid**2
    rows = [(region.name, region.weight, region.photos, cells - region.photos) for region in content.index.regions]
    columns = (
        *(("region", ""), ("weight in the index", "g"), ("photos, at most", "0"), ("black cells, at least", "0")),
    )
    return DataTable(columns, rows, "report/config.json")
