"""Dividing subjects into test set, folds and monitored subjects, by the paper's search or another method (R16-R21)."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pasi.errors import SettingError
from pasi.splits.few_subjects import FEWEST_OTHERS, advice
from pasi.splits.from_file import read_folds
from pasi.splits.greedy import Assignment, assign_greedily
from pasi.splits.groupings import Grouping, Split, balance_table, inner_table, label_names, trace_table
from pasi.splits.roles import PARTS, TEST_FOLD, check_split
from pasi.splits.settings import SplitSettings

BINS = 5  # quantile bins of a sign without steps; as many as the paper's desquamation has grades
INNER_RESTARTS = 100  # fewer restarts suffice: this split only steers early stopping
TEST, FOLDS, INNER = 0, 1, 2  # numbers of random streams, one for each kind of division


def split_cohort(scores: Mapping[str, np.ndarray], settings: SplitSettings, step: float | None) -> Split:
    """Split a cohort by its records, one a subject, visit and region (R19); the order of the rows does not matter.

    `scores` has the columns subject and `settings.stratify_on`; `step` is that of this sign in the index, None for a
    sign without steps. Raises SettingError that names the key to change where there are too few subjects or the method
    fails, InputError where `settings.file` does not fit the cohort.
    """
    values = np.asarray(scores[settings.stratify_on], dtype=np.float64)
    labels, codes = np.unique(strata(values, step), return_inverse=True)
    subjects, rows = np.unique(scores["subject"], return_inverse=True)
    counts = np.zeros((len(subjects), len(labels)), np.int64)
    np.add.at(counts, (rows, codes), 1)
    groupings = _divide_by_file(subjects, settings) if settings.method == "file" else _divide(counts, settings)
    fold = np.full(len(subjects), TEST_FOLD)
    fold[groupings[-1].members] = groupings[-1].assignment.part
    table = {"subject": subjects, "part": np.where(fold == TEST_FOLD, "test", "train").astype(object), "fold": fold}
    check_split(table, settings.folds)
    inner = [_choose_monitored(fold, held_out, counts, settings) for held_out in range(settings.folds)]
    return Split(
        subjects=table,
        inner=inner_table(inner, subjects),
        balance=balance_table([*groupings, *inner], counts, label_names(values, codes)),
        trace=trace_table([*groupings, *inner], subjects),
    )


def strata(values: ArrayLike, step: float | None) -> NDArray[np.int64]:
    """Label (n,) of each record as a whole number: the grade in steps of the sign, or the bin where it has no steps.

    The bins are at most 5 quantile bins with about equally many records. Equal values share a bin, so that many ties
    leave fewer bins.
    """
    grades = np.asarray(values, dtype=np.float64)
    if step is not None:
        return np.rint(grades / step).astype(np.int64)
    edges = np.unique(np.quantile(grades, np.arange(1, BINS) / BINS))
    return np.unique(np.searchsorted(edges, grades, side="right"), return_inverse=True)[1]


def _divide(counts: np.ndarray, settings: SplitSettings) -> list[Grouping]:
    """The groupings that a search finds: the test set, unless its fraction is 0, and then the folds."""
    find = {"greedy": _greedy, "sgkf": _sgkf}[settings.method]
    groupings, members = [], np.arange(len(counts))
    if settings.test_fraction:
        _require(len(members), 2, "a test set", "add subjects")
        shares = np.array([1 - settings.test_fraction, settings.test_fraction])
        groupings.append(Grouping("test", PARTS, shares, members, find(counts, shares, settings, TEST)))
        members = np.flatnonzero(groupings[0].assignment.part == 0)
    _require(len(members), settings.folds, f"{settings.folds} folds", advice(len(members), len(counts), settings))
    shares = np.full(settings.folds, 1 / settings.folds)
    found = find(counts[members], shares, settings, FOLDS)
    return [*groupings, Grouping("fold", _fold_names(settings), shares, members, found)]


def _greedy(counts: np.ndarray, shares: np.ndarray, settings: SplitSettings, stream: int) -> Assignment:
    return assign_greedily(counts, shares, settings.imbalance, restarts=settings.restarts, seed=(settings.seed, stream))


def _sgkf(counts: np.ndarray, shares: np.ndarray, settings: SplitSettings, stream: int) -> Assignment:
    """Folds of scikit-learn's StratifiedGroupKFold; a test set is the first of round(1 / test fraction) folds.

    Before scikit-learn 1.8, shuffled folds were not stratified (R21), which is why the project needs 1.8.
    """
    from sklearn.model_selection import StratifiedGroupKFold

    splits = max(2, round(1 / shares[-1]))
    _require(len(counts), splits, f"{splits} folds of sgkf", "set splits.method: greedy, or add subjects")
    subject, label = (np.repeat(axis.ravel(), counts.ravel()) for axis in np.indices(counts.shape))
    splitter = StratifiedGroupKFold(splits, shuffle=True, random_state=settings.seed)
    fold = np.zeros(len(counts), np.int64)
    try:
        for number, (_, chosen) in enumerate(splitter.split(label, label, subject)):
            fold[subject[chosen]] = number
    except ValueError as error:
        raise SettingError(f"splits.method: sgkf cannot make {splits} folds ({error}); set it to greedy") from error
    if np.unique(fold).size < splits:  # scikit-learn issue 34828
        raise SettingError(f"splits.method: sgkf left one of {splits} folds without a subject; set it to greedy")
    return Assignment(fold if stream == FOLDS else (fold == 0).astype(np.int64))


def _choose_monitored(fold: np.ndarray, held_out: int, counts: np.ndarray, settings: SplitSettings) -> Grouping:
    """The subjects to monitor: a share `inner_fraction` of those in the other folds, at least one, never all (R35)."""
    members = np.flatnonzero((fold != TEST_FOLD) & (fold != held_out))
    if settings.method == "file":
        fix = f"change the folds in {settings.file} (more folds leave more to fit), or add subjects"
    else:
        fix = advice(int((fold != TEST_FOLD).sum()), len(fold), settings, above=settings.folds)
    _require(len(members), FEWEST_OTHERS, f"fitting and monitoring while fold {held_out} is held out", fix)
    shares = np.array([1 - settings.inner_fraction, settings.inner_fraction])
    restarts, seed = min(settings.restarts, INNER_RESTARTS), (settings.seed, INNER, held_out)
    found = assign_greedily(counts[members], shares, settings.imbalance, restarts=restarts, seed=seed)
    return Grouping(f"inner{held_out}", ("fit", "monitor"), shares, members, found)


def _require(found: int, needed: int, purpose: str, fix: str) -> None:
    if found < needed:
        raise SettingError(f"too few subjects for {purpose}: {found}, at least {needed} are needed; {fix}")


def _divide_by_file(subjects: np.ndarray, settings: SplitSettings) -> list[Grouping]:
    """The groupings of `splits.file`; the target share of its test set is its share of the subjects."""
    if settings.file is None:
        raise SettingError(
            "splits.method is file, and splits.file names no table: name it, or set splits.method: greedy"
        )
    fold = read_folds(settings.file, subjects, settings.folds)
    train, tested = np.flatnonzero(fold != TEST_FOLD), (fold == TEST_FOLD).astype(np.int64)
    shares = np.full(settings.folds, 1 / settings.folds)
    folds = Grouping("fold", _fold_names(settings), shares, train, Assignment(fold[train]))
    if not tested.any():
        return [folds]
    shares = np.array([1 - tested.mean(), tested.mean()])
    return [Grouping("test", PARTS, shares, np.arange(len(subjects)), Assignment(tested)), folds]


def _fold_names(settings: SplitSettings) -> list[str]:
    return [str(number) for number in range(settings.folds)]
