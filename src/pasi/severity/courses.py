"""Courses of a severity index over the weeks of a trial."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pasi.severity.index import SeverityIndex
from pasi.severity.response import improvement

SOURCES = ("observed", "predicted")  # the columns whose values a course follows


@dataclass(frozen=True)
class Course:
    """The course of one subject, whose visits are in the order of time.

    `weeks` (visits,) holds NaN where a week is unknown. By source (SOURCES): `values` of the index (visits,), and
    `improvements` in whole per cent, None where undefined.
    """

    subject: str
    visits: tuple[str, ...]
    weeks: np.ndarray
    values: Mapping[str, np.ndarray]
    improvements: Mapping[str, tuple[int | None, ...]]


def courses_of(rows: Mapping[str, np.ndarray], index: SeverityIndex) -> list[Course]:
    """The course of every subject with at least two visits, in the order of the rows.

    `rows` has the columns subject, visit, week, first_visit, observed and predicted, and holds one learner and part.
    Visits are sorted by week, or stay in the order of the rows where a week of the subject is unknown.
    """
    courses = []
    weeks = np.asarray(rows["week"], dtype=np.float64)
    for subject in dict.fromkeys(rows["subject"]):
        own = np.flatnonzero(rows["subject"] == subject)
        if len(own) < 2:
            continue
        if np.isfinite(weeks[own]).all():
            own = own[np.argsort(weeks[own], kind="stable")]
        first = np.asarray(rows["first_visit"], dtype=bool)[own]
        values = {name: np.asarray(rows[name], dtype=np.float64)[own] for name in SOURCES}
        courses.append(
            Course(
                subject=str(subject),
                visits=tuple(str(visit) for visit in rows["visit"][own]),
                weeks=weeks[own],
                values=values,
                improvements={name: _improvements(values[name], first, index) for name in SOURCES},
            )
        )
    return courses


def _improvements(values: np.ndarray, first: np.ndarray, index: SeverityIndex) -> tuple[int | None, ...]:
    """Improvement of each visit over the first; None for the first, and for all where the first is missing or 0."""
    start = float(values[first][0]) if first.any() else 0.0
    return tuple(
        None if begins else improvement(start, float(value), index.quantum)
        for value, begins in zip(values, first, strict=True)
    )
