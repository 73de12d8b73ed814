"""Measured coverage of the statistics of visits nested in subjects, beside those of coverage.py.

`python benchmarks/statistics_coverage.py` measures everything (about a minute on one core); items after it, as
`agreement conformal`, are measured alone. docs/evaluation.md has the tables. Seeds are fixed: the numbers repeat.
"""

import math
import sys
from collections.abc import Callable, Iterator

import numpy as np

from coverage import ERRORS, LEARNERS, TRUTH, Row, cells, covers, holds, main, means, percent
from pasi.evaluation.components import variance_components
from pasi.evaluation.confidence_set import model_confidence_set
from pasi.evaluation.conformal import conformal_width
from pasi.evaluation.deming import deming_line
from pasi.evaluation.detectable_change import detectable_change
from pasi.evaluation.intervals import Interval
from pasi.evaluation.intraclass import intraclass_correlation
from pasi.evaluation.kappa import weighted_kappa
from pasi.evaluation.limits import limits_of_agreement
from pasi.evaluation.proportional_bias import proportional_bias
from pasi.evaluation.ranks import rank_intervals
from pasi.evaluation.repeated_ccc import repeated_ccc
from pasi.evaluation.response_agreement import response_agreement
from pasi.evaluation.within_subject import within_subject_correlation
from simulated_trials import SUBJECT_SPREAD, VISIT_SPREAD, effects, equal_learners, true_ccc, unequal_learners

ENDS = (3.0, 10.0, 20.0)  # of the bands in the measurement of kappa
RESPONDS = 15.0  # a score below this is a response in that of sensitivity and specificity
NEW = 20  # subjects of a trial that conformal intervals do not see


def agreement(trials: int = 1000) -> Iterator[Row]:
    """Limits of agreement, variance components, detectable change, ICC and repeated-measures CCC of one learner."""
    yield (
        *("subjects", "trials", "upper limit", "variance by subject", "by visit"),
        *("change of a subject", "ICC", "CCC of repeated measures"),
    )
    for name, subjects, mixed in cells():
        by_subject = sum(share * (factor * ERRORS[0]) ** 2 for share, factor in effects(mixed))
        limit, concordance = 1.96 * math.sqrt(by_subject + ERRORS[1] ** 2), true_ccc(*ERRORS, heterogeneous=mixed)
        held = []
        for seed in range(trials):
            observed, (predicted,), nested = unequal_learners(seed, subjects, [ERRORS], heterogeneous=mixed)
            data = observed, predicted, nested
            parts = variance_components(predicted - observed, nested)
            visits = np.concatenate([np.arange(count) for count in np.bincount(nested)])
            both = intraclass_correlation(np.column_stack([observed, predicted]), nested).agreement
            held.append(
                (
                    holds(limits_of_agreement(*data).upper, limit),
                    holds(parts.subject, by_subject),
                    holds(parts.visit, ERRORS[1] ** 2),
                    holds(detectable_change(*data).change, 1.96 * math.sqrt(2) * ERRORS[1]),
                    holds(both, concordance),
                    holds(repeated_ccc(*data, visits).ccc, concordance),
                )
            )
        yield (name, str(trials), *map(percent, means(held)))


def lines(trials: int = 1000) -> Iterator[Row]:
    """Proportional bias, Deming's line and the correlation within subjects; errors here do not grow with the score."""
    names = ("slope of the difference", "slope of the spread", "Deming slope", "Deming intercept", "within subjects")
    yield ("subjects", "trials", *names)
    spread, within = SUBJECT_SPREAD**2 + VISIT_SPREAD**2, VISIT_SPREAD**2
    for name, subjects, mixed in cells():
        of_visit = ERRORS[1] ** 2
        error = of_visit + sum(share * (factor * ERRORS[0]) ** 2 for share, factor in effects(mixed))
        slope = (error + math.hypot(error, 2 * spread)) / (2 * spread)
        truths = (error / 2 / (spread + error / 4), 0, slope, 20 * (1 - slope), math.sqrt(within / (within + of_visit)))
        held = []
        for seed in range(trials):
            observed, (predicted,), nested = unequal_learners(seed, subjects, [ERRORS], heterogeneous=mixed)
            data = observed, predicted, nested
            growing, deming = proportional_bias(*data, []), deming_line(*data)
            found = (growing.slope, growing.spread, *deming, within_subject_correlation(*data))
            held.append([holds(interval, truth) for interval, truth in zip(found, truths, strict=True)])
        yield (name, str(trials), *map(percent, means(held)))


def categories(trials: int = 1000) -> Iterator[Row]:
    """Weighted kappa of bands, and what is said of a response; the truth is that of 200,000 subjects."""
    names = ("quadratic kappa", "kappa of responses", "sensitivity", "specificity")
    yield ("subjects", "trials", *names, "share predicted minus observed", "the same, one visit a subject")
    for name, subjects, mixed in cells():
        truths = [found.estimate for found in _categories(TRUTH, 200_000, mixed)]
        found = [_categories(seed, subjects, mixed) for seed in range(trials)]
        yield (
            name,
            str(trials),
            *(covers(own, truth) for own, truth in zip(zip(*found, strict=True), truths, strict=True)),
        )


def _categories(seed: int, subjects: int, mixed: bool) -> tuple[Interval, ...]:
    observed, (predicted,), nested = unequal_learners(seed, subjects, [ERRORS], heterogeneous=mixed)
    bands, expected = (np.searchsorted(ENDS, scores) for scores in (observed, predicted))
    found = response_agreement(observed < RESPONDS, predicted < RESPONDS, nested)
    first = np.unique(nested, return_index=True)[1]
    alone = response_agreement(observed[first] < RESPONDS, predicted[first] < RESPONDS, nested[first])
    shares = found.kappa, found.sensitivity, found.specificity, found.difference, alone.difference
    return weighted_kappa(bands, expected, nested).kappa, *shares


def conformal(trials: int = 1000) -> Iterator[Row]:
    """Visits of 20 new subjects a trial within the half-width of those at hand, and what these say themselves."""
    yield ("subjects", "trials", "level", "new visits within", "the subjects at hand", "half-width", "of visits")
    for name, subjects, mixed in cells():
        level = 0.95 if subjects >= 19 else 0.8
        found = []
        for seed in range(trials):
            observed, (predicted,), nested = unequal_learners(seed, subjects + NEW, [ERRORS], heterogeneous=mixed)
            seen, error = nested < subjects, np.abs(predicted - observed)
            width = conformal_width(observed[seen], predicted[seen], nested[seen], level=level)
            new = nested[~seen] - subjects
            within = np.bincount(new, error[~seen] <= width.half_width) / np.bincount(new)
            visits = np.quantile(error[seen], level)
            found.append((float(within.mean()), width.covered, width.half_width, float(visits)))
        share, own, half, plain = means(found)
        yield (name, str(trials), percent(level), percent(share), percent(own), f"{half:.2f}", f"{plain:.2f}")


def ranks(trials: int = 200, draws: int = 2000) -> Iterator[Row]:
    """Ranks of 36 learners whose errors are up to 30% apart: the bounds, and the middle 95% of the draws."""
    yield (
        *("subjects", "trials", "true rank within", "of the best", "ranks in it"),
        *("within 95% of draws", "of the best", "ranks in them", "best leads the draws"),
    )
    for name, subjects, mixed in cells():
        rows = []
        for seed in range(trials):
            observed, predicted, nested = equal_learners(seed, subjects, LEARNERS, heterogeneous=mixed)
            scale = np.random.default_rng(seed).uniform(1, 1.3, LEARNERS)
            scaled = observed + scale[:, None] * (predicted - observed)
            found = rank_intervals(observed, scaled, nested, draws=draws, seed=seed)
            truth, best = scale.argsort().argsort() + 1, int(scale.argmin())
            row: list[float] = []
            for low, high in ((found.low, found.high), (found.drawn_low, found.drawn_high)):
                within = (low <= truth) & (truth <= high)
                row += [float(within.mean()), float(within[best]), float((high - low + 1).mean())]
            rows.append((*row, float(found.best.argmax() == best)))
        cellwise = means(rows)
        shown = [f"{value:.1f}" if place in (2, 5) else percent(value) for place, value in enumerate(cellwise)]
        yield (name, str(trials), *shown)


def confidence_set(trials: int = 200, draws: int = 2000) -> Iterator[Row]:
    """Sets of 36 learners: that all equal ones are in it; and with errors up to 30% apart, that the best is."""
    yield ("subjects", "trials", "all of equal learners in it", "best of unequal in it", "learners in it")
    for name, subjects, mixed in cells():
        rows = []
        for seed in range(trials):
            observed, predicted, nested = equal_learners(seed, subjects, LEARNERS, heterogeneous=mixed)
            scale = np.random.default_rng(seed).uniform(1, 1.3, LEARNERS)
            equal = model_confidence_set(observed, predicted, nested, draws=draws, seed=seed)
            scaled = observed + scale[:, None] * (predicted - observed)
            found = model_confidence_set(observed, scaled, nested, draws=draws, seed=seed)
            row = bool(equal.inside.all()), bool(found.inside[scale.argmin()]), float(found.inside.sum())
            rows.append(row)
        whole, best, size = means(rows)
        yield (name, str(trials), percent(whole), percent(best), f"{size:.1f}")


ITEMS: dict[str, Callable[[], Iterator[Row]]] = {
    "agreement": agreement,
    "lines": lines,
    "categories": categories,
    "conformal": conformal,
    "ranks": ranks,
    "confidence_set": confidence_set,
}


if __name__ == "__main__":
    main(sys.argv[1:], ITEMS)
