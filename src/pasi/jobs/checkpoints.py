"""What a stopped training resumes from: its newest checkpoints, and the outputs of a training that has ended.

Snakemake empties the outputs of a job before it starts the job and after the job fails, so checkpoints lie beside them,
in checkpoints/KEY. The key is a digest of everything that shapes the training: checkpoints of another training are
never used. A lock gives the folder to one process at a time. The folder is removed when the fold has been gathered.
"""

import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from pasi.errors import WriteError
from pasi.jobs.heartbeat import heartbeat
from pasi.run_folder import HISTORY, PREDICTIONS, WEIGHTS
from pasi.storage.atomic import atomic_write, fsync_folder, hardlink_or_copy
from pasi.storage.hashing import file_sha256

TRAINING_OUTPUTS = (WEIGHTS, HISTORY, PREDICTIONS)
LOCK = "lock"  # the file that the process which trains the fold keeps locked
HOST = "host"  # the file of its heartbeat
KEPT = 2  # checkpoints; with two, there is another one if the newest is damaged
DIGITS = 16  # of the digest in the name of a checkpoint
SHARE = 0.03  # the largest part of the time of a training that saving checkpoints may take


@dataclass(frozen=True)
class Checkpoints:
    """The checkpoints and, at its end, the outputs of one training in `folder`."""

    folder: Path

    def save(self, epoch: int, write: Callable[[Path], None]) -> None:
        """Save what `write` writes to a path as the checkpoint before `epoch`; all but the newest two are removed.

        The name holds a digest of the bytes, by which a damaged file is recognised.
        """
        with atomic_write(self.folder / "next.ckpt") as temporary:
            write(temporary)
        whole = self.folder / "next.ckpt"
        whole.replace(self.folder / f"epoch-{epoch:06d}-{file_sha256(whole)[:DIGITS]}.ckpt")
        fsync_folder(self.folder)
        for old in self._saved()[KEPT:]:
            old.unlink()

    def newest(self) -> Path | None:
        """The newest checkpoint that is not damaged; one that is damaged is reported and skipped."""
        for path in self._saved():
            if path.stem.endswith(file_sha256(path)[:DIGITS]):
                return path
            print(f"checkpoint {path.name} is damaged and is skipped", flush=True)
        return None

    def _saved(self) -> list[Path]:
        return sorted(self.folder.glob("epoch-*.ckpt"), reverse=True)

    @property
    def ended(self) -> bool:
        """Whether the training has ended, so that its outputs are here."""
        return (self.folder / "ended").is_dir()

    def finish(self, write: Callable[[Path], None]) -> None:
        """Keep all outputs that `write` writes into a folder, or none, and then remove the checkpoints."""
        unfinished = self.folder / "ending"
        shutil.rmtree(unfinished, ignore_errors=True)
        write(unfinished)
        unfinished.rename(self.folder / "ended")
        fsync_folder(self.folder)
        for checkpoint in self._saved():
            checkpoint.unlink()

    def publish_outputs(self, outputs: Sequence[Path]) -> None:
        """Publish the outputs of a training that has ended, as hard links, or as copies where there are none."""
        for output in outputs:
            with atomic_write(output) as temporary:
                hardlink_or_copy(self.folder / "ended" / output.name, temporary)
                os.utime(temporary)  # a hard link has the old time, and Snakemake wants outputs newer than inputs


@contextmanager
def lock_fold(root: Path) -> Iterator[None]:
    """Lock `root`, the folder of checkpoints of a fold, against other trainings of it, and keep a heartbeat there.

    Waits while another process trains the fold; that process may have outlived the Snakemake that started it. The
    kernel releases the lock when its holder ends, even by a kill. Raises WriteError where `root` cannot be written.
    """
    with _acquire(root), heartbeat(root / HOST):
        yield


def open_checkpoints(root: Path, key: str) -> Checkpoints:
    """The checkpoints of the training `key` of a fold that is locked; those of other trainings are removed."""
    for other in root.iterdir():
        if other.is_dir() and other.name != key:
            shutil.rmtree(other)
    (root / key).mkdir(exist_ok=True)
    return Checkpoints(root / key)


def saved_epochs(root: Path) -> list[int]:
    """The epoch before which each checkpoint of a fold was saved, in no order; empty where there is none."""
    return [int(path.name.split("-")[1]) for path in root.glob("*/epoch-*.ckpt")]


def discard_checkpoints(root: Path) -> None:
    """Remove the folder of checkpoints of a fold, unless a training has locked it."""
    if root.is_dir():
        try:
            with FileLock(root / LOCK).acquire(timeout=0):
                shutil.rmtree(root)
        except Timeout:
            print(f"{root} is locked by a training and is not removed", flush=True)


class Throttle:
    """When the next checkpoint is due: after `seconds`, or later if saving would take more than SHARE of the time."""

    def __init__(self, seconds: float, now: Callable[[], float] = time.monotonic):
        self.seconds, self.now = seconds, now
        self.last, self.cost = now(), 0.0

    @property
    def due(self) -> bool:
        """Whether the next checkpoint should be saved now; always, where `seconds` is 0."""
        return self.now() - self.last >= max(self.seconds, self.cost / SHARE if self.seconds else 0)

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Measure how long saving takes, and count from its end until the next checkpoint."""
        started = self.now()
        yield
        self.last = self.now()
        self.cost = self.last - started


def _acquire(root: Path) -> AbstractContextManager[object]:
    """Acquire the lock of a fold; a line is printed where another process has it."""
    lock, timeout = FileLock(root / LOCK), 0
    while True:
        try:
            root.mkdir(parents=True, exist_ok=True)
            with suppress(FileNotFoundError):  # the folder was removed meanwhile, as the fold was gathered
                return lock.acquire(timeout=timeout)
        except Timeout:
            print("another process is training this fold; this one waits for it to end", flush=True)
            timeout = -1
        except OSError as error:
            fix = "give this user the right to write there, or set results elsewhere"
            raise WriteError(f"{root} cannot be written ({error.strerror}): {fix}") from error
