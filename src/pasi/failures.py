"""Why a training failed for good, kept beside its outputs: a run names it at its end, and may go on without it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pasi.problems import MendableError
from pasi.tables import PublishError, write_json

NAME = "failed.json"


class TrainingError(MendableError):
    """A training that cannot go on; the message names network and fold, and the key to change."""


@contextmanager
def failure_kept(folder: Path, training: str) -> Iterator[None]:
    """Keep in `folder` why the training fails, if the fault lies in itself; nothing is left there if it does not.

    `training` is a digest of everything that shapes it: a failure under other settings says nothing of this one.
    """
    place = folder / NAME
    place.unlink(missing_ok=True)
    try:
        yield
    except TrainingError as error:
        try:
            write_json({"training": training, "reason": str(error)}, place)
        except PublishError as fault:  # a full disk must not hide why the training failed
            print(fault, flush=True)
        raise


def read_failure(folder: Path, training: str | None = None, since: float = 0.0) -> str | None:
    """Why the training failed when it was last tried; None where it did not, that was before `since` (seconds since
    1970), or it was another one than `training`, where that is given."""
    place = folder / NAME
    try:
        failure = json.loads(place.read_text())
        told = training in (None, failure["training"]) and place.stat().st_mtime >= since
        return failure["reason"] if told else None
    except (OSError, ValueError, KeyError, TypeError):  # none, or one that a full disk or a hand has spoilt
        return None
