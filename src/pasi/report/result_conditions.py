"""Conditions of the light on what results are worth: bias, calibration, possible scores, test part, cohort."""

from math import isfinite

from markupsafe import Markup

from pasi.evaluation.differences import FEWEST_FOR_VERDICT
from pasi.report.cells import say
from pasi.report.condition import Colour, Condition
from pasi.report.content import ReportContent
from pasi.report.endpoints import endpoint_rows
from pasi.wording import counted

MOST_IMPOSSIBLE = 0.05  # share of visits with a score that no physician could give, above which it is a fault
TOO_ALIKE = "above 1: visits are predicted too alike, severe ones too low and mild ones too high"
TOO_FAR_APART = "below 1: visits are predicted too far apart, severe ones too high and mild ones too low"


def no_bias_on_average(content: ReportContent) -> Condition:
    """The interval of the bias over all visits holds 0."""
    name = "no bias shown on average"
    row = content.line("agreement", learner=content.chosen, part="oof", measure="bias")
    if row is None or not row.has_interval():
        return Condition(name, Colour.CARE, False, "The bias over all visits has no interval.")
    inside = bool(row["low"] <= 0 <= row["high"])
    words = "holds 0: on average no bias is shown." if inside else "does not hold 0: on average they are biased."
    text = say(f"The interval of the bias over all visits ({{between}}) {words}", between=row.between("", "+2"))
    return Condition(name, Colour.CARE, inside, text)


def no_bias_of_improvement(content: ReportContent) -> Condition:
    """The interval of the difference between predicted and observed mean improvement holds 0.

    It is one question, and not adjusted for the weeks: biases that are too small to be shown at any one week can add up
    to one that shrinks every improvement.
    """
    name = "no bias of the improvement shown"
    row = content.line("improvements", part="oof")
    if row is None:
        return Condition(name, Colour.CARE, None, "No visit follows a baseline by weeks: this is not asked.")
    if not row.has_interval("difference"):
        return Condition(name, Colour.CARE, False, "The bias of the mean improvement has no interval.")
    inside = bool(row["difference_low"] <= 0 <= row["difference_high"])
    words = "holds 0." if inside else "does not hold 0: improvements are predicted too large."
    if row["difference_high"] < 0:
        words = "does not hold 0: improvements are predicted too small."
    between = row.between("difference", "+2")
    return Condition(
        name,
        Colour.CARE,
        inside,
        say(f"The interval of the bias of the mean improvement ({{between}}) {words}", between=between),
    )


def endpoints_replaceable(content: ReportContent) -> Condition:
    """The physician may be replaced for every endpoint that was judged."""
    name, rows = "endpoints may be replaced", endpoint_rows(content, pairs=True)
    if not rows:
        return Condition(name, Colour.CARE, None, "No endpoint of two arms was judged: this is not asked.")
    licensed = sum(row["verdict"] == "may be replaced" for row in rows)
    text = f"The physician may be replaced for {licensed} of {counted(len(rows), 'endpoint')} (section 5)."
    return Condition(name, Colour.CARE, licensed == len(rows), Markup(text))


def calibrated(content: ReportContent) -> Condition:
    """The interval of the calibration slope, of observed on predicted scores, holds 1; which way where it does not."""
    name = "no miscalibration shown"
    row = content.line("agreement", learner=content.chosen, part="oof", measure="slope")
    if row is None or not row.has_interval():
        return Condition(
            "no miscalibration shown", Colour.CARE, False, "The slope of the calibration line has no interval."
        )
    inside = bool(row["low"] <= 1 <= row["high"])
    words = "holds 1." if inside else f"lies {TOO_ALIKE if row['low'] > 1 else TOO_FAR_APART}."
    text = say(f"The interval of the calibration slope ({{between}}) {words}", between=row.between())
    return Condition(name, Colour.CARE, inside, text)


def possible_scores(content: ReportContent) -> Condition:
    """Few visits are predicted with a score that no physician could give."""
    row = content.line("impossible", learner=content.chosen, part="oof", level="visit")
    if row is None:
        return Condition("possible scores", Colour.CARE, False, "Impossible predictions were not counted.")
    few = bool(row["below"] + row["above"] <= MOST_IMPOSSIBLE * row["n"])
    text = say(
        f"Predictions below 0 ({{below}}) and above the maximum ({{above}}) are {'not ' if few else ''}more than "
        f"{100 * MOST_IMPOSSIBLE:g}% of {{n}} visits.",
        below=row.show("below", "0"),
        above=row.show("above", "0"),
        n=row.show("n", "0"),
    )
    return Condition("possible scores", Colour.CARE, few, text)


def test_part(content: ReportContent) -> Condition:
    """The test part has enough subjects."""
    row = content.line("agreement", learner=content.chosen, part="test", measure="bias")
    if row is None:
        text = "The test part is sealed (evaluation.test_rows)." if content.sealed else "There is no test part."
        return Condition("test part", Colour.CARE, False, text)
    enough = bool(row["subjects"] >= FEWEST_FOR_VERDICT)
    text = say(
        f"The test part has {{count}} of at least {FEWEST_FOR_VERDICT} subjects.", count=row.show("subjects", "0")
    )
    return Condition("test part", Colour.CARE, enough, text)


def weeks_known(content: ReportContent) -> Condition:
    """Every visit has a week."""
    known = all(isfinite(week) for week in content.scores["week"])
    text = (
        "Every visit has a week."
        if known
        else "Not every visit has a week: courses, responses or the baselines of weeks are missing or incomplete."
    )
    return Condition("weeks known", Colour.CARE, known, text)


def real_cohort(content: ReportContent) -> Condition:
    """The cohort is no simulated one."""
    text = (
        "The cohort is synthetic: nothing here says how real photos are scored."
        if content.synthetic
        else "The cohort is not marked as synthetic (report.synthetic)."
    )
    return Condition("real cohort", Colour.CARE, not content.synthetic, text)
