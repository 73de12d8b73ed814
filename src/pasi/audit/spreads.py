"""What MSE, r and CCC of one row say of the spreads of observed and predicted scores, and of the bias.

Let y be the observed and p the predicted scores of n visits, with standard deviations s_y and s_p and the mean error
b = mean p - mean y (the bias), all moments over n. Then

    MSE = s_y^2 + s_p^2 + b^2 - 2 r s_y s_p    and    CCC = 2 r s_y s_p / (s_y^2 + s_p^2 + b^2)   (Lin 1989),

so that Q = s_y^2 + s_p^2 + b^2 = MSE / (1 - CCC) and K = s_y s_p = CCC Q / (2 r). Three published numbers leave one
degree of freedom: the bias. (s_p - s_y)^2 + b^2 = Q - 2 K is what keeps the CCC below r.

Every function takes ranges of the three and gives the exact range of its result, unless its text says otherwise. Each
is worked out for CCC and r of one sign, as absolute values (`Branch`); a correlation and its CCC never differ in sign.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from pasi.audit.bounds import Bounds


@dataclass(frozen=True)
class Branch:
    """Ranges of the MSE and of the absolute values of CCC and r, for CCC and r of one `sign`, 1 or -1."""

    sign: int
    mse: Bounds
    ccc: Bounds
    pcc: Bounds


def branches(mse: Bounds, ccc: Bounds, pcc: Bounds, *, one_less: int = 0) -> Iterator[Branch]:
    """The feasible branches of a row: those signs for which 0 <= |CCC| <= |r| <= 1 is possible.

    Args:
        mse: range of the mean squared error; what is below 0 is cut off.
        ccc: range of Lin's CCC.
        pcc: range of Pearson's r.
        one_less: the number of visits, where moments of the CCC may have been divided by n - 1. With CCC' for that
            form, CCC = CCC' (1 - b^2 / (n Q)), and b^2 / Q is at most 1 - CCC / r: the range is widened downwards by
            as much (an outer range). 0: the moments were divided by n.

    Returns:
        One branch, two where CCC and r may be 0, none where the row is impossible.

    Example:
        >>> [branch.sign for branch in branches(Bounds(27, 28), Bounds(0.825, 0.835), Bounds(0.895, 0.905))]
        [1]
        >>> list(branches(Bounds(27, 28), Bounds(0.825, 0.835), Bounds(0.75, 0.76)))
        []
    """
    mse = mse.meet(Bounds(0, math.inf))
    for sign in (1, -1):
        concordance, correlation = (_absolute(one, sign) for one in (ccc, pcc))
        if mse.empty or concordance.empty or correlation.empty or concordance.low > correlation.high:
            continue
        low = concordance.low
        if one_less and low:
            low *= 1 - (1 - low * (1 - 1 / one_less) / correlation.high) / one_less
        concordance = Bounds(low, min(concordance.high, correlation.high))
        yield Branch(sign, mse, concordance, Bounds(max(correlation.low, low), correlation.high))


def total(branch: Branch) -> Bounds:
    """The range of Q = s_y^2 + s_p^2 + b^2 = MSE / (1 - CCC).

    >>> total(Branch(1, Bounds(1.5, 1.5), Bounds(0.7, 0.7), Bounds(0.944, 0.944)))
    Bounds(low=5.0, high=5.0)
    """
    ends = [_share(end, branch) for end in branch.ccc]
    return Bounds(branch.mse.low * min(ends), _times(branch.mse.high, max(ends)))


def product(branch: Branch) -> Bounds:
    """The range of K = s_y s_p = CCC Q / (2 r), at most Q / 2.

    The variances are 5/4 and 11/4, and r is 7 / sqrt(55):

    >>> K = product(Branch(1, Bounds(1.5, 1.5), Bounds(0.7, 0.7), Bounds(7 / 55**0.5, 7 / 55**0.5)))
    >>> round(K.low, 6) == round((5 / 4 * 11 / 4) ** 0.5, 6)
    True
    """
    low = branch.mse.low * _share(branch.ccc.low, branch) * _ratio(branch.ccc.low, branch.pcc.high) / 2
    end = branch.ccc.high if branch.sign > 0 else branch.ccc.clamp(branch.pcc.low)  # below it K rises with |CCC|
    ratio = _ratio(end, branch.pcc.low) if branch.pcc.low else 1.0
    return Bounds(low, _times(branch.mse.high, _share(end, branch)) * ratio / 2)


def spread(branch: Branch) -> Bounds:
    """The range of s_y, and by symmetry that of s_p: the standard deviations that fit MSE, r and CCC.

    Both are the roots of x^2 - (Q - b^2) x + K^2, for x = s^2. The ends are reached without bias: the smaller root is
    least at the least CCC, the larger one is greatest at CCC = 2 r^2 / (1 + r^2), or at the end of the range next to
    it. With any CCC this is s_y <= RMSE / sqrt(1 - r^2).

    Example:
        resnet34 of the paper: MSE 27.191, CCC 0.83, r 0.90.

        >>> found = spread(Branch(1, Bounds(27.191, 27.191), Bounds(0.83, 0.83), Bounds(0.9, 0.9)))
        >>> round(found.low, 2), round(found.high, 2)
        (7.0, 10.53)
    """
    least = _root_share(branch.ccc.low, branch)
    low = branch.mse.low * _share(branch.ccc.low, branch) * (1 - least) / 2
    square = branch.pcc.high**2
    best = branch.ccc.clamp(2 * square / (1 + square) if branch.sign > 0 else 0.0)
    high = _times(branch.mse.high, _share(best, branch)) * (1 + _root_share(best, branch)) / 2
    return Bounds(low, high).root()


def squared_bias(branch: Branch) -> Bounds:
    """The range of b^2: from 0 to Q - 2 K = MSE (1 - CCC / r) / (1 - CCC), where both spreads are equal.

    >>> found = squared_bias(Branch(1, Bounds(27.191, 27.191), Bounds(0.83, 0.83), Bounds(0.9, 0.9)))
    >>> found.low, round(found.high**0.5, 2)
    (0.0, 3.53)
    """
    low = branch.ccc.low
    return Bounds(0.0, _times(branch.mse.high, _share(low, branch)) * (1 - _ratio(low, branch.pcc.high)))


def least_error_variance(branch: Branch) -> float:
    """The least variance of the errors p - y: 2 K (1 - r), where both spreads are equal.

    >>> round(least_error_variance(Branch(1, Bounds(27.191, 27.191), Bounds(0.83, 0.83), Bounds(0.9, 0.9))) ** 0.5, 2)
    3.84
    """
    low, high = branch.ccc.low, branch.pcc.high
    return branch.mse.low * _share(low, branch) * (_ratio(low, high) - branch.sign * low)


def _absolute(given: Bounds, sign: int) -> Bounds:
    """The absolute values of the part of a range that has this sign."""
    return (given if sign > 0 else Bounds(-given.high, -given.low)).meet(Bounds(0, 1))


def _share(ccc: float, branch: Branch) -> float:
    """Q / MSE = 1 / (1 - CCC), infinite at a CCC of 1."""
    rest = 1 - branch.sign * ccc
    return 1 / rest if rest > 0 else math.inf


def _ratio(ccc: float, pcc: float) -> float:
    """CCC / r, at most 1; 0 where r is 0, because then nothing ties the spreads together."""
    return min(1.0, ccc / pcc) if pcc else 0.0


def _root_share(ccc: float, branch: Branch) -> float:
    """sqrt(1 - (CCC / r)^2) at the greatest r."""
    return math.sqrt(1 - _ratio(ccc, branch.pcc.high) ** 2)


def _times(value: float, share: float) -> float:
    """A product in which 0 times infinity is infinite: a perfect row says nothing of its spreads."""
    return math.inf if math.isinf(share) else value * share
