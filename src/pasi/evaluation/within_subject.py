"""How well predictions follow the course of a subject: the correlation within subjects (S24)."""

import numpy as np
from numpy.typing import ArrayLike

from pasi.evaluation.intervals import Interval
from pasi.evaluation.jackknife import FISHER, jackknife_interval
from pasi.evaluation.moments import moment_sums
from pasi.evaluation.nested import nested_pairs


def within_subject_correlation(
    observed: ArrayLike, predicted: ArrayLike, subjects: ArrayLike, *, level: float = 0.95
) -> Interval:
    """Correlation of observed and predicted scores about the means of each subject.

    r = sum_i S_yp,i / sqrt(sum_i S_yy,i sum_i S_pp,i), where S are sums of squares and products about the means of
    subject i: the correlation for repeated measures of Bland and Altman (BMJ 310, 1995) and of Bakdash and Marusich
    (Frontiers in Psychology 8, 2017), who take errors within a subject for independent; here subjects are left out one
    at a time. What tells subjects apart has no part in it, and a course that all have in common has: a learner that
    knows the week alone can have a high one (`repeated_ccc` takes the common course away).

    Args:
        observed: observed scores y (n,), one per visit.
        predicted: predicted scores p (n,).
        subjects: subject of each visit (n,), of any type that sorts.
        level: confidence level, 0 to 1.

    Returns:
        The correlation, with a jackknife-t of subjects on Fisher's z. NaN where no subject has two different scores of
        both kinds; bounds are NaN below 3 subjects, and where it is undefined or +/- 1.

    Raises:
        ValueError: an array is not one-dimensional, a score is not finite, or the lengths differ.

    Example:
        Both subjects fall by the same steps from different heights, the second one's predictions from too low.

        >>> within_subject_correlation([30, 20, 12, 8], [30, 20, 6, 2], ["A", "A", "B", "B"]).estimate
        1.0
    """
    observed, predicted, codes = nested_pairs(observed, predicted, subjects)
    middles = (observed.mean(), predicted.mean()) if len(codes) else (0.0, 0.0)
    count, y, p, yy, pp, yp = moment_sums(observed - middles[0], predicted - middles[1], codes).T
    about = np.stack([yy - y * y / count, pp - p * p / count, yp - y * p / count], axis=1)  # (G, 3)
    about[:, :2] = np.where(about[:, :2] > 1e-12 * np.stack([yy, pp], axis=1), about[:, :2], 0.0)
    return jackknife_interval(about, _correlation, FISHER, level=level)


def _correlation(sums: np.ndarray) -> np.ndarray:
    found: np.ndarray = np.clip(sums[..., 2] / np.sqrt(sums[..., 0] * sums[..., 1]), -1.0, 1.0)
    return found
