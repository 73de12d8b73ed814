"""The numbers behind each figure, as tables that the report shows, folded, below it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from pasi.evaluation.histories import best_epoch, panel_of
from pasi.evaluation.visits import PART_NAMES, learner_rows
from pasi.report.content import ReportContent
from pasi.report.numbers import DASH, number
from pasi.severity.courses import courses_of
from pasi.severity.grades import grade_counts, grade_edges, has_grades
from pasi.severity.index import Label
from pasi.splits.rows import record_parts

MOST_ROWS = 1000  # of a table in the page; the file that it names holds all rows


@dataclass(frozen=True)
class DataTable:
    """Column names, rows of text, and the file with the whole table."""

    head: tuple[str, ...]
    rows: list[tuple[str, ...]]
    source: str

    @property
    def shown(self) -> list[tuple[str, ...]]:
        """The rows that the page holds."""
        return self.rows[:MOST_ROWS]


def figure_tables(content: ReportContent) -> dict[str, DataTable]:
    """Figure name -> the table behind it; Figures 3 and 4 show the chosen learner."""
    return {
        "figure_2": _distributions(content),
        "figure_3": _agreement(content),
        "figure_4": _courses(content),
        "learning_curves": _curves(content),
        "figure_s1": _regions(content),
    }


def _distributions(content: ReportContent) -> DataTable:
    parts = record_parts(content.scores["subject"], content.split)
    rows = []
    for label in content.index.labels:
        values = np.asarray(content.scores[label.name], dtype=np.float64)
        counts = [grade_counts(chosen, label) for chosen in (values, values[parts == "train"], values[parts == "test"])]
        for bar, name in enumerate(_bar_names(label)):
            rows.append((label.name, name, *(f"{count[bar]:,}" for count in counts)))
    return DataTable(("label", "grade", "all", "train", "test"), rows, "cohort/scores.parquet")


def _bar_names(label: Label) -> list[str]:
    edges = grade_edges(label)
    if has_grades(label):
        return [f"{value:g}" for value in (edges[:-1] + edges[1:]) / 2]
    return [f"{low:g} to {high:g}" for low, high in pairwise(edges)]


def _agreement(content: ReportContent) -> DataTable:
    rows: list[tuple[str, ...]] = []
    for part in PART_NAMES:
        visits = learner_rows(content.visits, content.chosen, part)
        cells = zip(visits["subject"], visits["visit"], visits["observed"], visits["predicted"], strict=True)
        rows += [(part, str(subject), str(visit), number(o), number(p)) for subject, visit, o, p in cells]
    return DataTable(("part", "subject", "visit", "observed", "predicted"), rows, "evaluation/visits.parquet")


def _courses(content: ReportContent) -> DataTable:
    head = ("subject", "visit", "week", "observed", "predicted", "improvement, observed", "improvement, predicted")
    rows = []
    for course in courses_of(learner_rows(content.visits, content.chosen, "test"), content.index):
        for place, visit in enumerate(course.visits):
            values = [number(course.values[name][place]) for name in ("observed", "predicted")]
            changes = [_percent(course.improvements[name][place]) for name in ("observed", "predicted")]
            week = course.weeks[place]
            rows.append((course.subject, visit, f"{week:g}" if np.isfinite(week) else DASH, *values, *changes))
    return DataTable(head, rows, "evaluation/visits.parquet")


def _percent(change: int | None) -> str:
    return DASH if change is None else f"{number(change, 0)}%"


def _curves(content: ReportContent) -> DataTable:
    skills = {(panel_of(place), place.fold): skill for place, skill in content.skills.items()}
    rows = []
    for backbone, folds in content.histories.items():
        for fold, history in sorted(folds.items()):
            best = best_epoch(history)
            epochs = np.asarray(history["epoch"])
            skill = skills.get((backbone, fold), float("nan"))
            learned = "no" if skill < content.least_skill else "yes"
            own = (str(len(epochs)), *_best_cells(history, best), number(skill), learned)
            rows.append((backbone, str(fold), *own))
    losses = ("monitored loss there", "training loss there")
    head = ("network", "fold", "epochs", "best epoch", *losses, "skill", "learned")
    return DataTable(head, rows, "models/*/fold*/history.csv")


def _best_cells(history: Mapping[str, np.ndarray], best: int | None) -> Sequence[str]:
    if best is None:
        return DASH, DASH, DASH
    losses = (number(float(history[name][best]), 4) for name in ("monitor_loss", "train_loss"))
    return str(history["epoch"][best]), *losses


def _regions(content: ReportContent) -> DataTable:
    cells = content.index.grid**2
    rows: list[tuple[str, ...]] = [
        (region.name, f"{region.weight:g}", str(region.photos), str(cells - region.photos))
        for region in content.index.regions
    ]
    return DataTable(("region", "weight in the index", "photos, at most", "black cells, at least"), rows, "the config")
