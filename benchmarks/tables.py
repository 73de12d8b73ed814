"""Out-of-fold and test tables of 29 networks and 5 folds, gathered and checked."""

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from finished import write_predictions
from fold import FOLDS, paper
from pasi.cohort.reading import read_cohort
from pasi.cohort.score_table import score_table
from pasi.learners.gather import gather_predictions
from pasi.simulate.trial import simulate_trial
from pasi.storage.tables import read_table, write_table
from timing import Line, by_turns, peak_memory, run_child, seconds_of


def lines() -> Iterator[Line]:
    """The paper's trial, and one of a hundred times as many subjects in a process of its own."""
    with TemporaryDirectory() as folder:
        files = write_files(Path(folder), subjects=60)
        ours, theirs = by_turns(partial(gather, Path(folder), files), partial(concatenate, files))
        yield Line("gather 29 x 5 predictions", "", ours, None, "CPU s", "<= 1")
        yield Line("gather 29 x 5 predictions", "pandas, nothing checked", ours, theirs, "CPU s")
    seconds, megabytes = map(float, run_child(sys.executable, __file__)[1].split())
    yield Line("the same, 100 times the subjects", "", seconds, None, "CPU s", "<= 30")
    yield Line("the same, 100 times the subjects", "", megabytes, None, "MB", "<= 2000")


def write_files(folder: Path, *, subjects: int) -> list[Path]:
    """Labels, a split and a file of predictions for each network and fold, with noise for predictions."""
    index = paper().index
    simulate_trial(folder / "trial", subjects=subjects, tables_only=True)
    photos, scores = (folder / "trial" / f"{name}.csv" for name in ("photos", "scores"))
    labels = score_table(read_cohort(photos, scores, None, index, "error"), index)
    names = sorted(set(labels["subject"]))
    home = {name: -1 if number % 10 == 0 else number % FOLDS for number, name in enumerate(names)}
    part = ["test" if fold < 0 else "train" for fold in home.values()]
    write_table(labels, folder / "labels.parquet")
    write_table({"subject": names, "part": part, "fold": list(home.values())}, folder / "subjects.parquet")
    fold = np.array([home[subject] for subject in labels["subject"]])
    return [
        write_predictions(folder / "models" / backbone / f"fold{number}", labels, fold)
        for backbone in paper().training.backbones
        for number in range(FOLDS)
    ]


def gather(folder: Path, files: list[Path]) -> None:
    """What workflow/scripts/gather_predictions.py does."""
    split, labels = read_table(folder / "subjects.parquet"), read_table(folder / "labels.parquet")
    out_of_fold, test = gather_predictions(files, split, labels, FOLDS)
    write_table(out_of_fold, folder / "oof.parquet")
    write_table(test, folder / "test.parquet")


def concatenate(files: list[Path]) -> None:
    """The usual way: one pandas concatenation."""
    table = pd.concat([pd.read_parquet(file) for file in files])
    table[table["part"] == "oof"].to_parquet(files[0].with_name("oof.parquet"))
    test = table[table["part"] == "test"].groupby(["learner", "subject", "visit", "region"], sort=False)
    test["predicted"].agg(["mean", "std"]).to_parquet(files[0].with_name("test.parquet"))


if __name__ == "__main__":
    with TemporaryDirectory() as place:
        made = write_files(Path(place), subjects=6000)
        print(seconds_of(partial(gather, Path(place), made)), peak_memory())
