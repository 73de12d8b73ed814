"""Values of a severity index in whole steps, and which of them count as clear (R47, R48).

Responses and bands are decided on whole steps of the index (tenths of a point for PASI), because in floats the
improvement from 42.4 to 10.6 falls just short of PASI 75. A value between two steps, such as a prediction, is rounded
to the nearest one, a tie to the even one. An index without a step, because a label is continuous, is rounded to
millionths. Values below 0 count as 0 here, although predictions are clipped nowhere else (R28).
"""

from fractions import Fraction
from math import ceil

import numpy as np
from numpy.typing import ArrayLike

from pasi.severity.index import SeverityIndex, exact

FINEST = Fraction(1, 10**6)  # the step of an index that has none


def to_steps(values: ArrayLike, quantum: Fraction | None) -> np.ndarray:
    """Values of the index (n,) as whole numbers of steps, int64; values below 0 give 0."""
    step = quantum or FINEST
    multiples = np.asarray(values, dtype=np.float64) * step.denominator / step.numerator
    return np.maximum(np.rint(multiples), 0).astype(np.int64)


def clear_end(index: SeverityIndex) -> int:
    """The first whole number of steps that is not clear: 5 for PASI and a `clear_below` of 0.5; 1 where that is 0."""
    return max(1, ceil(exact(index.clear_below) / (index.quantum or FINEST)))


def is_clear(values: ArrayLike, index: SeverityIndex) -> np.ndarray:
    """Whether each value (n,), rounded to a step, is 0 or below `index.clear_below`.

    The rule is one and the same for observed and predicted values. With two rules a prediction that equals each
    observed score would not have its bands and responses.
    """
    clear: np.ndarray = to_steps(values, index.quantum) < clear_end(index)
    return clear
