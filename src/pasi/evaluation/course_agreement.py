"""Agreement of whole courses: the mean over time and the slope of each subject, observed and predicted (S24)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pasi.evaluation.intervals import Interval, ccc_interval
from pasi.evaluation.jackknife import jackknife_interval
from pasi.evaluation.nested import nested_pairs, nested_values, subject_count


@dataclass(frozen=True)
class CourseAgreement:
    """CCC over subjects, and mean of predicted minus observed, of the mean over time and of the slope a week.

    subjects: those with two different weeks, who alone count.
    """

    area: Interval
    area_bias: Interval
    slope: Interval
    slope_bias: Interval
    subjects: int


def course_agreement(
    observed: ArrayLike, predicted: ArrayLike, subjects: ArrayLike, weeks: ArrayLike, *, level: float = 0.95
) -> CourseAgreement:
    """How far the courses of subjects agree, each as one number by each reading.

    The mean over time is the area under the course by the trapezoidal rule, over its weeks, which a subject's missed
    visits distort less than the mean of its visits; the slope is that of least squares of the score on the week, in
    points a week. A subject is one row here, so that its number of visits gives it no weight (Matthews et al., BMJ 300,
    1990, on summary measures). Two visits in one week count as their mean for the area. Where a few severe subjects
    carry both spread and error, the interval of the area's CCC is too short on the flattering side: in simulated trials
    of 6 to 54 subjects its 95% held the truth in 75 to 88% (benchmarks/course_coverage.py).

    Args:
        observed: observed scores y (n,), one per visit.
        predicted: predicted scores p (n,).
        subjects: subject of each visit (n,), of any type that sorts.
        weeks: week of each visit (n,).
        level: confidence level, 0 to 1.

    Returns:
        Lin's CCC over subjects with a jackknife-t on Fisher's z, and the bias with a jackknife-t. All are NaN below two
        subjects with two different weeks; bounds are NaN below 3.

    Raises:
        ValueError: an array is not one-dimensional, a number is not finite, or the lengths differ.

    Example:
        Areas of (6 + 4) / 2, (6 + 0) / 2 and (8 + 0) / 2, read as 6, 4 and 5: 1 too high each, at equal slopes.

        >>> observed, predicted = [6, 4, 6, 0, 8, 0], [7, 5, 7, 1, 9, 1]
        >>> found = course_agreement(observed, predicted, ["A", "A", "B", "B", "C", "C"], [0, 4] * 3)
        >>> found.area_bias.estimate, found.slope.estimate, round(found.area.estimate, 3)
        (1.0, 1.0, 0.571)
    """
    observed, predicted, codes = nested_pairs(observed, predicted, subjects)
    weeks, _ = nested_values("weeks", weeks, subjects)
    kept = [own for code in range(subject_count(codes)) if np.ptp(weeks[own := np.flatnonzero(codes == code)]) > 0]
    area, slope = (
        np.array([[summary(weeks[own], scores[own]) for own in kept] for scores in (observed, predicted)])
        for summary in (_area, _slope)
    )
    return CourseAgreement(
        *_agreement(area.reshape(2, -1), level), *_agreement(slope.reshape(2, -1), level), subjects=len(kept)
    )


def _agreement(values: np.ndarray, level: float) -> tuple[Interval, Interval]:
    """CCC and bias of observed and predicted summaries (2, G)."""
    observed, predicted = values
    if observed.size < 2:
        nothing = Interval(float("nan"), float("nan"), float("nan"), "none: fewer than 2 subjects", observed.size)
        return nothing, nothing
    sums = np.stack([np.ones_like(observed), predicted - observed], axis=1)
    bias = jackknife_interval(sums, lambda some: some[..., 1] / some[..., 0], level=level)
    return ccc_interval(observed, predicted, np.arange(observed.size), level=level), bias


def _area(weeks: np.ndarray, scores: np.ndarray) -> float:
    """Mean over time: the trapezoidal area over the weeks between the first and the last."""
    times, places = np.unique(weeks, return_inverse=True)
    heights = np.bincount(places, scores) / np.bincount(places)
    return float(np.trapezoid(heights, times) / np.ptp(times))


def _slope(weeks: np.ndarray, scores: np.ndarray) -> float:
    away = weeks - weeks.mean()
    return float(away @ scores / (away @ away))
