"""The audit of published tables: what follows from them, what contradicts itself, and what a text claims of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from pasi.audit.bounds import Bounds
from pasi.audit.claims import best_contradictions, matching_rows, parse_best, parse_figures, quoted_contradictions
from pasi.audit.contradictions import Contradiction, joint_contradictions, row_contradictions
from pasi.audit.implications import RowImplication, implication, observed_spread
from pasi.audit.ranks import GroupRanks, group_ranks, in_order
from pasi.audit.reading import ReportedTable
from pasi.audit.rows import JudgedVisits, ReportedRow, merged


@dataclass(frozen=True)
class Claims:
    """What a text says of its tables, as given on the command line."""

    quoted: Sequence[str] = ()  # "MAE 3.3, CCC 0.86"
    best: Sequence[str] = ()  # "resnet34: MAE, MSE"
    groups: Sequence[str] = ()  # "meta_*"
    rater_difference: float | None = None  # mean absolute difference of two raters


@dataclass(frozen=True)
class Audit:
    """All that is known of the tables. `observed` is empty where no spread of observed scores fits all rows."""

    tables: Sequence[ReportedTable]
    visits: JudgedVisits
    rows: Sequence[ReportedRow]  # from the best to the worst
    observed: Bounds
    implied: Sequence[RowImplication]  # of `rows`, in their order
    contradictions: Sequence[Contradiction]
    of_decimals: frozenset[Contradiction] = frozenset()  # those that depend on the zeros which columns have lost
    groups: dict[str, GroupRanks] = field(default_factory=dict)
    rater_difference: float | None = None


def audit_tables(tables: Sequence[ReportedTable], visits: JudgedVisits, claims: Claims) -> Audit:
    """Audit tables of the same visits; raises UsageError where a claim is not understood."""
    rows = in_order(merged([row for table in tables for row in table.rows]))
    observed = observed_spread(rows, visits)
    implied = _implied(rows, visits)
    found = _contradictions(rows, visits, claims)
    by_cell = merged([row for table in tables for row in table.rows_by_cell])
    kept = {(one.kind, one.learners) for one in _contradictions(by_cell, visits, claims)} if found else set()
    return Audit(
        tables,
        visits,
        rows,
        observed,
        implied,
        found,
        frozenset(one for one in found if (one.kind, one.learners) not in kept),
        {pattern: group_ranks(matching_rows(pattern, rows), rows) for pattern in claims.groups},
        claims.rater_difference,
    )


def _implied(rows: Sequence[ReportedRow], visits: JudgedVisits) -> list[RowImplication]:
    observed = observed_spread(rows, visits)
    shared = Bounds(0, float("inf")) if observed.empty else observed
    return [implication(row, shared, visits) for row in rows]


def _contradictions(rows: Sequence[ReportedRow], visits: JudgedVisits, claims: Claims) -> list[Contradiction]:
    found = [one for row in rows for one in row_contradictions(row, visits)]
    found += joint_contradictions(rows, _implied(rows, visits), visits)
    for text in claims.quoted:
        found += quoted_contradictions(parse_figures(text), rows)
    for text in claims.best:
        found += best_contradictions(parse_best(text, rows), rows)
    return found
