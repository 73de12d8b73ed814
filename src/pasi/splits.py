"""Subjects to test set, folds and monitored subjects: the paper's greedy group-stratified assignment (R16-R21)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Literal

import numpy as np

from pasi.csv_tables import quote, read_csv_table
from pasi.folds import NO_FOLD, PARTS, check_split
from pasi.problems import InputError, Problem

BINS = 5  # quantile bins of a sign without grades; the paper's desquamation has five labels
INNER_RESTARTS = 100  # the monitored subjects decide when a training stops, not what it is judged on
BLOCK = 2_000_000  # subjects times restarts worked on at once: some 50 MB
TEST, FOLDS, INNER = 0, 1, 2  # each kind of division draws from a stream of its own

Imbalance = Literal["label_share", "cohort_share"]
Table = dict[str, np.ndarray]


@dataclass(frozen=True)
class SplitSettings:
    """The `splits` section of the config, which has a `file` where the method is "file", and the seed of the run."""

    method: Literal["greedy", "sgkf", "file"]
    file: str | None
    test_fraction: float
    folds: int
    stratify_on: str
    imbalance: Imbalance
    restarts: int
    inner_fraction: float
    seed: int


@dataclass(frozen=True)
class Split:
    """The tables of a split, as columns.

    subjects: subject, part, fold (-1 for test). inner: fold, subject. balance: grouping ("test", "fold", "inner0" ...),
    part, label, records, share (of the part's records), and the two imbalances of the grouping, label_share and
    cohort_share. trace: grouping, step, subject, part, imbalance, seed of the best restart of each greedy grouping.
    """

    subjects: Table
    inner: Table
    balance: Table
    trace: Table


@dataclass(frozen=True)
class Assignment:
    """Part (S,) of each subject; from a greedy search also the order (S,), the imbalance (S,) by step and the seed."""

    part: np.ndarray
    order: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    imbalance: np.ndarray = field(default_factory=lambda: np.empty(0))
    seed: int = -1


@dataclass(frozen=True)
class Grouping:
    """A division of `members` (M,), numbers of subjects, into named parts with target shares (P,)."""

    name: str
    parts: Sequence[str]
    shares: np.ndarray
    members: np.ndarray
    assignment: Assignment


def split_cohort(scores: Mapping[str, np.ndarray], settings: SplitSettings, step: float | None) -> Split:
    """Split a cohort by its records (one a subject, visit and region, R19); the order of the rows does not matter.

    `scores`: columns subject and `settings.stratify_on`; `step` of that sign as in the index. Raises ValueError, naming
    the key to change, where there are too few subjects, InputError for a file that does not fit the cohort.
    """
    values = np.asarray(scores[settings.stratify_on], dtype=np.float64)
    labels, codes = np.unique(stratum(values, step), return_inverse=True)
    subjects, rows = np.unique(scores["subject"], return_inverse=True)
    counts = np.zeros((len(subjects), len(labels)), np.int64)
    np.add.at(counts, (rows, codes), 1)
    groupings = _divide_by_file(subjects, settings) if settings.method == "file" else _divide(counts, settings)
    fold = np.full(len(subjects), NO_FOLD)
    fold[groupings[-1].members] = groupings[-1].assignment.part
    table = {"subject": subjects, "part": np.where(fold == NO_FOLD, "test", "train").astype(object), "fold": fold}
    check_split(table, settings.folds)
    inner = [_monitor(fold, held_out, counts, settings) for held_out in range(settings.folds)]
    return Split(
        subjects=table,
        inner=_inner_table(inner, subjects),
        balance=_balance_table([*groupings, *inner], counts, _label_names(values, codes)),
        trace=_trace_table([*groupings, *inner], subjects),
    )


def stratum(values: Sequence[float], step: float | None) -> np.ndarray:
    """Label of each record (n,), whole numbers: the grade in steps of the sign, or without grades its quantile bin.

    The bins, at most 5, hold about equally many records; equal values share a bin, so heavy ties leave fewer bins.
    """
    values = np.asarray(values, dtype=np.float64)
    if step is not None:
        return np.rint(values / step).astype(np.int64)
    edges = np.unique(np.quantile(values, np.arange(1, BINS) / BINS))
    return np.unique(np.searchsorted(edges, values, side="right"), return_inverse=True)[1]


# The greedy search.


def imbalance(counts: np.ndarray, shares: Sequence[float], kind: Imbalance) -> float:
    """How differently the labels are spread over the parts, 0 for evenly (R18; R21 for more than two parts).

    `counts` (P, K): records of part p with label k, n_pk; `shares` (P,): target share f_p of each part. Mean absolute
    difference over pairs of parts and labels of 100 n_pk / (N_k f_p) (label_share, A of R18, in percent) or of n_pk /
    n_p (cohort_share, B, 0 to 1). With actual shares, A_k = 100 B_k N / N_k. Labels with N_k = 0 are left out.
    """
    counts = counts[:, counts.sum(axis=0) > 0]
    return float(_imbalance(counts, _scale(counts.sum(axis=0), shares), kind))


def assign(
    counts: np.ndarray, shares: Sequence[float], kind: Imbalance, *, restarts: int, seed: Sequence[int]
) -> Assignment:
    """Greedy group-stratified assignment of S subjects to P parts, the best of `restarts` orders (R17, R20, R21).

    `counts` (S, K): records of each subject with each label; `shares` (P,): target share of each part. Subjects, in
    shuffled order, go where the imbalance after the step is lowest, ties to the part furthest below its target share of
    the records, then to the first. Two rules that the paper does not mention: a part never stays empty (the last
    subjects go to the empty parts; S must be at least P), and with cohort_share, which is blind to size, a part takes
    at most ceil(share x S) subjects. The order of restart r is drawn from the r-th number derived from `seed`.
    """
    counts, shares = counts[:, counts.sum(axis=0) > 0], np.asarray(shares, dtype=np.float64)
    seeds = np.random.SeedSequence(seed).generate_state(restarts)
    best = None
    for some in np.array_split(seeds, ceil(len(counts) * restarts / BLOCK)):
        order = np.stack([_shuffled(len(counts), number) for number in some], axis=1)
        part, history = _assign_block(counts, order, shares, kind)
        won = int(history[-1].argmin())
        if best is None or history[-1, won] < best.imbalance[-1]:
            best = Assignment(part[:, won].copy(), order[:, won].copy(), history[:, won].copy(), int(some[won]))
    return best


def _assign_block(
    counts: np.ndarray, order: np.ndarray, shares: np.ndarray, kind: Imbalance
) -> tuple[np.ndarray, np.ndarray]:
    """Part (S, R) of each subject and imbalance (S, R) after each step, for the orders (S, R) of R restarts."""
    (subjects, restarts), every = order.shape, np.arange(order.shape[1])
    scale, aim = _scale(counts.sum(axis=0), shares), shares[:, None] * counts.sum()
    # 0.1 x 60 subjects is the 6 that it means, whatever its last bit
    most = np.ceil(shares * subjects - 1e-9) if kind == "cohort_share" else np.full(len(shares), subjects)
    filled = np.zeros((len(shares), counts.shape[1], restarts))  # records; restarts last, so that sums run along memory
    size = np.zeros((len(shares), restarts), np.int64)
    part, history = np.empty((subjects, restarts), np.int16), np.empty((subjects, restarts))
    for step, subject in enumerate(order):
        costs = _costs(filled, counts[subject].T, scale, kind)
        costs[~_open(size, most, subjects - step)] = np.inf
        chosen = np.where(costs == costs.min(axis=0), aim - filled.sum(axis=1), -np.inf).argmax(axis=0)
        filled[chosen, :, every] += counts[subject]
        size[chosen, every] += 1
        part[subject, every], history[step] = chosen, costs[chosen, every]
    return part, history


def _costs(filled: np.ndarray, added: np.ndarray, scale: np.ndarray, kind: Imbalance) -> np.ndarray:
    """Imbalance (P, R) if the records `added` (K, R) went to each of the parts, which hold `filled` (P, K, R)."""
    costs = np.empty((filled.shape[0], filled.shape[2]))
    for part, content in enumerate(filled):
        content += added  # whole numbers: adding and taking away again is exact
        costs[part] = _imbalance(filled, scale, kind)
        content -= added
    return costs


def _open(size: np.ndarray, most: np.ndarray, left: int) -> np.ndarray:
    """Which parts (P, R) may take the next of `left` subjects, by the subjects `size` (P, R) that they have."""
    empty = size == 0
    return (size < most[:, None]) & (empty | (empty.sum(axis=0) < left))


def _imbalance(filled: np.ndarray, scale: np.ndarray, kind: Imbalance) -> np.ndarray:
    """Imbalance (...) of records `filled` (P, K, ...); rounded, so that what is equal in exact arithmetic is a tie."""
    if kind == "label_share":
        adjusted = filled * scale.reshape(*scale.shape, *(1,) * (filled.ndim - 2))
    else:
        adjusted = filled / np.maximum(filled.sum(axis=1, keepdims=True), 1)  # an empty part: zeros
    first, second = np.triu_indices(len(filled), 1)
    return np.round(np.abs(adjusted[first] - adjusted[second]).mean(axis=(0, 1)), 9)


def _scale(totals: np.ndarray, shares: Sequence[float]) -> np.ndarray:
    """100 / (N_k f_p), (P, K): what a record of label k counts for in part p."""
    return 100 / (np.asarray(shares, dtype=np.float64)[:, None] * totals)


def _shuffled(count: int, seed: int) -> np.ndarray:
    """A random order of `count` subjects. Raw bits stay the same in all numpy versions; `permutation` need not."""
    return np.argsort(np.random.PCG64(seed).random_raw(count), kind="stable")


# The three methods, and the subjects that are monitored.


def _divide(counts: np.ndarray, settings: SplitSettings) -> list[Grouping]:
    """By search: the grouping of the test set, unless its fraction is 0, then that of the folds."""
    find = {"greedy": _greedy, "sgkf": _sgkf}[settings.method]
    groupings, members = [], np.arange(len(counts))
    if settings.test_fraction:
        _require(len(members), 2, "a test set", "splits.test_fraction (0: no test set)")
        shares = np.array([1 - settings.test_fraction, settings.test_fraction])
        groupings.append(Grouping("test", PARTS, shares, members, find(counts, shares, settings, TEST)))
        members = np.flatnonzero(groupings[0].assignment.part == 0)
    _require(len(members), settings.folds, f"{settings.folds} folds", "splits.folds or splits.test_fraction")
    shares = np.full(settings.folds, 1 / settings.folds)
    found = find(counts[members], shares, settings, FOLDS)
    return [*groupings, Grouping("fold", _fold_names(settings), shares, members, found)]


def _greedy(counts: np.ndarray, shares: np.ndarray, settings: SplitSettings, stream: int) -> Assignment:
    return assign(counts, shares, settings.imbalance, restarts=settings.restarts, seed=(settings.seed, stream))


def _sgkf(counts: np.ndarray, shares: np.ndarray, settings: SplitSettings, stream: int) -> Assignment:
    """Folds by scikit-learn's StratifiedGroupKFold; the test set is the first of round(1 / test fraction) folds.

    Below scikit-learn 1.8 its shuffled folds were not stratified (R21), which is why the project needs 1.8.
    """
    from sklearn.model_selection import StratifiedGroupKFold

    splits = max(2, round(1 / shares[-1]))
    _require(len(counts), splits, f"{splits} folds of sgkf", "splits.method, splits.folds or splits.test_fraction")
    subject, label = (np.repeat(axis.ravel(), counts.ravel()) for axis in np.indices(counts.shape))
    splitter = StratifiedGroupKFold(splits, shuffle=True, random_state=settings.seed)
    fold = np.zeros(len(counts), np.int64)
    try:
        for number, (_, chosen) in enumerate(splitter.split(label, label, subject)):
            fold[subject[chosen]] = number
    except ValueError as error:
        raise ValueError(f"splits.method: sgkf cannot make {splits} folds ({error}); set it to greedy") from error
    if np.unique(fold).size < splits:  # scikit-learn issue 34828
        raise ValueError(f"splits.method: sgkf left one of {splits} folds without a subject; set it to greedy")
    return Assignment(fold if stream == FOLDS else (fold == 0).astype(np.int64))


def _monitor(fold: np.ndarray, held_out: int, counts: np.ndarray, settings: SplitSettings) -> Grouping:
    """Of the subjects in the other folds, a share `inner_fraction` to monitor (R35): at least one, never all."""
    members = np.flatnonzero((fold != NO_FOLD) & (fold != held_out))
    _require(len(members), 2, f"fitting and monitoring while fold {held_out} is held out", "splits.folds")
    shares = np.array([1 - settings.inner_fraction, settings.inner_fraction])
    restarts, seed = min(settings.restarts, INNER_RESTARTS), (settings.seed, INNER, held_out)
    found = assign(counts[members], shares, settings.imbalance, restarts=restarts, seed=seed)
    return Grouping(f"inner{held_out}", ("fit", "monitor"), shares, members, found)


def _require(found: int, needed: int, purpose: str, key: str) -> None:
    if found < needed:
        raise ValueError(f"too few subjects for {purpose}: {found}, at least {needed} are needed; change {key}")


def _divide_by_file(subjects: np.ndarray, settings: SplitSettings) -> list[Grouping]:
    """The groupings of `splits.file`; the target share of its test set is the share of subjects that it has."""
    fold = _read_file(subjects, settings)
    train, tested = np.flatnonzero(fold != NO_FOLD), (fold == NO_FOLD).astype(np.int64)
    shares = np.full(settings.folds, 1 / settings.folds)
    folds = Grouping("fold", _fold_names(settings), shares, train, Assignment(fold[train]))
    if not tested.any():
        return [folds]
    shares = np.array([1 - tested.mean(), tested.mean()])
    return [Grouping("test", PARTS, shares, np.arange(len(subjects)), Assignment(tested)), folds]


def _read_file(subjects: np.ndarray, settings: SplitSettings) -> np.ndarray:
    """Fold (S,) of each of the `subjects` (-1: test) from the CSV; raises InputError with all its problems."""
    table = read_csv_table(settings.file, ("subject", "part", "fold"))
    known, problems = set(subjects), list(table.problems)
    placed: dict[str, tuple[int, str, int | None]] = {}  # line, part, fold
    columns = [[cell.strip() for cell in table.columns.get(name, ())] for name in ("subject", "part", "fold")]
    for line, subject, part, fold in zip(table.lines, *columns, strict=True):
        for fault in _faults((subject, part, fold), placed.get(subject), known, settings.folds):
            problems.append(Problem(settings.file, line, *fault))
        number = int(fold) if fold.isdecimal() else None
        if subject in known:
            placed.setdefault(subject, (line, part, number if part == "train" else NO_FOLD))
    if table.columns:
        problems += _gaps(known, placed, settings)
    if problems:
        raise InputError(problems)
    return np.array([placed[subject][-1] for subject in subjects])


def _faults(
    row: tuple[str, str, str], before: tuple[int, str, int | None] | None, known: set[str], folds: int
) -> Iterator[tuple[str, str, str, str]]:
    """Column, found, expected and fix of each fault of a row (subject, part, fold); `before`: that subject earlier."""
    subject, part, fold = row
    if subject not in known:
        yield "subject", quote(subject), "a subject of the cohort", "mend the id or drop the row"
    if before and before[1] != part:
        found = f"{quote(subject)} in {quote(part)}, on line {before[0]} in {quote(before[1])}"
        yield "part", found, "one part a subject", "keep one row"
    elif before:
        yield "subject", f"{quote(subject)} again, first on line {before[0]}", "one row a subject", "keep one row"
    if part not in PARTS:
        yield "part", quote(part), "train or test", "mend it"
    if part == "train" and not (fold.isdecimal() and int(fold) < folds):
        yield "fold", quote(fold), f"a whole number from 0 to {folds - 1}", "mend it or splits.folds"
    if part == "test" and fold not in ("", str(NO_FOLD)):
        yield "fold", quote(fold), f"{NO_FOLD} or nothing for a test subject", "mend it"


def _gaps(
    known: set[str], placed: Mapping[str, tuple[int, str, int | None]], settings: SplitSettings
) -> Iterator[Problem]:
    """What the whole file lacks: subjects of the cohort, and folds."""
    for subject in sorted(known - set(placed)):
        problem = f"no row for {quote(subject)}", "one row for every subject of the cohort", "add the row"
        yield Problem(settings.file, None, "subject", *problem)
    for fold in sorted(set(range(settings.folds)) - {fold for *_, fold in placed.values()}):
        problem = f"nobody in fold {fold}", f"train subjects in all {settings.folds} folds", "mend it or splits.folds"
        yield Problem(settings.file, None, "fold", *problem)


# The tables.


def _inner_table(inner: Sequence[Grouping], subjects: np.ndarray) -> Table:
    chosen = [grouping.members[grouping.assignment.part == 1] for grouping in inner]
    fold = np.repeat(np.arange(len(inner)), [len(members) for members in chosen])
    return {"fold": fold, "subject": subjects[np.concatenate(chosen)]}


def _balance_table(groupings: Sequence[Grouping], counts: np.ndarray, names: Sequence[str]) -> Table:
    """Records of each label in each part of each grouping, with both imbalances of the grouping (R18, R22)."""
    rows = []
    for grouping in groupings:
        filled = np.zeros((len(grouping.parts), len(names)), np.int64)
        np.add.at(filled, grouping.assignment.part, counts[grouping.members])
        both = [imbalance(filled, grouping.shares, kind) for kind in ("label_share", "cohort_share")]
        for part, records in zip(grouping.parts, filled, strict=True):
            share = records / records.sum()
            rows += [(grouping.name, part, *cells, *both) for cells in zip(names, records, share, strict=True)]
    return _columns(("grouping", "part", "label", "records", "share", "label_share", "cohort_share"), rows)


def _trace_table(groupings: Sequence[Grouping], subjects: np.ndarray) -> Table:
    """Every step of the best restart; groupings that no greedy search made have no steps."""
    rows = []
    for grouping in groupings:
        found = grouping.assignment
        for step, (member, value) in enumerate(zip(found.order, found.imbalance, strict=True)):
            part, subject = grouping.parts[found.part[member]], subjects[grouping.members[member]]
            rows.append((grouping.name, step, subject, part, value, found.seed))
    return _columns(("grouping", "step", "subject", "part", "imbalance", "seed"), rows)


def _columns(names: Sequence[str], rows: Sequence[tuple]) -> Table:
    columns = zip(*rows, strict=True)
    return {
        name: np.array(column, dtype=object if isinstance(column[0], str) else None)
        for name, column in zip(names, columns, strict=True)
    }


def _fold_names(settings: SplitSettings) -> list[str]:
    return [str(number) for number in range(settings.folds)]


def _label_names(values: np.ndarray, codes: np.ndarray) -> list[str]:
    """Each label as a reader knows it: its grade ("3"), or the ends of its bin ("0.4 to 1.2")."""
    ends = [(values[codes == code].min(), values[codes == code].max()) for code in range(codes.max() + 1)]
    return [f"{low:g}" if low == high else f"{low:g} to {high:g}" for low, high in ends]
