"""Why a training failed, kept beside its outputs: a run names it at its end, and may go on without it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from pasi.errors import TrainingError, UserError, WriteError
from pasi.run_folder import FAILURE
from pasi.storage.json_files import write_json


class Failure(NamedTuple):
    """Why a training failed when it was last tried, and when, in seconds since 1970.

    training: digest of everything that shapes it; a failure under other settings says nothing of this one. for_good:
    whether the fault lies in the training itself, and not in a disk or a machine.
    """

    training: str
    reason: str
    for_good: bool
    time: float


@contextmanager
def recording_failure(folder: Path, training: str) -> Iterator[None]:
    """Keep in `folder` why a training (by its digest) fails, and nothing where it does not; a kill is no failure."""
    place = folder / FAILURE
    place.unlink(missing_ok=True)
    try:
        yield
    except Exception as error:
        reason = str(error) if isinstance(error, UserError) else f"{type(error).__name__}: {error}"
        try:
            for_good = isinstance(error, TrainingError)
            write_json({"training": training, "reason": reason, "for_good": for_good}, place)
        except WriteError as fault:  # a full disk must not hide why the training failed
            print(fault, flush=True)
        raise


def read_failure(folder: Path) -> Failure | None:
    """Why the training failed when it was last tried; None where it did not."""
    place = folder / FAILURE
    try:
        return Failure(**json.loads(place.read_text()), time=place.stat().st_mtime)
    except (OSError, ValueError, TypeError):  # none, or one that a full disk or a hand has spoilt
        return None
