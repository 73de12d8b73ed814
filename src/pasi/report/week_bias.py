"""The condition of the light on the bias week by week: over all weeks together, opposite biases cancel."""

from markupsafe import Markup

from pasi.evaluation.differences import ALPHA, FEWEST_FOR_VERDICT, LEVEL
from pasi.evaluation.nested import student_quantile
from pasi.report.cells import Line, say
from pasi.report.condition import Colour, Condition
from pasi.report.content import ReportContent

NAME = "no bias shown by week"
# What may divide the visits, the first that groups.csv has, and what a group of it is called. Observed bands come last:
# any predictor that is not perfect shows a bias there, because bands are cut by what it is compared with.
DIVISIONS = {"week": "week", "visit": "visit", "observed_band": "band"}
MOST_NAMED = 3


def no_bias_by_week(content: ReportContent) -> Condition:
    """No week with enough subjects has a bias whose interval, wider for the number of weeks, lies beside 0."""
    noun, rows = _judged(content)
    if not rows:
        text = f"No {noun} has an interval of its bias and {FEWEST_FOR_VERDICT} subjects: it cannot be judged."
        return Condition(NAME, Colour.CARE, False, Markup(text))
    biased = sorted((row for row in rows if _excludes_zero(row, len(rows))), key=lambda row: -abs(row["bias"]))
    about = f"every {noun} with at least {FEWEST_FOR_VERDICT} subjects, adjusted for their number (Bonferroni)"
    if not biased:
        alone = sum(_excludes_zero(row, 1) for row in rows)
        text = f"The interval of the bias holds 0 in {about}."
        if alone:
            text += f" Without the adjustment, as in the table of section 4, {alone} of {len(rows)} would not hold it."
        return Condition(NAME, Colour.CARE, True, Markup(text))
    named = Markup(", ").join(
        say(f"{noun} {{group}} ({{bias}})", group=row.show("group", ""), bias=row.show("bias", "+2"))
        for row in biased[:MOST_NAMED]
    )
    more = f", and further {noun}s" if len(biased) > MOST_NAMED else ""
    text = say(f"The interval of the bias does not hold 0 in {{named}}{more}. Asked of {about}.", named=named)
    return Condition(NAME, Colour.CARE, False, text)


def _judged(content: ReportContent) -> tuple[str, list[Line]]:
    """What a group is called, and the rows of groups.csv that count: those of weeks, or else of visits or of bands."""
    rows = content.lines("groups", part="oof", scale="index")
    known = {row["attribute"] for row in rows}
    division = next((name for name in DIVISIONS if name in known), "week")
    own = [row for row in rows if row["attribute"] == division]
    return DIVISIONS[division], [
        row for row in own if row["subjects"] >= FEWEST_FOR_VERDICT and row.has_interval("bias")
    ]


def _excludes_zero(row: Line, groups: int) -> bool:
    """Whether the interval of the bias excludes 0 if it is made wider for a number of groups (Bonferroni).

    The interval of `subgroup_table` is the bias plus and minus Student's quantile times its error, so that another
    quantile gives the interval of another level.
    """
    freedom = int(row["subjects"]) - 1
    wider = student_quantile(1 - ALPHA / groups, freedom) / student_quantile(LEVEL, freedom)
    return bool(abs(row["bias"]) > wider * (row["bias_high"] - row["bias_low"]) / 2)
