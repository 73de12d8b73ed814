"""What a trial would have concluded on one endpoint with the model in the physician's place."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from pasi.evaluation.endpoint_price import EndpointPrice, endpoint_price
from pasi.evaluation.intervals import Interval
from pasi.evaluation.kappa import weighted_kappa
from pasi.evaluation.misclassification import CorrectedRates, Judged, Read, corrected_rates
from pasi.evaluation.paired_rates import PairedRates, paired_rates
from pasi.evaluation.rate_difference import RateDifference, difference_of, rate_difference, wilson_interval
from pasi.evaluation.replacement import Replacement, may_replace
from pasi.evaluation.settings import LIMITS, AcceptanceLimits

FEWEST_ANSWERS = 5  # of each kind by each reading: kappa is near 0 without a spread where nobody or one responds


@dataclass(frozen=True)
class EndpointReplay:
    """One endpoint in two arms by the physician (observed) and by the model (predicted).

    treated, control: the change of each rate by the reading; change: that of their difference. corrected: rates from
    the model's reading and the errors that it makes in both arms together.
    """

    observed: RateDifference
    predicted: RateDifference
    treated: PairedRates
    control: PairedRates
    change: Interval
    kappa: Interval
    corrected: CorrectedRates
    price: EndpointPrice
    replacement: Replacement


def endpoint_replay(
    observed: ArrayLike,
    predicted: ArrayLike,
    treated: ArrayLike,
    *,
    limits: AcceptanceLimits = LIMITS,
    power: float = 0.9,
) -> EndpointReplay:
    """Rates of both arms and their difference by both readings, what the model costs, and whether it may replace.

    All intervals are of 95%: `rate_difference` for each reading, `paired_rates` for the change of each rate, both of
    these joined (MOVER) for the change of the difference, `corrected_rates` with the errors on the same subjects,
    `endpoint_price`, and `may_replace` with the change of both rates, of their difference, kappa and the price. Kappa
    is that of `weighted_kappa`; where its jackknife has no bounds, because the readings agree on all subjects or all
    but one, they are Wilson's for the share of agreement, with the agreement by chance as it is found. It has none
    where fewer than 5 subjects have one of the answers by either reading.

    One answer a subject at one time. Subjects whose response is undefined belong among the non-responders, as a trial
    counts them.

    Args:
        observed: whether each subject reaches the endpoint by the physician's score (n,), as numbers or booleans.
        predicted: the same by the model's.
        treated: whether each subject is in the treated arm (n,).
        limits: limits of acceptance.
        power: of the trial that the price is about.

    Returns:
        The results; NaN as in the functions named.

    Raises:
        ValueError: an array is not one-dimensional, an answer is neither 0 nor 1, or the lengths differ.

    Example:
        Sixty subjects an arm; the model misses four of 45 responders, and takes one of 54 others for one.

        >>> observed = [1] * 45 + [0] * 15 + [1] * 6 + [0] * 54
        >>> predicted = [1] * 41 + [0] * 19 + [1] * 7 + [0] * 53
        >>> found = endpoint_replay(observed, predicted, [1] * 60 + [0] * 60)
        >>> round(found.observed.difference.estimate, 3), round(found.predicted.difference.estimate, 3)
        (0.65, 0.567)
        >>> round(found.price.price.estimate, 2), found.replacement.verdict, found.replacement.open[0]
        (1.36, 'cannot be judged', 'rate in the treated arm')
    """
    price = endpoint_price(observed, predicted, treated, power=power)  # checks all three arrays
    y, p, arm = (np.asarray(values, dtype=np.float64) for values in (observed, predicted, treated))
    one, other = (arm == 1), (arm == 0)
    changed, unchanged = (paired_rates(y[own], p[own]) for own in (one, other))
    change = difference_of(changed.change, unchanged.change, "two of Tango's score intervals, joined")
    subjects, kappa = np.arange(len(y)), _kappa(y, p)
    named = [
        ("rate in the treated arm", changed.change),
        ("rate in the control arm", unchanged.change),
        ("difference of the rates", change),
    ]
    fewest = int(min(one.sum(), other.sum()))
    return EndpointReplay(
        observed=rate_difference(y[one], y[other]),
        predicted=rate_difference(p[one], p[other]),
        treated=changed,
        control=unchanged,
        change=change,
        kappa=kappa,
        corrected=corrected_rates(Judged(y, p, subjects), Read(p, subjects, arm)),
        price=price,
        replacement=may_replace(named, kappa, price.price, fewest=fewest, limits=limits),
    )


def _kappa(observed: np.ndarray, predicted: np.ndarray) -> Interval:
    """Kappa of all subjects, with bounds also where they agree on all of them or all but one."""
    found = weighted_kappa(observed, predicted, np.arange(len(observed)), weights="none").kappa
    disagreed = int((observed != predicted).sum())
    answers = [int((values == answer).sum()) for values in (observed, predicted) for answer in (0, 1)]
    if min(answers) < FEWEST_ANSWERS:
        reason = f"none: fewer than {FEWEST_ANSWERS} subjects with one of the answers"
        return replace(found, low=float("nan"), high=float("nan"), method=reason)
    if not np.isfinite(found.estimate) or np.isfinite(found.low) or disagreed > 1:
        return found
    agreed = wilson_interval(len(observed) - disagreed, len(observed))
    means = float(observed.mean()), float(predicted.mean())
    chance = means[0] * means[1] + (1 - means[0]) * (1 - means[1])
    low, high = ((bound - chance) / (1 - chance) for bound in (agreed.low, agreed.high))
    return Interval(found.estimate, low, high, "Wilson's, of the share of agreement", len(observed))
