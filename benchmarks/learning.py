"""How many trainings learn, and what they come to, with and without warm-up and restarts: docs/training.md.

    python benchmarks/learning.py measure --trial demo --setting before after --seeds 0 1 2 --jobs 2
    python benchmarks/learning.py table

Each training is a process of its own. What it came to, with the visits that it held out, is a line of
benchmarks/learning/trainings.jsonl, by which a measurement that was stopped goes on, on another machine too, and from
which the table is made. `--arithmetic default-sse41`: torch and oneDNN compute as on an old processor.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from subprocess import CalledProcessError
from threading import Lock

from learning_table import Line, print_table
from learning_trials import (
    SETTINGS,
    TRIALS,
    fold_files,
    fold_outputs,
    held_out_visits,
    make_split,
    make_trial,
    pretrained,
    training_of,
    trial_settings,
)
from pasi.config.settings import Settings
from pasi.run_folder import LEARNING, RunFolder
from pasi.storage.hashing import value_digest
from pasi.storage.json_files import read_json
from pasi.storage.tables import read_table
from pasi.training.settings import NEUTRAL, TrainingSettings
from timing import run_child

WORK = Path("results/learning")
LINES = Path(__file__).parent / "learning" / "trainings.jsonl"  # kept in the repository: a machine can be lost
ARITHMETIC = {"native": {}, "default-sse41": {"ATEN_CPU_CAPABILITY": "default", "ONEDNN_MAX_CPU_ISA": "SSE41"}}
RESUMED = "resumed from"
LOCK = Lock()  # of the file of results: trainings end in several threads


@dataclass(frozen=True)
class Cell:
    """One training: `changes` are other values of keys of the section `training`, as --epochs asks for."""

    trial: str
    setting: str
    arithmetic: str
    seed: int
    backbone: str
    fold: int
    changes: Mapping[str, object]

    @property
    def settings(self) -> Settings:
        """Of the run that the training would belong to."""
        return trial_settings(self.trial, self.setting, self.seed, **self.changes)

    @property
    def shaped(self) -> str:
        """Digest of the settings that shape the training: a line of other settings is another measurement."""
        job, samples, training = training_of(self.settings, self.backbone, self.fold)
        return value_digest(asdict(job), asdict(samples), asked(training))[:12]

    def key(self) -> dict[str, object]:
        """What its line is known by."""
        return {**asdict(self), "shaped": self.shaped}

    def run(self, work: Path) -> RunFolder:
        """The results folder of its run; other settings have another one."""
        _, samples, training = training_of(self.settings, self.backbone, 0)
        shared = value_digest(asdict(samples), asked(training))[:12]
        return RunFolder(work / self.trial / f"{self.setting}-{self.arithmetic}-seed{self.seed}-{shared}")


def asked(training: TrainingSettings) -> dict[str, object]:
    """The settings without neutral ones: a key that is new leaves the lines of earlier trainings as they are."""
    return {name: value for name, value in asdict(training).items() if (name, value) not in NEUTRAL.items()}


def main() -> None:
    """Measure, print the table, or train one fold in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, default=WORK, help="folder of trials and runs")
    parser.add_argument("--weights", help="folder of pretrained weights, or none, where the config has another")
    commands = parser.add_subparsers(required=True, dest="command")
    measure = commands.add_parser("measure")
    measure.add_argument("--trial", choices=TRIALS, required=True)
    measure.add_argument("--setting", nargs="+", choices=SETTINGS, default=["before", "after"])
    measure.add_argument("--arithmetic", nargs="+", choices=ARITHMETIC, default=["native"])
    measure.add_argument("--seeds", nargs="+", type=int, default=[0])
    measure.add_argument("--folds", nargs="+", type=int, help="all of them where left out")
    measure.add_argument("--backbones", nargs="+", help="those of the trial where left out")
    measure.add_argument("--epochs", type=int, help="max_epochs, where it is not that of the trial")
    measure.add_argument("--set", nargs="+", default=[], metavar="KEY=VALUE", help="other keys of training, to try")
    measure.add_argument("--jobs", type=int, default=1, help="trainings at once")
    measure.add_argument("--coffee", type=Path, help="folder with the cohort of coffee leaves (docs/coffee.md)")
    commands.add_parser("table")
    commands.add_parser("train").add_argument("cell")
    given = parser.parse_args()
    if given.command == "train":
        train(Cell(**json.loads(given.cell)), given)
    elif given.command == "table":
        lines = read_lines()
        present = [line for line in lines if cell_of(line).shaped == line["shaped"]]
        print_table(present)
        print(f"{len(lines) - len(present)} trainings of other settings than the present ones are left out")
    else:
        measure_cells(given)


def measure_cells(given: argparse.Namespace) -> None:
    """Train every cell that has no line yet."""
    changes = {key: json.loads(value) for key, _, value in (pair.partition("=") for pair in given.set)}
    changes |= {"max_epochs": given.epochs} if given.epochs else {}
    if given.weights:
        changes |= {"weights": given.weights if given.weights == "none" else "imagenet"}  # no path of a machine
    make_trial(given.work / given.trial, given.trial, trial_settings(given.trial, given.setting[0], 0), given.coffee)
    done = [{**asdict(cell_of(line)), "shaped": line["shaped"]} for line in read_lines()]
    cells = [cell for cell in wanted(given, changes) if cell.key() not in done]
    print(f"{len(cells)} trainings to do", flush=True)
    with ThreadPoolExecutor(given.jobs) as pool:
        ended = sum(pool.map(lambda cell: train_apart(cell, given), cells))
    if ended < len(cells):
        raise SystemExit(f"{len(cells) - ended} trainings failed: the same command tries them again")


def wanted(given: argparse.Namespace, changes: Mapping[str, object]) -> Iterator[Cell]:
    """Seed by seed, so that what is there when the time is up is whole."""
    for seed, setting, arithmetic in product(given.seeds, given.setting, given.arithmetic):
        settings = trial_settings(given.trial, setting, seed, **changes)
        backbones = given.backbones or settings.training.backbones
        folds = range(settings.splits.folds) if given.folds is None else given.folds
        for backbone, fold in product(backbones, folds):
            pretrained(given.work, backbone, given.weights or settings.training.weights)
            make_split(given.work / given.trial, read_table(given.work / given.trial / "scores.parquet"), settings)
            yield Cell(given.trial, setting, arithmetic, seed, backbone, fold, changes)


def train_apart(cell: Cell, given: argparse.Namespace) -> bool:
    """Train in a process of its own, print its line and add it to the results; False where the training fails."""
    weights = ["--weights", given.weights] if given.weights else []
    options = ["--work", str(given.work), *weights, "train", json.dumps(asdict(cell))]
    try:
        seconds, printed = run_child(
            *(sys.executable, "-W", "ignore", __file__, *options),
            env={**os.environ, **ARITHMETIC[cell.arithmetic], "OMP_NUM_THREADS": "1"},
        )
    except CalledProcessError as error:
        print(error.output, file=sys.stderr, flush=True)
        return False
    learning = read_json(cell.run(given.work).fold(cell.backbone, cell.fold) / LEARNING)
    line = {**cell.key(), **learning, "cpu_seconds": round(seconds, 1), "resumed": RESUMED in printed}
    print(json.dumps(line), flush=True)
    predictions = cell.run(given.work).predictions(cell.backbone, cell.fold)
    visits = held_out_visits(predictions, given.work / cell.trial, cell.settings, cell.fold)
    with LOCK, LINES.open("a") as file:
        file.write(json.dumps(line | {"visits": visits}) + "\n")
    return True


def train(cell: Cell, given: argparse.Namespace) -> None:
    """Do as workflow/scripts/train_fold.py does; a training that was stopped goes on."""
    from pasi.training.train import train_fold

    settings, trial = cell.settings, given.work / cell.trial
    job, samples, training = training_of(settings, cell.backbone, cell.fold)
    weights = pretrained(given.work, cell.backbone, given.weights or settings.training.weights)
    files = fold_files(trial, trial / f"split-{cell.seed}", weights)
    folder = cell.run(given.work).fold(cell.backbone, cell.fold)
    train_fold(job, files, samples, training, fold_outputs(folder, settings))


def read_lines() -> list[Line]:
    """The lines of all trainings that have ended; the last one of a process that was killed may be cut off."""
    texts = LINES.read_text().splitlines() if LINES.exists() else []
    return [json.loads(text) for text in texts if text.endswith("}")]


def cell_of(line: Line) -> Cell:
    """The training of a line."""
    return Cell(**{name: line[name] for name in Cell.__annotations__})


if __name__ == "__main__":
    main()
