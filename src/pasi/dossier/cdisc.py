"""CDISC-style tables of scores: rows of SDTM's domain RS with supplemental qualifiers, and ADaM's responder flags.

A run and `pasi predict` both bring their scores into the records of this module. docs/dossier.md says what of the
tables is CDISC's and what is not.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from math import inf, nan
from pathlib import Path
from typing import Any

from pasi.severity.index import SeverityIndex
from pasi.storage.tables import write_table

ALGORITHM = "ALGORITHM"  # RSEVAL of predicted scores; no term of CDISC's that we could verify
GRADER = "GRADER"  # RSEVAL of observed scores, where nobody says who graded
NO_STUDY = "NOT STATED"
LABELS = {
    "PREDPART": "Part of the split of the prediction",
    "PREDFOLD": "Fold that the networks did not see",
    "LOW90": "Lower end of the 90% interval",
    "HIGH90": "Upper end of the 90% interval",
    "STATUS": "Status of the scored visit",
    "REASONS": "Why the status is not ok",
    "NPHOTOS": "Number of photos that were used",
}
RS = (
    *("STUDYID", "DOMAIN", "USUBJID", "RSSEQ", "RSTESTCD", "RSTEST", "RSCAT", "RSORRES", "RSORRESU", "RSSTRESC"),
    *("RSSTRESN", "RSSTRESU", "RSSTAT", "RSREASND", "RSEVAL", "RSEVALID", "RSBLFL", "VISITNUM", "VISIT", "VISITDY"),
    "RSDTC",
)
SUPPRS = ("STUDYID", "RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "QNAM", "QLABEL", "QVAL", "QORIG", "QEVAL")
ADRESP = (
    *("STUDYID", "USUBJID", "EVAL", "EVALID", "PARAMCD", "PARAM", "AVISITN", "AVISIT", "ABLFL", "AVAL", "AVALC"),
    *("BASE", "CHG", "PCHG", "REASND"),
)
LONGEST_CODE, LONGEST_NAME = 8, 40  # characters of RSTESTCD and of RSTEST


@dataclass(frozen=True)
class Visit:
    """A visit. place: of the visit in the subject's order of time, from 0; None where that is not known. date: ISO."""

    subject: str
    name: str
    place: int | None = None
    week: float | None = None
    is_baseline: bool = False
    date: str = ""


@dataclass(frozen=True)
class Evaluator:
    """Who scored: RSEVAL, and RSEVALID, which tells one learner from another."""

    kind: str
    name: str = ""


@dataclass(frozen=True)
class Assessment:
    """A value of the index (region: "") or the composite of a region; None, with a reason, where there is none."""

    visit: Visit
    evaluator: Evaluator
    region: str
    value: float | None
    reason: str = ""
    qualifiers: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Response:
    """A value of the index beside that of the baseline, None where the visit does not follow one.

    reached: by threshold whether the visit is a response, None where that is not defined, for `reason`; empty where the
    visit follows no baseline.
    """

    visit: Visit
    evaluator: Evaluator
    value: float | None
    base: float | None
    reached: Mapping[int, bool | None]
    reason: str = ""


def write_cdisc(
    assessments: Iterable[Assessment], responses: Iterable[Response], index: SeverityIndex, study: str, folder: Path
) -> None:
    """Write rs.csv, supprs.csv and adresp.csv into a folder."""
    rs, supprs = rs_tables(assessments, index, study)
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in (("rs", rs), ("supprs", supprs), ("adresp", response_table(responses, index, study))):
        write_table(table, folder / f"{name}.csv")


def rs_code(region: str, index: SeverityIndex) -> str:
    """RSTESTCD, at most eight capitals and digits: TOTAL, or number and letters of the region; no two are equal."""
    if not region:
        return "TOTAL"
    number = index.region_names.index(region) + 1
    return f"R{number}{re.sub('[^A-Z0-9]', '', region.upper())}"[:LONGEST_CODE]


def response_code(threshold: int, index: SeverityIndex) -> str:
    """PARAMCD of a response: the first word of the index's name and the threshold, such as PASI75."""
    word = re.sub("[^A-Z]", "", index.name.split()[0].upper())[: LONGEST_CODE - len(str(threshold))]
    return f"{word or 'RESP'}{threshold}"


def study_day(week: float | None) -> float:
    """The planned study day of a week; SDTM has no day 0, so that the first day of week 0 is day 1.

    >>> study_day(0), study_day(2), study_day(-1)
    (1.0, 15.0, -7.0)
    """
    if week is None:
        return nan
    days = round(7 * week)
    return float(days + 1 if days >= 0 else days)


def rs_tables(
    assessments: Iterable[Assessment], index: SeverityIndex, study: str
) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    """The tables RS and SUPPRS as columns, sorted by subject, visit, test and evaluator; RSSEQ counts in a subject."""
    tests = {"": 0, **{region: place for place, region in enumerate(index.region_names, start=1)}}
    rows, qualifiers = [], []
    numbers: dict[str, count[int]] = {}
    for one in sorted(assessments, key=lambda one: (*_time(one.visit), tests[one.region], *_by(one.evaluator))):
        number = next(numbers.setdefault(one.visit.subject, count(1)))
        rows.append(_rs_row(one, index, study, number))
        for name, value in (one.qualifiers or {}).items():
            key = (study, "RS", _subject(study, one.visit), "RSSEQ", str(number))
            qualifiers.append((*key, name, LABELS[name], value, "Derived", one.evaluator.kind))
    return _columns(RS, rows), _columns(SUPPRS, qualifiers)


def _rs_row(one: Assessment, index: SeverityIndex, study: str, number: int) -> tuple[Any, ...]:
    text, visit = _text(one.value), one.visit
    name = f"{index.name}-{f'Composite, {one.region}' if one.region else 'Total score'}"
    unit = index.unit if one.value is not None else ""
    return (
        *(study, "RS", _subject(study, visit), number),
        *(rs_code(one.region, index), name[:LONGEST_NAME], index.name.upper()),
        *(text, unit, text, _rounded(one.value), unit),
        *("NOT DONE" if one.value is None else "", one.reason, one.evaluator.kind, one.evaluator.name),
        *("Y" if visit.is_baseline and one.value is not None else "", _number(visit), visit.name),
        *(study_day(visit.week), visit.date),
    )


def response_table(responses: Iterable[Response], index: SeverityIndex, study: str) -> dict[str, list[Any]]:
    """ADRESP as columns: a row with the value and its change, then one a threshold, for each visit and evaluator."""
    rows = []
    for one in sorted(responses, key=lambda one: (one.visit.subject, *_by(one.evaluator), *_time(one.visit))):
        visit, value, base = one.visit, one.value, one.base
        key = (study, _subject(study, visit), one.evaluator.kind, one.evaluator.name)
        place = (_number(visit), visit.name, "Y" if visit.is_baseline else "")
        change = nan if value is None or base is None or visit.is_baseline else value - base
        per_cent = 100 * change / base if base is not None and base > 0 else nan
        numbers = (_rounded(base), _rounded(change), _rounded(per_cent))
        rows.append((*key, "TOTAL", index.name, *place, _rounded(value), _text(value), *numbers, ""))
        for threshold, reached in one.reached.items():
            flag = "" if reached is None else "Y" if reached else "N"
            name = f"Improvement from baseline of at least {threshold}%"
            row = (*key, response_code(threshold, index), name, *place, nan if reached is None else float(reached))
            rows.append((*row, flag, nan, nan, nan, one.reason if reached is None else ""))
    return _columns(ADRESP, rows)


def _subject(study: str, visit: Visit) -> str:
    return f"{study}-{visit.subject}"


def _time(visit: Visit) -> tuple[str, float, str]:
    return visit.subject, inf if visit.place is None else visit.place, visit.name


def _by(evaluator: Evaluator) -> tuple[str, str]:
    return evaluator.kind, evaluator.name


def _number(visit: Visit) -> float:
    return nan if visit.place is None else float(visit.place + 1)


def _text(value: float | None) -> str:
    return "" if value is None else f"{value:.10g}"


def _rounded(value: float | None) -> float:
    """The number that `_text` shows, so that the text and the number of a row are one."""
    return nan if value is None else float(_text(value))


def _columns(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> dict[str, list[Any]]:
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)) if rows else {name: [] for name in names}
