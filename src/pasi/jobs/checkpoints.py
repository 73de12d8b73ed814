"""What a stopped training resumes from: its newest checkpoints, and the outputs of a training that has ended.

Snakemake empties the outputs of a job before it starts the job and after the job fails, so checkpoints lie beside them,
in checkpoints/KEY. The key is a digest of everything that shapes the training: checkpoints of another training are
never used. A lock gives the folder to one process at a time. The folder is removed when the fold has been gathered.
"""

import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pasi.errors import WriteError
from pasi.jobs.file_lock import FileLock
from pasi.jobs.holder import Holder
from pasi.run_folder import HISTORY, LEARNING, PREDICTIONS, WEIGHTS
from pasi.storage.atomic import atomic_write, fsync_folder, link_or_copy_now, remove_folder
from pasi.storage.hashing import file_sha256

TRAINING_OUTPUTS = (WEIGHTS, HISTORY, PREDICTIONS, LEARNING)
LOCK = "lock"  # the file that the process which trains the fold keeps locked
RESTART = "restart"  # in the name of the folder of a restart
DISCARDED = "discarded"  # in the name of a folder of checkpoints that is being removed
LOST = 75  # exit status of a training whose fold another process has taken over; sysexits.h: try again later
KEPT = 2  # checkpoints; with two, there is another one if the newest is damaged
DIGITS = 16  # of the digest in the name of a checkpoint


@dataclass(frozen=True)
class Checkpoints:
    """The checkpoints and, at its end, the outputs of one training in `folder`.

    Its first attempt has its checkpoints there; each restart has them in a folder of its own below. An attempt that has
    ended without success leaves its result in place of its checkpoints.
    """

    folder: Path

    def save(self, epoch: int, write: Callable[[Path], None]) -> None:
        """Save what `write` writes to a path as the checkpoint before `epoch`; all but the newest two are removed.

        The name holds a digest of the bytes, by which a damaged file is recognised.
        """
        self._save(f"epoch-{epoch:06d}", write)
        for old in self._saved()[KEPT:]:
            old.unlink(missing_ok=True)

    def newest(self) -> Path | None:
        """The newest checkpoint that is not damaged; one that is damaged is reported and skipped."""
        return _first_whole(self._saved())

    def attempt(self, number: int) -> "Checkpoints":
        """The checkpoints of one attempt of this training: 0 is the first one, the others are restarts."""
        return Checkpoints(self.folder / f"{RESTART}-{number}") if number else self

    def end_attempt(self, write: Callable[[Path], None]) -> None:
        """Keep what `write` writes to a path as the result of this attempt, and remove its checkpoints."""
        for damaged in self.folder.glob("result-*.ckpt"):
            damaged.unlink()
        self._save("result", write)
        for checkpoint in self._saved():
            checkpoint.unlink(missing_ok=True)

    def attempt_result(self) -> Path | None:
        """The result of this attempt, if it has ended; one that is damaged is reported and skipped."""
        return _first_whole(self.folder.glob("result-*.ckpt"))

    def _save(self, name: str, write: Callable[[Path], None]) -> None:
        with atomic_write(self.folder / "next.ckpt") as temporary:
            write(temporary)
        whole = self.folder / "next.ckpt"
        whole.replace(self.folder / f"{name}-{file_sha256(whole)[:DIGITS]}.ckpt")
        fsync_folder(self.folder)

    def _saved(self) -> list[Path]:
        return sorted(self.folder.glob("epoch-*.ckpt"), reverse=True)

    @property
    def ended(self) -> bool:
        """Whether the training has ended, so that its outputs are here."""
        return (self.folder / "ended").is_dir()

    def finish(self, write: Callable[[Path], None]) -> None:
        """Keep all outputs that `write` writes into a folder, or none, and then remove the checkpoints."""
        unfinished = self.folder / "ending"
        remove_folder(unfinished)
        write(unfinished)
        unfinished.rename(self.folder / "ended")
        fsync_folder(self.folder)
        for checkpoint in self.folder.glob("*.ckpt"):
            checkpoint.unlink(missing_ok=True)
        for restart in self.folder.glob(f"{RESTART}-*"):
            remove_folder(restart)

    def publish_outputs(self, outputs: Sequence[Path]) -> None:
        """Publish the outputs of a training that has ended, as hard links, or as copies where there are none."""
        for output in outputs:
            with atomic_write(output) as temporary:
                link_or_copy_now(self.folder / "ended" / output.name, temporary)


@contextmanager
def lock_fold(root: Path) -> Iterator[None]:
    """Lock `root`, the folder of checkpoints of a fold, against other trainings of it, here and on other machines.

    Waits while another process trains the fold; that process may have outlived the Snakemake that started it. The lock
    ends with its holder, even by a kill (`pasi.jobs.file_lock`). Raises WriteError where `root` cannot be written.
    """
    lock = _acquire(root)
    try:
        yield
    finally:
        lock.release()


def open_checkpoints(root: Path, key: str) -> Checkpoints:
    """The checkpoints of the training `key` of a fold that is locked; those of other trainings are removed."""
    for other in _folders(root):
        if other.name != key:
            remove_folder(other)
    (root / key).mkdir(exist_ok=True)
    return Checkpoints(root / key)


def saved_epochs(root: Path) -> list[int]:
    """The epoch before which each checkpoint of a fold was saved, in no order; empty where there is none."""
    return [int(path.name.split("-")[1]) for path in root.rglob("epoch-*.ckpt")]


def discard_checkpoints(root: Path) -> None:
    """Remove the folder of checkpoints of a fold, unless a training has locked it.

    Nothing is raised, because all that matters is made by then; what cannot be removed is left and named.
    """
    for left in root.parent.glob(f".{root.name}.{DISCARDED}-*"):  # by a process that was killed here
        remove_folder(left)
    if root.is_dir():
        try:
            _discard(root, FileLock(root / LOCK))
        except OSError as error:
            print(f"{root} is not removed ({error.strerror}); it may be deleted when the run has ended", flush=True)


def _discard(root: Path, lock: FileLock) -> None:
    """Empty the folder, and give it another name, before the lock is released; then remove it.

    While the lock's file is open, NFS and FUSE keep it under another name, and its folder cannot be removed. A process
    that waits for the lock meanwhile finds no folder at its path, and makes a new one.
    """
    if not lock.try_acquire():
        print(f"{root} is locked by a training and is not removed", flush=True)
        return
    try:
        for folder in _folders(root):
            remove_folder(folder)
        aside = root.rename(root.with_name(f".{root.name}.{DISCARDED}-{secrets.token_hex(8)}"))
    finally:
        lock.release()
    remove_folder(aside)


def _first_whole(paths: Iterable[Path]) -> Path | None:
    """The first file whose bytes have the digest in its name; those before it are reported."""
    for path in paths:
        if path.stem.endswith(file_sha256(path)[:DIGITS]):
            return path
        print(f"checkpoint {path.name} is damaged and is skipped", flush=True)
    return None


def _folders(root: Path) -> list[Path]:
    """The folders of trainings of a fold, whatever their keys."""
    return [path for path in root.iterdir() if path.is_dir()]


def _acquire(root: Path) -> FileLock:
    """The lock of a fold, acquired; a line is printed where another process has it."""
    text = "another process is training this fold; this one waits for it to end"
    lock = FileLock(root / LOCK, lost=partial(_end, root))
    while True:
        try:
            root.mkdir(parents=True, exist_ok=True)
            with suppress(FileNotFoundError):  # the folder was removed meanwhile, as the fold was gathered
                lock.acquire(announce=partial(print, text, flush=True))
                return lock
        except OSError as error:
            fix = "give this user the right to write there, or set results elsewhere"
            raise WriteError(f"{root} cannot be written ({error.strerror}): {fix}") from error


def _end(root: Path, holder: Holder) -> None:
    """End this process at once: two trainings of one fold would write the same files."""
    text = f"this process did not touch its lease for so long that {holder} has taken over the fold: it ends"
    print(f"{root}: {text}", flush=True)
    os._exit(LOST)
