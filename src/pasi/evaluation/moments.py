"""Sums over the visits of each subject, from which the CCC of any set of subjects follows without its rows."""

import numpy as np

NEGLIGIBLE = 1e-12  # a sum of variances below this share of the mean square is a rounding error


def moment_sums(observed: np.ndarray, predicted: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """For each subject the sums of 1, y, p, y^2, p^2 and yp (G, 6); the CCC of any subjects follows from their total.

    The mean of y is subtracted from both first: the CCC does not change, and large scores lose no precision.

    >>> moment_sums(np.array([1.0, 3.0]), np.array([2.0, 2.0]), np.array([0, 1])).tolist()
    [[1.0, -1.0, 0.0, 1.0, 0.0, 0.0], [1.0, 1.0, 0.0, 1.0, 0.0, 0.0]]
    """
    y, p = observed - observed.mean(), predicted - observed.mean()
    return np.stack([np.bincount(codes, terms) for terms in (np.ones_like(y), y, p, y * y, p * p, y * p)], axis=1)


def ccc_of_sums(sums: np.ndarray, ddof: int) -> np.ndarray:
    """CCC (...) from sums (..., 6) as `moment_sums` gives them; NaN where all y and p are the same constant.

    >>> sums = moment_sums(np.array([1.0, 2, 3, 4]), np.array([2.0, 2, 4, 6]), np.array([0, 0, 1, 1]))
    >>> float(ccc_of_sums(sums.sum(axis=0), 0).round(9))
    0.7
    """
    visits = sums[..., 0]
    y, p, yy, pp, yp = np.moveaxis(sums[..., 1:] / visits[..., None], -1, 0)
    correction = np.divide(visits, visits - ddof, out=np.full_like(visits, np.nan), where=visits > ddof)
    spread = (yy - y**2 + pp - p**2) * correction + (y - p) ** 2
    defined = spread > NEGLIGIBLE * (yy + pp)
    concordance: np.ndarray = np.divide(
        2 * (yp - y * p) * correction, spread, out=np.full_like(spread, np.nan), where=defined
    )
    return concordance


def jackknifed_ccc(sums: np.ndarray, ddof: int) -> tuple[float, np.ndarray]:
    """The CCC of all subjects, and those without each of them (G,), from sums (G, 6).

    >>> y, p, codes = np.array([1.0, 2, 3, 4, 5, 6]), np.array([2.0, 2, 4, 6, 5, 6]), np.array([0, 0, 1, 1, 2, 2])
    >>> whole, without = jackknifed_ccc(moment_sums(y, p, codes), 0)
    >>> float(without[2].round(9)), without.shape
    (0.7, (3,))
    """
    total = sums.sum(axis=0)
    return float(ccc_of_sums(total, ddof)), ccc_of_sums(total - sums, ddof)
