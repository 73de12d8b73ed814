"""Sentences about responses and courses: those that are misread, nearly clear, or cannot be given."""

from collections.abc import Mapping
from math import isnan

import numpy as np
from markupsafe import Markup

from pasi.evaluation.visits import PART_NAMES, learner_rows
from pasi.report.cells import Line, say
from pasi.report.content import ReportContent
from pasi.severity.courses import subjects_without_order
from pasi.severity.response import REASONS
from pasi.severity.steps import is_clear, to_steps
from pasi.storage.tables import rows_of
from pasi.wording import counted

WHY = dict(
    zip(
        REASONS,
        (
            "of subjects whose order of visits is not known",
            "of subjects without a baseline",
            "of subjects whose baseline lacks a region",
            "before the baseline",
            "of subjects whose observed baseline is clear",
            "of subjects whose predicted baseline is clear",
        ),
        strict=True,
    )
)


def misread_response_texts(content: ReportContent) -> list[Markup]:
    """Of which responses the predictions have fewer, or more, out of fold, by the interval of the difference."""
    rows = content.lines("responses", part="oof", imputed=False)
    whole = [row for row in rows if isnan(row["week"]) and row.has_interval("difference")]
    fewer = [row for row in whole if row["difference_high"] < 0]
    more = [row for row in whole if row["difference_low"] > 0]
    return [_misread_text(own, words) for own, words in ((fewer, "fewer"), (more, "more")) if own]


def _misread_text(rows: list[Line], words: str) -> Markup:
    named = Markup(", ").join(
        say(
            "{threshold}% ({difference}; {between})",
            threshold=row.show("threshold", "0"),
            difference=row.show("difference", "%0"),
            between=row.between("difference", "%0"),
        )
        for row in rows
    )
    return say(
        f"Out of fold {words} visits have a response by the predictions than by the observed scores, of an improvement "
        "of {named}. In parentheses: predicted minus observed share of the visits.",
        named=named,
    )


def missing_courses_text(content: ReportContent) -> str:
    """How many test subjects have no course because the order of their visits is not known; "" where none."""
    lost = subjects_without_order(learner_rows(content.visits, content.chosen, "test"))
    if not lost:
        return ""
    return (
        f"There is no course for {counted(len(lost), 'test subject')}, because the order of the visits is not known: "
        "the table of scores has no weeks and no dates for them, and cohort.visit_order is empty."
    )


def missing_response_texts(content: ReportContent, visits: Mapping[str, np.ndarray]) -> list[str]:
    """A sentence for each part that has visits without a response: how many, and why. `visits`: of one learner.

    None where no subject has two visits: such a cohort has no response.
    """
    if len(set(visits["subject"])) == len(visits["subject"]):
        return []
    said = []
    for part, name in PART_NAMES.items():
        rows = rows_of(content.no_response, part=part)
        if rows:
            reasons = "; ".join(f"{row['visits']:,} {WHY[row['reason']]}" for row in rows)
            total = sum(row["visits"] for row in rows)
            said.append(f"{name}: {counted(total, 'visit')} without a response: {reasons}.")
    return said


def nearly_clear_text(content: ReportContent, visits: Mapping[str, np.ndarray]) -> str:
    """How many visits have an observed score above 0 that counts as clear; "" where none. `visits`: of one learner."""
    observed, index = visits["observed"], content.index
    count = int((is_clear(observed, index) & (to_steps(observed, index.quantum) > 0)).sum())
    if not count:
        return ""
    had = "has" if count == 1 else "have"
    return (
        f"{counted(count, 'visit')} {had} an observed score above 0 that counts as clear by this rule "
        "(index.clear_below; 0 makes only 0 clear)."
    )
