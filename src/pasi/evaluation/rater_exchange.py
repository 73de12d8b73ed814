"""Whether a model differs from a rater by no more than another rater does."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pasi.evaluation.intervals import Interval
from pasi.evaluation.jackknife import LOG, jackknife_interval
from pasi.evaluation.nested import nested_pairs, subject_count, visit_codes


@dataclass(frozen=True)
class RaterExchange:
    """Mean squared differences of the model from a rater and between two raters, their ratio and excess.

    ratio: model / raters; excess: model - raters. visits: those that several raters scored.
    """

    model: float
    raters: float
    ratio: Interval
    excess: Interval
    visits: int


def rater_exchangeability(
    observed: ArrayLike,
    predicted: ArrayLike,
    subjects: ArrayLike,
    visits: ArrayLike,
    raters: ArrayLike,
    *,
    level: float = 0.95,
) -> RaterExchange:
    """How much more a model differs from a rater than another rater does, where several raters scored a visit.

    At each visit with two raters or more: the mean of (p - y_r)^2 over its raters, and the mean of (y_r - y_s)^2 over
    its pairs of raters; then the means of both over visits. The ratio is the inverse of the coefficient of individual
    agreement of Barnhart, Kosinski and Haber (Journal of Biopharmaceutical Statistics 17, 2007), the excess is the
    individual equivalence index of Obuchowski, Subhas and Schoenhagen (Academic Radiology 21, 2014). With a ratio of 1
    the model is one more rater; a bound below a margin that was set before says that it can take the place of one. A
    model without error and without a rater's noise has 1 / 2, because it differs by the noise of one rater alone.

    The raters here are all that count: nothing is said of raters of another clinic. Which of them scored which visit
    must not depend on the score.

    Args:
        observed: score of one rater at one visit (n,), a row for each rater and visit.
        predicted: the predicted score of the visit (n,), the same in all of its rows.
        subjects: subject of each row (n,), of any type that sorts.
        visits: visit of each row (n,).
        raters: rater of each row (n,).
        level: confidence level, 0 to 1.

    Returns:
        Squared differences in the unit of the scores squared, with intervals from a jackknife-t of subjects, on the
        logarithm for the ratio. NaN where no visit has two raters; bounds are NaN below 3 subjects.

    Raises:
        ValueError: an array is not one-dimensional, a score is not finite, the lengths differ, a rater scored a visit
            twice, or a visit has two predictions.

    Example:
        Two raters, 2 apart at each visit; the model is 1 off both, then 3 and 1 off.

        >>> observed, predicted = [10, 12, 20, 22], [11, 11, 23, 23]
        >>> found = rater_exchangeability(observed, predicted, ["A", "A", "B", "B"], [0] * 4, ["R", "S", "R", "S"])
        >>> found.model, found.raters, found.ratio.estimate, found.excess.estimate
        (3.0, 4.0, 0.75, -1.0)
    """
    y, p, codes = nested_pairs(observed, predicted, subjects)
    pairs = visit_codes(visits, codes)[1]
    _refuse_repeats(p, pairs, np.asarray(raters))
    count = np.bincount(pairs)
    several = (count > 1)[pairs]
    y, p, codes, pairs = y[several], p[several], codes[several], pairs[several]
    weight = 1 / count[pairs]  # of each row, so that a visit counts once
    mean = np.bincount(pairs, weight * y)[pairs] if len(y) else y
    between = 2 * (y - mean) ** 2 * weight * count[pairs] / (count[pairs] - 1)  # 2 x the variance of a visit's scores
    terms = (weight, weight * (p - y) ** 2, between)
    size = subject_count(codes)
    sums = np.stack([np.bincount(codes, term, minlength=size) for term in terms], axis=1)
    sums = sums[sums[:, 0] > 0]  # subjects that have such a visit
    found = sums.sum(axis=0)
    model, raters_apart = (float(part / found[0]) if found[0] else float("nan") for part in found[1:])
    ratio = jackknife_interval(sums, lambda some: some[..., 1] / some[..., 2], LOG, level=level)
    excess = jackknife_interval(sums, lambda some: (some[..., 1] - some[..., 2]) / some[..., 0], level=level)
    return RaterExchange(model, raters_apart, ratio, excess, int((count > 1).sum()))


def _refuse_repeats(predicted: np.ndarray, pairs: np.ndarray, raters: np.ndarray) -> None:
    """Refuse a rater with two scores of a visit, and a visit with two predictions."""
    if raters.shape != pairs.shape:
        raise ValueError(f"raters has the shape {raters.shape}, observed {pairs.shape}: expected the same")
    own = visit_codes(raters, pairs)[1]
    twice = np.flatnonzero(np.bincount(own)[own] > 1)
    if len(twice):
        raise ValueError(f"the rater of row {twice[0]} scored its visit twice: expected one row, such as their mean")
    first = np.full(int(pairs.max(initial=-1)) + 1, np.nan)
    first[pairs[::-1]] = predicted[::-1]
    other = np.flatnonzero(first[pairs] != predicted)
    if len(other):
        found, expected = predicted[other[0]], first[pairs][other[0]]
        raise ValueError(
            f"predicted has {found:g} in row {other[0]}, expected {expected:g} as in the visit's first row"
        )
