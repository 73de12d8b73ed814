"""Ranks of the learners of a table, with what rounding leaves open."""

from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from pasi.audit.rows import HIGHER_IS_BETTER, METRICS, ReportedRow

ORDER = ("mae", "mse", "rmse", "ccc", "pcc")  # by which rows are ordered: the first of these that is printed


class Rank(NamedTuple):
    """The best and the worst rank that a learner can have, from 1; they differ where printed values are equal."""

    best: int
    worst: int


class GroupRanks(NamedTuple):
    """Learners of a group against all others, by MAE."""

    ranks: dict[str, Rank]
    others: int
    others_worse: int  # than every learner of the group, for certain
    median: float
    median_of_others: float


def is_ahead(row: ReportedRow, other: ReportedRow, metric: str) -> bool:
    """Whether a row is better than another by a metric, whatever rounding hid; False where either does not print it.

    >>> from pasi.audit.printed import printed
    >>> rows = [ReportedRow(text, (), {"mae": printed(text)}) for text in ("3.78", "3.79", "3.79")]
    >>> is_ahead(rows[0], rows[1], "mae"), is_ahead(rows[1], rows[2], "mae")
    (True, False)
    """
    if metric not in row.metrics or metric not in other.metrics:
        return False
    one, two = row.metrics[metric], other.metrics[metric]
    return one.low >= two.high if metric in HIGHER_IS_BETTER else one.high <= two.low


def rank_range(row: ReportedRow, rows: Sequence[ReportedRow], metric: str) -> Rank:
    """The ranks that a row can have by a metric among `rows`, of which those without the metric do not count.

    >>> from pasi.audit.printed import printed
    >>> rows = [ReportedRow(text, (), {"mae": printed(text)}) for text in ("3.78", "3.79", "3.79")]
    >>> [tuple(rank_range(row, rows, "mae")) for row in rows]
    [(1, 1), (2, 3), (2, 3)]
    """
    judged = [other for other in rows if metric in other.metrics]
    ahead = sum(is_ahead(other, row, metric) for other in judged)
    behind = sum(is_ahead(row, other, metric) for other in judged)
    return Rank(1 + ahead, len(judged) - behind)


def best_rows(rows: Sequence[ReportedRow]) -> dict[str, list[ReportedRow]]:
    """By metric that is printed, the rows that may be the best: several where rounding hides which.

    >>> from pasi.audit.printed import printed
    >>> rows = [ReportedRow(text, (), {"ccc": printed(text)}) for text in ("0.83", "0.86", "0.86")]
    >>> [row.learner for row in best_rows(rows)["ccc"]]
    ['0.86', '0.86']
    """
    found: dict[str, list[ReportedRow]] = {}
    for metric in METRICS:
        judged = [row for row in rows if metric in row.metrics]
        if judged:
            found[metric] = [row for row in judged if not any(is_ahead(other, row, metric) for other in judged)]
    return found


def leading_metric(rows: Sequence[ReportedRow]) -> str:
    """The metric by which rows are ordered: the first of MAE, MSE, RMSE, CCC and r that one of them prints.

    >>> leading_metric([])
    'mae'
    """
    return next((name for name in ORDER if any(name in row.metrics for row in rows)), ORDER[0])


def in_order(rows: Sequence[ReportedRow]) -> list[ReportedRow]:
    """The rows from the best to the worst, by the first of MAE, MSE, RMSE, CCC and r that the table prints.

    Rows without that metric stand at the end; rows of equal printed values keep their order.

    >>> from pasi.audit.printed import printed
    >>> rows = [ReportedRow(text, (), {"ccc": printed(text)}) for text in ("0.83", "0.86")]
    >>> [row.learner for row in in_order(rows)]
    ['0.86', '0.83']
    """
    metric = leading_metric(rows)
    sign = -1 if metric in HIGHER_IS_BETTER else 1
    judged = [row for row in rows if metric in row.metrics]
    others = [row for row in rows if metric not in row.metrics]
    return sorted(judged, key=lambda row: sign * row.metrics[metric].middle) + others


def group_ranks(group: Sequence[ReportedRow], rows: Sequence[ReportedRow]) -> GroupRanks:
    """How a group of learners stands among all, by MAE; a median over learners is that of the printed values.

    >>> from pasi.audit.printed import printed
    >>> rows = [ReportedRow(text, (), {"mae": printed(text)}) for text in ("3.3", "3.8", "4.1", "4.3", "4.5")]
    >>> found = group_ranks(rows[1:2], rows)
    >>> found.ranks["3.8"].best, found.others, found.others_worse, round(found.median_of_others, 1)
    (2, 4, 3, 4.2)
    """
    names = {row.learner for row in group}
    own = [row for row in rows if row.learner in names and "mae" in row.metrics]
    others = [row for row in rows if row.learner not in names and "mae" in row.metrics]
    return GroupRanks(
        ranks={row.learner: rank_range(row, rows, "mae") for row in in_order(own)},
        others=len(others),
        others_worse=sum(all(is_ahead(row, other, "mae") for row in own) for other in others),
        median=median(row.metrics["mae"].middle for row in own),
        median_of_others=median(row.metrics["mae"].middle for row in others),
    )
