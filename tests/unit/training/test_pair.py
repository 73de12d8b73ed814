"""A training without two folds is one on a split in which they are one fold, from random streams of its own."""

from pathlib import Path

import numpy as np
import pytest

from pasi.networks.catalogue import NETWORKS
from pasi.storage.hashing import file_sha256
from pasi.storage.tables import read_table, write_table
from pasi.training import pair
from pasi.training.pair import PairJob, train_pair
from pasi.training.seeds import TrainingJob
from pasi.training.settings import FoldFiles, FoldOutputs
from small_training import SETTINGS

NETWORK = NETWORKS["alexnet"]


@pytest.fixture
def files(tmp_path) -> FoldFiles:
    """A split of four folds of two subjects each."""
    subjects, fold = np.array(list("ABCDEFGH"), dtype=object), np.arange(8) // 2
    split = {"subject": subjects, "part": np.array(["train"] * 8, dtype=object), "fold": fold}
    write_table(split, tmp_path / "subjects.parquet")
    monitored = np.array(["C", "E", "A", "A", "A"], dtype=object)
    write_table({"fold": np.array([0, 0, 1, 2, 3]), "subject": monitored}, tmp_path / "inner.parquet")
    nothing = Path("nothing")
    return FoldFiles(
        tile_table=nothing,
        shards=[],
        labels=nothing,
        subjects=tmp_path / "subjects.parquet",
        inner=tmp_path / "inner.parquet",
        weights=None,
    )


def test_both_folds_are_held_out_in_what_the_training_reads(files, monkeypatch):
    seen = []

    def train_fold(job, own, *_):
        tables = [read_table(path) for path in (own.subjects, own.inner)]
        seen.append((job, own, *tables, [file_sha256(path) for path in (own.subjects, own.inner)]))

    monkeypatch.setattr(pair, "train_fold", train_fold)
    for _ in range(2):
        outputs = FoldOutputs(Path("out"), False, 0, 0.1)
        train_pair(PairJob(NETWORK, 0, 3, second=1), files, None, SETTINGS, outputs)
    job, own, split, inner, _ = seen[0]
    assert (job.fold, job.second) == (0, 1)
    assert own.labels == files.labels
    assert split["fold"].tolist() == [0, 0, 0, 0, 1, 1, 2, 2]
    assert inner["subject"].tolist() == ["E"], "C is of the other fold"
    assert seen[0][-1] == seen[1][-1], "the bytes name the folder of the checkpoints"
    assert not own.subjects.exists()


def test_its_name_says_both_folds_and_its_streams_are_its_own():
    job = PairJob(NETWORK, 0, 3, second=1)
    assert job.name == "alexnet, folds 0 and 1"
    others = [TrainingJob(NETWORK, 0, 3), TrainingJob(NETWORK, 1, 3), PairJob(NETWORK, 0, 3, second=2)]
    assert len({one.seed_for("start") for one in (job, *others)}) == 4
    assert job.seed_for("start") == PairJob(NETWORK, 0, 3, second=1).seed_for("start")
