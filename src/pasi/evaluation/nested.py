"""Visits nested in subjects: checked arrays and the quantities that every interval over subjects needs."""

import numpy as np
from numpy.typing import ArrayLike

from pasi.evaluation.pairs import finite_values, paired

FEWEST_SUBJECTS = 3  # with 2, the spread of the leave-one-out estimates has one degree of freedom


def nested_pairs(
    observed: ArrayLike, predicted: ArrayLike, subjects: ArrayLike
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Observed and predicted as `paired` gives them, and the number of each visit's subject, 0 to G - 1, all (n,).

    Raises ValueError as `paired` does, and where `subjects` is not (n,).

    >>> nested_pairs([10, 4], [12, 5], ["B", "A"])
    (array([10.,  4.]), array([12.,  5.]), array([1, 0]))
    """
    observed, predicted = paired(observed, predicted)
    return observed, predicted, _subject_codes("observed", observed, subjects)


def nested_values(name: str, values: ArrayLike, subjects: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """One number a visit, and the number of each visit's subject, as `nested_pairs` gives them for two, both (n,).

    >>> nested_values("age", [30, 40], ["B", "A"])
    (array([30., 40.]), array([1, 0]))
    """
    values = finite_values(name, values)
    return values, _subject_codes(name, values, subjects)


def visit_codes(visits: ArrayLike, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The number of each row's visit among all subjects' visits, and among all pairs of subject and visit, both (n,).

    codes: the number of each row's subject (n,). Raises ValueError where `visits` is not (n,).

    >>> visit_codes(["W4", "W0", "W4", "W4"], np.array([0, 0, 1, 1]))
    (array([1, 0, 1, 1]), array([1, 0, 2, 2]))
    """
    visits = np.asarray(visits)
    if visits.shape != codes.shape:
        raise ValueError(f"visits has the shape {visits.shape}, subjects {codes.shape}: expected the same")
    places: np.ndarray = np.unique(visits, return_inverse=True)[1]
    pairs: np.ndarray = np.unique(codes * (int(places.max(initial=0)) + 1) + places, return_inverse=True)[1]
    return places, pairs


def _subject_codes(name: str, values: np.ndarray, subjects: ArrayLike) -> np.ndarray:
    subjects = np.asarray(subjects)
    if subjects.shape != values.shape:
        raise ValueError(f"subjects has the shape {subjects.shape}, {name} {values.shape}: expected the same")
    codes: np.ndarray = np.unique(subjects, return_inverse=True)[1]
    return codes


def subject_count(codes: np.ndarray) -> int:
    """Number of subjects G, from the numbers (n,) that `nested_pairs` gives.

    >>> subject_count(np.array([1, 0, 1]))
    2
    """
    return int(codes.max()) + 1 if len(codes) else 0


def student_quantile(level: float, freedom: int) -> float:
    """The quantile of Student's t at (1 + level) / 2: half the width of a two-sided interval, in standard errors.

    >>> round(student_quantile(0.95, 2), 3)
    4.303
    """
    from scipy.special import stdtrit  # a tenth of the import time of scipy.stats

    return float(stdtrit(freedom, (1 + level) / 2))


def student_tail(t: float, freedom: int) -> float:
    """The two-sided p-value of Student's t: the probability of a larger absolute value.

    >>> round(student_tail(4.303, 2), 3)
    0.05
    """
    from scipy.special import stdtr

    return float(2 * stdtr(freedom, -abs(t)))


def jackknife_covariance(without: np.ndarray) -> np.ndarray:
    """Covariance (L, L) of L estimates, from those that each leave one subject out (L, G).

    >>> jackknife_covariance(np.array([[1.0, 3.0], [1.0, 5.0]])).tolist()
    [[1.0, 2.0], [2.0, 4.0]]
    """
    about = without - without.mean(axis=1, keepdims=True)
    covariance: np.ndarray = (without.shape[1] - 1) / without.shape[1] * (about @ about.T)
    return covariance


def jackknife_error(without: np.ndarray) -> float:
    """Standard error from the G estimates (G,) that each leave one subject out.

    Of a mean of 1, 2 and 6, it is their standard deviation by the root of 3.

    >>> values = np.array([1.0, 2.0, 6.0])
    >>> without = (values.sum() - values) / 2
    >>> bool(np.isclose(jackknife_error(without), values.std(ddof=1) / 3**0.5))
    True
    """
    return float(np.sqrt((len(without) - 1) * without.var()))
