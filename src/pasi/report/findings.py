"""The main results: the headline table, what the choice does to it, and the lines of fit."""

from dataclasses import dataclass
from math import isnan

import numpy as np
from markupsafe import Markup

from pasi.evaluation.calibration import calibration_line
from pasi.evaluation.differences import FEWEST_FOR_VERDICT
from pasi.evaluation.error_terms import decompose_mse
from pasi.evaluation.visits import PART_NAMES, learner_rows
from pasi.report.cells import Line, say
from pasi.report.content import ReportContent
from pasi.report.numbers import interval, number
from pasi.report.primary import SHORT
from pasi.storage.tables import Row, rows_of
from pasi.wording import counted


@dataclass(frozen=True)
class Headline:
    """The chosen learner in one part: row of metrics.csv, intervals by metric, SD of the observed scores (A9)."""

    name: str
    line: Line
    subjects: int
    intervals: dict[str, Row]
    observed_sd: float

    @property
    def row(self) -> Row:
        """The cells of the row."""
        return self.line.cells


@dataclass(frozen=True)
class FitLine:
    """The calibration line, of observed on predicted, in one part, and the errors of the predictions (A6).

    slope_interval: low and high, as `pasi.report.numbers.interval` takes them. bias: mean of predicted minus observed.
    error_shares: the terms of `decompose_mse` as shares of the squared error; none where that is 0.
    """

    name: str
    part: str
    slope: float
    slope_interval: dict[str, float]
    intercept: float
    bias: float
    error_shares: dict[str, float]


def headlines(content: ReportContent) -> list[Headline]:
    """The chosen learner out of fold and, where there is a test part, on it."""
    return [
        _headline(content, line)
        for part in ("oof", "test")
        for line in content.lines("metrics", level="visit", learner=content.chosen, part=part)
    ]


def _headline(content: ReportContent, line: Line) -> Headline:
    row = line.cells
    visits = learner_rows(content.visits, content.chosen, row["part"])
    intervals = rows_of(content.intervals, learner=content.chosen, part=row["part"])
    return Headline(
        name=PART_NAMES[row["part"]],
        line=line,
        subjects=len(set(visits["subject"])),
        intervals={found["metric"]: found for found in intervals},
        observed_sd=_spread(visits["observed"]),
    )


def _spread(observed: np.ndarray) -> float:
    """Standard deviation with the divisor n - 1; NaN for fewer than two values."""
    return float(np.std(observed, ddof=1)) if len(observed) > 1 else float("nan")


def selection_text(content: ReportContent) -> str:
    """What the out-of-fold figures of the chosen learner are after correction for the choice; "" without a choice."""
    rows = rows_of(content.selection, part="oof", learner=content.chosen)
    found = {row["metric"]: row for row in rows if row["candidates"] > 1 and not isnan(row["corrected"])}
    if "mae" not in found:
        return ""
    figures = [
        f"{name} {number(row['corrected'])} ({interval(row)}) and not {number(row['naive'])}"
        for metric, name in (("mae", "an MAE of"), ("ccc", "a CCC of"))
        if (row := found.get(metric)) is not None
    ]
    return (
        f"{content.chosen} was chosen among {found['mae']['candidates']} learners by the {SHORT[content.primary]} on "
        "the same visits; the out-of-fold row takes no account of this. If the choice is repeated on bootstrap draws "
        "of the subjects, and each choice judged on the subjects left out of its draw, the choice has "
        f"{' and '.join(figures)}."
    )


def pick_text(content: ReportContent) -> Markup:
    """How much better the best of all learners looks on a test part of this size than it is; "" without such a part."""
    rows = content.lines("picks")
    if not rows:
        return Markup("")
    (row,) = rows
    return say(
        "Why the learner is not chosen on the test part: of {learners} learners, the one with the lowest MAE on {size} "
        "subjects drawn from those out of fold has {picked} there and {elsewhere} on all others, {optimism} more on "
        "average.",
        **{name: row.show(name, "0") for name in ("learners", "size")},
        **{name: row.show(name) for name in ("picked", "elsewhere")},
        optimism=row.show("optimism", "+2"),
    )


def first_rank_text(content: ReportContent) -> str:
    """That the first rank out of fold is mostly chance; "" where it is not, or without a choice.

    It is where most bootstrap draws of the subjects have another learner first.
    """
    rows = [row for row in rows_of(content.selection, part="oof", metric="mae") if row["candidates"] > 1]
    if not rows or rows[0]["again"] >= 0.5:
        return ""
    (row,) = rows
    few = "With so few subjects the" if row["subjects"] < FEWEST_FOR_VERDICT else "The"
    return (
        f"{few} first rank out of fold is mostly chance: {row['learner']} comes first in "
        f"{number(100 * row['again'], 0)}% of bootstrap draws of the {counted(row['subjects'], 'subject')}."
    )


def undecided_text(content: ReportContent) -> Markup:
    """Which learners the visits out of fold leave as the best one; "" for one learner, or below 11 subjects."""
    rows = content.lines("ranks", part="oof")
    subjects = len(set(learner_rows(content.visits, content.chosen, "oof")["subject"]))
    if len(rows) < 2 or subjects < FEWEST_FOR_VERDICT:
        return Markup("")
    left = [row for row in rows if row["in_set"]]
    names = Markup(", ").join(row.show("learner", "") for row in left)
    if len(left) == 1:
        return say("By MAE out of fold {names} alone is left in the 95% model confidence set.", names=names)
    return say(
        f"By MAE out of fold these subjects leave {len(left)} of {counted(len(rows), 'learner')}, baselines counted, "
        "among which the best one is (95% model confidence set): {names}.",
        names=names,
    )


def fit_lines(content: ReportContent) -> list[FitLine]:
    """The lines of Figure 3 in the order of its panels; none for a part without visits."""
    lines = []
    for part in PART_NAMES:
        visits = learner_rows(content.visits, content.chosen, part)
        if len(visits["subject"]):
            found = calibration_line(visits["observed"], visits["predicted"], visits["subject"], [0.0])
            bounds = {"low": found.slope_low, "high": found.slope_high}
            bias = float(np.mean(visits["predicted"] - visits["observed"]))
            terms = decompose_mse(visits["observed"], visits["predicted"])
            whole = sum(terms.values())
            shares = {name: value / whole for name, value in terms.items()} if whole else {}
            lines.append(FitLine(PART_NAMES[part], part, found.slope, bounds, found.intercept, bias, shares))
    return lines
