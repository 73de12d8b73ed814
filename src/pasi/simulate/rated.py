"""The tables of scores: as the table of a trial has them, as every rater read them, and as they truly are."""

from collections.abc import Iterator, Sequence

import numpy as np

from pasi.simulate.course import REGIONS, SIGNS, WEEKS, Subject, draw_course
from pasi.simulate.raters import Rater, read_course, true_grades

GRADES = (*SIGNS, "area")
PLACE = ("subject", "visit", "week", "region")


def columns_of(names: Sequence[str], rows: Sequence[tuple[object, ...]]) -> dict[str, list[object]]:
    """Rows as columns by name."""
    return {name: list(values) for name, values in zip(names, zip(*rows, strict=True), strict=True)}


def score_columns(people: Sequence[Subject], raters: Sequence[Rater], seed: int) -> dict[str, list[object]]:
    """scores.csv: grades and attributes by subject, visit and region; the grades of the one rater, or the true ones."""
    rows = [
        (*place, *grades.tolist(), person.arm, person.sex, person.age, person.site, person.skin_type)
        for person in people
        for place, grades in _of_subject(person, raters, seed)
    ]
    return columns_of((*PLACE, *GRADES, "arm", "sex", "age", "site", "skin_type"), rows)


def rater_columns(people: Sequence[Subject], raters: Sequence[Rater], seed: int) -> dict[str, list[object]]:
    """raters.csv: the grades that each rater gave, all rows of a rater together."""
    rows = [
        (rater.name, *place, *grades.tolist())
        for rater in raters
        for person in people
        for place, grades in _of_subject(person, [rater], seed)
    ]
    return columns_of(("rater", *PLACE, *GRADES), rows)


def truth_columns(people: Sequence[Subject], seed: int) -> dict[str, list[object]]:
    """truth.csv: the true grades, which the photos show and no rater knows."""
    rows = [(*place, *grades.tolist()) for person in people for place, grades in _of_subject(person, [], seed)]
    return columns_of((*PLACE, *GRADES), rows)


def _of_subject(
    person: Subject, raters: Sequence[Rater], seed: int
) -> Iterator[tuple[tuple[str, str, int, str], np.ndarray]]:
    """PLACE and GRADES of each region of each visit, read by the one rater or, without one, true."""
    course = draw_course(person, seed)
    grades = read_course(raters[0], person, course, seed) if raters else true_grades(course)
    for visit in person.visits:
        for region, own in zip(REGIONS, grades[visit], strict=True):
            yield (person.name, f"V{visit + 1}", WEEKS[visit], region.name), own
