"""The main results: the headline table, the lines of fit, and the verdict against the baselines."""

from dataclasses import dataclass
from math import isnan

import numpy as np

from pasi.evaluation.calibration import calibration_line
from pasi.evaluation.differences import FEWEST_FOR_VERDICT
from pasi.evaluation.error_terms import decompose_mse
from pasi.evaluation.visits import PART_NAMES, learner_rows
from pasi.learners.settings import HISTOGRAM_RIDGE, REGION_MEAN
from pasi.report.content import ReportContent
from pasi.report.learning import resting_on, resting_sentence
from pasi.report.numbers import interval, number, probability, signed
from pasi.report.paper_tables import best_learners
from pasi.storage.tables import Row, rows_of
from pasi.wording import counted

REFERENCES: dict[str, str] = {
    HISTOGRAM_RIDGE: "a ridge regression on colour histograms",
    REGION_MEAN: "the mean of the training subjects",
}


@dataclass(frozen=True)
class Headline:
    """The chosen learner in one part: row of metrics.csv, intervals by metric, SD of the observed scores (A9)."""

    name: str
    row: Row
    subjects: int
    intervals: dict[str, Row]
    observed_sd: float


@dataclass(frozen=True)
class FitLine:
    """The calibration line, of observed on predicted, in one part, and the errors of the predictions (A6).

    slope_interval: low and high, as `pasi.report.numbers.interval` takes them. bias: mean of predicted minus observed.
    error_shares: the terms of `decompose_mse` as shares of the squared error; none where that is 0.
    """

    name: str
    slope: float
    slope_interval: dict[str, float]
    intercept: float
    bias: float
    error_shares: dict[str, float]


@dataclass(frozen=True)
class Verdict:
    """A sentence of judgement, and the sentences that hold its numbers."""

    title: str
    sentences: list[str]


def headlines(content: ReportContent) -> list[Headline]:
    """The chosen learner out of fold and, where there is a test part, on it."""
    return [
        _headline(content, row)
        for part in ("oof", "test")
        for row in rows_of(content.metrics, level="visit", learner=content.chosen, part=part)
    ]


def _headline(content: ReportContent, row: Row) -> Headline:
    visits = learner_rows(content.visits, content.chosen, row["part"])
    intervals = rows_of(content.intervals, learner=content.chosen, part=row["part"])
    return Headline(
        name=PART_NAMES[row["part"]],
        row=row,
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
        f"{content.chosen} was chosen among {found['mae']['candidates']} learners by the MAE on the same visits; the "
        "out-of-fold row takes no account of this. If the choice is repeated on bootstrap draws of the subjects, and "
        f"each choice judged on the subjects left out of its draw, the choice has {' and '.join(figures)}."
    )


def first_rank_text(content: ReportContent) -> str:
    """That the first rank of the part that Table 1 shows is mostly chance; "" where it is not, or without a choice.

    It is where most bootstrap draws of its subjects have another learner first.
    """
    rows = [row for row in rows_of(content.selection, part=content.part, metric="mae") if row["candidates"] > 1]
    if not rows or rows[0]["again"] >= 0.5:
        return ""
    (row,) = rows
    few = "With so few subjects the" if row["subjects"] < FEWEST_FOR_VERDICT else "The"
    return (
        f"{few} first rank is mostly chance: {row['learner']} comes first in {number(100 * row['again'], 0)}% of "
        f"bootstrap draws of the {counted(row['subjects'], 'subject')}."
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
            lines.append(FitLine(PART_NAMES[part], found.slope, bounds, found.intercept, bias, shares))
    return lines


def verdict(content: ReportContent) -> Verdict:
    """Whether the chosen learner, and the best single network, agree better with observed scores than the baseline."""
    chosen = content.chosen
    network = best_network(content)
    rows = rows_of(content.differences, learner=chosen, part="oof")
    if not rows:
        return Verdict(_judgement(content, "It was not compared with a baseline."), _resting(content, chosen))
    sentences = [*_resting(content, chosen), *(_comparison(chosen, row) for row in rows)]
    if network not in (chosen, None):
        sentences += [
            "The best single network, " + _comparison(network, row)
            for row in rows_of(content.differences, learner=network, part="oof")
        ]
        sentences += _resting(content, network)
    sentences += [_comparison(chosen, row) for row in rows_of(content.differences, learner=chosen, part="test")]
    return Verdict(_judgement(content, _outcome(rows[0])), sentences)


def _judgement(content: ReportContent, outcome: str) -> str:
    """The outcome, which never stands alone where the chosen learner rests on a network that did not learn."""
    lost = len(resting_on(content, content.chosen))
    return f"{outcome} It rests on {counted(lost, 'training')} that did not learn." if lost else outcome


def _resting(content: ReportContent, learner: str) -> list[str]:
    sentence = resting_sentence(content, learner)
    return [sentence] if sentence else []


def best_network(content: ReportContent) -> str | None:
    """The backbone with the lowest out-of-fold MAE; None where no backbone has one."""
    return best_learners(rows_of(content.metrics, level="visit", part="oof", kind="backbone")).get("mae")


def _outcome(row: Row) -> str:
    reference = REFERENCES.get(row["reference"], row["reference"])
    if row["subjects"] < FEWEST_FOR_VERDICT:
        few = f"With {counted(row['subjects'], 'subject')} nothing can be said about a gain over {reference}"
        return f"{few}; a verdict takes {FEWEST_FOR_VERDICT}."
    if row["verdict"] == "none":
        return f"It cannot be tested against {reference}."
    if row["verdict"] in ("better", "worse"):
        return f"Out of fold it agrees {row['verdict']} with the observed scores than {reference}."
    return f"It is not shown to agree better with the observed scores than {reference}."


def _comparison(learner: str, row: Row) -> str:
    """A row of differences.csv as a sentence: difference, interval, and the test or why there is none."""
    place = "out of fold" if row["part"] == "oof" else "on the test part"
    # Three decimals, since with two a bound that excludes zero can print as 0.00.
    between = f"{signed(row['low'], 3)} to {signed(row['high'], 3)}"
    if isnan(row["low"]):
        bounds = row["method"].replace("none:", "no interval:", 1)
    elif row["verdict"] == "none":
        bounds = f"95% interval {between}; no verdict below {FEWEST_FOR_VERDICT} subjects"
    else:
        bounds = f"95% interval {between}; {probability(row['p_holm'])} after Holm's adjustment for all learners"
    difference = f"CCC minus that of {row['reference']} = {signed(row['ccc_difference'], 3)}"
    return f"{learner}: {place}, {difference} ({bounds}; {counted(row['subjects'], 'subject')})."
