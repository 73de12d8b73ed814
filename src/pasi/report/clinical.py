"""Section 5, Clinical: responses by week, courses of the test subjects, severity bands, and endpoints."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan
from typing import Any

import numpy as np
from markupsafe import Markup

from pasi.evaluation.settings import LIMITS, AcceptanceLimits
from pasi.evaluation.subgroups import FEW
from pasi.evaluation.visits import learner_rows
from pasi.report.band_cuts import band_cut_text
from pasi.report.cells import Line
from pasi.report.content import ReportContent
from pasi.report.endpoints import endpoint_rows, endpoint_texts, price_text
from pasi.report.numbers import number
from pasi.report.plots import Axes
from pasi.report.responses import missing_courses_text, missing_response_texts, nearly_clear_text
from pasi.severity.courses import Course, courses_of

MOST_COURSES = 60  # panels; the table of the figure has all
PANEL = (250, 190)  # pixels


@dataclass(frozen=True)
class Panel:
    """The course of one subject: its plot, and the improvement at its last visit in words."""

    subject: str
    plot: Markup
    words: str


def clinical_section(content: ReportContent) -> dict[str, Any]:
    """The variables of the section's template."""
    own = np.asarray(content.visits["learner"]) == content.chosen
    visits = {name: np.asarray(values)[own] for name, values in content.visits.items()}
    by_week = content.lines("responses", imputed=False)
    panels = course_panels(content)
    replacement = AcceptanceLimits.from_config(content.config["evaluation"])
    return {
        "responses": [row for row in by_week if isnan(row["week"])],
        "by_week": [row for row in by_week if not isnan(row["week"])],
        "imputed": [row for row in content.lines("imputed_counts") if row["undefined"]],
        "response_times": content.lines("response_times"),
        "improvements": content.lines("improvements"),
        "few": FEW,
        "nearly_clear": nearly_clear_text(content, visits),
        "missing_responses": missing_response_texts(content, visits),
        "missing_courses": missing_courses_text(content),
        "courses": panels[:MOST_COURSES],
        "courses_left": len(panels[MOST_COURSES:]),
        "limits": limits_of(content),
        "bands": content.lines("bands"),
        "band_cuts": band_cut_text(content),
        "endpoint_texts": endpoint_texts(content),
        "arm_endpoints": endpoint_rows(content, pairs=False),
        "pair_endpoints": endpoint_rows(content, pairs=True),
        "price_text": price_text,
        "replacement": replacement,
        "usual_limits": replacement == LIMITS,
    }


def limits_of(content: ReportContent) -> dict[str, Line]:
    """The limits of agreement out of fold of the chosen learner, which the bars of the courses show."""
    rows = content.lines("agreement", learner=content.chosen, part="oof")
    return {row["measure"]: row for row in rows if row["measure"] in ("lower", "upper") and not isnan(row["estimate"])}


def course_panels(content: ReportContent) -> list[Panel]:
    """One panel a test subject whose order of visits is known, all on the same scales."""
    courses = courses_of(learner_rows(content.visits, content.chosen, "test"), content.index)
    if not courses:
        return []
    limits = {name: float(row["estimate"]) for name, row in limits_of(content).items()}
    timed = all(np.isfinite(course.weeks).all() for course in courses)
    values = np.concatenate([course.values[name] for course in courses for name in ("observed", "predicted")])
    places = [course.weeks if timed else np.arange(1.0, 1 + len(course.visits)) for course in courses]
    ends = float(min(place.min() for place in places)), float(max(place.max() for place in places))
    axes = Axes(
        *PANEL, x=(ends[0], max(ends[1], ends[0] + 1)), y=(min(0.0, values.min()), max(1.0, 1.05 * values.max()))
    )
    return [_panel(course, at, axes, limits, timed) for course, at in zip(courses, places, strict=True)]


def _panel(course: Course, at: np.ndarray, axes: Axes, limits: Mapping[str, float], timed: bool) -> Panel:
    parts = [axes.frame("week" if timed else "visit", "score")]
    predicted, observed = course.values["predicted"], course.values["observed"]
    if len(limits) == 2:
        low, high = axes.y
        for x, value in zip(at, predicted, strict=True):
            ends = (np.clip(value - limits[name], low, high) for name in ("upper", "lower"))
            parts.append(axes.line((x, next(ends)), (x, next(ends)), "bar"))
    for name, values, shape in (("observed", observed, 0), ("predicted", predicted, 1)):
        parts.append(axes.path(at, values, f"course {name}"))
        for place, (x, value) in enumerate(zip(at, values, strict=True)):
            words = f"{course.subject} {course.visits[place]}: {name} {value:.1f}"
            parts.append(axes.mark(x, value, (shape, f"plain {name}"), words, course.subject))
    label = f"Course of {course.subject}: observed and predicted score by {'week' if timed else 'visit'}"
    return Panel(course.subject, axes.svg(parts, label), _last_change(course))


def _last_change(course: Course) -> str:
    """The improvement at the last visit by both sources; "" where it is not defined."""
    last = {name: changes[-1] for name, changes in course.improvements.items()}
    if None in last.values():
        return "no improvement is defined"
    observed, predicted = (number(last[name], 0) for name in ("observed", "predicted"))
    return f"at {course.visits[-1]}: observed {observed}%, predicted {predicted}%"
