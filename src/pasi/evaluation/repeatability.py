"""How far predictions of one visit differ when it is photographed again (S11)."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike

from pasi.evaluation.anova import anova_of, anova_sums
from pasi.evaluation.intervals import Interval
from pasi.evaluation.jackknife import FISHER, LOG, jackknife_interval, root_interval
from pasi.evaluation.nested import nested_values, visit_codes


@dataclass(frozen=True)
class Repeatability:
    """Standard deviation within a visit, the repeatability coefficient, and the reliability, each with its interval.

    visits: those with several rows; rows: theirs.
    """

    deviation: Interval
    coefficient: Interval
    reliability: Interval
    visits: int
    rows: int


def repeatability(
    predicted: ArrayLike, subjects: ArrayLike, visits: ArrayLike, *, level: float = 0.95
) -> Repeatability:
    """Repeatability of predictions, from visits that were photographed more than once.

    deviation s_w is the square root of the mean square within visits. 95% of pairs of repeats differ by less than the
    coefficient, 1.96 sqrt(2) s_w (Bland and Altman, Statistical Methods in Medical Research 8, 1999, section 2), which
    is the minimal detectable change of a model against itself. reliability = variance between visits / (that + s_w^2),
    the one-way ICC of visits; it grows with the spread of severity in the cohort.

    Nothing observed is needed, and nothing is said of it: a model that always gives the same number repeats perfectly.

    Args:
        predicted: predicted scores (n,), a row for each time that a visit was photographed.
        subjects: subject of each row (n,), of any type that sorts.
        visits: visit of each row (n,).
        level: confidence level, 0 to 1.

    Returns:
        The figures, in the unit of the scores but for the reliability, with intervals from a jackknife-t of subjects,
        on the logarithm of the variance and on Fisher's z. Visits with one row are left out. NaN where no visit has
        two; bounds are NaN below 3 subjects, and where no repeats differ.

    Raises:
        ValueError: an array is not one-dimensional, a score is not finite, or the lengths differ.

    Example:
        Two visits, twice each: 2 and 4 apart, a mean square of (2 + 8) / 2.

        >>> found = repeatability([10, 12, 20, 24], ["A", "A", "B", "B"], ["V0"] * 4)
        >>> round(found.deviation.estimate**2, 9), round(found.coefficient.estimate, 2)
        (5.0, 6.2)
    """
    values, codes = nested_values("predicted", predicted, subjects)
    pairs = visit_codes(visits, codes)[1]
    several = np.bincount(pairs)[pairs] > 1 if len(pairs) else np.zeros(0, dtype=bool)
    values, codes, pairs = values[several], codes[several], np.unique(pairs[several], return_inverse=True)[1]
    by_visit, middle = anova_sums(values, pairs)
    owners = np.zeros(len(by_visit), dtype=np.int64)
    owners[pairs] = np.unique(codes, return_inverse=True)[1]
    sums = np.zeros((int(owners.max(initial=-1)) + 1, by_visit.shape[1]))
    np.add.at(sums, owners, by_visit)  # a subject is left out with all of its visits
    within = jackknife_interval(sums, lambda some: anova_of(some, middle).within, LOG, level=level)

    def reliability(some: np.ndarray) -> np.ndarray:
        found = anova_of(some, middle)
        share: np.ndarray = found.between / (found.between + found.within)
        return share

    return Repeatability(
        deviation=root_interval(within),
        coefficient=root_interval(within, 1.96 * sqrt(2)),
        reliability=jackknife_interval(sums, reliability, FISHER, level=level),
        visits=len(by_visit),
        rows=len(values),
    )
