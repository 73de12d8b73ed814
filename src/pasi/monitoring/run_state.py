"""How far a run is, from files alone, even while it is at work here or on a cluster; changes and locks nothing."""

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pasi.config.settings import Settings
from pasi.errors import DamagedFileError
from pasi.jobs.checkpoints import LOCK, TRAINING_OUTPUTS, saved_epochs
from pasi.jobs.failures import read_failure
from pasi.jobs.file_lock import find_holder
from pasi.jobs.holder import Holder, this_machine
from pasi.jobs.job_log import EPOCH
from pasi.jobs.run_lock import describe_run, lock_of, run_record
from pasi.networks.costs import COSTS
from pasi.planning.experiment import Experiment
from pasi.planning.unlearned import skill_on_disk
from pasi.run_folder import RunFolder, TrainingPlace
from pasi.storage.tables import read_table

STATES = ("done", "running", "begun", "failed", "waiting")
FLOCK = re.compile(r"FLOCK +\w+ +WRITE (\d+) [0-9a-f]+:[0-9a-f]+:(\d+) ")


@dataclass(frozen=True)
class Training:
    """One network on one fold, in one repeat; or one without two folds, `fold` and `second`.

    state: "done" (its outputs exist, under whatever settings), "running" (in a process of this machine, or by a lease
    that another machine has touched within the last minute), "begun" (and stopped), "failed" (when it was last tried,
    under whatever settings, with the reason) or "waiting" (also where it failed before the present run began). epoch:
    the last one in its log, or the one before its last checkpoint. age: seconds since the log's last line. seconds: of
    all its epochs, None if unknown. skill: of one that is done, None where its record is missing or damaged.
    """

    backbone: str
    fold: int
    state: str
    log: str
    epoch: int | None = None
    age: float | None = None
    seconds: float | None = None
    reason: str | None = None
    skill: float | None = None
    repeat: int = 0
    second: int | None = None

    @property
    def place(self) -> TrainingPlace:
        """Which training it is."""
        return TrainingPlace(self.backbone, self.fold, self.repeat, self.second)


@dataclass(frozen=True)
class Status:
    """A run: its trainings, the state of each stage, and the process that runs it, if any.

    left: seconds until the last training ends if `at_once` of them run at once; None where none has ended yet.
    least_skill: `training.least_skill`; a training that is done with less did not learn.
    """

    results: str
    trainings: list[Training]
    stages: dict[str, str]
    process: str | None
    left: float | None
    at_once: int
    least_skill: float

    @property
    def unlearned(self) -> list[Training]:
        """The trainings that are done and did not learn."""
        return [one for one in self.trainings if one.skill is not None and one.skill < self.least_skill]

    @property
    def ended(self) -> bool:
        """Whether all trainings are done, and the report is made."""
        return self.count("done") == len(self.trainings) and self.stages["report"] == "made"

    def count(self, state: str, backbone: str | None = None) -> int:
        """Trainings in a state, of one network or of all."""
        return sum(one.state == state and backbone in (None, one.backbone) for one in self.trainings)


def read_status(settings: Settings, now: float | None = None) -> Status:
    """The status of the run of these settings in the working directory; `now` is in seconds since 1970."""
    now = time.time() if now is None else now
    locks = held_locks()
    run = RunFolder(Path(settings.results))
    process, since = read_run(locks, now)
    trainings = [
        read_training(run, place, locks, now, since)
        for place in Experiment(settings).trainings(settings.training.backbones)
    ]
    at_once = max(1, sum(one.state == "running" for one in trainings))
    stages = dict(read_stages(run, settings.stacking.learners))
    left = seconds_left(trainings, at_once)
    return Status(settings.results, trainings, stages, process, left, at_once, settings.training.least_skill)


def read_training(
    run: RunFolder, place: TrainingPlace, locks: dict[int, int], now: float, since: float = 0.0
) -> Training:
    """The state of one training; what failed before `since`, in seconds since 1970, waits to be tried again."""
    own = {**place._asdict(), "log": str(run.training_log(*place))}
    folder, log = run.fold(*place), run.training_log(*place)
    if all((folder / name).exists() for name in TRAINING_OUTPUTS):
        seconds, skill = history_seconds(run.history(*place)), skill_on_disk(run.learning(*place))
        return Training(**own, state="done", seconds=seconds, skill=skill)
    checkpoints = run.checkpoints(*place)
    known = {**own, **_read_log(log, now, max(saved_epochs(checkpoints), default=0))}
    if _inode(checkpoints / LOCK) in locks or find_holder(checkpoints / LOCK, now):
        return Training(state="running", **known)
    failure = read_failure(folder)
    if failure and failure.time >= since:
        return Training(state="failed", **known, reason=failure.reason)
    begun = known["epoch"] is not None and not failure
    return Training(state="begun" if begun else "waiting", **known)


def held_locks() -> dict[int, int]:
    """Process by inode of each file that is locked on this machine.

    The list is read and no lock is tried: trying one takes it for an instant, in which a job would find it taken. Empty
    where there is no /proc. Device numbers are ignored: on some file systems /proc/locks and stat disagree on them.
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


def _read_log(log: Path, now: float, saved: int) -> dict[str, Any]:
    """Epoch, age and seconds of a training by its log; `saved`: epochs in its last checkpoint.

    A resumed training starts a new log; epochs that the log lacks are assumed to have taken as long as those it has.
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
    """Seconds of all epochs of a finished training; None where its history cannot be read."""
    try:
        return float(read_table(path, ["seconds"])["seconds"].sum())
    except DamagedFileError:
        return None


def seconds_left(trainings: Sequence[Training], at_once: int) -> float | None:
    """Seconds until the last training ends with `at_once` of them at once; None where none has ended yet.

    A training is assumed to take as long as the finished ones of its network; where there is none, as all finished ones
    by `step_seconds`. The total is divided by `at_once`, but it is at least the longest single training.
    """
    ended = [(one.backbone, one.seconds) for one in trainings if one.state == "done" and one.seconds]
    if not ended:
        return None
    by_step = sum(seconds for _, seconds in ended) / sum(COSTS[backbone].step_seconds for backbone, _ in ended)

    def whole(backbone: str) -> float:
        own = [seconds for other, seconds in ended if other == backbone]
        return sum(own) / len(own) if own else by_step * COSTS[backbone].step_seconds

    waiting = [one for one in trainings if one.state not in ("done", "failed")]
    each = [max(0.0, whole(one.backbone) - (one.seconds or 0.0)) for one in waiting]
    return max(sum(each) / at_once, max(each, default=0.0))


def read_stages(run: RunFolder, learners: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each stage around the trainings, and whether its outputs exist; `learners`: the meta-learners."""
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


def read_run(locks: dict[int, int], now: float) -> tuple[str | None, float]:
    """The Snakemake that is at work in this folder, and its start in seconds since 1970; None and 0 where none is.

    It is found by its lock on this machine, or by its lease, which shows it on other machines too.
    """
    record = run_record(Path(".snakemake"))
    lock = lock_of(record)
    holder, process = find_holder(lock, now), locks.get(_inode(lock) or -1)
    if holder is None and process is None:
        return None, 0.0
    try:
        began = record.stat().st_mtime
    except OSError:
        began = 0.0
    holder = holder or Holder(this_machine(), process or 0, 0, "")
    return describe_run(record, holder), began
