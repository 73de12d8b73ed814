"""The audit of published tables: what follows from them, what contradicts itself, and what a text claims of them."""

import math
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
    """All that is known of the tables. `observed` is empty where no spread of observed scores fits all rows.

    Rows that contradict themselves are `set_aside`: nothing follows from them, and they have no say in what follows.
    """

    tables: Sequence[ReportedTable]
    visits: JudgedVisits
    rows: Sequence[ReportedRow]  # from the best to the worst, without those that are set aside
    observed: Bounds
    implied: Sequence[RowImplication]  # of `rows`, in their order
    contradictions: Sequence[Contradiction]
    set_aside: Sequence[str] = ()
    of_decimals: frozenset[Contradiction] = frozenset()  # those that depend on the zeros which columns have lost
    groups: dict[str, GroupRanks] = field(default_factory=dict)
    rater_difference: float | None = None


def audit_tables(tables: Sequence[ReportedTable], visits: JudgedVisits, claims: Claims) -> Audit:
    """Audit tables of the same visits; raises UsageError where a claim is not understood."""
    every = in_order(merged([row for table in tables for row in table.rows]))
    found = _contradictions(every, visits, claims)
    by_cell = merged([row for table in tables for row in table.rows_by_cell])
    kept = {(one.kind, one.learners) for one in _contradictions(by_cell, visits, claims)} if found else set()
    rows = _sound(every, visits)
    return Audit(
        tables,
        visits,
        rows,
        observed_spread(rows, visits),
        _implied(rows, visits),
        found,
        set_aside=[row.learner for row in every if row not in rows],
        of_decimals=frozenset(one for one in found if (one.kind, one.learners) not in kept),
        groups={pattern: group_ranks(matching_rows(pattern, every), every) for pattern in claims.groups},
        rater_difference=claims.rater_difference,
    )


def _sound(rows: Sequence[ReportedRow], visits: JudgedVisits) -> list[ReportedRow]:
    return [row for row in rows if not any(row_contradictions(row, visits))]


def _implied(rows: Sequence[ReportedRow], visits: JudgedVisits) -> list[RowImplication]:
    observed = observed_spread(rows, visits)
    shared = Bounds(0, math.inf) if observed.empty else observed
    return [implication(row, shared, visits) for row in rows]


def _contradictions(rows: Sequence[ReportedRow], visits: JudgedVisits, claims: Claims) -> list[Contradiction]:
    found = [one for row in rows for one in row_contradictions(row, visits)]
    sound = _sound(rows, visits)
    found += joint_contradictions(_implied(sound, visits), visits)
    for text in claims.quoted:
        found += quoted_contradictions(parse_figures(text), rows)
    for text in claims.best:
        found += best_contradictions(parse_best(text, rows), rows)
    return found
