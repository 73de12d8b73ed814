"""The skill of a network: how far its error is below that of the best constant, the mean of each region."""

import numpy as np


def skill_of(monitored_mse: float, constant_mse: float) -> float:
    """1 - monitored_mse / constant_mse: 1 without any error, 0 for the best constant, below 0 for something worse.

    It is 0 where the constant has no error, because nothing can be better.

    >>> skill_of(0.25, 1.0)
    0.75
    """
    return 1 - monitored_mse / constant_mse if constant_mse > 0 else 0.0


def constant_mse(targets: np.ndarray, regions: np.ndarray, fit: np.ndarray, monitor: np.ndarray) -> float:
    """Mean squared error, on the monitored rows, of the mean target of the fitted rows of each region.

    targets (n, outputs); regions (n,); fit, monitor: numbers of rows. The mean is over rows and outputs, as that of the
    loss. A region without a fitted row gets the mean of all fitted rows.
    """
    constant = np.repeat(targets[fit].mean(axis=0, keepdims=True), len(targets), axis=0)
    for region in np.unique(regions[fit]):
        constant[regions == region] = targets[fit[regions[fit] == region]].mean(axis=0)
    return float(np.mean((targets[monitor] - constant[monitor]) ** 2))
