"""Courses of a severity index over the weeks of a trial."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pasi.severity.index import SeverityIndex
from pasi.severity.response import improvement

SOURCES = ("observed", "predicted")


@dataclass(frozen=True)
class Course:
    """One subject: visits in order of time, values of the index, improvement in whole per cent (None: undefined)."""

    subject: str
    visits: tuple[str, ...]
    weeks: np.ndarray
    values: Mapping[str, np.ndarray]
    improvements: Mapping[str, tuple[int | None, ...]]


def courses_of(rows: Mapping[str, np.ndarray], index: SeverityIndex) -> list[Course]:
    """The course of every subject with two visits or more, in the order of the rows."""
    courses = []
    for subject in dict.fromkeys(rows["subject"]):
        own = np.flatnonzero(rows["subject"] == subject)
        if len(own) < 2:
            continue
        weeks = np.asarray(rows["week"], dtype=np.float64)[own]
        own = own[np.argsort(weeks, kind="stable")] if np.isfinite(weeks).all() else own
        first = np.asarray(rows["first_visit"], dtype=bool)[own]
        values = {name: np.asarray(rows[name], dtype=np.float64)[own] for name in SOURCES}
        courses.append(
            Course(
                subject=str(subject),
                visits=tuple(str(visit) for visit in rows["visit"][own]),
                weeks=np.asarray(rows["week"], dtype=np.float64)[own],
                values=values,
                improvements={name: _improvements(values[name], first, index) for name in SOURCES},
            )
        )
    return courses


def _improvements(values: np.ndarray, first: np.ndarray, index: SeverityIndex) -> tuple[int | None, ...]:
    """Improvement of each visit over the first, which itself has none; none at all where the first lacks a region."""
    start = float(values[first][0]) if first.any() else 0.0
    return tuple(
        None if begins else improvement(start, float(value), index.quantum)
        for value, begins in zip(values, first, strict=True)
    )
