"""Weighted kappa of ordered categories, such as severity bands or grades of a sign (S14, S15)."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from pasi.evaluation.intervals import Interval
from pasi.evaluation.jackknife import FISHER, jackknife_interval
from pasi.evaluation.nested import nested_pairs, subject_count

Weights = Literal["none", "linear", "quadratic"]


@dataclass(frozen=True)
class Kappa:
    """Kappa with its interval, shares of the visits in the same category and at most one apart, and the table.

    table (K, K): visits by observed (row) and predicted category (column).
    """

    kappa: Interval
    exact: float
    adjacent: float
    table: np.ndarray


def weighted_kappa(
    observed: ArrayLike,
    predicted: ArrayLike,
    subjects: ArrayLike,
    *,
    weights: Weights = "quadratic",
    level: float = 0.95,
) -> Kappa:
    """Cohen's kappa of ordered categories: agreement beyond what the two distributions alone would give.

    1 - sum w o / sum w e, with o the share of visits in each pair of categories, e the product of its marginal shares,
    and w = |i - j| (linear), (i - j)^2 (quadratic) or 1 for i != j (none: plain kappa) (Cohen, Psychological Bulletin
    70, 1968). With quadratic weights it is Lin's CCC of the categories' numbers (Fleiss and Cohen, Educational and
    Psychological Measurement 33, 1973). Categories that nobody has change nothing. Kappa depends on how frequent the
    categories are: values of two cohorts cannot be compared.

    Args:
        observed: number of the observed category (n,), 0 for the lowest, as `severity_bands` gives it.
        predicted: number of the predicted category (n,).
        subjects: subject of each visit (n,), of any type that sorts.
        weights: "none", "linear" or "quadratic".
        level: confidence level, 0 to 1.

    Returns:
        Kappa, at most 1, with an interval from a jackknife-t of subjects on Fisher's z. NaN where all visits are in one
        category; bounds are NaN below 3 subjects, and where kappa is 1 or undefined, also without one of the subjects.

    Raises:
        ValueError: an array is not one-dimensional, a category is no whole number of 0 or more, or the lengths differ.

    Example:
        Of six visits one is one category too high: sum w o is 1 / 6, and sum w e (6 + 16 + 2 + 4 + 8 + 6) / 36.

        >>> found = weighted_kappa([0, 0, 1, 1, 2, 2], [0, 1, 1, 1, 2, 2], ["A", "A", "B", "B", "C", "C"])
        >>> round(found.kappa.estimate, 3), round(found.exact, 3), found.adjacent, found.table.tolist()
        (0.857, 0.833, 1.0, [[1, 1, 0], [0, 2, 0], [0, 0, 2]])
    """
    observed, predicted, codes = nested_pairs(observed, predicted, subjects)
    for name, values in (("observed", observed), ("predicted", predicted)):
        wrong = np.flatnonzero((values < 0) | (values != np.rint(values)))
        if len(wrong):
            found = values[wrong[0]]
            raise ValueError(f"{name} has {found:g} in row {wrong[0]}, expected the number of a category, 0 or more")
    rows, columns = observed.astype(np.int64), predicted.astype(np.int64)
    categories = int(max(rows.max(initial=0), columns.max(initial=0))) + 1
    counts = np.zeros((subject_count(codes), categories, categories))
    np.add.at(counts, (codes, rows, columns), 1)
    weight = _disagreement(categories, weights)
    kappa = jackknife_interval(counts, lambda some: _kappa(some, weight), FISHER, level=level)
    table, apart = counts.sum(axis=0), np.abs(rows - columns)
    exact, adjacent = (float((apart <= most).mean()) if len(rows) else float("nan") for most in (0, 1))
    return Kappa(kappa, exact, adjacent, table.astype(np.int64))


def _disagreement(categories: int, weights: Weights) -> np.ndarray:
    """How much each pair of categories (K, K) disagrees."""
    apart = np.abs(np.subtract.outer(np.arange(categories), np.arange(categories))).astype(np.float64)
    return {"none": np.minimum(apart, 1), "linear": apart, "quadratic": apart**2}[weights]


def _kappa(counts: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Kappa (...) of counts (..., K, K); NaN where chance alone would give no disagreement."""
    visits = counts.sum(axis=(-2, -1))
    chance = np.einsum("...i,ij,...j->...", counts.sum(axis=-1), weight, counts.sum(axis=-2)) / visits
    disagreement = (counts * weight).sum(axis=(-2, -1))
    kappa: np.ndarray = np.where(chance > 0, 1 - disagreement / np.where(chance > 0, chance, 1), np.nan)
    return kappa
