"""Intervals of the MAE that were measured beside that of pasi.evaluation.intervals and are used nowhere."""

import numpy as np

from pasi.evaluation.intervals import Interval
from pasi.evaluation.nested import jackknife_error, nested_pairs, student_quantile


def symmetric_interval(observed: np.ndarray, predicted: np.ndarray, subjects: np.ndarray) -> Interval:
    """MAE +/- t times its jackknife error, cut at 0: the interval of the reports before that on log MAE."""
    errors, visits = _sums(observed, predicted, subjects)
    estimate, without = errors.sum() / visits.sum(), (errors.sum() - errors) / (visits.sum() - visits)
    reach = student_quantile(0.95, len(errors) - 1) * jackknife_error(without)
    return Interval(estimate, max(0.0, estimate - reach), estimate + reach, "symmetric", len(errors))


def bootstrap_t_interval(
    observed: np.ndarray, predicted: np.ndarray, subjects: np.ndarray, *, draws: int = 2000, seed: int = 0
) -> Interval:
    """Bootstrap-t of subjects on log MAE (Efron and Tibshirani, An Introduction to the Bootstrap, chapter 12).

    Each draw is studentised by the error of a ratio of sums, in it; draws of one subject alone, without such an error,
    are left out.
    """
    errors, visits = _sums(observed, predicted, subjects)
    count = len(errors)
    drawn = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), size=draws)
    center, error = _log_ratio(errors, visits, np.ones((1, count)))
    centers, spread = _log_ratio(errors, visits, drawn)
    known = spread > 1e-9
    low, high = np.quantile((centers[known] - center) / spread[known], [0.025, 0.975])
    estimate, low, high = (float(np.exp(value[0])) for value in (center, center - high * error, center - low * error))
    return Interval(estimate, low, high, "bootstrap-t", count)


def _sums(observed: np.ndarray, predicted: np.ndarray, subjects: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sums of absolute errors, and visits, of each subject (G,)."""
    y, p, codes = nested_pairs(observed, predicted, subjects)
    return np.bincount(codes, np.abs(p - y)), np.bincount(codes)


def _log_ratio(errors: np.ndarray, visits: np.ndarray, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Log MAE and its standard error in draws (B, G) that hold each subject so many times, both (B,)."""
    total, ratio = times @ errors, (times @ errors) / (times @ visits)
    squares = times @ errors**2 - 2 * ratio * (times @ (errors * visits)) + ratio**2 * (times @ visits**2)
    count = len(errors)
    return np.log(ratio), np.sqrt(np.maximum(squares, 0) * count / (count - 1)) / total
