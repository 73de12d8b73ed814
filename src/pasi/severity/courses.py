"""Courses of a severity index over the weeks of a trial."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from pasi.severity.index import SeverityIndex
from pasi.severity.response import SOURCES, improvement


@dataclass(frozen=True)
class Course:
    """The course of one subject, whose visits are in the order of time.

    `weeks` (visits,) holds NaN where a week is unknown. By source (SOURCES): `values` of the index (visits,), and
    `improvements` from the baseline in whole per cent, None where undefined.
    """

    subject: str
    visits: tuple[str, ...]
    weeks: np.ndarray
    values: Mapping[str, np.ndarray]
    improvements: Mapping[str, tuple[int | None, ...]]


def courses_of(rows: Mapping[str, np.ndarray], index: SeverityIndex) -> list[Course]:
    """The course of every subject with at least two visits whose order is known, in the order of the rows.

    `rows` are those of one learner and part. Columns: subject, visit, week, visit_order, baseline, observed, predicted.
    """
    weeks, order = (np.asarray(rows[name], dtype=np.float64) for name in ("week", "visit_order"))
    courses = []
    for subject, own in _rows_of_subjects(rows):
        if not np.isfinite(order[own]).all():
            continue
        own = own[np.argsort(order[own], kind="stable")]
        (baseline,) = np.nonzero(rows["visit"][own] == rows["baseline"][own])
        values = {name: np.asarray(rows[name], dtype=np.float64)[own] for name in SOURCES}
        courses.append(
            Course(
                subject=subject,
                visits=tuple(str(visit) for visit in rows["visit"][own]),
                weeks=weeks[own],
                values=values,
                improvements={name: _improvements(values[name], baseline, index) for name in SOURCES},
            )
        )
    return courses


def subjects_without_order(rows: Mapping[str, np.ndarray]) -> list[str]:
    """Subjects with at least two visits that have no course, because the order of the visits is not known."""
    order = np.asarray(rows["visit_order"], dtype=np.float64)
    return [subject for subject, own in _rows_of_subjects(rows) if not np.isfinite(order[own]).all()]


def _rows_of_subjects(rows: Mapping[str, np.ndarray]) -> Iterator[tuple[str, np.ndarray]]:
    """The places of the rows of each subject with at least two visits, in the order of the rows."""
    for subject in dict.fromkeys(rows["subject"]):
        own = np.flatnonzero(rows["subject"] == subject)
        if len(own) > 1:
            yield str(subject), own


def _improvements(values: np.ndarray, baseline: np.ndarray, index: SeverityIndex) -> tuple[int | None, ...]:
    """Improvement of each visit over the baseline; None up to it, and for all where it is missing or clear.

    baseline: the place of the baseline among the visits, or no place.
    """
    if not len(baseline):
        return (None,) * len(values)
    start = int(baseline[-1])
    later = (improvement(float(values[start]), float(value), index) for value in values[start + 1 :])
    return (None,) * (start + 1) + tuple(later)
