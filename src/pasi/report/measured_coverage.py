"""What is known of the intervals that the report shows: how often such an interval held the truth where that is known.

The shares are those of the table "Intervals of one learner" of docs/evaluation.md, which a test compares with them.
"""

from collections.abc import Sequence
from math import isnan

from pasi.report.findings import FitLine, Headline

# Lowest and highest share, in per cent, over 6 to 54 subjects of which a tenth have a fivefold effect of the subject.
HETEROGENEOUS = {"mae": (89, 91), "ccc": (88, 94)}
WHOLE_LINE = (82, 87)  # of the band of the calibration line, with and without such subjects


def coverage_text(lines: Sequence[Headline]) -> str:
    """What intervals of MAE and CCC are worth where subjects differ in how well they are predicted; "" without any."""
    shown = [row for line in lines for row in line.intervals.values() if not isnan(row["low"])]
    if not shown:
        return ""
    mae, ccc = ("{} to {}%".format(*HETEROGENEOUS[metric]) for metric in ("mae", "ccc"))
    return (
        "The intervals are short where a few subjects are predicted much worse than the others: in simulated trials of "
        "6 to 54 subjects, of which a tenth had a fivefold effect of the subject, the 95% interval of the MAE held the "
        f"truth in {mae} of trials, and that of the CCC in {ccc}. Where that of the MAE missed, the truth was nearly "
        "always above it. Without such subjects the two held it in 93 to 96%. In these trials errors were normal and "
        "of equal spread at all scores; docs/evaluation.md has others."
    )


def band_text(lines: Sequence[FitLine]) -> str:
    """How often the pointwise band of Figure 3 holds the whole line; "" where no panel has a band."""
    if all(isnan(line.slope_interval["low"]) for line in lines):
        return ""
    return (
        "The band has 95% at each point and less for the line as a whole: it held all of the drawn line in "
        "{} to {}% of simulated trials.".format(*WHOLE_LINE)
    )
