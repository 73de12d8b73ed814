"""The table that an audit prints: a line a learner, with what its figures imply."""

import math
from collections.abc import Callable, Iterator
from textwrap import fill

from pasi.audit.findings import Audit
from pasi.audit.implications import RowImplication
from pasi.audit.naive import naive_interval
from pasi.audit.rank_sentences import told_apart
from pasi.audit.ranks import leading_metric, rank_range
from pasi.audit.rows import NAMES
from pasi.audit.shown import WIDTH, decimals_shown, range_text

Cell = Callable[[RowImplication], str]

MEANINGS = {
    "rank": "with what rounding leaves open",
    "naive 95%": "interval of the MAE",
    "apart": "see Pairs; 0 tells apart even if errors do not correlate",
    "SD pred": "standard deviation of the predictions",
    "|bias|": "absolute mean error",
    "LoA +/-": "half-width of the limits of agreement",
    "CCC/r": "1 without bias and with equal spreads",
}


def table_lines(audit: Audit) -> Iterator[str]:
    """Head and rows, in aligned columns, and what the columns mean; a column that no row has is left out."""
    columns = {head: [cell(one) for one in audit.implied] for head, cell in _columns(audit).items()}
    shown = {head: cells for head, cells in columns.items() if any(cell.strip("-") for cell in cells)}
    rows = [list(shown), *(list(row) for row in zip(*shown.values(), strict=True))]
    widths = [max(len(row[place]) for row in rows) for place in range(len(shown))]
    for row in rows:
        first, *others = (f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True))
        yield "  ".join([f"{first.strip():<{widths[0]}}", *others]).rstrip()
    meanings = [f"{head}: {MEANINGS[head]}" for head in shown if head in MEANINGS]
    yield fill("; ".join(meanings) + ".", WIDTH, subsequent_indent="  ", break_on_hyphens=False)


def _columns(audit: Audit) -> dict[str, Cell]:
    digits, apart, order = decimals_shown(audit), told_apart(audit), leading_metric(audit.rows)

    def rank(one: RowImplication) -> str:
        best, worst = rank_range(one.row, audit.rows, order)
        return "-" if order not in one.row.metrics else f"{best}" if best == worst else f"{best}-{worst}"

    def value(one: RowImplication) -> str:
        return one.row.metrics[order].text if order in one.row.metrics else "-"

    def naive(one: RowImplication) -> str:
        return range_text(naive_interval(*one.row.errors, audit.visits.visits), digits) if one.row.errors else "-"

    def spread(one: RowImplication) -> str:
        return range_text(one.predicted, digits) if one.row.has_shape else "-"

    def bias(one: RowImplication) -> str:
        return "-" if math.isinf(one.bias.high) else range_text(one.bias, digits)

    def agreement(one: RowImplication) -> str:
        return range_text(one.half_width, digits) if one.row.has_squared else "-"

    def accuracy(one: RowImplication) -> str:
        return range_text(one.accuracy, 2) if {"pcc", "ccc"} <= set(one.row.metrics) else "-"

    return {
        "learner": lambda one: one.row.learner,
        "rank": rank,
        NAMES[order]: value,
        "naive 95%": naive,
        "apart": lambda one: _apart(apart.get(one.row.learner)),
        "SD pred": spread,
        "|bias|": bias,
        "LoA +/-": agreement,
        "CCC/r": accuracy,
    }


def _apart(least: float | None) -> str:
    if least is None:
        return "-"
    return "never" if least > 1 else f"{least:.2f}" if least > 0 else "0"
