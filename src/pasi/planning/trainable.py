"""Whether every fold of a split leaves enough to be fitted: a training that has less would end in an error."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from pasi.config.settings import Settings
from pasi.errors import SettingError
from pasi.planning.training_params import target_params
from pasi.splits.groupings import Split
from pasi.splits.roles import subject_roles
from pasi.training.settings import FEWEST_FITTED
from pasi.wording import first_names

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


def _folds(scores: Mapping[str, Any], split: Split, settings: Settings) -> Iterator[Fold]:
    targets = np.stack([np.asarray(scores[name], float) for name in target_params(settings)["columns"]], axis=1)
    for number in range(settings.splits.folds):
        role = subject_roles(split.subjects, split.inner, number, settings.training.monitor)
        fitted = targets[[role[subject] == "fit" for subject in scores["subject"]]]
        yield Fold(number, len(fitted), bool(len(fitted)) and bool((fitted != fitted[0]).any()))


def _target_words(settings: Settings) -> str:
    return "grades" if settings.training.target == "components" else "composite score"
