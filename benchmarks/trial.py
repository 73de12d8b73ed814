"""Tables of a trial of the paper's size, made by the rules' own functions, with random pixels for tiles."""

from pathlib import Path

import numpy as np

from fold import SIZE, paper
from pasi.cohort.reading import read_cohort
from pasi.cohort.records import Cohort
from pasi.cohort.score_table import score_table
from pasi.imaging.decode import KERNEL
from pasi.imaging.tile_store import COLUMNS, PHOTO_KEY
from pasi.simulate.trial import simulate_trial
from pasi.splits.divide import split_cohort
from pasi.splits.settings import SplitSettings
from pasi.storage.hashing import file_sha256
from pasi.storage.tables import write_table


def write_trial(folder: Path, *, subjects: int = 60) -> Cohort:
    """labels.parquet, subjects.parquet, inner.parquet, shard.npy and index.parquet in `folder`."""
    settings = paper()
    simulate_trial(folder / "trial", subjects=subjects, tables_only=True)
    photos, scores = (folder / "trial" / f"{name}.csv" for name in ("photos", "scores"))
    cohort = read_cohort(photos, scores, None, settings.index, settings.tiles.extra_photos)
    labels = score_table(cohort, settings.index)
    write_table(labels, folder / "labels.parquet")
    split = split_cohort(labels, SplitSettings(**settings.splits.model_dump(), seed=settings.seed), 1)
    write_table(split.subjects, folder / "subjects.parquet")
    write_table(split.inner, folder / "inner.parquet")
    write_tiles(cohort, folder)
    return cohort


def write_tiles(cohort: Cohort, folder: Path) -> None:
    """One shard of noise with a row a photo."""
    count = len(cohort.photos)
    np.save(folder / "shard.npy", np.random.default_rng(0).integers(0, 256, (count, SIZE, SIZE, 3), dtype=np.uint8))
    columns = {name: [getattr(photo, name) for photo in cohort.photos] for name in PHOTO_KEY} | {"row": range(count)}
    same = {"width": 4928, "height": 3264, "shard": 0, "sha256": "", "kernel": KERNEL}
    same["shard_sha256"] = file_sha256(folder / "shard.npy")
    write_table({name: columns.get(name, [same.get(name)] * count) for name in COLUMNS}, folder / "index.parquet")
