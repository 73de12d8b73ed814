"""Section 6, Learners: one table of all learners, out of fold first, with a forest plot that has an axis."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from math import isfinite, isnan
from statistics import median
from typing import Any

from markupsafe import Markup

from pasi.report.cells import Line
from pasi.report.content import ReportContent
from pasi.report.findings import first_rank_text, undecided_text
from pasi.report.learning import is_short
from pasi.report.openings import sealed_rows_text
from pasi.report.paper_tables import GREATER_IS_BETTER, best_learners
from pasi.report.plots import plain, ticks
from pasi.report.raters import perfect_predictor
from pasi.report.single_networks import single_network_text
from pasi.report.spread import spread_sentences

WIDEST = 3  # the axis ends at this multiple of the median MAE, so that one failed network does not squeeze the rest
WIDTH, HEIGHT, EDGE = 170, 22, 8  # pixels of a row of the forest; EDGE: room for half a tick label at each end


@dataclass(frozen=True)
class Entry:
    """A learner: its rows of metrics.csv, intervals.csv and ranks.csv, and its row of the forest plot.

    epochs: of all its trainings together. best: the metrics by which it is the best out of fold, baselines not counted.
    """

    learner: str
    kind: str
    oof: Line
    test: Line | None
    intervals: dict[tuple[str, str], Line]
    rank: Line | None
    epochs: int
    forest: Markup
    best: frozenset[str]

    @property
    def short(self) -> bool:
        """Whether a network of it did not learn."""
        return is_short(str(self.oof["learned"]))


@dataclass(frozen=True)
class Forest:
    """The axis of the forest plot, from 0 to `most` points."""

    most: float
    floor: float | None

    def at(self, value: float) -> float:
        """Pixels from the left; a value beyond the end stands at the end."""
        return round(EDGE + min(max(value / self.most, 0.0), 1.0) * (WIDTH - 2 * EDGE), 1)

    def head(self) -> Markup:
        """The axis with its numbers."""
        shown = ticks(0, self.most)
        marks = [Markup('<text class="tick" x="{:g}" y="13">{}</text>').format(self.at(t), plain(t)) for t in shown]
        marks += [_stroke("axis", self.at(tick), 17, self.at(tick), HEIGHT) for tick in shown]
        return _svg([*marks, _stroke("axis", EDGE, HEIGHT - 0.5, WIDTH - EDGE, HEIGHT - 0.5)], "Axis of the MAE")

    def row(self, estimate: float, bounds: tuple[float, float], *, baseline: bool) -> Markup:
        """A dot with its interval; the dashed line is a perfect predictor against one rater."""
        low, high = bounds
        parts = [_stroke("grid", self.at(tick), 0, self.at(tick), HEIGHT) for tick in ticks(0, self.most)]
        if self.floor is not None:
            parts.append(_stroke("identity", self.at(self.floor), 0, self.at(self.floor), HEIGHT))
        if isfinite(low) and isfinite(high):
            parts.append(_stroke("interval", self.at(low), HEIGHT / 2, self.at(high), HEIGHT / 2))
        if isfinite(estimate):
            kind = "dot hollow" if baseline else "dot"
            shape = Markup('<circle class="{}" cx="{:g}" cy="{:g}" r="4"/>')
            parts.append(shape.format(kind, self.at(estimate), HEIGHT / 2))
        return _svg(parts, "MAE and interval; the numbers stand beside it")


def leaderboard_section(content: ReportContent) -> dict[str, Any]:
    """The variables of the section's template."""
    axis = forest_axis(content)
    return {
        "entries": leaderboard(content, axis),
        "axis": axis,
        "first_rank": first_rank_text(content),
        "undecided": undecided_text(content),
        "spread": spread_sentences(content),
        "repeated": int(content.config["training"]["repeats"]) > 1,
        "sealed_text": sealed_rows_text(content) if content.tested and content.sealed else "",
        "singles": content.lines("singles"),
        "single_text": single_network_text(content),
    }


def leaderboard(content: ReportContent, axis: Forest) -> list[Entry]:
    """All learners, the best out of fold by the primary measure first; one without the measure comes last."""
    sign = -1 if GREATER_IS_BETTER[content.primary] else 1
    rows = content.lines("metrics", level="visit", part="oof")
    rows = sorted(rows, key=lambda row: (isnan(row[content.primary]), sign * row[content.primary]))
    best = best_learners([row.cells for row in rows])
    return [
        _entry(content, row, axis, {metric for metric, first in best.items() if first == row["learner"]})
        for row in rows
    ]


def forest_axis(content: ReportContent) -> Forest:
    """An axis for the MAEs out of fold and their intervals, at most WIDEST times the median MAE long."""
    errors = [row["mae"] for row in content.lines("metrics", level="visit", part="oof") if isfinite(row["mae"])]
    ends = [row["high"] for row in content.lines("intervals", part="oof", metric="mae") if isfinite(row["high"])]
    reach = max([*errors, *ends], default=1.0)
    most = max(min(reach, WIDEST * median(errors)) if errors else reach, 1e-9)
    perfect = perfect_predictor(content)
    return Forest(most, perfect.mae if perfect is not None and perfect.mae <= most else None)


def _entry(content: ReportContent, row: Line, axis: Forest, best: Collection[str]) -> Entry:
    learner, kind = str(row["learner"]), str(row["kind"])
    intervals = {(one["part"], one["metric"]): one for one in content.lines("intervals", learner=learner)}
    mae = intervals.get(("oof", "mae"))
    bounds = (float("nan"), float("nan")) if mae is None else (mae["low"], mae["high"])
    histories = [folds for name, folds in content.histories.items() if name.partition(", repeat")[0] == learner]
    return Entry(
        learner=learner,
        kind=kind,
        oof=row,
        test=content.line("metrics", level="visit", part="test", learner=learner),
        intervals=intervals,
        rank=content.line("ranks", part="oof", learner=learner),
        epochs=sum(len(history["epoch"]) for folds in histories for history in folds.values()),
        forest=axis.row(row["mae"], bounds, baseline=kind == "baseline"),
        best=frozenset(best),
    )


def _stroke(kind: str, *ends: float) -> Markup:
    return Markup('<line class="{}" x1="{:g}" y1="{:g}" x2="{:g}" y2="{:g}"/>').format(kind, *ends)


def _svg(parts: Iterable[Markup], label: str) -> Markup:
    text = '<svg class="forest" width="{w}" height="{h}" viewBox="0 0 {w} {h}" role="img" aria-label="{l}">{}</svg>'
    return Markup(text).format(Markup("").join(parts), w=WIDTH, h=HEIGHT, l=label)
