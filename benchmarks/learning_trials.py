"""The trials on which benchmarks/learning.py trains: their photos, tables, tiles and splits, each made once."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from pasi.cohort.reading import read_cohort
from pasi.cohort.score_table import score_table
from pasi.config.settings import Settings, read_layers
from pasi.config.yaml_files import load_layers
from pasi.evaluation.tables import visit_table
from pasi.imaging.settings import TileSettings
from pasi.imaging.tile_maker import ShardFiles, join_tile_tables, make_shard
from pasi.networks.catalogue import NETWORKS
from pasi.networks.pretrained import fetch_weights, locate_weights
from pasi.planning.training_params import training_params
from pasi.simulate.trial import simulate_trial
from pasi.splits.divide import split_cohort
from pasi.splits.roles import read_split
from pasi.splits.settings import SplitSettings
from pasi.storage.json_files import write_json
from pasi.storage.tables import read_table, write_table
from pasi.training.seeds import TrainingJob
from pasi.training.settings import NEUTRAL, FoldFiles, FoldOutputs, SampleSettings, TrainingSettings, from_params

CONFIGS = Path(__file__).parents[1] / "config"


class Trial(NamedTuple):
    """A config of config/, subjects and seed of simulated photos, and the size of tiles where the config has another.

    Simulated photos have an eighth of the paper's width, at which its photos are decoded.
    """

    config: str
    simulated: tuple[int, int] | None = None
    tile_size: int | None = None


TRIALS = {
    "demo": Trial("demo.yaml", (24, 2)),  # that of `make demo`
    "small": Trial("demo.yaml", (24, 3)),
    "coffee": Trial("coffee.yaml"),
    "coffee-64": Trial("coffee.yaml", tile_size=64),  # a quarter of the time
    "default-64": Trial("config.yaml", (60, 0), tile_size=64),
}
SMALL = (  # the six from scratch that take less than 1 GFLOP a composite and are not in the demo (benchmarks/flops.py)
    *("shufflenet_v2_x0_5", "shufflenet_v2_x1_0", "mobilenet_v2", "mobilenet_v3_large", "mnasnet0_5", "mnasnet1_0"),
)
# Keys of training beside those of the configs. The demo had these epochs before; its config now has what is "after".
KEYS: dict[str, dict[str, dict[str, object]]] = {
    "before": {"demo": {**NEUTRAL, "max_epochs": 28}, "small": {**NEUTRAL, "max_epochs": 28}, "coffee": NEUTRAL},
    "after": {"demo": {}, "small": {}, "coffee": {"warmup_epochs": 3, "restarts": 2, "learning_epochs": 30}},
}
# Whole sections `training`, whatever the trial: the paper's, with at most 60 epochs, and the fast one.
RECIPES: dict[str, tuple[list[str], dict[str, object]]] = {
    "paper": (["config.yaml"], {"max_epochs": 60}),
    "fast": (["config.yaml", "fast.yaml"], {}),
}
SETTINGS = (*KEYS, *RECIPES)
TWICE = "photos/1022.jpg"  # shows the leaf of photos/813.jpg, another plant: docs/coffee.md


def trial_settings(trial: str, setting: str, seed: int, **changes: object) -> Settings:
    """The settings of a trial: one of KEYS or of RECIPES, and changes of the section `training`."""
    settings = read_configs(["config.yaml", TRIALS[trial].config])
    if setting in RECIPES:
        files, keys = RECIPES[setting]
        training = read_configs(files).training
    elif trial in KEYS[setting]:
        training, keys = settings.training, KEYS[setting][trial]
    else:
        raise SystemExit(f"{setting} is a setting of {', '.join(KEYS[setting])}: give {' or '.join(RECIPES)}")
    networks = {"backbones": SMALL} if trial == "small" else {}
    training = training.model_copy(update={**networks, **keys, **changes, "device": "cpu"})
    tiles = settings.tiles.model_copy(update={"size": TRIALS[trial].tile_size or settings.tiles.size})
    return replace(settings, seed=seed, tiles=tiles, training=training)


def read_configs(names: Sequence[str]) -> Settings:
    """Files of config/, each laid over those before it."""
    return read_layers(load_layers([CONFIGS / name for name in names]))


def make_trial(folder: Path, trial: str, settings: Settings, source: Path | None) -> None:
    """Photos, labels.parquet, scores.parquet and tiles of a trial in `folder`; `source`: the cohort of coffee."""
    if (folder / "made.json").exists():
        return
    if simulated := TRIALS[trial].simulated:
        subjects, seed = simulated
        simulate_trial(folder, subjects=subjects, photo_size=(616, 408), seed=seed)
        source = folder
    elif source is None:
        raise SystemExit("coffee needs --coffee FOLDER, with photos.csv, scores.csv and photos (docs/coffee.md)")
    else:
        copy_photos_csv(source / "photos.csv", folder / "photos.csv")
    tables = folder / "photos.csv", source / "scores.csv", source
    cohort = read_cohort(*tables, settings.index, settings.tiles.extra_photos)
    scores = score_table(cohort, settings.index)
    write_table(scores, folder / "scores.parquet")
    files = ShardFiles(folder / "shard.npy", folder / "shard.parquet")
    make_shard(
        cohort.photos, cohort.root, TileSettings(settings.tiles.size, settings.tiles.fit), files, shard=0, known={}
    )
    join_tile_tables([files.table], folder / "index.parquet")
    write_json({"trial": trial}, folder / "made.json")


def copy_photos_csv(source: Path, target: Path) -> None:
    """Copy the table without the photo that shows a leaf of another plant."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open(newline="") as read, target.open("w", newline="") as written:
        csv.writer(written).writerows(row for row in csv.reader(read) if TWICE not in row)


def make_split(folder: Path, labels: Mapping[str, np.ndarray], settings: Settings) -> Path:
    """The folder of the split of a seed, made where it is missing."""
    place = folder / f"split-{settings.seed}"
    if not (place / "inner.parquet").exists():
        splits = SplitSettings(**settings.splits.model_dump(), seed=settings.seed)
        step = next(label.step for label in settings.index.labels if label.name == splits.stratify_on)
        split = split_cohort(labels, splits, step)
        write_table(split.subjects, place / "subjects.parquet")
        write_table(split.inner, place / "inner.parquet")
    return place


def pretrained(folder: Path, backbone: str, source: str) -> Path | None:
    """The weights that a network starts from, converted where they are not yet; None from scratch."""
    found = locate_weights([backbone], source).get(backbone)
    if found is None:
        return None
    file = folder / "weights" / found.cached_name
    if not file.exists():
        fetch_weights(found, file)
    return file


def training_of(settings: Settings, backbone: str, fold: int) -> tuple[TrainingJob, SampleSettings, TrainingSettings]:
    """What a training is, but for its files."""
    return from_params({**training_params(settings), "network": asdict(NETWORKS[backbone])}, fold)


def fold_files(trial: Path, split: Path, weights: Path | None) -> FoldFiles:
    """The files of a training."""
    return FoldFiles(
        tile_table=trial / "index.parquet",
        shards=[trial / "shard.npy"],
        labels=trial / "scores.parquet",
        subjects=split / "subjects.parquet",
        inner=split / "inner.parquet",
        weights=weights,
    )


def fold_outputs(folder: Path, settings: Settings) -> FoldOutputs:
    """Where a training leaves its outputs, without its weights."""
    training = settings.training
    return FoldOutputs(folder, False, training.checkpoint_seconds, training.least_skill)


def held_out_visits(predictions: Path, trial: Path, settings: Settings, fold: int) -> dict[str, list[object]]:
    """The visits that a training held out: subject, visit, observed and predicted, in points of the index."""
    split = read_split(trial / f"split-{settings.seed}" / "subjects.parquet", settings.splits.folds)
    held_out = [subject for subject, of in zip(split["subject"], split["fold"], strict=True) if of == fold]
    rows = pd.DataFrame(read_table(predictions)).assign(kind="backbone", part="oof")
    rows = rows[rows["subject"].isin(held_out)]
    visits, _ = visit_table(rows, read_table(trial / "scores.parquet"), settings.index)
    columns = visits[["subject", "visit", "observed", "predicted"]].round(6)
    return {str(name): columns[name].tolist() for name in columns}
