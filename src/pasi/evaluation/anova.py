"""The one-way analysis of variance by subject, from sums over subjects, for any numbers of visits."""

from typing import NamedTuple

import numpy as np


class Anova(NamedTuple):
    """Mean over visits, variance between subjects and within them, and of a visit of an unseen subject, all (...).

    They are moment estimates. between is below 0 where subjects differ by less than their visits let expect; total is
    within plus between, whatever the sign of between, so that it is unbiased and never negative. Below two subjects
    between and total are NaN. Where each subject has one visit, nothing tells between and within apart; they are NaN,
    and total is the variance of the values, which it comes near where few subjects have a second visit.
    """

    mean: np.ndarray
    between: np.ndarray
    within: np.ndarray
    total: np.ndarray


def anova_sums(values: np.ndarray, codes: np.ndarray) -> tuple[np.ndarray, float]:
    """For each subject 1, its m visits, m^2, and its sums of x, x^2 and (sum x)^2 / m (G, 6); and the mean of all.

    x is a value minus the mean of all values, so that large ones lose no precision.

    >>> sums, middle = anova_sums(np.array([1.0, 3.0, 5.0]), np.array([0, 0, 1]))
    >>> sums.tolist(), middle
    ([[1.0, 2.0, 4.0, -2.0, 4.0, 2.0], [1.0, 1.0, 1.0, 2.0, 4.0, 4.0]], 3.0)
    """
    middle = float(values.mean()) if len(values) else 0.0
    x = values - middle
    visits, sums = np.bincount(codes).astype(np.float64), np.bincount(codes, x)
    squares = np.bincount(codes, x * x)
    return np.stack([np.ones_like(visits), visits, visits**2, sums, squares, sums**2 / visits], axis=1), middle


def anova_of(sums: np.ndarray, middle: float) -> Anova:
    """The analysis of any set of subjects, from sums (..., 6) as `anova_sums` gives them about the mean `middle`.

    within = MSW, between = (MSB - MSW) / n0, total = MSB / n0 + (1 - 1 / n0) MSW, n0 = (N - sum m^2 / N) / (G - 1),
    with N visits of G subjects (Searle, Casella and McCulloch, Variance Components, 1992, section 3.6). n0 is 1 where
    each has one visit, and never below.

    >>> sums, middle = anova_sums(np.array([1.0, 3.0, 5.0, 7.0]), np.array([0, 0, 1, 1]))
    >>> found = anova_of(sums.sum(axis=0), middle)
    >>> float(found.mean), float(found.between), float(found.within)
    (4.0, 7.0, 2.0)
    """
    subjects, visits, _, x, xx, of_means = np.moveaxis(sums, -1, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        within = np.where(visits > subjects, np.maximum(xx - of_means, 0) / (visits - subjects), np.nan)
        of_subjects = np.where(subjects > 1, (of_means - x**2 / visits) / (subjects - 1), np.nan)  # MSB
        between = (of_subjects - within) / effective_visits(sums)
        total = np.where(visits > subjects, between + within, of_subjects)
        return Anova(middle + x / visits, between, within, total)


def effective_visits(sums: np.ndarray) -> np.ndarray:
    """n0 (...), the visits of a subject for the variance between them; their number where all have as many.

    >>> sums, _ = anova_sums(np.array([1.0, 3.0, 5.0]), np.array([0, 0, 1]))
    >>> round(float(effective_visits(sums.sum(axis=0))), 3)
    1.333
    """
    subjects, visits, squared = sums[..., 0], sums[..., 1], sums[..., 2]
    with np.errstate(divide="ignore", invalid="ignore"):
        found: np.ndarray = (visits - squared / visits) / (subjects - 1)
    return found
