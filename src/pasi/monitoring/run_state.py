"""How far a run is, from files alone, also while it is at work here or on a cluster; nothing is changed or locked."""

import json
import os
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pasi.config.settings import Settings
from pasi.errors import DamagedFileError
from pasi.jobs.checkpoints import HOST, LOCK, TRAINING_OUTPUTS, saved_epochs
from pasi.jobs.failures import read_failure
from pasi.jobs.heartbeat import beats_on_other_host
from pasi.jobs.run_lock import run_record
from pasi.networks.costs import STEP_SECONDS
from pasi.run_folder import RunFolder
from pasi.storage.tables import read_table

STATES = ("done", "running", "begun", "failed", "waiting")
EPOCH = re.compile(r"^epoch +(\d+) .* ([0-9.]+) s$", re.MULTILINE)
FLOCK = re.compile(r"FLOCK +\w+ +WRITE (\d+) [0-9a-f]+:[0-9a-f]+:(\d+) ")


@dataclass(frozen=True)
class Training:
    """One network on one fold.

    state: "done", under whatever settings; "running", in a process of this machine or with a fresh sign of life from
    another; "begun", and stopped; "failed" when it was last tried, under whatever settings, with the reason; "waiting",
    which it also does where it failed before the run that is at work. epoch: the last in its log, or before its last
    checkpoint. age: seconds since the log's last line. seconds: of all its epochs, where they are known.
    """

    backbone: str
    fold: int
    state: str
    log: str
    epoch: int | None = None
    age: float | None = None
    seconds: float | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Status:
    """A run: trainings; stages, each with what is there of it; the process that runs it here, if any; `left`: seconds
    until the last training ends, None where none has ended yet, with `at_once` of them at once."""

    results: str
    trainings: list[Training]
    stages: dict[str, str]
    process: str | None
    left: float | None
    at_once: int

    def count(self, state: str, backbone: str | None = None) -> int:
        """Trainings in a state, of one network or of all."""
        return sum(one.state == state and backbone in (None, one.backbone) for one in self.trainings)


def read_status(settings: Settings, now: float | None = None) -> Status:
    """The status of the run of these settings in the working directory; `now` is in seconds since 1970."""
    now = time.time() if now is None else now
    locks = held_locks()
    run = RunFolder(Path(settings.results))
    process, since = read_run(locks)
    trainings = [
        read_training(run, backbone, fold, locks, now, since)
        for backbone in settings.training["backbones"]
        for fold in range(settings.splits["folds"])
    ]
    at_once = max(1, sum(one.state == "running" for one in trainings))
    stages = dict(read_stages(run, settings.stacking["learners"]))
    return Status(settings.results, trainings, stages, process, seconds_left(trainings, at_once), at_once)


def read_training(
    run: RunFolder, backbone: str, fold: int, locks: dict[int, int], now: float, since: float = 0.0
) -> Training:
    """The state of one training; what failed before `since`, in seconds since 1970, waits to be tried again."""
    place = backbone, fold
    folder, log = run.fold(*place), run.training_log(*place)
    if all((folder / name).exists() for name in TRAINING_OUTPUTS):
        return Training(*place, "done", str(log), seconds=history_seconds(run.history(*place)))
    checkpoints = run.checkpoints(*place)
    told = {"log": str(log), **_read_log(log, now, max(saved_epochs(checkpoints), default=0))}
    if _inode(checkpoints / LOCK) in locks or beats_on_other_host(checkpoints / HOST, now):
        return Training(*place, "running", **told)
    failure = read_failure(folder)
    if failure and failure.time >= since:
        return Training(*place, "failed", **told, reason=failure.reason)
    begun = told["epoch"] is not None and not failure
    return Training(*place, "begun" if begun else "waiting", **told)


def held_locks() -> dict[int, int]:
    """Process by inode of each file that is locked on this machine.

    Read and not tried: whoever tries a lock has it for an instant, in which a job would find it taken. Empty where
    there is no /proc. A disk's number is not looked at, for /proc/locks and stat differ in it on some file systems.
    """
    try:
        return {int(inode): int(process) for process, inode in FLOCK.findall(Path("/proc/locks").read_text())}
    except OSError:
        return {}


def _inode(path: Path) -> int | None:
    try:
        return path.stat().st_ino
    except OSError:
        return None


def _read_log(log: Path, now: float, saved: int) -> dict:
    """Epoch, age and seconds by a log, which begins anew where a training is resumed; `saved`: epochs in a checkpoint.

    Epochs that the log does not have are taken to have been as long as those that it has.
    """
    try:
        text, age = log.read_text(errors="replace"), max(0.0, now - log.stat().st_mtime)
    except OSError:
        text, age = "", None
    epochs = EPOCH.findall(text)
    if not epochs:
        return {"epoch": saved - 1 if saved else None, "age": age, "seconds": None}
    last, seconds = int(epochs[-1][0]), sum(float(seconds) for _, seconds in epochs)
    return {"epoch": last, "age": age, "seconds": seconds / len(epochs) * (last + 1)}


def history_seconds(path: Path) -> float | None:
    """Seconds of all epochs of a training that has ended."""
    try:
        return float(read_table(path, ["seconds"])["seconds"].sum())
    except DamagedFileError:
        return None


def seconds_left(trainings: Sequence[Training], at_once: int) -> float | None:
    """Seconds until the last training ends with `at_once` of them at once; None where none has ended yet.

    A training takes as long as those of its network that have ended, or as all that have, by STEP_SECONDS. They are
    shared evenly, and the longest is not shared.
    """
    ended = [(one.backbone, one.seconds) for one in trainings if one.state == "done" and one.seconds]
    if not ended:
        return None
    by_step = sum(seconds for _, seconds in ended) / sum(STEP_SECONDS[backbone] for backbone, _ in ended)

    def whole(backbone: str) -> float:
        own = [seconds for other, seconds in ended if other == backbone]
        return sum(own) / len(own) if own else by_step * STEP_SECONDS[backbone]

    waiting = [one for one in trainings if one.state not in ("done", "failed")]
    each = [max(0.0, whole(one.backbone) - (one.seconds or 0.0)) for one in waiting]
    return max(sum(each) / at_once, max(each, default=0.0))


def read_stages(run: RunFolder, learners: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each stage around the trainings, and whether what it makes is there; `learners`: the meta-learners."""
    shards, indexed = len(run.shards()), run.tile_table.exists()
    yield "tiles", f"{shards} shards, {'indexed' if indexed else 'not all made'}" if shards else "not made"
    for stage, files in (
        ("splits", [run.subjects]),
        ("oof", [run.oof]),
        ("stack", [run.meta_learner(learner) for learner in learners]),
        ("evaluation", [run.metrics]),
        ("report", [run.report]),
    ):
        yield stage, "made" if all(file.exists() for file in files) else "not made"


def read_run(locks: dict[int, int]) -> tuple[str | None, float]:
    """The Snakemake that is at work in this folder, as it says itself, and when it began, in seconds since 1970.

    None and 0 where there is none on this machine.
    """
    record = run_record(Path(".snakemake"))
    process = locks.get(_inode(record.with_suffix(".lock")) or -1)
    if process is None:
        return None, 0.0
    try:
        run, began = json.loads(record.read_text()), record.stat().st_mtime
        return f"process {run['process']} on {run['host']}, started {run['started']}", began
    except (OSError, ValueError, KeyError, TypeError):
        return f"process {process} on {os.uname().nodename}", 0.0
