"""Virtual physicians: how each of them scores what is there, with a bias and an error of their own by sign.

The sizes are fitted to Fink et al. (Journal of the European Academy of Dermatology and Venereology 32, 2018), who had
three trained physicians score 120 patients from photos twice: a mean absolute difference of 3.3 points of PASI between
two physicians and of 2.2 between two rounds of one, at a mean PASI of 8.8, with the least agreement on scaling and
induration and the most on the area. How the signs compare is chosen by hand; one factor for the error and one for the
bias then give 2.2 and 3.3 points on the visits of the default trial (`test_raters.py`). The model is ours: a grade read
is the true grade plus a bias of the rater, the same at all visits, plus an error of the visit that all regions share,
plus one of the region, all normal; then rounded. Clear skin is read as clear by everyone.
"""

from dataclasses import dataclass

import numpy as np

from pasi.simulate.course import REGIONS, SIGNS, Course, Subject
from pasi.simulate.draws import draws

HIGHEST = np.array([4, 4, 4, 6])  # grades of SIGNS and of the area
DIFFICULTY = np.array([1.0, 1.25, 1.25, 0.8])  # of SIGNS and of the area, relative to erythema
ERROR = 0.37  # standard deviation of the error of erythema in grades, of the visit and of the region each
BIAS = 0.46  # standard deviation of the bias of erythema over raters, in grades


@dataclass(frozen=True)
class Rater:
    """A rater by number from 0, with a bias for each of SIGNS and the area (4,), and the factor on the errors."""

    number: int
    bias: tuple[float, ...]
    factor: float

    @property
    def name(self) -> str:
        """R1 for the first."""
        return f"R{self.number + 1}"


def draw_raters(count: int, seed: int, factor: float = 1.0) -> list[Rater]:
    """Draw `count` raters; each depends on its number and the seed alone. factor: on biases and errors."""
    biases = [draws(seed, "rater bias", number).normal(0, 1, len(HIGHEST)) for number in range(count)]
    return [Rater(number, tuple(factor * BIAS * DIFFICULTY * bias), factor) for number, bias in enumerate(biases)]


def read_course(rater: Rater, subject: Subject, course: Course, seed: int) -> np.ndarray:
    """The grades (weeks, regions, 4) that a rater gives a subject at every week: those of SIGNS, then the area score.

    Where the area or all signs are read as 0, or are 0, the whole region is. Nothing depends on which visits the
    subject missed.
    """
    truth = true_grades(course)
    rng = draws(seed, "rater error", rater.number, subject.number)
    of_visit = rng.normal(0, 1, (len(truth), 1, len(HIGHEST)))
    of_region = rng.normal(0, 1, truth.shape)
    error = rater.factor * ERROR * DIFFICULTY * (of_visit + of_region)
    read = np.clip(np.rint(truth + np.array(rater.bias) + error), 0, HIGHEST).astype(np.int64)
    signs = len(SIGNS)
    visible = (truth[..., signs] > 0) & (read[..., signs] > 0) & read[..., :signs].any(axis=-1)
    grades: np.ndarray = np.where(visible[..., None], read, 0)
    return grades


def true_grades(course: Course) -> np.ndarray:
    """The true grades (weeks, regions, 4) of a course: those of SIGNS, then the area score."""
    return np.array([[(*score.signs, score.area) for score in scores] for scores in course], dtype=np.int64)


def index_values(grades: np.ndarray) -> np.ndarray:
    """PASI without head (...) by Equation 2 of grades (..., regions, 4).

    >>> index_values(np.array([[2, 1, 1, 2], [0, 0, 0, 0], [3, 3, 2, 4]])).round(9).tolist()
    14.4
    """
    composites = grades[..., :-1].sum(axis=-1) * grades[..., -1]
    values: np.ndarray = composites @ np.array([region.weight for region in REGIONS])
    return values
