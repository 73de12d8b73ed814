"""The table that an audit prints: a line a learner, with what its figures imply."""

import math
from collections.abc import Iterator
from textwrap import fill

from pasi.audit.findings import Audit
from pasi.audit.implications import RowImplication
from pasi.audit.naive import naive_interval
from pasi.audit.rank_sentences import told_apart
from pasi.audit.ranks import leading_metric, rank_range
from pasi.audit.rows import NAMES
from pasi.audit.shown import WIDTH, decimals_shown, range_text

NONE = "-"  # a cell of which nothing is known

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
    apart = told_apart(audit)
    cells = [_cells(one, audit, apart.get(one.row.learner)) for one in audit.implied]
    heads = [head for head in cells[0] if any(row[head] != NONE for row in cells)]
    rows = [heads, *([row[head] for head in heads] for row in cells)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(heads))]
    for first, *others in rows:
        right = (f"{cell:>{width}}" for cell, width in zip(others, widths[1:], strict=True))
        yield "  ".join([f"{first:<{widths[0]}}", *right])
    meanings = [f"{head}: {MEANINGS[head]}" for head in heads if head in MEANINGS]
    yield fill("; ".join(meanings) + ".", WIDTH, subsequent_indent="  ", break_on_hyphens=False)


def _cells(one: RowImplication, audit: Audit, apart: float | None) -> dict[str, str]:
    row, digits, order = one.row, decimals_shown(audit), leading_metric(audit.rows)
    naive = naive_interval(*row.errors, audit.visits.visits) if row.errors else None
    return {
        "learner": row.learner,
        "rank": _rank(*rank_range(row, audit.rows, order)) if order in row.metrics else NONE,
        NAMES[order]: row.metrics[order].text if order in row.metrics else NONE,
        "naive 95%": range_text(naive, digits) if naive else NONE,
        "apart": _apart(apart),
        "SD pred": range_text(one.predicted, digits) if row.has_shape else NONE,
        "|bias|": NONE if math.isinf(one.bias.high) else range_text(one.bias, digits),
        "LoA +/-": range_text(one.half_width, digits) if row.has_squared else NONE,
        "CCC/r": range_text(one.accuracy, 2) if {"pcc", "ccc"} <= set(row.metrics) else NONE,
    }


def _rank(best: int, worst: int) -> str:
    return f"{best}" if best == worst else f"{best}-{worst}"


def _apart(least: float | None) -> str:
    if least is None:
        return NONE
    return "never" if least > 1 else f"{least:.2f}" if least > 0 else "0"
