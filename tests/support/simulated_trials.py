"""Trials with known truth: scores of visits nested in subjects, and learners whose errors have known variances."""

from collections.abc import Sequence

import numpy as np

SUBJECT_SPREAD, VISIT_SPREAD = 5.0, 6.0  # of the observed scores, between subjects and within them


def nested_scores(generator: np.random.Generator, subjects: int) -> tuple[np.ndarray, np.ndarray]:
    """Five or six visits per subject: observed scores of variance 25 + 36 about 20, and the subject of each visit."""
    nested = np.repeat(np.arange(subjects), generator.choice([5, 6], subjects))
    level = generator.normal(0, SUBJECT_SPREAD, subjects)[nested]
    return 20 + level + generator.normal(0, VISIT_SPREAD, len(nested)), nested


def true_ccc(of_subject: float, of_visit: float) -> float:
    """CCC of a learner whose error has these standard deviations by subject and by visit, and no bias."""
    variance = SUBJECT_SPREAD**2 + VISIT_SPREAD**2
    return 2 * variance / (2 * variance + of_subject**2 + of_visit**2)


def unequal_learners(
    seed: int, subjects: int, errors: Sequence[tuple[float, float]], *, heterogeneous: bool = False
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Observed (n,), predicted (learners, n), subjects (n,); errors: deviations by subject and visit of each learner.

    heterogeneous: a tenth of the subjects have a fivefold effect of the subject, in all learners.
    """
    generator = np.random.default_rng(seed)
    observed, nested = nested_scores(generator, subjects)
    factor = np.where(generator.random(subjects) < 0.1, 5.0, 1.0) if heterogeneous else np.ones(subjects)
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
