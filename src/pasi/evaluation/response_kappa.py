"""Kappa of responses, with bounds where all agree and none where hardly anybody has one of the answers."""

from dataclasses import replace

import numpy as np

from pasi.evaluation.intervals import Interval
from pasi.evaluation.kappa import weighted_kappa
from pasi.evaluation.rate_difference import wilson_interval

FEWEST_ANSWERS = 5  # subjects with each answer by each reading: near 0 responders, kappa is near 0 without a spread


def response_kappa(observed: np.ndarray, predicted: np.ndarray, codes: np.ndarray, *, level: float = 0.95) -> Interval:
    """Cohen's kappa of answers that are 0 or 1 (n,), of the subjects `codes` (n,), as `nested_pairs` numbers them.

    The interval is that of `weighted_kappa`, a jackknife of subjects on Fisher's z. Where it has no bounds, because the
    readings agree on all answers or all but one, and each subject has one answer, they are Wilson's for the share of
    agreement, with the agreement by chance as it is found. There are none where fewer than 5 subjects have one of the
    answers by either reading.

    Example:
        >>> answers = np.repeat([0.0, 1.0], 6)
        >>> found = response_kappa(answers, answers, np.arange(12))
        >>> found.estimate, round(found.low, 2), found.method
        (1.0, 0.52, "Wilson's, of the share of agreement")
        >>> response_kappa(answers, np.repeat([0.0, 1.0], [8, 4]), np.arange(12)).method
        'none: fewer than 5 subjects with one of the answers'
    """
    found = weighted_kappa(observed, predicted, codes, weights="none", level=level).kappa
    answers = [len(np.unique(codes[values == answer])) for values in (observed, predicted) for answer in (0, 1)]
    if min(answers) < FEWEST_ANSWERS:
        reason = f"none: fewer than {FEWEST_ANSWERS} subjects with one of the answers"
        return replace(found, low=float("nan"), high=float("nan"), method=reason)
    disagreed, single = int((observed != predicted).sum()), len(np.unique(codes)) == len(codes)
    if not np.isfinite(found.estimate) or np.isfinite(found.low) or disagreed > 1 or not single:
        return found
    agreed = wilson_interval(len(observed) - disagreed, len(observed))
    means = float(observed.mean()), float(predicted.mean())
    chance = means[0] * means[1] + (1 - means[0]) * (1 - means[1])
    low, high = ((bound - chance) / (1 - chance) for bound in (agreed.low, agreed.high))
    return Interval(found.estimate, low, high, "Wilson's, of the share of agreement", len(observed))
