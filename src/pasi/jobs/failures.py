"""Why a training failed, recorded beside its outputs: a run lists it at its end, and may go on without the network."""

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

    training: digest of everything that shapes the training; under other settings the failure says nothing. for_good:
    whether the same training would fail again, as it would not where a disk or a machine has failed.
    """

    training: str
    reason: str
    for_good: bool
    time: float


@contextmanager
def recording_failure(folder: Path, training: str) -> Iterator[None]:
    """Record in `folder` why the training with this digest fails; nothing where it ends well, or by a kill."""
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
    """Why the training in `folder` failed when it was last tried; None where it did not fail."""
    place = folder / FAILURE
    try:
        return Failure(**json.loads(place.read_text()), time=place.stat().st_mtime)
    except (OSError, ValueError, TypeError):  # there is no record, or it is damaged
        return None
