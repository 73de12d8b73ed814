"""How much too good the best of many learners looks on the subjects that it was picked on (S18, A4)."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from pasi.evaluation.ranks import subject_errors


class PickOptimism(NamedTuple):
    """Means over the draws of pseudo-tests.

    picked: MAE of the learner that is best on the pseudo-test, there. elsewhere: its MAE on all other subjects.
    optimism: elsewhere - picked. spread: standard deviation of elsewhere - picked over the draws. fixed: the same as
    optimism for the learner that is best on all subjects, which nobody picked on the pseudo-test. again: the share of
    draws that pick it.
    """

    picked: float
    elsewhere: float
    optimism: float
    spread: float
    fixed: float
    again: float


def pick_optimism(
    observed: ArrayLike, predicted: ArrayLike, subjects: ArrayLike, *, size: int, draws: int, seed: int
) -> PickOptimism:
    """The optimism of picking the learner with the lowest MAE on a test part, measured on pseudo-tests.

    In each draw, `size` subjects without replacement are a pseudo-test, on which the learner with the lowest MAE is
    picked; the first of equals. Its MAE there is compared with that on the subjects that are left. Give predictions
    out of fold: then both sides have predictions of the same kind, which a comparison of the test part with those out
    of fold would not, because means of several networks predict the test part.

    Where the pseudo-test holds many of the subjects, the rest is few, and its MAE varies. The spread over draws is no
    standard error: draws share subjects.

    Args:
        observed: observed scores (n,), one per visit.
        predicted: scores (L, n) that each of L learners predicts.
        subjects: subject of each visit (n,), of any type that sorts.
        size: subjects of a pseudo-test, as many as the test part has.
        draws: number of pseudo-tests.
        seed: seed of their random numbers.

    Returns:
        Means over the draws, in the unit of the scores. fixed is 0 but for chance.

    Raises:
        ValueError: an array has other dimensions or lengths, a score is not finite, there is no learner, no draw, or
            `size` leaves no subject on a side.

    Example:
        Two learners, each good on one of two subjects: what is picked has an error of 1 there and 5 elsewhere.

        >>> pick_optimism([0, 0], [[1, 5], [5, 1]], ["A", "B"], size=1, draws=100, seed=0)[:3]
        (1.0, 5.0, 4.0)
    """
    errors, visits = subject_errors(observed, predicted, subjects)
    if not 1 <= size < len(visits):
        raise ValueError(f"size is {size}, expected 1 to {len(visits) - 1}, one less than the subjects")
    if draws < 1:
        raise ValueError(f"draws is {draws}, expected 1 or more")
    order = np.argsort(np.random.default_rng(seed).random((draws, len(visits))), axis=1)
    inside = np.zeros(order.shape)
    np.put_along_axis(inside, order[:, :size], 1.0, axis=1)  # (draws, G)
    within, without = (sides @ errors.T / (sides @ visits)[:, None] for sides in (inside, 1 - inside))
    picked, rows, best = within.argmin(axis=1), np.arange(draws), int(errors.sum(axis=1).argmin())
    shift = without[rows, picked] - within[rows, picked]
    return PickOptimism(
        picked=float(within[rows, picked].mean()),
        elsewhere=float(without[rows, picked].mean()),
        optimism=float(shift.mean()),
        spread=float(shift.std(ddof=1)) if draws > 1 else float("nan"),
        fixed=float((without[:, best] - within[:, best]).mean()),
        again=float((picked == best).mean()),
    )
