"""Reading a split, which is checked each time (F20), and the role of every subject while one fold is held out."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import get_args

import numpy as np

from pasi.errors import DamagedFileError, StaleResultError
from pasi.splits.settings import Monitor
from pasi.storage.tables import Columns, read_table

PARTS = ("train", "test")
TEST_FOLD = -1  # `fold` of a test subject
SHOWN = 20  # faults that one message lists


def read_split(path: str | Path, folds: int | None = None) -> dict[str, np.ndarray]:
    """Columns subject, part ("train", "test") and fold of splits/subjects.parquet, checked by `check_split`.

    Raises DamagedFileError where the file is missing or damaged, and what `check_split` raises.
    """
    split = read_table(path, ["subject", "part", "fold"])
    check_split(split, folds, source=str(path))
    return split


def check_split(split: Columns, folds: int | None = None, *, source: str = "the split") -> None:
    """Raise StaleResultError, with all faults, unless every subject is in one part and fold and no fold is empty.

    Subjects of part "train" are in folds 0 to `folds` - 1 (None: to the largest one in the table); the fold of a test
    subject is -1. A split without test subjects is valid. Raises DamagedFileError where folds are no whole numbers.
    """
    fold = np.asarray(split["fold"])
    if len(fold) and fold.dtype.kind not in "iu":
        raise DamagedFileError(
            f"{source}: column fold holds {fold.dtype}, expected whole numbers; delete it and run again"
        )
    rows = list(zip(split["subject"], split["part"], fold.tolist(), strict=True))
    folds = max((number for *_, number in rows), default=TEST_FOLD) + 1 if folds is None else folds
    faults = [*_repeated(rows), *(fault for row in rows for fault in _misplaced(*row, folds))]
    used = {number for _, part, number in rows if part == "train"}
    faults += [f"fold {number} has no subject" for number in range(folds) if number not in used]
    if not used:
        faults.append("no subject is in part train")
    if faults:
        more = f"; and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
        raise StaleResultError(f"{source}: {'; '.join(faults[:SHOWN])}{more}. Delete it and run again.")


def subject_roles(split: Columns, inner: Columns, fold: int, monitor: Monitor) -> dict[str, str]:
    """Role of every subject while `fold` is held out: "fit", "monitor", "held_out" or "test" (R31, R35).

    `split` is what `read_split` returned. With `monitor` "inner", the subjects of the other folds that `inner` (columns
    fold, subject) names for this fold are monitored and the rest are fitted. With "heldout", the held-out fold is
    monitored, so no subject has the role "monitor", and all of the other folds are fitted. Raises StaleResultError
    where a monitored subject is not in another fold of the split, or where none is monitored or fitted; ValueError for
    a fold that the split lacks and for an unknown `monitor`.
    """
    if monitor not in get_args(Monitor):
        raise ValueError(f"training.monitor is {monitor!r}, expected inner or heldout")
    if fold < 0 or fold not in split["fold"]:
        raise ValueError(f"fold {fold} is not in the split, which has folds 0 to {max(split['fold'])}")
    role = {
        subject: "test" if part == "test" else "held_out" if number == fold else "fit"
        for subject, part, number in zip(split["subject"], split["part"], split["fold"], strict=True)
    }
    if monitor == "inner":
        monitored = {subject for number, subject in zip(inner["fold"], inner["subject"], strict=True) if number == fold}
        _check_monitored(monitored, role, fold)
        role.update(dict.fromkeys(monitored, "monitor"))
    if "fit" not in role.values():
        raise StaleResultError(f"no subject is left to fit while fold {fold} is held out; make the split again")
    return role


def _repeated(rows: Sequence[tuple[str, str, int]]) -> list[str]:
    """A fault for each subject that has more than one row."""
    places = defaultdict(list)
    for subject, part, fold in rows:
        places[subject].append((part, fold))
    faults = []
    for subject, found in places.items():
        parts, folds = sorted({part for part, _ in found}), sorted({fold for _, fold in found})
        if len(parts) > 1:
            faults.append(f"subject {subject} is in two parts ({', '.join(parts)})")
        elif len(folds) > 1:
            faults.append(f"subject {subject} is in folds {', '.join(map(str, folds))}")
        elif len(found) > 1:
            faults.append(f"subject {subject} is listed {len(found)} times")
    return faults


def _misplaced(subject: str, part: str, fold: int, folds: int) -> list[str]:
    """The fault of one row: an unknown part, or a fold that the part does not have."""
    if part not in PARTS:
        return [f"subject {subject} is in part {part}, expected train or test"]
    if part == "test" and fold != TEST_FOLD:
        return [f"test subject {subject} has fold {fold}, expected {TEST_FOLD}"]
    if part == "train" and not 0 <= fold < folds:
        return [f"subject {subject} has fold {fold}, expected 0 to {folds - 1}"]
    return []


def _check_monitored(monitored: set[str], role: Mapping[str, str], fold: int) -> None:
    """Raise StaleResultError unless there are monitored subjects and each of them would otherwise be fitted."""
    wrong = {subject: role.get(subject, "not in the split") for subject in monitored}
    wrong = {subject: found for subject, found in sorted(wrong.items()) if found != "fit"}
    if wrong:
        named = ", ".join(f"{subject} ({found.replace('_', '-')})" for subject, found in wrong.items())
        raise StaleResultError(
            f"fold {fold} monitors subjects that are not in its other folds: {named}; make the split again"
        )
    if not monitored:
        raise StaleResultError(
            f"fold {fold} has no monitored subject; make the split again or set training.monitor: heldout"
        )
