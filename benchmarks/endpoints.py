"""Endpoints read by a model: what a CCC does to them, coverage of the corrected rates, and how often the rule is right.

`python benchmarks/endpoints.py` measures everything; items after it, as `concordance verdicts`, are measured alone.
docs/evaluation.md has the tables. Seeds are fixed: the numbers repeat.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np

from coverage import Row, holds, main, means, percent
from endpoint_trials import ARMS, Pool, deviation_for, pool, reached, read_with_error
from pasi.evaluation.endpoint_price import endpoint_price
from pasi.evaluation.endpoint_replay import endpoint_replay
from pasi.evaluation.intervals import Interval
from pasi.evaluation.misclassification import Judged, Read, corrected_rates
from pasi.evaluation.prediction_powered import prediction_powered_mean
from pasi.evaluation.rate_difference import difference_of
from pasi.evaluation.replacement import Verdict
from pasi.evaluation.two_proportions import sizes

THRESHOLDS = (50, 75, 90, 100)
JUDGED = 100  # subjects that a physician and the model scored before the trial, half of each arm
TREATED, CONTROL = ARMS[1], ARMS[0]
VERDICTS: tuple[Verdict, ...] = ("may be replaced", "must not be replaced", "cannot be judged")
LARGE = 50  # readings of the whole pool that make the truth about a model
NAMES = {False: "the same everywhere", True: "growing with the score"}


def concordance() -> Iterator[Row]:
    """True and read rates of both arms by the CCC of the model, and the subjects that a trial needs."""
    yield ("error", "CCC", "endpoint", "active, true", "read", "placebo, true", "read", "subjects an arm, true", "read")
    for growing in (False, True):
        for wanted in (0.97, 0.92, 0.85):
            deviation = deviation_for(wanted, growing=growing)
            for threshold in THRESHOLDS:
                true, read = (_rates(threshold, by, growing) for by in (0.0, deviation))
                needed = [f"{float(sizes(*rates)):.1f}" for rates in (true, read)]
                shown = [percent(rate) for pair in zip(true, read, strict=True) for rate in pair]
                yield (NAMES[growing], f"{wanted:.2f}", f"PASI{threshold}", *shown, *needed)


def raters() -> Iterator[Row]:
    """The same with each of two simulated physicians in the place of the truth."""
    yield ("scores", "endpoint", "active", "placebo", "subjects an arm for 90%")
    for threshold in THRESHOLDS:
        for name, own in (("truth", None), ("R1", 0), ("R2", 1)):
            rates = [
                float(reached(found.truth if own is None else found.raters[own], threshold).mean())
                for found in (pool(TREATED), pool(CONTROL))
            ]
            yield (name, f"PASI{threshold}", *map(percent, rates), f"{float(sizes(*rates)):.1f}")


def coverage(trials: int = 500, threshold: int = 90) -> Iterator[Row]:
    """How often intervals hold the true difference of the arms, and the change of a rate, at a CCC of 0.92."""
    yield (
        *("error", "subjects an arm", "trials", "physician", "change, active", "change of the difference"),
        *("as read", f"corrected by {JUDGED} others", "corrected by the same", "prediction-powered", "its gain"),
    )
    for growing in (False, True):
        deviation = deviation_for(0.92, growing=growing)
        true, read = (_rates(threshold, by, growing) for by in (0.0, deviation))
        effect = true[0] - true[1]
        changes = read[0] - true[0], read[0] - read[1] - effect
        for subjects in (20, 50, 100):
            held = []
            for seed in range(trials):
                y, p, arm = _trial(seed, subjects, threshold, deviation, growing)
                found = endpoint_replay(y, p, arm)
                other = _trial(seed + trials, JUDGED // 2, threshold, deviation, growing)
                judged = Judged(other[0], other[1], -1 - np.arange(JUDGED))
                corrected = corrected_rates(judged, Read(p, np.arange(len(p)), arm)).difference
                powered, gain = _powered(y, p, arm)
                held.append(
                    (
                        holds(found.observed.difference, effect),
                        holds(found.treated.change, changes[0]),
                        holds(found.change, changes[1]),
                        holds(found.predicted.difference, effect),
                        holds(corrected, effect),
                        holds(found.corrected.difference, effect),
                        holds(powered, effect),
                        gain,
                    )
                )
            *shares, gain = means(held)
            yield (NAMES[growing], str(subjects), str(trials), *map(percent, shares), f"{gain:.2f}")


def prices(trials: int = 1000, threshold: int = 90) -> Iterator[Row]:
    """How often the interval of a price holds the true one, at a CCC of 0.92, of those that have bounds."""
    yield (
        "error",
        "true price",
        "subjects an arm",
        "trials",
        "price",
        "truth above",
        "median factor to a bound",
        "none",
    )
    for growing in (False, True):
        deviation = deviation_for(0.92, growing=growing)
        true, read = (_rates(threshold, by, growing) for by in (0.0, deviation))
        truth = float(sizes(*read) / sizes(*true))
        for subjects in (10, 20, 50, 100, 200):
            found = [
                endpoint_price(*_trial(seed, subjects, threshold, deviation, growing)).price for seed in range(trials)
            ]
            known = [one for one in found if np.isfinite(one.low)]
            held, above = means([[holds(one, truth), one.high < truth] for one in known])
            factor = float(np.median([one.high / one.estimate for one in known]))
            none = percent(1 - len(known) / trials)
            shares = percent(held), percent(above), f"{factor:.2f}", none
            yield (NAMES[growing], f"{truth:.2f}", str(subjects), str(trials), *shares)


def verdicts(trials: int = 500) -> Iterator[Row]:
    """How often the rule gives each verdict, beside the true changes that it is about."""
    yield ("model", "endpoint", "true change, active", "placebo", "true price", "subjects an arm", "trials", *VERDICTS)
    for name, wanted, growing in (("perfect", 1.0, False), ("0.97", 0.97, True), ("0.92", 0.92, True)):
        deviation = deviation_for(wanted, growing=growing) if wanted < 1 else 0.0
        for threshold in (75, 90):
            true, read = (_rates(threshold, by, growing) for by in (0.0, deviation))
            changes = [f"{100 * (after - before):+.1f}%" for before, after in zip(true, read, strict=True)]
            price = float(sizes(*read) / sizes(*true))
            for subjects in (20, 50, 100, 200):
                found = Counter(
                    endpoint_replay(*_trial(seed, subjects, threshold, deviation, growing)).replacement.verdict
                    for seed in range(trials)
                )
                shares = [percent(found[verdict] / trials) for verdict in VERDICTS]
                yield (name, f"PASI{threshold}", *changes, f"{price:.2f}", str(subjects), str(trials), *shares)


def _rates(threshold: int, deviation: float, growing: bool) -> tuple[float, float]:
    """The rates of all subjects of both arms, treated first, read with this error."""

    def rate(found: Pool) -> float:
        if not deviation:
            return float(reached(found.truth, threshold).mean())
        read = [read_with_error(found.truth, deviation, seed, growing=growing) for seed in range(LARGE)]
        return float(np.mean([reached(scores, threshold) for scores in read]))

    return rate(pool(TREATED)), rate(pool(CONTROL))


def _trial(
    seed: int, subjects: int, threshold: int, deviation: float, growing: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Truth, reading and arm of each subject of a trial, the treated arm first."""
    generator = np.random.default_rng(seed)
    drawn = [
        found.truth[generator.integers(len(found.truth), size=subjects)] for found in (pool(TREATED), pool(CONTROL))
    ]
    truth = np.concatenate(drawn)
    read = read_with_error(truth, deviation, seed, growing=growing) if deviation else truth
    return reached(truth, threshold), reached(read, threshold), np.repeat([1, 0], subjects)


def _powered(y: np.ndarray, p: np.ndarray, arm: np.ndarray) -> tuple[Interval, float]:
    """The difference of the arms where physicians scored every second subject, and the mean gain of an arm."""
    found = [prediction_powered_mean(y[own][::2], p[own][::2], p[own][1::2]) for own in (arm == 1, arm == 0)]
    gains = [one.gain for one in found if np.isfinite(one.gain)]
    return difference_of(found[0].mean, found[1].mean, "MOVER"), float(np.mean(gains)) if gains else 1.0


ITEMS: dict[str, Callable[[], Iterator[Row]]] = {
    "concordance": concordance,
    "raters": raters,
    "coverage": coverage,
    "prices": prices,
    "verdicts": verdicts,
}


if __name__ == "__main__":
    main(sys.argv[1:], ITEMS)
