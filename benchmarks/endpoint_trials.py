"""Trials with two arms and known truth, for the replay of endpoints: courses of `pasi simulate`, read with an error."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from pasi.evaluation.metrics import ccc
from pasi.severity.index import Label, SeverityBand, SeverityIndex
from pasi.severity.steps import is_clear, to_steps
from pasi.simulate.course import REGIONS, SIGNS, draw_course
from pasi.simulate.design import Arm, design_subjects
from pasi.simulate.raters import draw_raters, index_values, read_course, true_grades

PASI = SeverityIndex(
    name="PASI without head",
    unit="points",
    signs=tuple(Label(name, 4, 1) for name in SIGNS),
    area=Label("area", 6, 1),
    regions=tuple(REGIONS),
    bands=(SeverityBand("any", None),),
    clear_below=0.5,
    responses=(50, 75, 90, 100),
)
POOL = 2000  # subjects of whom the arms of all trials are drawn
ARMS = (Arm("placebo", 0.05), Arm("active", 0.86))
SHARED = 1 / 3  # of the variance of the error, that of the subject, which its baseline has too


@dataclass(frozen=True)
class Pool:
    """True PASI (subjects, weeks) of all who might be in an arm, and the readings of two raters."""

    truth: np.ndarray
    raters: np.ndarray


@lru_cache
def pool(arm: Arm) -> Pool:
    """The subjects of an arm, the same in every process."""
    people = design_subjects(POOL, 0, (arm,))
    courses = [draw_course(person, 0) for person in people]
    read = [
        [index_values(read_course(rater, person, course, 0)) for person, course in zip(people, courses, strict=True)]
        for rater in draw_raters(2, 0)
    ]
    return Pool(np.array([index_values(true_grades(course)) for course in courses]), np.array(read))


def read_with_error(truth: np.ndarray, deviation: float, seed: int, *, growing: bool) -> np.ndarray:
    """Readings (subjects, weeks) by a model with an error of this standard deviation, in points, and no bias.

    growing: the deviation is that at a PASI of 9, and grows with its root; otherwise it is the same everywhere.
    """
    generator = np.random.default_rng(seed)
    of_subject = generator.normal(0, deviation * SHARED**0.5, (len(truth), 1))
    of_visit = generator.normal(0, deviation * (1 - SHARED) ** 0.5, truth.shape)
    scale = np.sqrt((truth + 1) / 10) if growing else 1.0
    readings: np.ndarray = truth + scale * (of_subject + of_visit)
    return readings


def reached(scores: np.ndarray, threshold: int) -> np.ndarray:
    """Whether each subject (n,) reaches `threshold` at the last week, by its scores (n, weeks)."""
    first, last = to_steps(scores[:, 0], PASI.quantum), to_steps(scores[:, -1], PASI.quantum)
    start = ~is_clear(scores[:, 0], PASI)
    found: np.ndarray = start & ((100 * (first - last) >= threshold * first) | is_clear(scores[:, -1], PASI))
    return found


def deviation_for(concordance: float, *, growing: bool) -> float:
    """The deviation at which the CCC of all visits of the active arm is this one."""
    truth = pool(ARMS[1]).truth
    low, high = 0.0, 20.0
    for _ in range(30):
        middle = (low + high) / 2
        found = ccc(truth.ravel(), read_with_error(truth, middle, 0, growing=growing).ravel())
        low, high = (middle, high) if found > concordance else (low, middle)
    return (low + high) / 2
