"""Further figures of agreement: what grows with the score, repeated measures, whole courses, detectable change."""

from dataclasses import dataclass

from markupsafe import Markup

from pasi.report.cells import Line, say
from pasi.report.content import ReportContent

# Measures of agreement.csv that the section does not show elsewhere: title, how many decimals, what it says.
MEASURES = {
    "icc": ("ICC, agreement", "2", "two-way, single scores, ICC(A,1); the learner is a rater like the physician"),
    "icc_consistency": (
        "ICC, consistency",
        "2",
        "the same without the bias, ICC(C,1); below the other where there is hardly one",
    ),
    "repeated_ccc": (
        "CCC of repeated measures",
        "2",
        "within each visit, so that the course which all subjects have in common counts for nothing",
    ),
    "within_subject": (
        "Correlation within subjects",
        "2",
        "about the means of each subject; a course which all have in common counts",
    ),
    "area_ccc": (
        "CCC of the mean over time",
        "2",
        "area under each subject's course over its weeks; its interval is too short (docs/evaluation.md)",
    ),
    "area_bias": ("Bias of the mean over time", "+2", "points, each subject counting alike"),
    "slope_ccc": ("CCC of the slope over time", "2", "of each subject's scores on weeks"),
    "slope_bias": ("Bias of the slope over time", "+2", "points a week; above 0 where too small a fall is predicted"),
    "sem": ("Standard error of measurement", "2", "points, of one score if both have as much error"),
    "detectable": ("Smallest detectable change", "2", "1.96 x root 2 x that error, points (de Vet); without the bias"),
    "change_ccc": ("CCC of the change", "2", "from the baseline, in points; each source from its own baseline"),
    "change_bias": ("Bias of the change", "+2", "points; below 0 where changes are predicted too small"),
    "change_lower": ("Lower limit of the change", "+2", "about 95% of the errors of a change lie between it and the"),
    "change_upper": ("Upper limit of the change", "+2", "upper one, if normal and of equal spread over the weeks"),
    "band_kappa": ("Kappa of the severity bands", "2", "quadratic weights"),
    "deming_slope": ("Deming slope", "2", "of predicted on observed, if both have errors of the same size"),
    "deming_intercept": ("Deming intercept", "+2", "points, of the same line"),
    "difference_slope": (
        "Slope of the difference",
        "+2",
        "points for each point of the mean of both scores; below 0 for calibrated predictions too, which vary less",
    ),
    "spread_slope": ("Slope of the spread", "+2", "points of the mean absolute difference for each point of the mean"),
}


@dataclass(frozen=True)
class Further:
    """A measure with what it says."""

    title: str
    style: str
    meaning: str
    line: Line


def further_rows(content: ReportContent) -> list[Further]:
    """The measures out of fold of the chosen learner, without those that need weeks where these are not known."""
    found = {row["measure"]: row for row in content.lines("agreement", learner=content.chosen, part="oof")}
    return [Further(*words, found[name]) for name, words in MEASURES.items() if name in found]


def spread_text(content: ReportContent) -> Markup:
    """Whether the differences spread more at higher scores, by the interval of the slope; "" where there is none."""
    row = content.line("agreement", learner=content.chosen, part="oof", measure="spread_slope")
    if row is None or not row.has_interval():
        return Markup("")
    numbers = {"slope": row.show("estimate", "+2"), "interval": row.between("", "+2")}
    if row["low"] > 0:
        return say(
            "Out of fold the differences spread more at higher scores, by {slope} points for each point ({interval}): "
            "the limits above are too wide for mild visits and too narrow for severe ones. Use those by score.",
            **numbers,
        )
    if row["high"] < 0:
        return say(
            "Out of fold the differences spread less at higher scores, by {slope} points for each point ({interval}): "
            "the limits above are too narrow for mild visits and too wide for severe ones. Use those by score.",
            **numbers,
        )
    return say(
        "It was not shown that the differences spread more or less at higher scores: {slope} points for each point "
        "({interval}), out of fold.",
        **numbers,
    )
