"""Concordance correlation of repeated measures: agreement within visits, which the mean course adds nothing to (S4)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pasi.evaluation.intervals import Interval
from pasi.evaluation.jackknife import FISHER, jackknife_interval
from pasi.evaluation.moments import moment_sums
from pasi.evaluation.nested import nested_pairs, visit_codes


@dataclass(frozen=True)
class RepeatedConcordance:
    """The CCC of repeated measures with its interval, and the variance components that it is made of.

    shared: covariance of observed and predicted at a visit. noise: half the variance of their difference at a visit.
    bias: half the square of their mean difference at a visit, which is 0 on average, and may be below 0, where there is
    none. ccc = shared / (shared + noise + bias). rows: those that count; left_out: those whose visit no other
    subject has.
    """

    ccc: Interval
    shared: float
    noise: float
    bias: float
    rows: int
    left_out: int


def repeated_ccc(
    observed: ArrayLike, predicted: ArrayLike, subjects: ArrayLike, visits: ArrayLike, *, level: float = 0.95
) -> RepeatedConcordance:
    """The concordance correlation coefficient for repeated measures, by moments, for any pattern of visits.

    1 - (sum over visits of the mean of (y_i - p_i)^2) / (the same of (y_i - p_j)^2 over pairs of different subjects),
    each visit weighted by its subjects. That is the coefficient of King, Chinchilli and Carrasco (Statistics in
    Medicine 26, 2007) with an identity matrix of weights, and that of Carrasco and Jover's variance components with the
    visit as a fixed effect: shared is their subject + subject:visit, noise is subject:method + residual, bias is
    method + method:visit (Carrasco et al., Computer Methods and Programs in Biomedicine 109, 2013). Restricted maximum
    likelihood gives slightly different numbers.

    Scores are compared within each visit, so that the course that all subjects have in common does not count as
    agreement. Lin's CCC of all visits rewards it: a learner that knows the week alone can have a high one, and has
    about 0 here.

    Args:
        observed: observed scores (n,), one per subject and visit.
        predicted: predicted scores (n,).
        subjects: subject of each row (n,), of any type that sorts.
        visits: visit of each row (n,), named or numbered alike for all subjects, as the planned week is.
        level: confidence level, 0 to 1.

    Returns:
        The coefficient, with an interval from a jackknife-t of subjects on Fisher's z. All is NaN where no visit has
        two subjects; bounds are NaN below 3 subjects, and where the coefficient is undefined or 1.

    Raises:
        ValueError: an array is not one-dimensional, a score is not finite, the lengths differ, or a subject has two
            rows of one visit.

    Example:
        Predictions that know the visit alone: Lin's CCC of the six rows is 0.99.

        >>> observed, predicted = [30, 28, 26, 10, 8, 6], [28, 28, 28, 8, 8, 8]
        >>> found = repeated_ccc(observed, predicted, ["A", "B", "C", "A", "B", "C"], [0, 0, 0, 12, 12, 12])
        >>> found.ccc.estimate, found.shared, found.noise
        (0.0, 0.0, 2.0)
    """
    observed, predicted, codes = nested_pairs(observed, predicted, subjects)
    places, pairs = visit_codes(visits, codes)
    twice = np.flatnonzero(np.bincount(pairs)[pairs] > 1)
    if len(twice):
        raise ValueError(
            f"the subject of row {twice[0]} has several rows of its visit: expected one, such as their mean"
        )
    shape = (int(codes.max(initial=-1)) + 1, int(places.max(initial=-1)) + 1, 6)
    sums = np.zeros(shape)
    if len(observed):
        sums[codes, places] = moment_sums(observed, predicted, np.arange(len(observed)))
    ccc = jackknife_interval(sums, lambda some: _shares(some)[0], FISHER, level=level)
    with np.errstate(divide="ignore", invalid="ignore"):
        _, shared, noise, bias = map(float, _shares(sums.sum(axis=0)))
    common = sums[..., 0].sum(axis=0)
    rows = int(common[common > 1].sum())
    return RepeatedConcordance(ccc, shared, noise, bias, rows, len(observed) - rows)


def _shares(sums: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Coefficient, shared, noise and bias (...) from sums of the visits (..., T, 6) of `moment_sums`."""
    count, y, p, yy, pp, yp = np.moveaxis(sums, -1, 0)
    weight = np.where(count > 1, count, 0)
    count = np.maximum(count, 2)  # of a visit that one subject has, whose weight is 0
    covariance = (yp - y * p / count) / (count - 1)
    difference = (p - y) / count
    spread = np.maximum(yy + pp - 2 * yp - count * difference**2, 0) / (count - 1)
    parts = covariance, spread / 2, (difference**2 - spread / count) / 2
    shared, noise, bias = ((weight * part).sum(axis=-1) / weight.sum(axis=-1) for part in parts)
    return shared / (shared + noise + bias), shared, noise, bias
