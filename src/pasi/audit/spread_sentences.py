"""What follows for the scores and their errors, in sentences: spreads, bias, limits of agreement, calibration."""

import math
from collections.abc import Iterator

from pasi.audit.findings import Audit
from pasi.audit.implications import LOA_FACTOR
from pasi.audit.shown import LEARNERS, decimals_shown, range_text
from pasi.wording import counted, first_names


def about_observed(audit: Audit) -> Iterator[str]:
    """The spread of observed scores that fits all rows."""
    if audit.observed.empty:
        yield "Observed scores. No standard deviation fits all rows, so nothing here follows from all rows together."
        return
    if not any(row.has_shape for row in audit.rows) or math.isinf(audit.observed.high):
        yield "Observed scores. Nothing is known of their spread: that takes MSE (or RMSE), r and CCC of one row."
        return
    digits, best = decimals_shown(audit), audit.implied[0]
    fits = f"all {counted(len(audit.rows), 'row')}" if len(audit.rows) > 1 else "the row"
    scale = "" if audit.visits.maximum is None else f" and a scale from 0 to {audit.visits.maximum:g}"
    alone = f" (by {best.row.learner} alone {range_text(best.own_observed, digits)})" if len(audit.rows) > 1 else ""
    yield (
        f"Observed scores. Their standard deviation is {range_text(audit.observed, digits)}: no other one fits MSE, "
        f"r and CCC of {fits}{scale}{alone}. An error means little without it: compare MAEs of two cohorts only "
        "beside the spreads of both."
    )


def about_bias(audit: Audit) -> Iterator[str]:
    """Bias, limits of agreement and calibration of the best row."""
    one, digits = audit.implied[0], decimals_shown(audit)
    name = one.row.learner
    if one.bias.empty or math.isinf(one.bias.high):
        return
    beyond = one.row.has_shape and one.shape[0] > one.row.error.high
    cut = f" (by MSE, r and CCC alone {one.shape[0]:.{digits}f}, but no bias exceeds the MAE)" if beyond else ""
    if one.bias.low > 0:
        yield f"Bias. {name} is biased, by {range_text(one.bias, digits)} in one direction or the other{cut}."
    else:
        yield (
            f"Bias. A mean error of up to {one.bias.high:.{digits}f} in either direction fits the figures of {name}"
            f"{cut}: the table does not show that it is unbiased."
        )
    if one.row.has_squared:
        least = f" (by MSE, r and CCC alone from {LOA_FACTOR * one.shape[1]:.{digits}f})" if beyond else ""
        yield (
            f"Limits of agreement. {name}: the bias plus and minus {range_text(one.half_width, digits)}{least}. The "
            "errors of 95% of single visits lie between the two, if errors are normal."
        )
    if one.accuracy.high < 1:
        yield (
            f"Calibration. CCC / r of {name} is {range_text(one.accuracy, 2)}. Without bias and with equal spreads it "
            "would be 1: predictions are shifted, or spread otherwise than observations, or both."
        )


def about_others(audit: Audit) -> Iterator[str]:
    """Rows that must be biased or are spread too narrowly or widely, and those that are worse than a constant."""
    if audit.observed.empty:
        return
    digits = decimals_shown(audit)
    biased = [one for one in audit.implied if not one.bias.empty and one.bias.low >= 0.5 * 10**-digits]
    if biased:
        named = [f"{one.row.learner} ({range_text(one.bias, digits)})" for one in biased]
        yield f"Biased on these visits for certain, in a direction that is not shown, by: {', '.join(named)}."
    shaped = [one for one in audit.implied if one.row.has_shape and not one.slope.empty]
    narrow, wide = ([one for one in shaped if one.slope.low > 1], [one for one in shaped if one.slope.high < 1])
    for rows, word in ((narrow, "narrowly"), (wide, "widely")):
        named = [f"{one.row.learner} ({range_text(one.slope, 2)})" for one in rows]
        if named:
            known = f"Spread too {word} on these visits for certain"
            yield f"{known}, by the slope of observed on predicted scores: {', '.join(named)}."
    worse = [one.row.learner for one in audit.implied if one.explained.high < 0]
    perhaps = [one.row.learner for one in shaped if one.explained.low < 0 <= one.explained.high]
    for learners, word in ((worse, "Worse"), (perhaps, "Perhaps worse")):
        if learners:
            yield f"{word} by MSE than a constant, the mean of these visits: {first_names(learners, LEARNERS)}."
