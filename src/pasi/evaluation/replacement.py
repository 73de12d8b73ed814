"""Whether a model may take the place of the physician for one endpoint of a trial."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pasi.evaluation.intervals import Interval
from pasi.evaluation.settings import LIMITS, AcceptanceLimits

Verdict = Literal["may be replaced", "must not be replaced", "cannot be judged"]


@dataclass(frozen=True)
class Replacement:
    """The verdict, and by name the criteria that fail and those that the data leave open."""

    verdict: Verdict
    fails: tuple[str, ...]
    open: tuple[str, ...]


def may_replace(
    changes: Sequence[tuple[str, Interval]],
    kappa: Interval,
    price: Interval,
    *,
    fewest: int,
    limits: AcceptanceLimits = LIMITS,
) -> Replacement:
    """The verdict on one endpoint, by intervals against limits that were set before.

    A criterion holds where the whole interval is within its limit, fails where the whole interval is beyond it, and is
    open otherwise, or where there is no interval. One that fails suffices for "must not be replaced"; "may be replaced"
    takes all of them; otherwise, and below `limits.subjects` in an arm, it "cannot be judged". With intervals of 95%
    each criterion that truly lies at or beyond its limit is passed in about 2.5% of trials. All must hold, so there is
    nothing to correct for their number within an endpoint; over several endpoints there would be.

    Args:
        changes: by name, such as "rate in active", each change of a rate and of their difference by the reading.
        kappa: agreement of both readings over both arms (`weighted_kappa`).
        price: factor on the number of subjects (`endpoint_price`).
        fewest: number of subjects in the smaller arm.
        limits: the limits.

    Returns:
        Verdict and reasons. "subjects" stands among `open` where they are too few, and then nothing fails.

    Example:
        >>> within, wide = (Interval(0.0, -reach, reach, "", 50) for reach in (0.05, 0.2))
        >>> kappa, price = Interval(0.9, 0.8, 0.95, "", 100), Interval(1.1, 1.0, 1.2, "", 100)
        >>> may_replace([("rate in active", within)], kappa, price, fewest=50).verdict
        'may be replaced'
        >>> may_replace([("rate in active", wide)], kappa, price, fewest=50)
        Replacement(verdict='cannot be judged', fails=(), open=('rate in active',))
        >>> low = Interval(0.4, 0.3, 0.5, "", 100)
        >>> may_replace([("rate in active", wide)], low, price, fewest=50).verdict
        'must not be replaced'
    """
    if fewest < limits.subjects:
        return Replacement("cannot be judged", (), ("subjects",))
    states = {name: _within(change, -limits.margin, limits.margin) for name, change in changes}
    states |= {"kappa": _within(kappa, limits.kappa, 1.0), "price": _within(price, 0.0, limits.price)}
    fails, unsettled = (tuple(name for name, found in states.items() if found == state) for state in ("fails", "open"))
    verdict: Verdict = "must not be replaced" if fails else "cannot be judged" if unsettled else "may be replaced"
    return Replacement(verdict, fails, unsettled)


def _within(found: Interval, low: float, high: float) -> Literal["holds", "fails", "open"]:
    """How an interval lies to its limits; NaN bounds leave it open."""
    if low <= found.low and found.high <= high:
        return "holds"
    return "fails" if found.high < low or found.low > high else "open"
