"""Rates read by a model, corrected for the answers that it gets wrong."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from pasi.evaluation.intervals import Interval
from pasi.evaluation.jackknife import jackknife_interval
from pasi.evaluation.nested import nested_values
from pasi.evaluation.pairs import paired
from pasi.evaluation.proportion import check_flags


@dataclass(frozen=True)
class CorrectedRates:
    """Corrected rates of two arms and their difference, with the sensitivity and specificity that correct them.

    apparent_treated, apparent_control: the rates as the model reads them.
    """

    treated: Interval
    control: Interval
    difference: Interval
    apparent_treated: float
    apparent_control: float
    sensitivity: float
    specificity: float


@dataclass(frozen=True)
class Judged:
    """Answers that a physician checked: observed and predicted (n,), each 0 or 1, and the subject of each (n,)."""

    observed: ArrayLike
    predicted: ArrayLike
    subjects: ArrayLike


@dataclass(frozen=True)
class Read:
    """Answers of the model (m,), 0 or 1, the subject of each, and whether it is of the treated arm, 0 or 1."""

    predicted: ArrayLike
    subjects: ArrayLike
    treated: ArrayLike


def corrected_rates(judged: Judged, read: Read, *, level: float = 0.95) -> CorrectedRates:
    """The rates of two arms that a model with these errors would read as it does (Rogan and Gladen).

    With s the sensitivity and c the specificity among the judged answers, an arm with the apparent rate a has the rate
    (a + c - 1) / (s + c - 1), cut to 0 and 1 (Rogan and Gladen, American Journal of Epidemiology 107, 1978); the
    difference is that of the apparent rates over s + c - 1. Intervals are from a jackknife that leaves a subject out of
    both sets, which may share subjects, so that they hold the error of s and c too.

    Sensitivity and specificity are taken to be the same in both arms and in the judged set. They are not where arms
    differ in how near to the threshold their subjects end: then the rates are off by an amount that the interval does
    not know. On the judged subjects of one arm alone the correction gives back the observed rate, and says nothing.

    Args:
        judged: answers by physician and model.
        read: answers by the model in both arms.
        level: confidence level, 0 to 1.

    Returns:
        Rates from 0 to 1. NaN where the model answers no better than a coin (s + c <= 1), where s, c or an arm has no
        answers, and bounds also where that happens without one of the subjects, or below 3 subjects.

    Raises:
        ValueError: an array is not one-dimensional, an answer is neither 0 nor 1, or the lengths differ.

    Example:
        Sensitivity 8 / 10 and specificity 9 / 10; 62% and 17% are read in the arms: (0.62 - 0.1) / 0.7 and 0.07 / 0.7.

        >>> judged = Judged([1] * 10 + [0] * 10, [1] * 8 + [0] * 2 + [0] * 9 + [1], range(20))
        >>> read = Read([1] * 62 + [0] * 38 + [1] * 17 + [0] * 83, range(20, 220), [1] * 100 + [0] * 100)
        >>> found = corrected_rates(judged, read)
        >>> [round(rate.estimate, 3) for rate in (found.treated, found.control, found.difference)]
        [0.743, 0.1, 0.643]
    """
    y, p = paired(judged.observed, judged.predicted)
    answers, treated = paired(read.predicted, read.treated)
    for name, values in (("observed", y), ("predicted", p), ("predicted", answers), ("treated", treated)):
        check_flags(name, values)
    both = np.concatenate([np.asarray(judged.subjects), np.asarray(read.subjects)])
    codes = nested_values("answers", np.concatenate([y, answers]), both)[1]
    size = int(codes.max(initial=-1)) + 1
    checked, new = codes[: len(y)], codes[len(y) :]
    terms = [(checked, y * p), (checked, y), (checked, (1 - y) * (1 - p)), (checked, 1 - y)]
    terms += [(new, treated * answers), (new, treated), (new, (1 - treated) * answers), (new, 1 - treated)]
    sums = np.stack([np.bincount(own, values, minlength=size) for own, values in terms], axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = sums.sum(axis=0)[0::2] / sums.sum(axis=0)[1::2]
    sensitivity, specificity, apparent, other = shares.tolist()
    return CorrectedRates(
        treated=_cut(jackknife_interval(sums, _rate_of(2), level=level), 0.0),
        control=_cut(jackknife_interval(sums, _rate_of(3), level=level), 0.0),
        difference=_cut(jackknife_interval(sums, _difference, level=level), -1.0),
        apparent_treated=apparent,
        apparent_control=other,
        sensitivity=sensitivity,
        specificity=specificity,
    )


def _rate_of(place: int) -> Callable[[np.ndarray], np.ndarray]:
    """The corrected rate (...) of sums (..., 8) of the arm whose share is at `place`."""

    def rate(sums: np.ndarray) -> np.ndarray:
        shares, youden = _shares(sums)
        found: np.ndarray = (shares[..., place] + shares[..., 1] - 1) / youden
        return found

    return rate


def _difference(sums: np.ndarray) -> np.ndarray:
    shares, youden = _shares(sums)
    found: np.ndarray = (shares[..., 2] - shares[..., 3]) / youden
    return found


def _shares(sums: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sensitivity, specificity and both apparent rates (..., 4), and Youden's index (...), NaN where not above 0."""
    shares = sums[..., 0::2] / sums[..., 1::2]
    youden = shares[..., 0] + shares[..., 1] - 1
    return shares, np.where(youden > 0, youden, np.nan)


def _cut(found: Interval, low: float) -> Interval:
    """The interval within `low` and 1."""
    estimate, lower, upper = np.clip([found.estimate, found.low, found.high], low, 1.0).tolist()
    return replace(found, estimate=estimate, low=lower, high=upper)
