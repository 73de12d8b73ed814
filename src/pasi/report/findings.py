"""What the numbers say in plain words: the headline, the lines of fit, and the verdict against the baselines."""

from dataclasses import dataclass
from math import isnan, sqrt

import numpy as np

from pasi.evaluation.metrics import decompose_mse
from pasi.evaluation.regression import regression_band
from pasi.evaluation.visits import PART_NAMES, learner_rows
from pasi.report.content import ReportContent
from pasi.report.numbers import signed
from pasi.report.paper_tables import best_learners
from pasi.storage.tables import Row, rows_of
from pasi.wording import counted

REFERENCES = {
    "baseline_histogram_ridge": "a ridge regression on colour histograms",
    "baseline_mean": "the mean of the training subjects",
}


@dataclass(frozen=True)
class Headline:
    """One part of the cohort as the chosen learner met it: its row of metrics.csv, intervals, and the spread (A9)."""

    name: str
    row: Row
    subjects: int
    intervals: dict[str, Row]
    observed_sd: float


@dataclass(frozen=True)
class FitLine:
    """Least squares of predicted on observed in one part, the mean of predicted minus observed, and the parts of the
    squared error as shares of it (A6); no shares where there is no error."""

    name: str
    slope: float
    intercept: float
    bias: float
    error_shares: dict[str, float]


@dataclass(frozen=True)
class Verdict:
    """A sentence of judgement, and the sentences with the numbers behind it."""

    title: str
    sentences: list[str]


def headlines(content: ReportContent) -> list[Headline]:
    """Out of fold, and test where there is one: the learner that was chosen out of fold, in both."""
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
    """Standard deviation, n - 1 below the line; NaN for a single value."""
    return float(np.std(observed, ddof=1)) if len(observed) > 1 else float("nan")


def fit_lines(content: ReportContent) -> list[FitLine]:
    """The lines of Figure 3, in its order; none for a part without visits."""
    lines = []
    for part in PART_NAMES:
        visits = learner_rows(content.visits, content.chosen, part)
        if len(visits["subject"]):
            band = regression_band(visits["observed"], visits["predicted"], visits["subject"], [0.0])
            bias = float(np.mean(visits["predicted"] - visits["observed"]))
            terms = decompose_mse(visits["observed"], visits["predicted"])
            whole = sum(terms.values())
            shares = {name: value / whole for name, value in terms.items()} if whole else {}
            lines.append(FitLine(PART_NAMES[part], band.slope, band.intercept, bias, shares))
    return lines


def verdict(content: ReportContent) -> Verdict:
    """Whether the chosen learner, and the best network beside it, agree better than the baseline; in words."""
    chosen = content.chosen
    network = best_network(content)
    rows = rows_of(content.differences, learner=chosen, part="oof")
    if not rows:
        return Verdict("It was not compared with a baseline.", [])
    sentences = [_comparison(chosen, row) for row in rows]
    if network not in (chosen, None):
        sentences += [
            "The best single network, " + _comparison(network, row)
            for row in rows_of(content.differences, learner=network, part="oof")
        ]
    sentences += [_comparison(chosen, row) for row in rows_of(content.differences, learner=chosen, part="test")]
    return Verdict(_judgement(rows[0]), sentences)


def best_network(content: ReportContent) -> str | None:
    """The backbone with the least out-of-fold MAE; None where none has one."""
    return best_learners(rows_of(content.metrics, level="visit", part="oof", kind="backbone")).get("mae")


def _judgement(row: Row) -> str:
    reference = REFERENCES.get(row["reference"], row["reference"])
    if isnan(row["low"]):
        return f"With {counted(row['subjects'], 'subject')} nothing can be said about a gain over {reference}."
    if row["low"] > 0:
        return f"Out of fold it agrees better with the observed scores than {reference}."
    if row["high"] < 0:
        return f"Out of fold it agrees worse with the observed scores than {reference}."
    return f"It is not shown to agree better with the observed scores than {reference}."


def _comparison(learner: str, row: Row) -> str:
    """One row of differences.csv as a sentence, and whether its interval includes zero."""
    place = "Out of fold" if row["part"] == "oof" else "On the test part"
    between = f"{signed(row['low'], 3)} to {signed(row['high'], 3)}"  # two decimals make 0.00 of what excludes zero
    zero = "it includes zero" if row["low"] <= 0 <= row["high"] else "it excludes zero"
    interval = "no interval" if isnan(row["low"]) else f"95% interval {between}; {zero}"
    difference = f"CCC minus that of {row['reference']} = {signed(row['ccc_difference'], 3)}"
    return f"{learner}: {place.lower()}, {difference} ({interval}; {counted(row['subjects'], 'subject')})."


def rater_floor(rater_difference: float | None) -> float | None:
    """MAE of a perfect predictor against one rater, when two raters differ by this on average (A10, S23)."""
    return None if rater_difference is None else rater_difference / sqrt(2)
