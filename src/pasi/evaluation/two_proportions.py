"""Power and number of subjects of a trial that compares the rates of an endpoint in two arms."""

from dataclasses import dataclass
from math import ceil, isfinite, sqrt

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True)
class TrialSize:
    """exact: subjects in each arm as the formula gives them. subjects: the whole number that is needed.

    power: that of the test with `subjects` in each arm. NaN, and None, where the rates are equal.
    """

    exact: float
    subjects: int | None
    power: float


def trial_size(treated: float, control: float, *, power: float = 0.9, alpha: float = 0.05) -> TrialSize:
    """Subjects in each of two equal arms, such that the two-sided test of equal rates has this power.

    n = (z(1 - alpha / 2) sqrt(2 m (1 - m)) + z(power) sqrt(p1 (1 - p1) + p0 (1 - p0)))^2 / (p1 - p0)^2, m the mean of
    both rates (Fleiss, Levin and Paik, Statistical Methods for Rates and Proportions, 3rd edition, section 4.2, without
    the correction for continuity; R's power.prop.test). The normal approximation is poor below about 10 subjects in an
    arm or for rates near 0 and 1: use `n` to compare two readers of one endpoint, and plan the trial by simulation.

    Args:
        treated: rate p1 in one arm, 0 to 1.
        control: rate p0 in the other arm, 0 to 1.
        power: probability to find the difference, 0 to 1.
        alpha: two-sided level of the test.

    Returns:
        The number; `exact` is infinite for equal rates.

    Raises:
        ValueError: a rate is not within 0 and 1.

    Example:
        That of R's documentation, power.prop.test(p1 = .50, p2 = .75, power = .90), which gives n = 76.7.

        >>> found = trial_size(0.75, 0.5)
        >>> round(found.exact, 1), found.subjects
        (76.7, 77)
    """
    for name, rate in (("treated", treated), ("control", control)):
        if not 0 <= rate <= 1:
            raise ValueError(f"{name} is {rate}, expected a rate from 0 to 1")
    exact = float(sizes(np.array(treated), np.array(control), power=power, alpha=alpha))
    if not isfinite(exact):
        return TrialSize(exact, None, float("nan"))
    subjects = max(1, ceil(exact))
    return TrialSize(exact, subjects, trial_power(treated, control, subjects, alpha=alpha))


def trial_power(treated: float, control: float, subjects: float, *, alpha: float = 0.05) -> float:
    """Power of the same test with so many subjects in each arm; rejections on the wrong side are not counted.

    That of R's documentation, power.prop.test(n = 50, p1 = .50, p2 = .75), is 0.740:

    >>> round(trial_power(0.75, 0.5, 50), 3)
    0.74
    """
    from scipy.special import ndtr, ndtri

    pooled, apart = _spreads(np.array(treated), np.array(control))
    distance = sqrt(subjects) * abs(treated - control) - float(ndtri(1 - alpha / 2)) * float(pooled)
    return float(ndtr(distance / float(apart))) if apart else float(distance > 0)


def sizes(treated: ArrayLike, control: ArrayLike, *, power: float = 0.9, alpha: float = 0.05) -> np.ndarray:
    """`TrialSize.exact` for arrays (...) of rates.

    >>> sizes([0.75, 0.5], [0.5, 0.5]).round(1).tolist()
    [76.7, inf]
    """
    from scipy.special import ndtri

    one, other = np.asarray(treated, dtype=np.float64), np.asarray(control, dtype=np.float64)
    pooled, apart = _spreads(one, other)
    with np.errstate(divide="ignore", invalid="ignore"):
        root = (ndtri(1 - alpha / 2) * pooled + ndtri(power) * apart) / np.abs(one - other)
    found: np.ndarray = np.where(one == other, np.inf, root**2)
    return found


def _spreads(one: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Standard deviation of the difference times sqrt(n), for equal rates and for these."""
    total = one + other
    return np.sqrt(total * (1 - total / 2)), np.sqrt(one * (1 - one) + other * (1 - other))
