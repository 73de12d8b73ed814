"""A run of the paper's size whose trainings are made up: tables of noise that Snakemake is told to take for done.

Tiles, splits and everything behind the trainings are made by the rules themselves. Made once and kept in build/.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np

from fold import paper
from pasi.simulate import simulate_trial
from pasi.tables import read_table, write_table

REPOSITORY = Path(__file__).parents[1]
FOLDER = REPOSITORY / "build" / "finished"
EPOCHS = 100
FOLDS = 5


def snakemake(*arguments: str) -> list[str]:
    """The command line of Snakemake on the run."""
    program = [sys.executable, "-m", "snakemake", "--snakefile", str(REPOSITORY / "Snakefile"), "--cores", "2"]
    return [*program, *arguments, "--configfile", "config/finished.yaml"]


def finished_run() -> Path:
    """The folder of the run, in which nothing is left to do."""
    if not (FOLDER / "results" / "report" / "report.html").exists():
        shutil.copytree(REPOSITORY / "config", FOLDER / "config", dirs_exist_ok=True)
        (FOLDER / "config" / "finished.yaml").write_text("training: {weights: none}\n")
        simulate_trial(FOLDER / "data" / "trial", photo_size=(77, 51), processes=os.cpu_count() or 1)
        run("tiles", "splits")
        make_up_trainings()
        run("--touch", "train")
    run()
    return FOLDER


def run(*arguments: str) -> None:
    """Run Snakemake on it."""
    subprocess.run(snakemake(*arguments), cwd=FOLDER, check=True, capture_output=True)


def make_up_trainings() -> None:
    """Weights without tensors, a history and noise around the truth for each network and fold."""
    labels = read_table(FOLDER / "results" / "cohort" / "labels.parquet")
    split = read_table(FOLDER / "results" / "splits" / "subjects.parquet")
    home = dict(zip(split["subject"], split["fold"].tolist(), strict=True))
    fold = np.array([home[subject] for subject in labels["subject"]])
    for backbone in paper().training["backbones"]:
        for number in range(FOLDS):
            folder = FOLDER / "results" / "models" / backbone / f"fold{number}"
            write_predictions(folder, labels, fold)
            write_history(folder)
            (folder / "weights.safetensors").write_bytes(b"")


def write_predictions(folder: Path, labels: dict[str, np.ndarray], fold: np.ndarray) -> Path:
    """What the network of models/{backbone}/fold{k} predicts of its held-out fold and of the test set."""
    number = int(folder.name.removeprefix("fold"))
    rows = np.flatnonzero((fold == number) | (fold == -1))
    observed = np.asarray(labels["composite"], dtype=float)[rows]
    columns = {
        "learner": [folder.parent.name] * len(rows),
        "fold": [number] * len(rows),
        "part": np.where(fold[rows] < 0, "test", "oof").astype(object),
        **{name: np.asarray(labels[name], dtype=object)[rows] for name in ("subject", "visit", "region")},
        "observed": observed,
        "predicted": observed + np.random.default_rng(number).normal(size=len(rows)),
    }
    write_table(columns, folder / "predictions.parquet")
    return folder / "predictions.parquet"


def write_history(folder: Path) -> None:
    """Losses that fall."""
    epoch = np.arange(EPOCHS)
    loss = np.exp(-epoch / 20) + 0.1
    rate = np.where(epoch < 70, 0.01, 0.001)
    columns = {"epoch": epoch, "train_loss": loss, "monitor_loss": 1.1 * loss, "learning_rate": rate}
    write_table({**columns, "seconds": np.ones(EPOCHS)}, folder / "history.csv")
