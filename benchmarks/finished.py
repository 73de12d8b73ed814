"""A run of the paper's size whose trainings are made up: tables of noise that Snakemake takes for finished.

Tiles, splits and everything behind the trainings are made by the rules themselves. Made once and kept in build/.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np

from fold import EPOCHS, FOLDS, paper
from pasi.planning.staleness import vouch
from pasi.simulate.trial import simulate_trial
from pasi.storage.json_files import write_json
from pasi.storage.tables import read_table, rows_of, write_table
from pasi.training.learning import judge

REPOSITORY = Path(__file__).parents[1]
PARTS = ("Snakefile", "workflow", "src/pasi", "config", "profiles")


def snakemake(*arguments: str) -> list[str]:
    """The command line of Snakemake on the run."""
    program = [sys.executable, "-m", "snakemake", "--snakefile", str(REPOSITORY / "Snakefile"), "--cores", "2"]
    return [*program, *arguments, "--configfile", "config/finished.yaml"]


def finished_run() -> Path:
    """The folder of the run, in which nothing is left to do; another one for each state of the code."""
    folder = REPOSITORY / "build" / f"finished-{state_of_code()}"
    if not (folder / "results" / "report" / "report.html").exists():
        for older in folder.parent.glob("finished-*"):
            shutil.rmtree(older)
        shutil.copytree(REPOSITORY / "config", folder / "config")
        (folder / "config" / "finished.yaml").write_text("training: {weights: none}\n")
        simulate_trial(folder / "data" / "trial", photo_size=(77, 51), processes=os.cpu_count() or 1)
        run(folder, "tiles", "splits")
        make_up_trainings(folder / "results")
        vouch(folder / "results")
        run(folder, "--touch", "train")
        run(folder)
    return folder


def state_of_code() -> str:
    """A digest of all that decides what runs again: with other code, Snakemake would really train."""
    digest = hashlib.sha256()
    for path in sorted(path for part in PARTS for path in [REPOSITORY / part, *(REPOSITORY / part).rglob("*.*")]):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def run(folder: Path, *arguments: str) -> None:
    """Run Snakemake on it."""
    subprocess.run(snakemake(*arguments), cwd=folder, check=True, capture_output=True)


def make_up_trainings(results: Path) -> None:
    """Weights without tensors, a history, its skill and noise around the truth for each network and fold."""
    labels = read_table(results / "cohort" / "labels.parquet")
    split = read_table(results / "splits" / "subjects.parquet")
    home = dict(zip(split["subject"], split["fold"].tolist(), strict=True))
    fold = np.array([home[subject] for subject in labels["subject"]])
    for backbone in paper().training.backbones:
        for number in range(FOLDS):
            folder = results / "models" / backbone / f"fold{number}"
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
        "repeat": [0] * len(rows),
        "learned": [True] * len(rows),
        "skill": [0.5] * len(rows),
    }
    write_table(columns, folder / "predictions.parquet")
    return folder / "predictions.parquet"


def write_history(folder: Path) -> None:
    """Losses that fall, and what they come to."""
    epoch = np.arange(EPOCHS)
    loss = np.exp(-epoch / 20) + 0.1
    rate = np.where(epoch < 70, 0.01, 0.001)
    losses = {"train_loss": loss, "monitor_loss": 1.1 * loss}
    columns = {"attempt": np.zeros(EPOCHS, int), "epoch": epoch, **losses, "learning_rate": rate}
    kept = epoch == EPOCHS - 1
    write_table({**columns, "seconds": np.ones(EPOCHS), "kept": kept}, folder / "history.csv")
    write_json(asdict(judge(rows_of(columns), (0, EPOCHS - 1), 1.0, least_skill=0.1)), folder / "learning.json")
