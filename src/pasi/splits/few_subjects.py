"""What to do where a cohort has too few subjects for the split that the config asks for."""

import math

from pasi.splits.settings import SplitSettings

FEWEST_OTHERS = 2  # subjects while a fold is held out: one is fitted, one monitored


def advice(train: int, subjects: int, settings: SplitSettings, *, above: int = 1) -> str:
    """The smallest change of the config with which a cohort can be split, where there is one, or more subjects.

    train: how many of the `subjects` the test set leaves. above: the folds must be more than these. A test set is given
    up only where no number of folds will do beside it.
    """
    for is_kept, members in ((True, train), (False, subjects)):
        possible = [
            folds
            for folds in range(max(2, above + 1), members + 1)
            if members - math.ceil(members / folds) >= FEWEST_OTHERS
        ]
        if not possible:
            continue
        nearest = min(possible, key=lambda folds: abs(folds - settings.folds))
        changes = [] if is_kept else ["splits.test_fraction: 0"]
        changes += [] if nearest == settings.folds else [f"splits.folds: {nearest}"]
        if changes:
            return f"set {' and '.join(changes)}, or add subjects"
    return "add subjects"
