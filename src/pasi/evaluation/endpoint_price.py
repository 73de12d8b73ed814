"""What a trial pays in subjects where a model reads its endpoint."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pasi.evaluation.intervals import Interval
from pasi.evaluation.jackknife import LOG, jackknife_interval
from pasi.evaluation.pairs import finite_values, paired
from pasi.evaluation.proportion import check_flags
from pasi.evaluation.two_proportions import sizes, trial_power


@dataclass(frozen=True)
class EndpointPrice:
    """Subjects in each arm for the same power, by physician and by model, and `price`, the second over the first.

    power: what is left, with the model, of the power that a trial of `observed` subjects in each arm was planned for.
    """

    observed: float
    predicted: float
    price: Interval
    power: float


def endpoint_price(
    observed: ArrayLike, predicted: ArrayLike, treated: ArrayLike, *, power: float = 0.9, level: float = 0.95
) -> EndpointPrice:
    """How many times as many subjects a trial needs to find the difference of two arms by the model's reading.

    The ratio of two numbers of `trial_size`, with the rates of both arms as the physician has them and as the model
    reads them. Wrong answers move both rates toward each other, and a smaller difference takes more subjects, as its
    square. The interval is a jackknife-t of subjects on the logarithm; it is wide where the difference is not large
    beside its own error.

    Args:
        observed: whether each subject reaches the endpoint by the observed score (n,), as numbers or booleans.
        predicted: the same by the predicted score (n,).
        treated: whether each subject is in the treated arm (n,).
        power: that of the trial, by either reading.
        level: confidence level, 0 to 1.

    Returns:
        Numbers as the formula gives them, not rounded. The price is NaN where the arms do not differ by one of both
        readings, differ in opposite directions, or one is empty; its bounds also where that happens without one of the
        subjects, or below 3 subjects.

    Raises:
        ValueError: an array is not one-dimensional, an answer is neither 0 nor 1, or the lengths differ.

    Example:
        Rates of 0.75 and 0.5 by the physician, of 0.7 and 0.55 by the model.

        >>> observed = [1] * 15 + [0] * 5 + [1] * 10 + [0] * 10
        >>> predicted = [1] * 14 + [0] * 6 + [1] * 11 + [0] * 9
        >>> found = endpoint_price(observed, predicted, [1] * 20 + [0] * 20)
        >>> round(found.observed, 1), round(found.predicted, 1), round(found.price.estimate, 2), round(found.power, 3)
        (76.7, 216.8, 2.83, 0.483)
    """
    y, p = paired(observed, predicted)
    arm = finite_values("treated", treated)
    if arm.shape != y.shape:
        raise ValueError(f"treated has {len(arm)} rows, observed {len(y)}: expected as many")
    for name, values in (("observed", y), ("predicted", p), ("treated", arm)):
        check_flags(name, values)
    sums = np.stack([side * values for side in (arm, 1 - arm) for values in (np.ones_like(y), y, p)], axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        both, rates = _sizes(sums.sum(axis=0), power), _rates(sums.sum(axis=0))
    price = jackknife_interval(sums, lambda some: _price(some, power), LOG, level=level)
    known = np.isfinite(price.estimate)
    kept = trial_power(float(rates[0, 1]), float(rates[1, 1]), float(both[0])) if known else float("nan")
    return EndpointPrice(float(both[0]), float(both[1]), price, kept)


def _rates(sums: np.ndarray) -> np.ndarray:
    """Rates (..., 2, 2) by arm, treated first, and by observed and predicted, of sums (..., 6)."""
    arms = sums.reshape(*sums.shape[:-1], 2, 3)
    rates: np.ndarray = arms[..., 1:] / arms[..., :1]
    return rates


def _sizes(sums: np.ndarray, power: float) -> np.ndarray:
    """Subjects in each arm (..., 2) by observed and predicted rates; NaN where an arm is empty."""
    rates = _rates(sums)
    found: np.ndarray = sizes(rates[..., 0, :], rates[..., 1, :], power=power)
    return found


def _price(sums: np.ndarray, power: float) -> np.ndarray:
    rates, numbers = _rates(sums), _sizes(sums, power)
    apart = rates[..., 0, :] - rates[..., 1, :]
    known = (apart[..., 0] * apart[..., 1]) > 0
    price: np.ndarray = np.where(known, numbers[..., 1] / numbers[..., 0], np.nan)
    return price
