"""Memory of a training with the tiles of many subjects: its own, apart from the pages of files that all share."""

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from timing import Line, own_memory, run_watched

BACKBONE = "squeezenet1_1"
SHARDS = 32  # the most that a plan makes
TILES = 2704  # of the paper's trial
TIMES = {"": 1, ", 100 times the subjects": 100}
FITTED, MONITORED = 128, 32  # composites of the epoch, from all over the trial


def lines() -> Iterator[Line]:
    """The most that a training has, seen every 10 ms."""
    for name, times in TIMES.items():
        _, most = run_watched(sys.executable, __file__, str(times), memory=own_memory)
        yield Line(f"own memory of a training{name}", "", most, None, "MB", "<= 2000" if times > 1 else "")


def train(times: int, folder: Path) -> None:
    """An epoch on tiles in files with holes, which take no space on the disk."""
    from fold import CELLS, SIZE, make_fold, training_settings
    from pasi.imaging.tile_pixels import TilePixels
    from pasi.networks.catalogue import NETWORKS
    from pasi.training.seeds import TrainingJob
    from pasi.training.train import fit_fold

    count = TILES * times // CELLS * CELLS
    rows = -(-count // SHARDS)
    files = [folder / f"shard-{number}.npy" for number in range(SHARDS)]
    for file in files:
        np.lib.format.open_memmap(file, mode="w+", dtype=np.uint8, shape=(rows, SIZE, SIZE, 3))
    maps = [np.load(file, mmap_mode="r") for file in files]
    tiles = np.arange(count)
    data = make_fold(count // CELLS, 0, tiles=TilePixels(maps, tiles % SHARDS, tiles // SHARDS))
    chosen = data.fit[:: len(data.fit) // (FITTED + MONITORED)]
    data = replace(data, fit=chosen[:FITTED], monitor=chosen[FITTED:][:MONITORED], unseen=chosen[-MONITORED:])
    fit_fold(TrainingJob(NETWORKS[BACKBONE], 0, 0), data, training_settings(max_epochs=1), None)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        train(int(sys.argv[1]), Path(place))
