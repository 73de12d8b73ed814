"""The layout of the results folder of a run, for code that reads it outside the rules.

The rule files in workflow/rules declare the same paths; tests/unit/test_run_folder.py compares them.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

# Files and folders in the folder of one training, models/{backbone}/fold{k}. Rules declare the first four as outputs.
WEIGHTS = "weights.safetensors"
HISTORY = "history.csv"
PREDICTIONS = "predictions.parquet"
LEARNING = "learning.json"
CHECKPOINTS = "checkpoints"  # a folder, there until the fold has been gathered
FAILURE = "failed.json"  # there while the last attempt has failed
ADOPTION = "adopted.json"  # there while the outputs are those of an earlier version

RECORDS = "records"  # a folder beside that of the logs
KNOWN_TILES = "known"  # a folder beside the tiles: what shards held when they were last made

# Files in report/figures, in the order of the report; each is drawn by the rule draw_FIGURE as SVG and as PNG.
FIGURES = ("figure_2", "figure_3", "figure_4", "learning_curves", "figure_s1")

FOLD = re.compile(r"fold(\d+)(?:-repeat([1-9]\d*))?")
PAIR = re.compile(r"folds(\d+)-(\d+)")


class TrainingPlace(NamedTuple):
    """Which network on which fold; repeat: 0, or the number of a further training of it there.

    second: another fold that the training leaves out, a larger number than `fold`; None where it leaves out one fold.
    """

    backbone: str
    fold: int
    repeat: int = 0
    second: int | None = None

    @property
    def folder(self) -> str:
        """The folder of its outputs in that of the network; its log is named by both.

        >>> TrainingPlace("vgg11", 2, 1).folder, TrainingPlace("vgg11", 2, second=4).folder
        ('fold2-repeat1', 'folds2-4')
        """
        return (
            f"fold{self.fold}{repeat_part(self.repeat)}" if self.second is None else f"folds{self.fold}-{self.second}"
        )

    @property
    def rule(self) -> str:
        """The rule that trains it."""
        return "train_fold" if self.second is None else "train_pair"


def repeat_part(repeat: int) -> str:
    """What stands behind the fold in the name of a training's folder and of its log: "" for repeat 0.

    >>> f"fold2{repeat_part(0)}", f"fold2{repeat_part(1)}"
    ('fold2', 'fold2-repeat1')
    """
    return f"-repeat{repeat}" if repeat else ""


@dataclass(frozen=True)
class RunFolder:
    """Paths in the results folder `root`; nothing is created and, except by `shards`, nothing is looked up."""

    root: Path

    @property
    def models(self) -> Path:
        """The folder of all trainings."""
        return self.root / "models"

    def fold(self, backbone: str, fold: int, repeat: int = 0, second: int | None = None) -> Path:
        """The folder of one training, where its outputs, its checkpoints and the record of a failure lie."""
        return self.models / backbone / TrainingPlace(backbone, fold, repeat, second).folder

    def weights(self, backbone: str, fold: int, repeat: int = 0, second: int | None = None) -> Path:
        """Weights of a trained network; without tensors where `training.keep_weights` does not keep them."""
        return self.fold(backbone, fold, repeat, second) / WEIGHTS

    def history(self, backbone: str, fold: int, repeat: int = 0, second: int | None = None) -> Path:
        """Losses, learning rate and seconds of each epoch."""
        return self.fold(backbone, fold, repeat, second) / HISTORY

    def predictions(self, backbone: str, fold: int, repeat: int = 0, second: int | None = None) -> Path:
        """Predictions for the held-out fold and the test set."""
        return self.fold(backbone, fold, repeat, second) / PREDICTIONS

    def learning(self, backbone: str, fold: int, repeat: int = 0, second: int | None = None) -> Path:
        """Skill of the network, and whether it learned."""
        return self.fold(backbone, fold, repeat, second) / LEARNING

    def checkpoints(self, backbone: str, fold: int, repeat: int = 0, second: int | None = None) -> Path:
        """The folder of checkpoints, which no rule declares."""
        return self.fold(backbone, fold, repeat, second) / CHECKPOINTS

    def failure(self, backbone: str, fold: int, repeat: int = 0, second: int | None = None) -> Path:
        """Why the last attempt failed; no rule declares it."""
        return self.fold(backbone, fold, repeat, second) / FAILURE

    def adoption(self, backbone: str, fold: int, repeat: int = 0, second: int | None = None) -> Path:
        """Which earlier version trained the outputs, where they were taken over; no rule declares it."""
        return self.fold(backbone, fold, repeat, second) / ADOPTION

    def training_log(self, backbone: str, fold: int, repeat: int = 0, second: int | None = None) -> Path:
        """The log of one training, a line an epoch."""
        place = TrainingPlace(backbone, fold, repeat, second)
        return self.log(place.rule, f"{backbone}-{place.folder}")

    def log(self, rule: str, job: str) -> Path:
        """The log of a job."""
        return self.root / "logs" / rule / f"{job}.log"

    def shards(self) -> list[Path]:
        """The arrays of tiles that exist, one file a shard, in no order."""
        return list(self.root.glob("tiles/shard-*.npy"))

    def record(self, rule: str, job: str) -> Path:
        """Digest of what the outputs of a job were made from; `job` names it as it names the log."""
        return self.root / RECORDS / rule / f"{job}.json"

    @property
    def vouched(self) -> Path:
        """There once the user has said that results without a record belong to the config, tables and code of then."""
        return self.root / RECORDS / "vouched.json"

    @property
    def tile_table(self) -> Path:
        """One row a photo; made when all shards are."""
        return self.root / "tiles" / "index.parquet"

    @property
    def labels(self) -> Path:
        """Grades, area and composite of each region and visit."""
        return self.root / "cohort" / "labels.parquet"

    @property
    def inner(self) -> Path:
        """The monitored subjects of each fold."""
        return self.root / "splits" / "inner.parquet"

    @property
    def subjects(self) -> Path:
        """Part and fold of each subject."""
        return self.root / "splits" / "subjects.parquet"

    @property
    def oof(self) -> Path:
        """Out-of-fold predictions of all networks."""
        return self.root / "oof.parquet"

    def meta_learner(self, learner: str) -> Path:
        """Coefficients of a meta-learner."""
        return self.root / "stacking" / f"{learner}.json"

    @property
    def openings(self) -> Path:
        """The log of openings of the test part, which is never emptied; so no rule declares it."""
        return self.root / "openings.jsonl"

    @property
    def openings_lock(self) -> Path:
        """Held while the log of openings is read and a line is appended: two runs may share these results."""
        return self.root / ".openings.lock"

    @property
    def metrics(self) -> Path:
        """Metrics of all learners, the first table that evaluation writes."""
        return self.root / "evaluation" / "metrics.csv"

    @property
    def visits(self) -> Path:
        """Observed and predicted index of each learner and visit."""
        return self.root / "evaluation" / "visits.parquet"

    @property
    def config(self) -> Path:
        """The config of the run, as the report shows it."""
        return self.root / "report" / "config.json"

    @property
    def bundle(self) -> Path:
        """The manifest of the bundle, which lists its other files."""
        return self.root / "bundle" / "manifest.json"

    @property
    def scores(self) -> Path:
        """The scores of new visits, for which only `snakemake score` asks."""
        return self.root / "scores" / "scores.csv"

    @property
    def report(self) -> Path:
        """The report."""
        return self.root / "report" / "report.html"

    @property
    def summary(self) -> Path:
        """What the report says, for programs."""
        return self.root / "report" / "summary.json"


def folder_of_log(log: Path) -> RunFolder:
    """The results folder of the job whose log is RESULTS/logs/RULE/JOB.log."""
    return RunFolder(log.parents[2])


def record_of_log(log: Path) -> Path:
    """The record of the job whose log is RESULTS/logs/RULE/JOB.log."""
    return folder_of_log(log).record(log.parent.name, log.stem)


def training_of(path: Path) -> TrainingPlace:
    """The training of a file in its folder; raises ValueError for any other path."""
    backbone, name = path.parent.parent.name, path.parent.name
    fold, pair = FOLD.fullmatch(name), PAIR.fullmatch(name)
    if pair is not None and backbone:
        return TrainingPlace(backbone, int(pair[1]), second=int(pair[2]))
    if fold is None or not backbone:
        form = "models/{backbone}/fold{k} or models/{backbone}/fold{k}-repeat{r}"
        raise ValueError(f"{path} is in no folder of the form {form}")
    return TrainingPlace(backbone, int(fold[1]), int(fold[2] or 0))
