"""Where a table contradicts itself: values that no visits can have, whatever was observed and predicted."""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pasi.audit.implications import RowImplication
from pasi.audit.rows import NAMES, JudgedVisits, ReportedRow

LIMITS = {"mae": (0, math.inf), "mse": (0, math.inf), "rmse": (0, math.inf), "pcc": (-1, 1), "ccc": (-1, 1)}
PERCENT = "; if it is a percentage, write it as a share"


class Contradiction(NamedTuple):
    """One contradiction: its kind, the learners that it concerns, and a sentence that a reader can check."""

    kind: str
    learners: tuple[str, ...]
    text: str


def row_contradictions(row: ReportedRow, visits: JudgedVisits) -> Iterator[Contradiction]:
    """What a row contradicts by itself, its numbers taken as the ranges that round to them.

    The MAE is at most the RMSE (Jensen), and the MSE at most n MAE^2, which is reached where one visit has all of the
    error. |CCC| is at most |r|, with the same sign: CCC = C_b r with 0 < C_b <= 1 (Lin 1989). RMSE^2 is the MSE.
    Values must be within their limits, and two tables must not print different numbers of one learner.

    Example:
        >>> from pasi.audit.printed import printed
        >>> row = ReportedRow("net", ("a.csv:2",), {"mae": printed("5.3"), "mse": printed("27.19")})
        >>> [found.text for found in row_contradictions(row, JudgedVisits(34))]
        ['net (a.csv:2): MAE 5.3 is above the RMSE, which is 5.214 by MSE 27.19: no errors have this']
    """
    found = [*_impossible_values(row), *_different_tables(row)]
    if not found:  # a percentage would be above everything
        found = [*_of_errors(row, visits), *_of_agreement(row, visits)]
    where = f"{row.learner} ({', '.join(row.places)})" if row.places else row.learner
    yield from (Contradiction(kind, (row.learner,), f"{where}: {text}") for kind, text in found)


def joint_contradictions(implied: Sequence[RowImplication], visits: JudgedVisits) -> Iterator[Contradiction]:
    """What rows contradict together: all are of the same visits, so one spread of observed scores must fit them all.

    A row also contradicts the others where, with the spreads that fit all, its MSE, r and CCC leave no bias that its
    MAE allows.

    Args:
        implied: what follows from each row; none of the rows contradicts itself.
        visits: the visits, and the end of the scale, whose scores from 0 to M have a spread of at most M / 2.

    Example:
        >>> from pasi.audit.bounds import ANY
        >>> from pasi.audit.implications import implication
        >>> from pasi.audit.printed import printed
        >>> visits, figures = JudgedVisits(34), {"pcc": printed("0.90"), "ccc": printed("0.85")}
        >>> rows = [ReportedRow(mse, (), {"mse": printed(mse), **figures}) for mse in ("25.0", "250.0")]
        >>> found = joint_contradictions([implication(row, ANY, visits) for row in rows], visits)
        >>> [one.kind for one in found]
        ['different_visits']
    """
    if visits.maximum is not None:
        yield from _beyond_the_scale(implied, visits.maximum)
    if not implied:
        return
    widest = max(implied, key=lambda one: one.own_observed.low)
    narrow = min(implied, key=lambda one: one.own_observed.high)
    names = (widest.row.learner, narrow.row.learner)
    if widest.own_observed.low > narrow.own_observed.high:
        text = (
            f"{names[0]} needs observed scores with a standard deviation of {widest.own_observed.low:.2f} or more, "
            f"{names[1]} of {narrow.own_observed.high:.2f} or less: they are not of the same visits, or a number is "
            "wrong"
        )
        yield Contradiction("different_visits", names, text)
        return
    for one in implied:
        if one.bias.empty:
            text = (
                f"{one.row.learner}: with a spread of observed scores that fits all rows, MSE, r and CCC leave no bias "
                f"that {one.row.text('mae') if 'mae' in one.row.metrics else 'they'} would allow"
            )
            yield Contradiction("no_bias_fits", (one.row.learner,), text)


def _impossible_values(row: ReportedRow) -> Iterator[tuple[str, str]]:
    for name, value in row.metrics.items():
        low, high = LIMITS[name]
        if not value.low > value.high and (value.bounds.high < low or value.bounds.low > high):
            limits = f"from {low} to {high}" if high < math.inf else "0 or more"
            percent = PERCENT if high == 1 and abs(value.middle) <= 100 else ""
            yield "impossible_value", f"{row.text(name)} cannot be: {NAMES[name]} is {limits}{percent}"


def _different_tables(row: ReportedRow) -> Iterator[tuple[str, str]]:
    for name, value in row.metrics.items():
        if value.low > value.high:
            yield "tables_differ", f"the tables print different values of {NAMES[name]}"


def _of_errors(row: ReportedRow, visits: JudgedVisits) -> Iterator[tuple[str, str]]:
    if row.squared.empty:
        root = math.sqrt(max(row.metrics["mse"].middle, 0))
        yield "rmse_is_not_root", f"{row.text('rmse')} is not the root of {row.text('mse')}, which is {root:.3f}"
        return
    if not row.has_squared or "mae" not in row.metrics:
        return
    shown = row.text("mse" if "mse" in row.metrics else "rmse")
    squared = row.squared.root()
    if row.error.low > squared.high:
        known = f", which is {squared.middle:.3f} by {shown}" if "mse" in row.metrics else f" of {row.text('rmse')[5:]}"
        yield "mae_above_rmse", f"{row.text('mae')} is above the RMSE{known}: no errors have this"
    elif squared.low > math.sqrt(visits.visits) * row.error.high:
        most = visits.visits * row.error.high**2
        yield (
            "mse_above_n_mae",
            f"{shown} is too large for {row.text('mae')}: on {visits.visits} visits the MSE is at most {most:.3f}, "
            "if a single visit has all of the error",
        )


def _of_agreement(row: ReportedRow, visits: JudgedVisits) -> Iterator[tuple[str, str]]:
    if not {"pcc", "ccc"} <= set(row.metrics):
        return
    ccc, pcc, shown = row.bounds("ccc"), row.bounds("pcc"), f"{row.text('ccc')} and {row.text('pcc')}"
    if (ccc.low > 0 and pcc.high < 0) or (ccc.high < 0 and pcc.low > 0):
        yield "signs_differ", f"{shown} have different signs: the CCC is r times a factor above 0"
    elif ccc.low > max(pcc.high, 0) or -ccc.high > max(-pcc.low, 0):
        mixed = abs(ccc.middle) * (visits.visits - 1) <= abs(pcc.middle) * visits.visits
        cause = ". A covariance over n - 1 beside variances over n does this" if mixed else ""
        yield (
            "ccc_above_r",
            f"{row.text('ccc')} is beyond {row.text('pcc')}: the CCC is r times a factor up to 1{cause}",
        )


def _beyond_the_scale(implied: Sequence[RowImplication], maximum: float) -> Iterator[Contradiction]:
    for one in implied:
        if one.own_observed.low > maximum / 2:
            text = (
                f"{one.row.learner}: MSE, r and CCC need observed scores with a standard deviation of "
                f"{one.own_observed.low:.2f} or more, and scores from 0 to {maximum:g} have {maximum / 2:g} at most"
            )
            yield Contradiction("beyond_the_scale", (one.row.learner,), text)
