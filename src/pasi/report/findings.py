"""What the numbers say in plain words: the headline, the verdict against the baselines, and the warnings."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan, sqrt
from typing import Any

import numpy as np

from pasi.evaluation.metrics import decompose_mse
from pasi.evaluation.regression import regression_band
from pasi.evaluation.selection import best_learner
from pasi.evaluation.visits import learner_rows
from pasi.report.checks import incomplete_visits
from pasi.report.content import ReportContent
from pasi.report.numbers import number, signed
from pasi.report.paper_tables import best_learners, reported_part
from pasi.storage.tables import Row, rows_of
from pasi.wording import counted

PART_NAMES = {"oof": "Out of fold", "test": "Test"}
REFERENCES = {
    "baseline_histogram_ridge": "a ridge regression on colour histograms",
    "baseline_mean": "the mean of the training subjects",
}
FEW_SUBJECTS = 10  # with fewer, an interval is too wide to tell learners apart


@dataclass(frozen=True)
class Headline:
    """One part of the cohort as the chosen learner met it: its row of metrics.csv, intervals, and the spread (A9)."""

    part: str
    name: str
    row: Row
    subjects: int
    intervals: dict[str, Row]
    observed_sd: float


@dataclass(frozen=True)
class Verdict:
    """A sentence of judgement, and the sentences with the numbers behind it."""

    title: str
    sentences: list[str]


def headlines(content: ReportContent) -> list[Headline]:
    """Out of fold, and test where there is one: the learner that was chosen out of fold, in both."""
    learner = best_learner(content.metrics)
    return [
        Headline(
            part=row["part"],
            name=PART_NAMES[row["part"]],
            row=row,
            subjects=len(set(learner_rows(content.visits, learner, row["part"])["subject"])),
            intervals={
                found["metric"]: found for found in rows_of(content.intervals, learner=learner, part=row["part"])
            },
            observed_sd=_spread(learner_rows(content.visits, learner, row["part"])["observed"]),
        )
        for part in PART_NAMES
        for row in rows_of(content.metrics, level="visit", learner=learner, part=part)
    ]


def _spread(observed: np.ndarray) -> float:
    """Standard deviation, n - 1 below the line; NaN for a single value."""
    return float(np.std(observed, ddof=1)) if len(observed) > 1 else float("nan")


@dataclass(frozen=True)
class FitLine:
    """Least squares of predicted on observed in one part, the mean of predicted minus observed, and the parts of the
    squared error as shares of it (A6); no shares where there is no error."""

    name: str
    slope: float
    intercept: float
    bias: float
    error_shares: dict[str, float]


def fit_lines(content: ReportContent, learner: str) -> list[FitLine]:
    """The lines of Figure 3, in its order; none for a part without visits."""
    lines = []
    for part in ("test", "oof"):
        visits = learner_rows(content.visits, learner, part)
        if len(visits["subject"]):
            band = regression_band(visits["observed"], visits["predicted"], visits["subject"], [0.0])
            bias = float(np.mean(visits["predicted"] - visits["observed"]))
            parts = decompose_mse(visits["observed"], visits["predicted"])
            whole = sum(parts.values())
            shares = {name: value / whole for name, value in parts.items()} if whole else {}
            lines.append(FitLine(PART_NAMES[part], band.slope, band.intercept, bias, shares))
    return lines


def verdict(content: ReportContent) -> Verdict:
    """Whether the chosen learner, and the best network beside it, agree better than the baseline; in words."""
    chosen = best_learner(content.metrics)
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


def warnings(content: ReportContent) -> list[str]:
    """What a reader must know before believing a number; in the order of weight."""
    found = [
        *_left_out_warnings(content),
        *_training_warnings(content.config["training"]),
        *_test_warnings(content),
        *_baseline_warnings(content),
        *_visit_warnings(content),
        *_undefined_warnings(content),
    ]
    return [warning for warning in found if warning]


def _left_out_warnings(content: ReportContent) -> list[str]:
    networks = {backbone for backbone, _, _ in content.left_out}
    reasons = " ".join(reason for *_, reason in content.left_out)
    planned = counted(len(content.config["training"]["backbones"]), "network")
    said = f"{len(networks)} of {planned} left out of everything here, because a training failed for good"
    return [f"{said} (stacking.allow_missing). {reasons}"] if networks else []


def _training_warnings(training: Mapping[str, Any]) -> list[str]:
    said = []
    if training["monitor"] == "heldout":
        said.append(
            "Out-of-fold figures are optimistic: training.monitor is heldout, so each network was stopped, and its "
            "weights were picked, by the fold that it then predicts."
        )
    if training["weights"] == "none":
        said.append("The networks were trained from scratch (training.weights is none), not from ImageNet weights.")
    return said


def _test_warnings(content: ReportContent) -> list[str]:
    if reported_part(content.metrics) == "oof":
        return ["There is no test part: every figure is out of fold."]
    tested = rows_of(content.metrics, level="visit", part="test")
    subjects = len({row["subject"] for row in rows_of(content.split, part="test")})
    said = []
    if subjects < FEW_SUBJECTS:
        said.append(
            f"The test part has {counted(subjects, 'subject')}: its intervals are wide, and differences between "
            "learners on it are mostly chance."
        )
    judged = sum(row["kind"] != "baseline" for row in tested)
    best, chosen = best_learners(tested).get("mae"), best_learner(content.metrics)
    if best not in (None, chosen):
        mae = {row["learner"]: row["mae"] for row in tested}
        said.append(
            f"The least MAE on the test part is that of {best} ({number(mae[best])}; {chosen}: {number(mae[chosen])}). "
            f"It was not chosen: the best of {judged} learners on the visits that also judge it would look better "
            "than it is."
        )
    return said


def _baseline_warnings(content: ReportContent) -> list[str]:
    rows = rows_of(content.metrics, level="visit", part="oof")
    below = [row["learner"] for row in rows if row["below_baseline"]]
    judged = sum(row["kind"] != "baseline" for row in rows)
    mae = {row["learner"]: row["mae"] for row in rows}
    chosen = best_learner(content.metrics)
    said = [
        f"{row['learner']} has a lower MAE out of fold ({number(row['mae'])}) than {chosen} ({number(mae[chosen])})."
        for row in rows
        if row["kind"] == "baseline" and row["mae"] < mae[chosen]
    ]
    if below:
        said.append(
            f"{len(below)} of {judged} learners agree less (CCC, out of fold) than a baseline: {', '.join(below)}."
        )
    return said


def _visit_warnings(content: ReportContent) -> list[str]:
    lacking = incomplete_visits(content.scores["subject"], content.scores["visit"], len(content.index.regions))
    if not lacking:
        return []
    names = content.index.region_names
    learner = best_learner(content.metrics)
    own = np.asarray(content.visits["learner"]) == learner
    first = own & np.asarray(content.visits["first_visit"], dtype=bool)
    lost = set(np.asarray(content.visits["subject"])[own]) - set(np.asarray(content.visits["subject"])[first])
    said = [
        f"{counted(len(lost), 'subject')} without all regions at the first visit: no improvement can be given, and no "
        "later visit stands in for the first."
    ]
    return [
        f"{counted(lacking, 'visit')} {'lacks' if lacking == 1 else 'lack'} a region ({', '.join(names)}) and "
        f"{'has' if lacking == 1 else 'have'} no {content.index.name}: their regions were used for training, and they "
        "are in no figure at visit level.",
        *(said if lost else []),
    ]


def _undefined_warnings(content: ReportContent) -> list[str]:
    judged = [row for row in rows_of(content.metrics, level="visit") if row["kind"] != "baseline"]
    undefined = [row["learner"] for row in judged if isnan(row["pcc"])]
    if not undefined:
        return []
    names = ", ".join(dict.fromkeys(undefined))
    return [f"No PCC, shown as a dash, for {names}: its predictions or the observed values are all equal."]
