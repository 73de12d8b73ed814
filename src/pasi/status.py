"""How far a run is, from files alone, also while it is at work here or on a cluster; nothing is changed or locked."""

import json
import os
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pasi.checkpoints import FILES
from pasi.config import Settings
from pasi.failures import read_failure
from pasi.sign_of_life import lives_elsewhere
from pasi.tables import TableError, read_table

STATES = ("done", "running", "begun", "failed", "waiting")
EPOCH = re.compile(r"^epoch +(\d+) .* ([0-9.]+) s$", re.MULTILINE)
FLOCK = re.compile(r"FLOCK +\w+ +WRITE (\d+) [0-9a-f]+:[0-9a-f]+:(\d+) ")

# Seconds of a training step on one CPU core, fp32, by `make bench-precision`: what one network costs by another's.
STEP_SECONDS = {
    "alexnet": 1.02, "vgg11": 10.8, "vgg13": 15.6, "vgg16": 21.3, "vgg19": 25.0,
    "vgg11_bn": 10.6, "vgg13_bn": 17.8, "vgg16_bn": 22.7, "vgg19_bn": 27.6,
    "resnet18": 2.47, "resnet34": 4.69, "resnet50": 6.61, "resnet101": 11.1, "resnet152": 17.6,
    "resnext50_32x4d": 6.53, "wide_resnet50_2": 16.1, "wide_resnet101_2": 32.2,
    "squeezenet1_0": 1.15, "squeezenet1_1": 0.49, "densenet121": 4.45, "densenet169": 5.97, "googlenet": 2.09,
    "shufflenet_v2_x0_5": 0.21, "shufflenet_v2_x1_0": 0.52,
    "mobilenet_v2": 0.96, "mobilenet_v3_large": 0.76, "mobilenet_v3_small": 0.27,
    "mnasnet0_5": 0.46, "mnasnet1_0": 0.99,
}  # fmt: skip


@dataclass(frozen=True)
class Training:
    """One network on one fold.

    state: "done"; "running", in a process of this machine or with a fresh sign of life from another; "begun", and
    stopped; "failed" for good when it was last tried, under whatever settings, with the reason; "waiting". epoch: the
    last in its log. age: seconds since the log's last line. seconds: of all its epochs, where they are known.
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
    that the trainings still take, None where none has ended, with `at_once` of them at once."""

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
    results = Path(settings.results)
    trainings = [
        read_training(results, backbone, fold, locks, now)
        for backbone in settings.training["backbones"]
        for fold in range(settings.splits["folds"])
    ]
    at_once = max(1, sum(one.state == "running" for one in trainings))
    left = seconds_left(trainings)
    return Status(
        settings.results, trainings, dict(read_stages(results)), run_process(locks), left and left / at_once, at_once
    )


def read_training(results: Path, backbone: str, fold: int, locks: dict[int, int], now: float) -> Training:
    """The state of one training."""
    folder = results / "models" / backbone / f"fold{fold}"
    log = results / "logs" / "train_fold" / f"{backbone}-fold{fold}.log"
    place = backbone, fold
    if all((folder / name).exists() for name in FILES):
        return Training(*place, "done", str(log), seconds=history_seconds(folder / "history.csv"))
    told = {"log": str(log), **_read_log(log, now)}
    checkpoints = folder / "checkpoints"
    if _inode(checkpoints / "lock") in locks or lives_elsewhere(checkpoints / "host", now):
        return Training(*place, "running", **told)
    if reason := read_failure(folder):
        return Training(*place, "failed", **told, reason=reason)
    begun = told["epoch"] is not None or any(checkpoints.glob("*/*.ckpt"))
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


def _read_log(log: Path, now: float) -> dict:
    """Epoch and age of a log, and the seconds of the epochs in it."""
    try:
        text, age = log.read_text(errors="replace"), now - log.stat().st_mtime
    except OSError:
        return {"epoch": None, "age": None, "seconds": None}
    epochs = EPOCH.findall(text)
    if not epochs:
        return {"epoch": None, "age": age, "seconds": None}
    return {"epoch": int(epochs[-1][0]), "age": age, "seconds": sum(float(seconds) for _, seconds in epochs)}


def history_seconds(path: Path) -> float | None:
    """Seconds of all epochs of a training that has ended."""
    try:
        return float(read_table(path, ["seconds"])["seconds"].sum())
    except TableError:
        return None


def seconds_left(trainings: Sequence[Training]) -> float | None:
    """Seconds that what is not done takes, one after another, less what is behind; None where none has ended.

    A training takes as long as those of its network that have ended, or as all that have, by STEP_SECONDS.
    """
    ended = [(one.backbone, one.seconds) for one in trainings if one.state == "done" and one.seconds]
    if not ended:
        return None
    by_step = sum(seconds for _, seconds in ended) / sum(STEP_SECONDS[backbone] for backbone, _ in ended)

    def whole(backbone: str) -> float:
        own = [seconds for other, seconds in ended if other == backbone]
        return sum(own) / len(own) if own else by_step * STEP_SECONDS[backbone]

    waiting = [one for one in trainings if one.state not in ("done", "failed")]
    return sum(max(0.0, whole(one.backbone) - (one.seconds or 0.0)) for one in waiting)


def read_stages(results: Path) -> Iterator[tuple[str, str]]:
    """Each stage around the trainings, and whether what it makes is there."""
    shards = len(list(results.glob("tiles/shard-*.npy")))
    indexed = (results / "tiles" / "index.parquet").exists()
    yield "tiles", f"{shards} shards, {'indexed' if indexed else 'not all made'}" if shards else "not made"
    for stage, name in (
        ("splits", "splits/subjects.parquet"),
        ("oof", "oof.parquet"),
        ("stack", "stacking"),
        ("evaluation", "evaluation/metrics.csv"),
        ("report", "report/report.html"),
    ):
        yield stage, "made" if (results / name).exists() else "not made"


def run_process(locks: dict[int, int]) -> str | None:
    """The Snakemake that is at work in this folder, as it says itself; None where there is none on this machine."""
    folder = Path(".snakemake") / "pasi"
    process = locks.get(_inode(folder / "run.lock") or -1)
    if process is None:
        return None
    try:
        run = json.loads((folder / "run.json").read_text())
        return f"process {run['process']} on {run['host']}, started {run['started']}"
    except (OSError, ValueError, KeyError, TypeError):
        return f"process {process} on {os.uname().nodename}"
