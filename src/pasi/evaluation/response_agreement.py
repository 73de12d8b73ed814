"""Whether observed and predicted scores name the same responders (S12)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pasi.evaluation.intervals import Interval
from pasi.evaluation.jackknife import jackknife_interval
from pasi.evaluation.nested import nested_pairs, subject_count
from pasi.evaluation.paired_rates import paired_rates
from pasi.evaluation.proportion import check_flags, proportion_interval
from pasi.evaluation.response_kappa import response_kappa


@dataclass(frozen=True)
class ResponseAgreement:
    """Agreement of two sets of responders.

    both, observed_only, predicted_only, neither: numbers of visits. difference: share predicted minus share observed.
    mcnemar: exact two-sided p-value of equal shares, NaN where a subject has several visits.
    """

    both: int
    observed_only: int
    predicted_only: int
    neither: int
    kappa: Interval
    sensitivity: Interval
    specificity: Interval
    difference: Interval
    mcnemar: float


def response_agreement(
    observed: ArrayLike, predicted: ArrayLike, subjects: ArrayLike, *, level: float = 0.95
) -> ResponseAgreement:
    """Kappa, sensitivity, specificity and McNemar's test of a predicted against an observed response.

    Sensitivity is the share of the observed responders who are predicted to respond, specificity that of the others who
    are not. McNemar's exact test compares the visits of one kind of disagreement with those of the other by a binomial
    of 1/2 (McNemar, Psychometrika 12, 1947). It needs independent visits: with several visits of a subject it is not
    computed. `difference` answers the same question for them.

    Args:
        observed: whether each visit is a response by the observed score (n,), as numbers or booleans.
        predicted: the same by the predicted score (n,).
        subjects: subject of each visit (n,), of any type that sorts.
        level: confidence level, 0 to 1.

    Returns:
        Counts, and estimates with intervals over subjects: those of `response_kappa`, of `proportion_interval` for
        sensitivity and specificity. That of the difference is Tango's (`paired_rates`) where each subject has one
        visit, otherwise a jackknife-t, which has no bounds where both name the same responders: their agreement on some
        subjects does not prove it for all. What is undefined is NaN.

    Raises:
        ValueError: an array is not one-dimensional, a response is neither 0 nor 1, or the lengths differ.

    Example:
        >>> found = response_agreement([1, 1, 1, 0, 0, 0], [1, 1, 0, 0, 0, 1], range(6))
        >>> round(found.kappa.estimate, 3), round(found.sensitivity.estimate, 3), found.mcnemar
        (0.333, 0.667, 1.0)
        >>> response_agreement([1, 1, 0], [1, 1, 0], range(3)).difference.high > 0.5  # three that agree prove little
        True
    """
    y, p, codes = nested_pairs(observed, predicted, subjects)
    for name, values in (("observed", y), ("predicted", p)):
        check_flags(name, values)
    responds, expected = y == 1, p == 1
    observed_only, predicted_only = int((responds & ~expected).sum()), int((expected & ~responds).sum())
    single = subject_count(codes) == len(codes)
    return ResponseAgreement(
        both=int((responds & expected).sum()),
        observed_only=observed_only,
        predicted_only=predicted_only,
        neither=int((~responds & ~expected).sum()),
        kappa=response_kappa(y, p, codes, level=level),
        sensitivity=proportion_interval(p[responds], codes[responds], level=level),
        specificity=proportion_interval(1 - p[~responds], codes[~responds], level=level),
        difference=_difference(y, p, codes, level),
        mcnemar=_mcnemar(observed_only, predicted_only) if single and len(codes) else float("nan"),
    )


def _difference(y: np.ndarray, p: np.ndarray, codes: np.ndarray, level: float) -> Interval:
    subjects = subject_count(codes)
    if subjects == len(codes):
        return paired_rates(y, p, level=level).change
    if (y == p).all():
        nan = float("nan")
        return Interval(0.0, nan, nan, "none: both name the same responders", subjects)
    sums = np.stack([np.bincount(codes), np.bincount(codes, p - y)], axis=1)
    return jackknife_interval(sums, lambda some: some[..., 1] / some[..., 0], level=level)


def _mcnemar(one: int, other: int) -> float:
    """Exact two-sided p-value that both kinds of disagreement are as frequent."""
    from scipy.special import bdtr

    return min(1.0, 2 * float(bdtr(min(one, other), one + other, 0.5))) if one + other else 1.0
