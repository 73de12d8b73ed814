"""What a stopped training goes on from: its last checkpoints, and once it has ended, its outputs.

They lie beside the outputs of a fold, which Snakemake empties before it starts a job and after a job fails, in a folder
named by a digest of everything that shapes the training: what another training left is never taken up. One process at a
time has the folder. It is discarded when the fold has been gathered.
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

TRAINING_OUTPUTS = (WEIGHTS, HISTORY, PREDICTIONS)  # what a training leaves behind
LOCK = "lock"  # of the one process that trains the fold
HOST = "host"  # its heartbeat
KEPT = 2  # the newest may be damaged, or of an epoch that a full disk cut short
DIGITS = 16  # of the digest in a checkpoint's name
SHARE = 0.03  # of the time of a training goes into its checkpoints at most


@dataclass(frozen=True)
class Checkpoints:
    """The folder of one training."""

    folder: Path

    def save(self, epoch: int, write: Callable[[Path], None]) -> None:
        """Keep what `write` writes as the checkpoint before `epoch`, and drop all but the newest two.

        The name carries a digest of the bytes, so that a damaged file is known without a second file.
        """
        with atomic_write(self.folder / "next.ckpt") as temporary:
            write(temporary)
        whole = self.folder / "next.ckpt"
        whole.replace(self.folder / f"epoch-{epoch:06d}-{file_sha256(whole)[:DIGITS]}.ckpt")
        fsync_folder(self.folder)
        for old in self._saved()[KEPT:]:
            old.unlink()

    def newest(self) -> Path | None:
        """The newest checkpoint that is whole; damaged ones are told and passed over."""
        for path in self._saved():
            if path.stem.endswith(file_sha256(path)[:DIGITS]):
                return path
            print(f"checkpoint {path.name} is damaged and is passed over", flush=True)
        return None

    def _saved(self) -> list[Path]:
        return sorted(self.folder.glob("epoch-*.ckpt"), reverse=True)

    @property
    def ended(self) -> bool:
        """Whether the training has ended and left its outputs here."""
        return (self.folder / "ended").is_dir()

    def finish(self, write: Callable[[Path], None]) -> None:
        """Keep the outputs that `write` writes into the folder that it is given, all or none, and no checkpoint."""
        unfinished = self.folder / "ending"
        shutil.rmtree(unfinished, ignore_errors=True)
        write(unfinished)
        unfinished.rename(self.folder / "ended")
        fsync_folder(self.folder)
        for checkpoint in self._saved():
            checkpoint.unlink()

    def publish_outputs(self, outputs: Sequence[Path]) -> None:
        """Publish the outputs of an ended training: second names of the same bytes, where the file system has those."""
        for output in outputs:
            with atomic_write(output) as temporary:
                hardlink_or_copy(self.folder / "ended" / output.name, temporary)
                os.utime(temporary)  # as new as the job that gives it


@contextmanager
def lock_fold(root: Path) -> Iterator[None]:
    """Keep other trainings of a fold out of its folder of checkpoints, `root`, and show that one is at work.

    Waits while another process trains the fold: it may have outlived the Snakemake that started it. The kernel gives
    the lock back when its holder ends, however it ends. Raises ResultError where `root` cannot be written.
    """
    with _acquire(root), heartbeat(root / HOST):
        yield


def open_checkpoints(root: Path, key: str) -> Checkpoints:
    """The checkpoints of the training `key` of a fold that is held; what other trainings left is dropped."""
    for other in root.iterdir():
        if other.is_dir() and other.name != key:
            shutil.rmtree(other)
    (root / key).mkdir(exist_ok=True)
    return Checkpoints(root / key)


def saved_epochs(root: Path) -> list[int]:
    """The epoch before which each checkpoint of a fold was saved, in no order; empty where there is none."""
    return [int(path.name.split("-")[1]) for path in root.glob("*/epoch-*.ckpt")]


def _acquire(root: Path) -> AbstractContextManager[object]:
    """The lock of a fold, taken; tells where it has to wait."""
    lock, timeout = FileLock(root / LOCK), 0
    while True:
        try:
            root.mkdir(parents=True, exist_ok=True)
            with suppress(FileNotFoundError):  # discarded in between, by whoever gathered the fold
                return lock.acquire(timeout=timeout)
        except Timeout:
            print("another process is training this fold; this one waits for it to end", flush=True)
            timeout = -1
        except OSError as error:
            fix = "give this user the right to, or set results elsewhere"
            raise WriteError(f"{root} cannot be written ({error.strerror}): {fix}") from error


def discard_checkpoints(root: Path) -> None:
    """Remove the checkpoints of a fold, unless a training has them."""
    if root.is_dir():
        try:
            with FileLock(root / LOCK).acquire(timeout=0):
                shutil.rmtree(root)
        except Timeout:
            print(f"{root} is in use and is left", flush=True)


class Throttle:
    """When the next checkpoint is due: after `seconds`, and so late that saving takes a small share of the time."""

    def __init__(self, seconds: float, now: Callable[[], float] = time.monotonic):
        self.seconds, self.now = seconds, now
        self.last, self.cost = now(), 0.0

    @property
    def due(self) -> bool:
        """Whether it is time."""
        return self.now() - self.last >= max(self.seconds, self.cost / SHARE if self.seconds else 0)

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Note what saving costs."""
        started = self.now()
        yield
        self.last = self.now()
        self.cost = self.last - started
