"""The scores of new visits by `pasi predict` as records of `pasi.dossier.cdisc`."""

from collections.abc import Iterator, Mapping
from math import isnan
from typing import Any

from pasi.cohort.visit_order import Timeline
from pasi.dossier.cdisc import Assessment, Evaluator, Response, Visit
from pasi.severity.index import SeverityIndex
from pasi.storage.tables import Columns, Row, rows_of

NUMBERS = {"low_90": "LOW90", "high_90": "HIGH90"}  # columns of a table of scores, and their qualifiers


def new_assessments(
    table: Columns, timelines: Mapping[str, Timeline], index: SeverityIndex, evaluator: Evaluator
) -> Iterator[Assessment]:
    """The index and the composites of each row of scores.csv; a refused visit has one row, which says why."""
    for row in rows_of(table):
        visit, why = visit_of(row, timelines), _reasons(row)
        if isnan(row["score"]):
            yield Assessment(visit, evaluator, "", None, why or str(row["status"]), _qualifiers(row))
            continue
        yield Assessment(visit, evaluator, "", float(row["score"]), "", _qualifiers(row))
        for region in index.region_names:
            yield Assessment(visit, evaluator, region, float(row[f"composite_{region}"]))


def new_responses(
    table: Columns, timelines: Mapping[str, Timeline], index: SeverityIndex, evaluator: Evaluator
) -> Iterator[Response]:
    """The response of each row of scores.csv, as its columns have it."""
    rows = rows_of(table)
    scores = {(row["subject"], row["visit"]): _plain(row["score"]) for row in rows}
    for row in rows:
        visit, line = visit_of(row, timelines), timelines.get(row["subject"])
        first = None if line is None else line.baseline
        later = line is not None and _follows(visit, line)
        base = scores.get((row["subject"], first)) if first and (later or visit.is_baseline) else None
        reached = {each: _flag(row[f"response_{each}"]) for each in index.responses} if later else {}
        yield Response(visit, evaluator, _plain(row["score"]), base, reached, _why(row, base))


def visit_of(row: Row, timelines: Mapping[str, Timeline]) -> Visit:
    """The visit of a row, with place, week and date as far as the table of photos has them."""
    subject, name = str(row["subject"]), str(row["visit"])
    line = timelines.get(subject)
    if line is None:
        return Visit(subject, name)
    place = line.order.index(name) if name in line.order else None
    dates = {visit.name: visit.date.isoformat() for visit in line.visits if visit.date is not None}
    return Visit(subject, name, place, line.weeks.get(name), name == line.baseline, dates.get(name, ""))


def _follows(visit: Visit, line: Timeline) -> bool:
    """Whether a visit follows the subject's baseline; false where order or baseline is not known."""
    if visit.place is None or line.baseline not in line.order:
        return False
    return visit.place > line.order.index(line.baseline)


def _qualifiers(row: Row) -> dict[str, str]:
    found = {qualifier: f"{row[name]:.10g}" for name, qualifier in NUMBERS.items() if not isnan(row[name])}
    found |= {"STATUS": str(row["status"]), "NPHOTOS": str(int(row["photos"]))}
    return found | ({"REASONS": why} if (why := _reasons(row)) else {})


def _reasons(row: Row) -> str:
    """The reasons of a row; where no row has any, the CSV does not show that the column holds text."""
    return row["reasons"] if isinstance(row["reasons"], str) else ""


def _why(row: Row, base: float | None) -> str:
    if isnan(row["score"]):
        return "refused"
    return "no score at the baseline" if base is None else "baseline is clear"


def _flag(cell: Any) -> bool | None:
    return None if isnan(cell) else bool(cell)


def _plain(cell: Any) -> float | None:
    return None if isnan(cell) else float(cell)
