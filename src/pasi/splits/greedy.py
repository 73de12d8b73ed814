"""The paper's greedy group-stratified assignment of subjects to parts (R17, R18, R20, R21)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pasi.splits.settings import Imbalance

BLOCK = 2_000_000  # subjects times restarts that are in memory at once, about 50 MB


@dataclass(frozen=True)
class Assignment:
    """Part (S,) of each subject; of a greedy search also the order (S,), the imbalance (S,) by step and the seed."""

    part: np.ndarray
    order: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    imbalance: np.ndarray = field(default_factory=lambda: np.empty(0))
    seed: int = -1


def imbalance(counts: np.ndarray, shares: ArrayLike, kind: Imbalance) -> float:
    """How unevenly the labels are spread over the parts; 0 is even (R18; R21 for more than two parts).

    `counts` (P, K) holds n_pk, the records of part p with label k, and `shares` (P,) the target share f_p of each part.
    The imbalance is the mean over labels and pairs of parts of the absolute difference of 100 n_pk / (N_k f_p)
    (label_share, reading A of R18, in percent) or of n_pk / n_p (cohort_share, reading B, 0 to 1). If the shares are
    the actual ones, A_k = 100 B_k N / N_k for each label. Labels with N_k = 0 are left out.
    """
    counts = counts[:, counts.sum(axis=0) > 0]
    return float(_imbalance(counts, _scale(counts.sum(axis=0), shares), kind))


def assign_greedily(
    counts: np.ndarray, shares: ArrayLike, kind: Imbalance, *, restarts: int, seed: Sequence[int]
) -> Assignment:
    """Greedy group-stratified assignment of S subjects to P parts, the best of `restarts` orders (R17, R20, R21).

    `counts` (S, K) holds the records of each subject with each label, `shares` (P,) the target share of each part. The
    subjects, in shuffled order, go where the imbalance after the step is lowest; of ties, to the part furthest below
    its target share of the records, then to the first part. Two rules are not in the paper. No part stays empty: the
    last subjects go to the empty parts, and S must be at least P. With cohort_share, which does not see the size of a
    part, a part takes at most ceil(share x S) subjects. The order of restart r follows from the r-th number that is
    derived from `seed`.
    """
    counts, target = counts[:, counts.sum(axis=0) > 0], np.asarray(shares, dtype=np.float64)
    seeds = np.random.SeedSequence(seed).generate_state(restarts)
    blocks = np.array_split(seeds, ceil(len(counts) * restarts / BLOCK))
    found = (_best_of_block(counts, block, target, kind) for block in blocks)
    return min(found, key=lambda assignment: float(assignment.imbalance[-1]))  # of equals, the first


def _best_of_block(counts: np.ndarray, seeds: np.ndarray, shares: np.ndarray, kind: Imbalance) -> Assignment:
    """The best assignment of the orders that `seeds` (R,) give; the first of equals."""
    order = np.stack([_shuffled(len(counts), int(seed)) for seed in seeds], axis=1)
    part, history = _assign_block(counts, order, shares, kind)
    best = int(history[-1].argmin())
    return Assignment(part[:, best].copy(), order[:, best].copy(), history[:, best].copy(), int(seeds[best]))


def _assign_block(
    counts: np.ndarray, order: np.ndarray, shares: np.ndarray, kind: Imbalance
) -> tuple[np.ndarray, np.ndarray]:
    """Part (S, R) of each subject and imbalance (S, R) after each step, for the orders (S, R) of R restarts."""
    (subjects, restarts), every = order.shape, np.arange(order.shape[1])
    scale, aim = _scale(counts.sum(axis=0), shares), shares[:, None] * counts.sum()
    # Without the 1e-9 a product such as 0.1 x 60 could be rounded up to one subject more than it means.
    most = np.ceil(shares * subjects - 1e-9) if kind == "cohort_share" else np.full(len(shares), subjects)
    filled = np.zeros((len(shares), counts.shape[1], restarts))  # records; with restarts last, sums read along memory
    size = np.zeros((len(shares), restarts), np.int64)
    part, history = np.empty((subjects, restarts), np.int16), np.empty((subjects, restarts))
    for step, subject in enumerate(order):
        costs = _costs(filled, counts[subject].T, scale, kind)
        costs[~_may_take(size, most, subjects - step)] = np.inf
        chosen = np.where(costs == costs.min(axis=0), aim - filled.sum(axis=1), -np.inf).argmax(axis=0)
        filled[chosen, :, every] += counts[subject]
        size[chosen, every] += 1
        part[subject, every], history[step] = chosen, costs[chosen, every]
    return part, history


def _costs(filled: np.ndarray, added: np.ndarray, scale: np.ndarray, kind: Imbalance) -> np.ndarray:
    """Imbalance (P, R) if the records `added` (K, R) went to each of the parts, which hold `filled` (P, K, R)."""
    costs = np.empty((filled.shape[0], filled.shape[2]))
    for part, content in enumerate(filled):
        content += added  # adding whole numbers and subtracting them again is exact
        costs[part] = _imbalance(filled, scale, kind)
        content -= added
    return costs


def _may_take(size: NDArray[np.int64], most: NDArray[np.float64], left: int) -> NDArray[np.bool_]:
    """Which parts (P, R) may take the next of the `left` subjects.

    A part takes it while it has fewer subjects, `size` (P, R), than `most` (P,). When no more subjects are left than
    parts are empty, only the empty parts take one.
    """
    empty: NDArray[np.bool_] = size == 0
    room: NDArray[np.bool_] = size < most[:, None]
    spare: NDArray[np.bool_] = empty.sum(axis=0) < left  # more subjects are left than parts are empty
    return room & (empty | spare)


def _imbalance(filled: np.ndarray, scale: np.ndarray, kind: Imbalance) -> np.ndarray:
    """Imbalance (...) of records `filled` (P, K, ...), rounded so that what is equal in exact arithmetic is a tie."""
    if kind == "label_share":
        adjusted = filled * scale.reshape(*scale.shape, *(1,) * (filled.ndim - 2))
    else:
        adjusted = filled / np.maximum(filled.sum(axis=1, keepdims=True), 1)  # an empty part gives zeros
    first, second = np.triu_indices(len(filled), 1)
    mean: np.ndarray = np.abs(adjusted[first] - adjusted[second]).mean(axis=(0, 1))
    return np.round(mean, 9)


def _scale(totals: np.ndarray, shares: ArrayLike) -> NDArray[np.float64]:
    """100 / (N_k f_p), (P, K): the weight of a record of label k in part p."""
    scale: NDArray[np.float64] = 100 / (np.asarray(shares, dtype=np.float64)[:, None] * totals)
    return scale


def _shuffled(count: int, seed: int) -> np.ndarray:
    """A random order of `count` subjects, from raw bits: numpy keeps those in every version, unlike `permutation`."""
    return np.argsort(np.random.PCG64(seed).random_raw(count), kind="stable")
