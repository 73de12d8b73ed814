"""Table S1 as the page shows it: all learners, out of fold and test side by side, with intervals."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite
from statistics import median

from pasi.report.content import ReportContent
from pasi.report.paper_tables import best_learners, in_paper_order, is_added
from pasi.storage.tables import Row, rows_of

WIDEST = 3  # the MAE axis ends at this multiple of the median MAE, so that one failed network does not squeeze the rest


@dataclass(frozen=True)
class Score:
    """One learner in one part: its row of metrics.csv, its intervals by metric, and the metrics by which it is best."""

    row: Row
    intervals: Mapping[str, Row]
    best: frozenset[str]


@dataclass(frozen=True)
class Line:
    """One learner: its kind, whether the paper lacks it (`added`), and its scores by part."""

    learner: str
    kind: str
    added: bool
    scores: Mapping[str, Score]

    @property
    def learned(self) -> str:
        """How many of its networks learned, of how many: "4/5"; "" where it has none."""
        return str(next(iter(self.scores.values())).row["learned"])

    @property
    def optimistic(self) -> bool:
        """Whether it is too good in any part."""
        return any(score.row["optimistic"] for score in self.scores.values())

    @property
    def below_baseline(self) -> bool:
        """Whether it is below a baseline in any part."""
        return any(score.row["below_baseline"] for score in self.scores.values())


@dataclass(frozen=True)
class ErrorAxis:
    """The MAE axis of the forest plot, from 0 to `maximum` points of the index."""

    maximum: float

    def place(self, value: float) -> float:
        """Position of `value` in per cent of the width; values beyond the end stand at the end."""
        return round(100 * min(max(value / self.maximum, 0.0), 1.0), 2)


def league_table(content: ReportContent, order: Iterable[str]) -> list[Line]:
    """All learners at visit level, in the order of `in_paper_order`."""
    parts = {part: rows_of(content.metrics, level="visit", part=part) for part in ("oof", "test")}
    best = {part: best_learners(rows) for part, rows in parts.items()}
    intervals = {(row["learner"], row["part"], row["metric"]): row for row in rows_of(content.intervals)}
    by_learner: dict[str, dict[str, Score]] = {}
    for part, rows in parts.items():
        for row in rows:
            learner = row["learner"]
            own = {metric: intervals[key] for metric in ("ccc", "mae") if (key := (learner, part, metric)) in intervals}
            won = frozenset(metric for metric, winner in best[part].items() if winner == learner)
            by_learner.setdefault(learner, {})[part] = Score(row, own, won)
    firsts = [next(iter(scores.values())).row for scores in by_learner.values()]
    return [
        Line(row["learner"], row["kind"], is_added(row), by_learner[row["learner"]])
        for row in in_paper_order(firsts, order)
    ]


def mae_axis(lines: Iterable[Line]) -> ErrorAxis:
    """An axis for the out-of-fold MAEs of all lines and their intervals, at most WIDEST times the median MAE long."""
    scores = [line.scores["oof"] for line in lines if "oof" in line.scores]
    errors = [score.row["mae"] for score in scores if isfinite(score.row["mae"])]
    ends = [score.intervals["mae"]["high"] for score in scores if "mae" in score.intervals]
    reach = max([value for value in (*errors, *ends) if isfinite(value)], default=1.0)
    return ErrorAxis(max(min(reach, WIDEST * median(errors)) if errors else reach, 1e-9))
