"""Why a training failed for good, kept beside its outputs: a run names it at its end, and may go on without it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pasi.problems import MendableError
from pasi.tables import write_json

NAME = "failed.json"


class TrainingError(MendableError):
    """A training that cannot go on; the message names network and fold, and the key to change."""


@contextmanager
def failure_kept(folder: Path, training: str) -> Iterator[None]:
    """Keep in `folder` why the training fails, if the fault lies in itself; nothing is left there if it does not.

    `training` is a digest of everything that shapes it: a failure under other settings says nothing of this one.
    """
    place = folder / NAME
    try:
        yield
    except TrainingError as error:
        write_json({"training": training, "reason": str(error)}, place)
        raise
    place.unlink(missing_ok=True)


def read_failure(folder: Path, training: str) -> str | None:
    """Why the training failed when it was last tried; None where it did not, or was another one."""
    try:
        failure = json.loads((folder / NAME).read_text())
        return failure["reason"] if failure["training"] == training else None
    except (OSError, ValueError, KeyError, TypeError):  # none, or one that a full disk or a hand has spoilt
        return None
