"""What each row of a table implies when all rows are taken together: one spread of observed scores fits all of them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pasi.audit.bounds import Bounds, span
from pasi.audit.rows import JudgedVisits, ReportedRow
from pasi.audit.spreads import Branch, branches, least_error_variance, product, spread, squared_bias, total

LOA_FACTOR = 1.96  # limits of agreement hold 95% of normal errors (Bland and Altman 1986)


@dataclass(frozen=True)
class RowImplication:
    """What follows from one row; a range is empty where nothing fits, and has an infinite end where nothing follows.

    `own_observed` is the spread of observed scores by this row alone, `predicted` and the others use that of all rows.
    """

    row: ReportedRow
    own_observed: Bounds
    predicted: Bounds
    bias: Bounds  # of its absolute value
    shape: tuple[float, float]  # by MSE, r and CCC alone: the largest absolute bias, the least spread of the errors
    error_spread: Bounds  # standard deviation of p - y
    accuracy: Bounds  # C_b = CCC / r
    slope: Bounds  # r s_y / s_p, of the calibration line of observed on predicted scores; its absolute value
    explained: Bounds  # 1 - MSE / s_y^2

    @property
    def half_width(self) -> Bounds:
        """Half the distance of the limits of agreement, 1.96 times the standard deviation of the errors."""
        return Bounds(*(LOA_FACTOR * end for end in self.error_spread))


def _branches(row: ReportedRow, visits: JudgedVisits) -> list[Branch]:
    """The feasible signs of a row; a metric that it does not print may have any value."""
    mse = row.squared
    if not row.has_squared:  # MAE^2 <= MSE <= n MAE^2
        mse = Bounds(row.error.low**2, visits.visits * row.error.high**2)
    return list(branches(mse, row.bounds("ccc"), row.bounds("pcc"), one_less=visits.one_less))


def _own_spread(row: ReportedRow, visits: JudgedVisits) -> Bounds:
    """The spreads of observed scores that fit one row alone; empty where none does."""
    return span(map(spread, _branches(row, visits)))


def observed_spread(rows: Sequence[ReportedRow], visits: JudgedVisits) -> Bounds:
    """The spreads s_y of observed scores that fit every row, and the scale: scores from 0 to M have s_y <= M / 2.

    All rows are of the same visits, so they share s_y; the bound of the scale is that of Popoviciu (1935).

    Returns:
        The range that all rows allow; empty where two rows exclude each other.

    Example:
        >>> from pasi.audit.printed import printed
        >>> figures = {"mse": printed("27.191"), "pcc": printed("0.900"), "ccc": printed("0.830")}
        >>> found = observed_spread([ReportedRow("resnet34", (), figures)], JudgedVisits(34, ccc_divisor=0))
        >>> round(found.low, 1), round(found.high, 1)
        (7.0, 10.5)
    """
    found = Bounds(0, math.inf if visits.maximum is None else visits.maximum / 2)
    for row in rows:
        found = found.meet(_own_spread(row, visits))
    return found


def implication(row: ReportedRow, observed: Bounds, visits: JudgedVisits) -> RowImplication:
    """What follows from a row, given the spread `observed` of observed scores.

    With x = s_y in `observed`, s_p = K / x and b^2 = Q - x^2 - K^2 / x^2. The absolute bias is at most the MAE, and
    n (MAE^2 + b^2) / 2 >= MSE. The ranges are outer ones: every feasible value is in them.

    Example:
        >>> from pasi.audit.printed import printed
        >>> figures = {"mae": "3.336", "mse": "27.191", "pcc": "0.900", "ccc": "0.830"}
        >>> row = ReportedRow("resnet34", (), {name: printed(text) for name, text in figures.items()})
        >>> found = implication(row, Bounds(8.0, 10.5), JudgedVisits(34, ccc_divisor=0))
        >>> [round(end, 1) for end in (*found.bias, *found.half_width, *found.accuracy)]
        [0.0, 3.3, 7.9, 10.2, 0.9, 0.9]
    """
    found = [(branch, _bias_squares(branch, row, observed, visits)) for branch in _branches(row, visits)]
    return RowImplication(
        row,
        own_observed=_own_spread(row, visits),
        predicted=span(_predicted(branch, observed) for branch, _ in found),
        bias=span(squares.root() for _, squares in found if not squares.empty),
        shape=_shape([branch for branch, _ in found]),
        error_spread=span(_error_variance(*pair).root() for pair in found if not pair[1].empty),
        accuracy=_accuracy(row),
        slope=span(_slope(branch, observed) for branch, _ in found),
        explained=_explained(row, observed),
    )


def _predicted(branch: Branch, observed: Bounds) -> Bounds:
    """s_p = K / s_y, within what the row allows by itself."""
    ends = product(branch)
    high = ends.high / observed.low if observed.low > 0 else math.inf
    low = ends.low / observed.high if observed.high < math.inf else 0.0
    return spread(branch).meet(Bounds(low, high))


def _slope(branch: Branch, observed: Bounds) -> Bounds:
    """r s_y / s_p = r s_y^2 / K."""
    ends = product(branch)
    low = branch.pcc.low * observed.low**2 / ends.high if ends.high > 0 else 0.0
    return Bounds(low, branch.pcc.high * observed.high**2 / ends.low if ends.low > 0 else math.inf)


def _bias_squares(branch: Branch, row: ReportedRow, observed: Bounds, visits: JudgedVisits) -> Bounds:
    """The range of b^2; empty where no bias fits the spread of observed scores."""
    whole, ends = total(branch), product(branch)
    most = min(squared_bias(branch).high, row.error.high**2)
    if not observed.empty and whole.high < math.inf:
        turn = observed.clamp(math.sqrt(ends.low))  # where x^2 + K^2 / x^2 is least
        most = min(most, whole.high - turn**2 - (ends.low / turn) ** 2) if turn > 0 else most
    least = max(0.0, 2 * row.squared.low / visits.visits - row.error.high**2) if row.has_squared else 0.0
    if not observed.empty and observed.high < math.inf and observed.low > 0:
        least = max(least, whole.low - max(x**2 + (ends.high / x) ** 2 for x in observed))
    return Bounds(least, most)


def _shape(found: Sequence[Branch]) -> tuple[float, float]:
    if not found:
        return math.nan, math.nan
    return (
        math.sqrt(max(squared_bias(branch).high for branch in found)),
        math.sqrt(min(least_error_variance(branch) for branch in found)),
    )


def _error_variance(branch: Branch, squares: Bounds) -> Bounds:
    """MSE - b^2, at least 2 K (1 - r)."""
    low = max(branch.mse.low - squares.high, least_error_variance(branch))
    return Bounds(low, max(low, branch.mse.high - squares.low))


def _accuracy(row: ReportedRow) -> Bounds:
    """C_b = CCC / r, from 0 to 1, where the row prints both and r is not 0."""
    ccc, pcc = row.bounds("ccc"), row.bounds("pcc")
    if not {"ccc", "pcc"} <= set(row.metrics) or pcc.low <= 0 <= pcc.high:
        return Bounds(0, 1)
    ratios = [one / other for one in ccc for other in pcc]
    return Bounds(min(ratios), max(ratios)).meet(Bounds(0, 1))


def _explained(row: ReportedRow, observed: Bounds) -> Bounds:
    """1 - MSE / s_y^2, the share of the observed variance that is explained; below 0, a constant is better."""
    if not row.has_squared or observed.empty or observed.low <= 0:
        return Bounds(-math.inf, 1)
    low, high = 1 - row.squared.high / observed.low**2, 1 - row.squared.low / observed.high**2
    return Bounds(low, high)
