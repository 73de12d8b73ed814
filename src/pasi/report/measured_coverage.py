"""What is known of the intervals that the report shows: how often such an interval held the truth where that is known.

The shares are those of the tables of docs/evaluation.md, of "Intervals of one learner", "Several visits a subject" and
"The chosen learner"; a test compares them.
"""

from collections.abc import Sequence
from math import isnan

from pasi.report.cells import Line
from pasi.report.findings import FitLine, Headline

# Lowest and highest share, in per cent, over 6 to 54 subjects of which a tenth have a fivefold effect of the subject.
HETEROGENEOUS = {"mae": (89, 91), "ccc": (88, 94), "upper": (82, 90), "icc": (88, 94), "repeated_ccc": (88, 95)}
CORRECTED, CORRECTED_OF_54 = (90, 95), (90, 92)  # of the MAE corrected for a choice by MAE, in all and with 54 subjects
WHOLE_LINE = (82, 87)  # of the band of the calibration line, with and without such subjects
OTHERS = {"upper": "a limit of agreement", "icc": "the ICC", "repeated_ccc": "the CCC of repeated measures"}


def coverage_text(lines: Sequence[Headline], agreement: Sequence[Line] = (), *, corrected: bool = False) -> str:
    """What intervals are worth where subjects differ in how well they are predicted; "" without one of MAE or CCC.

    agreement: rows of agreement.csv of the learner. corrected: whether figures corrected for its choice are shown.
    """
    shown = [row for line in lines for row in line.intervals.values() if not isnan(row["low"])]
    if not shown:
        return ""
    mae, ccc = ("{} to {}%".format(*HETEROGENEOUS[metric]) for metric in ("mae", "ccc"))
    return (
        "The intervals are short where a few subjects are predicted much worse than the others: in simulated trials of "
        "6 to 54 subjects, of which a tenth had a fivefold effect of the subject, the 95% interval of the MAE held the "
        f"truth in {mae} of trials, and that of the CCC in {ccc}. Where that of the MAE missed, the truth was nearly "
        f"always above it.{_others(agreement, corrected)} Without such subjects those of MAE and CCC held it in 93 to "
        "96%. In these trials errors were normal and of equal spread at all scores; docs/evaluation.md has others."
    )


def _others(agreement: Sequence[Line], corrected: bool) -> str:
    """The same of limits of agreement, ICC, CCC of repeated measures and the corrected MAE, of those that are shown."""
    known = {row["measure"] for row in agreement if row.has_interval()}
    held = ["that of {} in {} to {}%".format(OTHERS[key], *HETEROGENEOUS[key]) for key in OTHERS if key in known]
    if corrected:
        shares = "in {} to {}%, with 54 subjects in {} to {}%".format(*CORRECTED, *CORRECTED_OF_54)
        held.append(f"that of the MAE corrected for a choice by MAE {shares}")
    return f" Other intervals held it less often, too: {', '.join(held)}." if held else ""


def band_text(lines: Sequence[FitLine]) -> str:
    """How often the pointwise band of Figure 3 holds the whole line; "" where no panel has a band."""
    if all(isnan(line.slope_interval["low"]) for line in lines):
        return ""
    return (
        "The band has 95% at each point and less for the line as a whole: it held all of the drawn line in "
        "{} to {}% of simulated trials.".format(*WHOLE_LINE)
    )
