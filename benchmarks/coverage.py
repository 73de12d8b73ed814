"""Measured coverage of the intervals of pasi.evaluation in simulated trials with known truth, as rows of Markdown.

`python benchmarks/coverage.py` measures everything (about five minutes on one core); items after it, as
`intervals errors`, are measured alone. docs/evaluation.md has the tables. Seeds are fixed: the numbers repeat.
"""

import math
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np

from other_intervals import bootstrap_t_interval, symmetric_interval
from pasi.evaluation.calibration import calibration_line
from pasi.evaluation.choice import corrected_choice
from pasi.evaluation.differences import difference_interval, holm, mae_difference
from pasi.evaluation.intervals import Interval, ccc_interval, mae_interval
from pasi.evaluation.limits import limits_of_agreement
from pasi.evaluation.settings import Primary
from simulated_trials import equal_learners, nested_scores, true_ccc, true_mae, unequal_learners

SUBJECTS = (6, 11, 20, 54)
ERRORS = (1.5, 3.0)  # of a learner, by subject and by visit
WORSE = (3.0, 5.0)
LEARNERS = 36
TRUTH = 10**6  # a seed that no trial has
Row = tuple[str, ...]


def intervals(trials: int = 1000) -> Iterator[Row]:
    """CCC, MAE and calibration of one learner."""
    lines = ("calibration slope", "calibration line, middle", "calibration line, whole")
    yield ("subjects", "trials", "CCC", "MAE", "MAE, truth above", *lines)
    for name, subjects, mixed in cells():
        expected = {"ccc": true_ccc(*ERRORS, heterogeneous=mixed), "mae": true_mae(*ERRORS, heterogeneous=mixed)}
        held = []
        for seed in range(trials):
            observed, (predicted,), nested = unequal_learners(seed, subjects, [ERRORS], heterogeneous=mixed)
            concordance, error = (find(observed, predicted, nested) for find in (ccc_interval, mae_interval))
            above = error.high < expected["mae"]
            judged = (holds(concordance, expected["ccc"]), holds(error, expected["mae"]), above)
            held.append((*judged, *held_lines(*calibrated(seed, subjects, mixed))))
        yield (name, str(trials), *map(percent, means(held)))


def held_lines(observed: np.ndarray, predicted: np.ndarray, nested: np.ndarray) -> tuple[bool, bool, bool]:
    """Whether the slope's interval holds 1, and the band the true line y = p: in the middle, and all along."""
    grid = np.linspace(predicted.min(), predicted.max(), 60)
    line = calibration_line(observed, predicted, nested, [20.0, *grid])
    points = (line.low <= [20.0, *grid]) & ([20.0, *grid] <= line.high)
    return line.slope_low <= 1 <= line.slope_high, bool(points[0]), bool(points[1:].all())


def growing(trials: int = 1000) -> Iterator[Row]:
    """One learner whose errors grow with the score and are skewed; the truth is that of 200,000 subjects."""
    yield ("subjects", "trials", "CCC", "MAE", "MAE, truth above", "bias", "calibration slope", "upper limit")
    truths = [found.estimate for found in _growing(TRUTH, 200_000)]
    for subjects in SUBJECTS:
        found = [_growing(seed, subjects) for seed in range(trials)]
        held = means([[holds(one, truth) for one, truth in zip(own, truths, strict=True)] for own in found])
        above = means([[own[1].high < truths[1]] for own in found])[0]
        shares = [held[0], held[1], above, *held[2:]]
        yield (str(subjects), str(trials), *map(percent, shares))


def _growing(seed: int, subjects: int) -> tuple[Interval, ...]:
    """Standard deviations of the errors are those of ERRORS at a score of 20, in proportion at others; skewness -1."""
    generator = np.random.default_rng(seed)
    observed, nested = nested_scores(generator, subjects)
    of_subject = generator.normal(0, ERRORS[0], subjects)[nested]
    of_visit = -ERRORS[1] * (generator.gamma(4, 1, len(nested)) - 4) / 2
    predicted = observed + (of_subject + of_visit) * np.maximum(observed, 0) / 20
    data = observed, predicted, nested
    line, limits = calibration_line(*data, [0.0]), limits_of_agreement(*data)
    slope = Interval(line.slope, line.slope_low, line.slope_high, "", subjects)
    return ccc_interval(*data), mae_interval(*data), limits.bias, slope, limits.upper


def errors(trials: int = 1000) -> Iterator[Row]:
    """Three intervals of the MAE of one learner: how often each holds the truth, and how often that is above it."""
    methods: dict[str, Callable[[np.ndarray, np.ndarray, np.ndarray], Interval]] = {
        "MAE +/- t error": symmetric_interval,
        "log MAE +/- t error": mae_interval,
        "bootstrap-t on log MAE": bootstrap_t_interval,
    }
    yield ("subjects", "trials", *(column for name in methods for column in (name, "truth above", "median width")))
    for name, subjects, mixed in cells():
        truth = true_mae(*ERRORS, heterogeneous=mixed)
        rows = []
        for seed in range(trials):
            observed, (predicted,), nested = unequal_learners(seed, subjects, [ERRORS], heterogeneous=mixed)
            found = [find(observed, predicted, nested) for find in methods.values()]
            rows.append([(holds(one, truth), one.high < truth, one.high - one.low) for one in found])
        shares, widths = np.mean(rows, axis=0), np.median(rows, axis=0)
        figures = zip(shares, widths, strict=True)
        cells_of = [(percent(share[0]), percent(share[1]), f"{width[2]:.2f}") for share, width in figures]
        yield (name, str(trials), *(cell for three in cells_of for cell in three))


def calibrated(seed: int, subjects: int, mixed: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Observed, predicted and subjects, where a prediction is the mean of the scores that are observed with it."""
    generator = np.random.default_rng(seed)
    predicted, nested = nested_scores(generator, subjects)
    factor = np.where(mixed & (generator.random(subjects) < 0.1), 5.0, 1.0)
    error = (generator.normal(0, ERRORS[0], subjects) * factor)[nested] + generator.normal(0, ERRORS[1], len(nested))
    return predicted + error, predicted, nested


def differences(trials: int = 1000) -> Iterator[Row]:
    """Two learners of different CCC, and two of the same."""
    yield ("subjects", "trials", "CCCs", "difference of z", "difference of CCC", "p < 0.05", "both agree")
    for name, subjects, mixed in cells():
        for other in (WORSE, ERRORS):
            truths = [true_ccc(*errors, heterogeneous=mixed) for errors in (ERRORS, other)]
            shift, gap = math.atanh(truths[0]) - math.atanh(truths[1]), truths[0] - truths[1]
            held = []
            for seed in range(trials):
                observed, (a, b), nested = unequal_learners(seed, subjects, [ERRORS, other], heterogeneous=mixed)
                found = difference_interval(observed, a, b, nested)
                agree = (found.p < 0.05) == (not holds(found, 0.0))
                held.append((bool(found.z_low <= shift <= found.z_high), holds(found, gap), found.p < 0.05, agree))
            pair = " and ".join(f"{truth:.2f}" for truth in truths)
            yield (name, str(trials), pair, *map(percent, means(held)))


def mae_differences(trials: int = 1000) -> Iterator[Row]:
    """Two learners of different MAE, and two of the same."""
    yield ("subjects", "trials", "MAEs", "difference of MAE", "p < 0.05")
    for name, subjects, mixed in cells():
        for other in (WORSE, ERRORS):
            truths = [true_mae(*errors, heterogeneous=mixed) for errors in (ERRORS, other)]
            held = []
            for seed in range(trials):
                observed, (a, b), nested = unequal_learners(seed, subjects, [ERRORS, other], heterogeneous=mixed)
                found = mae_difference(observed, a, b, nested)
                held.append((holds(found, truths[0] - truths[1]), found.p < 0.05))
            yield (name, str(trials), " and ".join(f"{truth:.2f}" for truth in truths), *map(percent, means(held)))


def many(trials: int = 400) -> Iterator[Row]:
    """Of 36 learners equal to the reference: how often any is called different, and any better."""
    yield ("subjects", "trials", "measure", "any p < 0.05", "any different after Holm", "any better after Holm")
    for name, subjects, mixed in cells():
        trial = partial(equal_learners, subjects=subjects, learners=LEARNERS + 1, heterogeneous=mixed)
        for measure, compare, sign in (("CCC", difference_interval, 1), ("MAE", mae_difference, -1)):
            wrong = []
            for seed in range(trials):
                observed, (reference, *others), nested = trial(seed)
                found = [compare(observed, other, reference, nested) for other in others]
                rejected = holm([one.p for one in found]) < 0.05
                better = rejected & (sign * np.array([one.estimate for one in found]) > 0)
                wrong.append((any(one.p < 0.05 for one in found), bool(rejected.any()), bool(better.any())))
            yield (name, str(trials), measure, *map(percent, means(wrong)))


def selection(trials: int = 400, draws: int = 500, primary: Primary = "mae") -> Iterator[Row]:
    """The best of 36 by the primary measure: equal learners, and learners whose errors differ by up to 30%."""
    naive, corrected = ("MAE naive: bias", "covers"), ("MAE corrected: bias", "covers")
    yield ("subjects", "learners", "trials", *naive, *corrected, "CCC naive covers", "CCC corrected covers")
    for name, subjects, mixed in cells():
        for spread in (0.0, 0.3):
            rows = [chosen(seed, subjects, spread, mixed, draws=draws, primary=primary) for seed in range(trials)]
            biases, held = means([row[:2] for row in rows]), means([row[2:] for row in rows])
            figures = (signed(biases[0]), percent(held[0]), signed(biases[1]), percent(held[1]))
            kind = "equal" if not spread else "up to 30% apart"
            yield (name, kind, str(trials), *figures, *map(percent, held[2:]))


def chosen(seed: int, subjects: int, spread: float, mixed: bool, *, draws: int, primary: Primary) -> tuple[float, ...]:
    """Relative biases of the MAE, naive and corrected, and whether each interval holds the truth of the chosen one."""
    observed, predicted, nested = equal_learners(seed, subjects, LEARNERS, heterogeneous=mixed)
    scale = np.random.default_rng(seed).uniform(1, 1 + spread, LEARNERS)
    predicted = observed + scale[:, None] * (predicted - observed)
    found = corrected_choice(observed, predicted, nested, draws=draws, seed=seed, primary=primary)
    own = (scale[found.best] * ERRORS[0], scale[found.best] * ERRORS[1])
    truths = {"mae": true_mae(*own, heterogeneous=mixed), "ccc": true_ccc(*own, heterogeneous=mixed)}
    both = found.naive, found.corrected
    biases = (one["mae"].estimate / truths["mae"] - 1 for one in both)
    return (*biases, *(holds(one[metric], truth) for metric, truth in truths.items() for one in both))


def cells() -> Iterator[tuple[str, int, bool]]:
    """Numbers of subjects, each plain and with a tenth of subjects whose effect is fivefold."""
    for mixed in (False, True):
        for subjects in SUBJECTS:
            yield (f"{subjects}{', heterogeneous' if mixed else ''}", subjects, mixed)


def holds(interval: Interval, truth: float) -> bool:
    """Whether an interval covers the truth; one without bounds does not."""
    return bool(interval.low <= truth <= interval.high)


def covers(found: Sequence[Interval], truth: float) -> str:
    """How often the intervals that have bounds hold the truth, and how many have none."""
    known = [holds(one, truth) for one in found if math.isfinite(one.low)]
    none = 1 - len(known) / len(found)
    return (percent(float(np.mean(known))) if known else "") + (f" ({percent(none)} none)" if none else "")


def means(rows: Sequence[Sequence[float]]) -> list[float]:
    """The mean of each column."""
    found: list[float] = np.asarray(rows, dtype=np.float64).mean(axis=0).tolist()
    return found


def percent(share: float) -> str:
    """0.951 -> "95.1%"."""
    return f"{100 * share:.1f}%"


def signed(share: float) -> str:
    """-0.138 -> "-13.8%"."""
    return f"{100 * share:+.1f}%" if math.isfinite(share) else "none"


ITEMS: dict[str, Callable[[], Iterator[Row]]] = {
    "intervals": intervals,
    "growing": growing,
    "errors": errors,
    "differences": differences,
    "mae_differences": mae_differences,
    "many": many,
    "selection": selection,
    "selection_by_ccc": partial(selection, primary="ccc"),
}


def main(items: Sequence[str], known: dict[str, Callable[[], Iterator[Row]]]) -> None:
    """Print a table for each item of those that are known, a row at a time."""
    for item in items or known:
        lines = known[item]()
        head = next(lines)
        print(f"\n{item}\n\n| {' | '.join(head)} |\n|{'---|' * len(head)}", flush=True)
        for row in lines:
            print(f"| {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:], ITEMS)
