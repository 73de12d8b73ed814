"""The drawing of a subject's course over time, in parts that the page shows as visits are revealed."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pasi.review.content import ShownSubject, ShownVisit

WIDTH, HEIGHT = 640, 220  # of the drawing, in its own units
LEFT, RIGHT, TOP, BOTTOM = 44, 14, 12, 34
TICKS = 4


@dataclass(frozen=True)
class Mark:
    """The place of a visit: x, and y of its score and of the ends of its interval, None without one."""

    visit: ShownVisit
    x: float
    label: str
    y: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Course:
    """marks: of each visit. lines: pairs of marks that follow each other and have scores. ticks: y and text.

    top: the value at the upper end, the same for all subjects, so that an axis tells nothing of a score.
    """

    marks: tuple[Mark, ...]
    lines: tuple[tuple[Mark, Mark], ...]
    ticks: tuple[tuple[float, str], ...]
    top: float
    axis: str


def course_of(subject: ShownSubject, top: float) -> Course:
    """The course of a subject; by weeks where all its visits have one, else with equal steps."""
    weeks = [visit.week for visit in subject.visits]
    known = [week for week in weeks if week is not None]
    by_week = subject.is_known and len(known) == len(weeks) and len(set(known)) == len(known)
    places = known if by_week else [float(place) for place in range(len(weeks))]
    marks = tuple(_mark(visit, x, top) for visit, x in zip(subject.visits, _spread(places), strict=True))
    lines = tuple((one, two) for one, two in pairwise(mark for mark in marks if mark.y is not None))
    values = [top * place / TICKS for place in range(TICKS + 1)]
    axis = "week" if by_week else "visits in their order" if subject.is_known else "visits in the order of the table"
    return Course(marks, lines, tuple((height_of(value, top), f"{value:g}") for value in values), top, axis)


def _spread(places: Sequence[float]) -> list[float]:
    """x of places on the axis, from its left end to its right one; of a single one the middle."""
    low, wide = min(places), max(places) - min(places)
    inner = WIDTH - LEFT - RIGHT - 24
    return [round(LEFT + 12 + (inner * (place - low) / wide if wide else inner / 2), 1) for place in places]


def _mark(visit: ShownVisit, x: float, top: float) -> Mark:
    numbers = visit.row.numbers if visit.row.score is not None else {}
    y, low, high = (
        None if name not in numbers else height_of(numbers[name], top) for name in ("score", "low_90", "high_90")
    )
    return Mark(visit, x, visit.row.visit, y, low, high)


def height_of(value: float, top: float) -> float:
    """y of a value; values outside of the axis lie at its end.

    >>> height_of(0, 40), height_of(40, 40), height_of(-1, 40)
    (186.0, 12.0, 186.0)
    """
    share = min(1.0, max(0.0, value / top))
    return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)


def axis_top(subjects: Sequence[ShownSubject], maximum: float) -> float:
    """The value at the upper end of every axis: the largest score or interval of the page, rounded up.

    maximum: the largest value of the index, which is not exceeded.
    """
    scored = [visit.row.numbers for own in subjects for visit in own.visits if visit.row.score is not None]
    largest = max((numbers.get(name, 0.0) for numbers in scored for name in ("score", "high_90")), default=0.0)
    step = 10.0 ** math.floor(math.log10(maximum / TICKS))
    while largest > 0 and step * TICKS < min(largest, maximum):
        step += 10.0 ** math.floor(math.log10(maximum / TICKS))
    return min(step * TICKS, maximum) if largest > 0 else maximum
