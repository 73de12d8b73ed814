"""Trials in which ridge regressions stand for networks: each is fitted without every fold and every pair of folds.

A regression sees some of the features of a visit, under a penalty of its own, and learns from the observed scores, so
that what leaks through a network leaks through it. It takes a millisecond, and fresh subjects of its trial are free.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

FOLDS, VISITS = 5, 5
SUBJECT_SHARE = 0.5  # of the variance of a feature, between subjects
FRESH = 400  # subjects
Coefficients = list[tuple[np.ndarray, float]]


@dataclass(frozen=True)
class Networks:
    """The networks of a trial: features of a visit, the share of them that each sees, and log10 of their penalties."""

    features: int
    seen: float
    penalties: tuple[float, float]
    count: int = 29

    def draw(self, generator: np.random.Generator) -> list[tuple[np.ndarray, float]]:
        """The features that each sees, and its penalty."""
        size = round(self.seen * self.features)
        return [
            (generator.choice(self.features, size, replace=False), 10 ** generator.uniform(*self.penalties))
            for _ in range(self.count)
        ]


@dataclass(frozen=True)
class Visits:
    """Features (n, d), observed scores (n,) and the subject of each visit (n,)."""

    features: np.ndarray
    observed: np.ndarray
    subjects: np.ndarray


@dataclass(frozen=True)
class StackingTrial:
    """The tables of a run, and what the networks of each fold predict of fresh subjects (folds, n, networks)."""

    oof: pd.DataFrame
    test: pd.DataFrame
    pairs: pd.DataFrame
    fresh: np.ndarray
    fresh_observed: np.ndarray


def make_trial(seed: int, subjects: int, networks: Networks, *, raised: int | None = None) -> StackingTrial:
    """A trial of so many training subjects, and no test set. raised: a fold whose observed scores are 5 higher."""
    generator = np.random.default_rng(seed)
    weights = generator.normal(0, 6 / np.sqrt(networks.features), networks.features)
    own, fresh = (_visits(generator, count, weights) for count in (subjects, FRESH))
    folds = own.subjects % FOLDS
    observed = own.observed + 5.0 * (folds == raised)
    chosen = networks.draw(generator)

    def trained(left_out: Sequence[int]) -> Coefficients:
        fitted = ~np.isin(folds, left_out)
        return [_ridge(own.features[fitted][:, seen], observed[fitted], penalty) for seen, penalty in chosen]

    def predicted(found: Coefficients, features: np.ndarray) -> np.ndarray:
        both = zip(chosen, found, strict=True)
        return np.stack([features[:, seen] @ slope + level for (seen, _), (slope, level) in both], axis=1)

    keys = pd.DataFrame({"subject": own.subjects, "visit": np.arange(len(folds)) % VISITS, "region": "trunk"})
    keys = keys.astype({"subject": str, "visit": str}).assign(fold=folds, observed=observed, repeat=0)
    single = [trained([fold]) for fold in range(FOLDS)]
    oof = [_long(keys[folds == fold], predicted(single[fold], own.features[folds == fold])) for fold in range(FOLDS)]
    pairs = []
    for one, other in combinations(range(FOLDS), 2):
        found = trained([one, other])
        for fold, without in ((one, other), (other, one)):
            rows = keys[folds == fold].assign(without=without)
            pairs.append(_long(rows, predicted(found, own.features[folds == fold])))
    whole = pd.concat(oof, ignore_index=True)
    unseen = np.stack([predicted(found, fresh.features) for found in single])
    return StackingTrial(whole, whole[:0].drop(columns="fold"), pd.concat(pairs), unseen, fresh.observed)


def _visits(generator: np.random.Generator, subjects: int, weights: np.ndarray) -> Visits:
    nested = np.repeat(np.arange(subjects), VISITS)
    shape = (len(nested), len(weights))
    between = generator.normal(0, np.sqrt(SUBJECT_SHARE), (subjects, len(weights)))[nested]
    features = between + generator.normal(0, np.sqrt(1 - SUBJECT_SHARE), shape)
    noise = generator.normal(0, 2, subjects)[nested] + generator.normal(0, 3, len(nested))
    return Visits(features, 20 + features @ weights + noise, nested)


def _ridge(features: np.ndarray, observed: np.ndarray, penalty: float) -> tuple[np.ndarray, float]:
    """Slopes and level of a ridge regression whose level is not penalised."""
    middle, mean = features.mean(axis=0), observed.mean()
    centred = features - middle
    slopes = np.linalg.solve(centred.T @ centred + penalty * np.eye(features.shape[1]), centred.T @ (observed - mean))
    return slopes, float(mean - middle @ slopes)


def _long(keys: pd.DataFrame, predicted: np.ndarray) -> pd.DataFrame:
    """Rows by network, of predictions (n, networks)."""
    parts = [keys.assign(learner=f"n{i:02d}", predicted=column) for i, column in enumerate(predicted.T)]
    return pd.concat(parts, ignore_index=True)
