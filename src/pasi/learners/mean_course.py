"""Baselines that know the calendar and no photo: the mean course of a region over the weeks.

A trial's scores fall by themselves, so that the week alone predicts much. What a network adds is what is beyond it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from pasi.learners.baseline_rows import Rows

WINDOW = 1.0  # weeks: scores less than this apart are averaged, so that visits a few days early or late are pooled


@dataclass(frozen=True)
class MeanCourse:
    """The mean composite over the weeks: `levels` (m,) at the fitted `weeks` (m,), and the `mean` of all fitted rows.

    `mean` stands for a row whose week is not known, and for all rows where no week was fitted.
    """

    weeks: np.ndarray
    levels: np.ndarray
    mean: float

    def at(self, week: np.ndarray) -> np.ndarray:
        """The level (n,) at each week (n,): interpolated between fitted weeks, and that of the nearest one beyond them.

        >>> course = MeanCourse(np.array([0.0, 4.0]), np.array([20.0, 10.0]), 15.0)
        >>> course.at(np.array([0.0, 1.0, 4.0, 9.0, np.nan])).tolist()
        [20.0, 17.5, 10.0, 10.0, 15.0]
        """
        known = np.isfinite(week)
        if not len(self.weeks):
            return np.full(len(week), self.mean)
        return np.where(known, np.interp(np.where(known, week, 0.0), self.weeks, self.levels), self.mean)

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return {"weeks": self.weeks.tolist(), "levels": self.levels.tolist(), "mean": self.mean}


def mean_course(week: np.ndarray, observed: np.ndarray) -> MeanCourse:
    """The course of composites (n,), at least one, at weeks (n,) that are NaN where unknown.

    The level at a fitted week is the mean of all composites less than WINDOW from it.

    >>> mean_course(np.array([0.0, 0.0, 3.9, 4.1, np.nan]), np.array([20.0, 30.0, 10.0, 12.0, 8.0])).levels.tolist()
    [25.0, 11.0, 11.0]
    """
    known = np.isfinite(week)
    weeks = np.unique(week[known])
    near = np.abs(weeks[:, None] - week[known]) < WINDOW
    levels = (near @ observed[known]) / near.sum(axis=1)
    return MeanCourse(weeks, levels, float(observed.mean()))


def fit_week_course(rows: Rows, fitted: np.ndarray) -> tuple[np.ndarray, dict[str, Any]]:
    """The mean course of each region; that of all regions for one without fitted rows."""
    courses = _courses(rows, fitted, rows.region)
    predicted = _predict(courses, rows.region, rows.week)
    return predicted, _summary(fitted, {str(name): course for name, course in courses.items()})


def fit_arm_course(rows: Rows, fitted: np.ndarray) -> tuple[np.ndarray, dict[str, Any]]:
    """The mean course of each region in each arm; that of all arms where the arm is unknown or has no fitted rows."""
    predicted, _ = fit_week_course(rows, fitted)
    cells = np.array([f"{region}, {arm}" for region, arm in zip(rows.region, rows.arm, strict=True)], dtype=object)
    own = np.isin(cells, np.unique(cells[fitted & (rows.arm != "")]))
    courses = _courses(rows, fitted & own, cells) if own.any() else {}
    predicted[own] = _predict(courses, cells[own], rows.week[own])
    return predicted, _summary(fitted, courses)


def fit_first_visit(rows: Rows, fitted: np.ndarray) -> tuple[np.ndarray, dict[str, Any]]:
    """The physician's score of the subject's own baseline visit, carried along the mean course of the region.

    It is multiplied by the level of the course at the week over that at the baseline. A subject that starts twice as
    high as the mean is predicted twice as high throughout. The baseline visit itself, visits before it, and those
    without a known week or baseline of the region are predicted by the mean course: at no visit does the baseline know
    the score that it predicts.
    """
    level, _ = fit_week_course(rows, fitted)
    first = np.flatnonzero(rows.is_baseline & np.isfinite(rows.week))
    places = {(rows.subject[at], rows.region[at]): at for at in first}
    keys = zip(rows.subject, rows.region, strict=True)
    start = np.array([places.get(key, -1) for key in keys], dtype=np.intp)
    later = (start >= 0) & (rows.week > rows.week[start]) & (level[start] > 0)
    predicted = level.copy()
    predicted[later] *= rows.observed[start[later]] / level[start[later]]
    return predicted, {"rows": int(fitted.sum()), "carried": int(later.sum())}


def _courses(rows: Rows, fitted: np.ndarray, cells: np.ndarray) -> dict[str, MeanCourse]:
    """The course of the fitted rows of each cell; "" has that of all fitted rows."""
    masks = {"": fitted} | {str(cell): fitted & (cells == cell) for cell in dict.fromkeys(cells[fitted])}
    return {name: mean_course(rows.week[mask], rows.observed[mask]) for name, mask in masks.items()}


def _predict(courses: Mapping[str, MeanCourse], cells: np.ndarray, week: np.ndarray) -> np.ndarray:
    predicted = np.zeros(len(cells))
    for cell in dict.fromkeys(cells):
        own = cells == cell
        predicted[own] = courses.get(str(cell), courses[""]).at(week[own])
    return predicted


def _summary(fitted: np.ndarray, courses: Mapping[str, MeanCourse]) -> dict[str, Any]:
    return {"rows": int(fitted.sum()), "courses": {name: course.to_json() for name, course in courses.items() if name}}
