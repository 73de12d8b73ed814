"""Trials with known truth: scores of visits nested in subjects, and learners whose errors have known variances."""

from collections.abc import Sequence
from math import hypot, pi, sqrt

import numpy as np

SUBJECT_SPREAD, VISIT_SPREAD = 5.0, 6.0  # of the observed scores, between subjects and within them
OUTLYING, OUTLYING_FACTOR = 0.1, 5.0  # in a heterogeneous trial: share of subjects, and the factor of their effect


def nested_scores(generator: np.random.Generator, subjects: int) -> tuple[np.ndarray, np.ndarray]:
    """Five or six visits per subject: observed scores of variance 25 + 36 about 20, and the subject of each visit."""
    nested = np.repeat(np.arange(subjects), generator.choice([5, 6], subjects))
    level = generator.normal(0, SUBJECT_SPREAD, subjects)[nested]
    return 20 + level + generator.normal(0, VISIT_SPREAD, len(nested)), nested


def true_ccc(of_subject: float, of_visit: float, *, heterogeneous: bool = False) -> float:
    """CCC of a learner whose error has these standard deviations by subject and by visit, and no bias."""
    variance = SUBJECT_SPREAD**2 + VISIT_SPREAD**2
    error = sum(share * ((factor * of_subject) ** 2 + of_visit**2) for share, factor in effects(heterogeneous))
    return 2 * variance / (2 * variance + error)


def true_mae(of_subject: float, of_visit: float, *, heterogeneous: bool = False) -> float:
    """MAE of such a learner: sqrt(2 / pi) times the standard deviation of a normal error."""
    deviations = (share * hypot(factor * of_subject, of_visit) for share, factor in effects(heterogeneous))
    return sqrt(2 / pi) * sum(deviations)


def effects(heterogeneous: bool) -> tuple[tuple[float, float], ...]:
    """Shares of the subjects, and the factor of their effect."""
    return ((1 - OUTLYING, 1.0), (OUTLYING, OUTLYING_FACTOR)) if heterogeneous else ((1.0, 1.0),)


def unequal_learners(
    seed: int, subjects: int, errors: Sequence[tuple[float, float]], *, heterogeneous: bool = False
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Observed (n,), predicted (learners, n), subjects (n,); errors: deviations by subject and visit of each learner.

    heterogeneous: a tenth of the subjects have a fivefold effect of the subject, in all learners.
    """
    generator = np.random.default_rng(seed)
    observed, nested = nested_scores(generator, subjects)
    factor = np.where(heterogeneous & (generator.random(subjects) < OUTLYING), OUTLYING_FACTOR, 1.0)
    noise = [
        (generator.normal(0, by_subject, subjects) * factor)[nested] + generator.normal(0, by_visit, len(nested))
        for by_subject, by_visit in errors
    ]
    return observed, observed + np.array(noise), nested


def equal_learners(
    seed: int, subjects: int, learners: int, *, heterogeneous: bool = False
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """As `unequal_learners`, of equal errors (1.5 by subject, 3 by visit), half of whose variance they share."""
    half = (1.5 / 2**0.5, 3 / 2**0.5)
    observed, predicted, nested = unequal_learners(seed, subjects, [half] * (learners + 1), heterogeneous=heterogeneous)
    return observed, predicted[1:] + (predicted[0] - observed), nested
