"""Whether every fold of a split, and every pair, leaves enough to fit: a training that has less ends in an error."""

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from pasi.config.settings import Settings
from pasi.errors import SettingError
from pasi.planning.training_params import target_params
from pasi.splits.groupings import Split
from pasi.splits.pairs import merge_folds, merge_monitored
from pasi.splits.roles import subject_roles
from pasi.training.settings import FEWEST_FITTED
from pasi.wording import counted, first_names

MOST_FOLDS = 5  # that one message shows
KEYS = "splits.folds (more folds leave more to fit), splits.test_fraction or splits.inner_fraction"


class Fold(NamedTuple):
    """What is left while a fold is held out: composites that are fitted, and whether their targets differ."""

    number: int
    fitted: int
    varies: bool


def check_trainable(scores: Mapping[str, Any], split: Split, settings: Settings) -> None:
    """Raise SettingError where a fold has fewer than FEWEST_FITTED composites to fit, or targets that are all equal.

    `scores` has the columns subject and those of the target, one row a composite. Folds with too few come first: with
    one composite, equal targets say nothing more.
    """
    folds = list(_folds(scores, split, settings))
    few = [f"{fold.fitted} while fold {fold.number} is held out" for fold in folds if fold.fitted < FEWEST_FITTED]
    if few:
        change = f"the folds in {settings.splits.file}" if settings.splits.file else KEYS
        raise SettingError(
            f"too few composites to fit: {first_names(few, MOST_FOLDS)}, at least {FEWEST_FITTED} are needed; change "
            f"{change}, set training.monitor: heldout, or add subjects"
        )
    equal = [str(fold.number) for fold in folds if not fold.varies]
    if equal:
        raise SettingError(
            f"nothing to learn while fold {first_names(equal, MOST_FOLDS)} is held out: all composites that are fitted "
            f"have the same {_target_words(settings)}; correct the grades in {settings.cohort.scores}, change "
            "splits.folds, or add subjects"
        )
    if settings.stacking.honest:
        _check_pairs(scores, split, settings)


def _check_pairs(scores: Mapping[str, Any], split: Split, settings: Settings) -> None:
    """The same while two folds are held out."""
    targets = _targets(scores, settings)
    for first, second in combinations(range(settings.splits.folds), 2):
        subjects = merge_folds(split.subjects, first, second)
        inner = merge_monitored(split.subjects, split.inner, first, second)
        fold = _fold(first, targets, scores, subject_roles(subjects, inner, first, settings.training.monitor))
        if fold.fitted < FEWEST_FITTED or not fold.varies:
            raise SettingError(
                f"too little to fit while folds {first} and {second} are held out, as stacking.honest wants: "
                f"{counted(fold.fitted, 'composite')}, and at least {FEWEST_FITTED} that differ are needed; "
                "raise splits.folds, set stacking.honest to false, or add subjects"
            )


def _folds(scores: Mapping[str, Any], split: Split, settings: Settings) -> Iterator[Fold]:
    targets = _targets(scores, settings)
    for number in range(settings.splits.folds):
        role = subject_roles(split.subjects, split.inner, number, settings.training.monitor)
        yield _fold(number, targets, scores, role)


def _targets(scores: Mapping[str, Any], settings: Settings) -> np.ndarray:
    return np.stack([np.asarray(scores[name], float) for name in target_params(settings)["columns"]], axis=1)


def _fold(number: int, targets: np.ndarray, scores: Mapping[str, Any], role: Mapping[str, str]) -> Fold:
    fitted = targets[[role[subject] == "fit" for subject in scores["subject"]]]
    return Fold(number, len(fitted), bool(len(fitted)) and bool((fitted != fitted[0]).any()))


def _target_words(settings: Settings) -> str:
    return "grades" if settings.training.target == "components" else "composite score"
