"""What the report says of the spread over repeats: how far the figures of a network depend on random numbers."""

from collections.abc import Sequence
from math import isfinite, sqrt

from pasi.evaluation.nested import student_quantile
from pasi.report.content import ReportContent
from pasi.report.numbers import number
from pasi.storage.tables import rows_of

UNKNOWN = (
    "Each network was trained once on each fold (training.repeats is 1). How far its figures would differ with other "
    "random numbers is unknown; the intervals over subjects do not include it. A difference between two networks may "
    "be nothing else."
)


def spread_sentences(content: ReportContent) -> list[str]:
    """The spread over repeats, and how large a difference between two networks must be to exceed it."""
    repeats = int(content.config["training"]["repeats"])
    if repeats == 1:
        return [UNKNOWN]
    rows = rows_of(content.metrics, level="visit", part="oof", kind="backbone")
    said = [
        f"The figures of a network are means over {repeats} repeats, which differ in their random numbers alone; "
        "behind \N{PLUS-MINUS SIGN} stands the standard deviation over the repeats. They are those of single networks, "
        "never of the mean of several. Intervals over subjects do not include this spread. A meta-learner combines the "
        "mean predictions of the repeats, so that it has one figure, whose own spread is unknown."
    ]
    spreads = {metric: [row[f"{metric}_spread"] for row in rows] for metric in ("ccc", "mae")}
    if not all(values and all(map(isfinite, values)) for values in spreads.values()):
        return said
    freedom = len(rows) * (repeats - 1)
    typical = " and ".join(f"{number(pooled(values), 3)} in {name.upper()}" for name, values in spreads.items())
    reach = " or ".join(
        f"{number(least_difference(values, repeats), 3)} in {name.upper()}" for name, values in spreads.items()
    )
    return [
        *said,
        f"Out of fold, the standard deviation over repeats is {typical} (pooled over the networks). The figures of two "
        f"networks must differ by more than {reach} to exceed what random numbers alone explain (95%, Student's t with "
        f"{freedom} degrees of freedom, for one pair that was chosen beforehand).",
    ]


def pooled(spreads: Sequence[float]) -> float:
    """The root of the mean variance.

    >>> round(pooled([3.0, 4.0]), 4)
    3.5355
    """
    return sqrt(sum(spread**2 for spread in spreads) / len(spreads))


def least_difference(spreads: Sequence[float], repeats: int) -> float:
    """Half the width of a 95% interval of the difference between two means over `repeats`, by the pooled spread.

    For two networks with spreads of 1 and two repeats: t(2) x 1 x sqrt(2 / 2) = 4.303.

    >>> round(least_difference([1.0, 1.0], 2), 3)
    4.303
    """
    return student_quantile(0.95, len(spreads) * (repeats - 1)) * pooled(spreads) * sqrt(2 / repeats)


def shown_repeat_sentence(content: ReportContent) -> str | None:
    """Which of several repeats stands for the chosen network where one prediction a visit is shown."""
    repeats = int(content.config["training"]["repeats"])
    if repeats == 1 or content.chosen in content.models:
        return None
    return (
        f"Figures 3 and 4, their lines of fit, response and severity bands show the first of the {repeats} repeats "
        "(repeat 0), which was not chosen by its error. The comparison with the baseline is that of the mean of the "
        f"{repeats} predictions."
    )
