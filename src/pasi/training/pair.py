"""One backbone without two folds, whose predictions of them weights of meta-learners are fitted to.

It is a training on a split in which the two are one fold, with random streams of its own. Nothing of what other
trainings reach is in this module, so that they do not run again with it.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from pasi.splits.pairs import merge_folds, merge_monitored
from pasi.splits.roles import read_split
from pasi.storage.tables import read_table, write_table
from pasi.training.seeds import TrainingJob
from pasi.training.settings import FoldFiles, FoldOutputs, SampleSettings, TrainingSettings
from pasi.training.train import train_fold


@dataclass(frozen=True)
class PairJob(TrainingJob):
    """Which network, without which two folds; `second` is the larger number."""

    second: int = -1

    @property
    def name(self) -> str:
        """This training in messages: "vgg11, folds 2 and 4"."""
        return f"{self.backbone}, folds {self.fold} and {self.second}"

    def seed_for(self, *names: str | int) -> int:
        """A seed for one random stream, another one than that of a training without one fold."""
        return super().seed_for(*names, f"second{self.second}")


def train_pair(
    job: PairJob, files: FoldFiles, samples: SampleSettings, settings: TrainingSettings, outputs: FoldOutputs
) -> None:
    """Train one network and publish TRAINING_OUTPUTS, as `train_fold` does; both folds are held out.

    In its predictions the fold of all held-out rows is the first of the two.
    """
    split, pair = read_split(files.subjects), (job.fold, job.second)
    with TemporaryDirectory() as folder:
        merged = replace(files, subjects=Path(folder, "subjects.parquet"), inner=Path(folder, "inner.parquet"))
        write_table(merge_folds(split, *pair), merged.subjects)
        write_table(merge_monitored(split, read_table(files.inner), *pair), merged.inner)
        train_fold(job, merged, samples, settings, outputs)
