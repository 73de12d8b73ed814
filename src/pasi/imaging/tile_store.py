"""The tile store: photos of a shard of subjects as one array on disk, and one index over all shards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pasi.errors import DamagedFileError, StaleResultError
from pasi.imaging.fit import content_box
from pasi.storage.hashing import file_sha256
from pasi.storage.tables import read_table

PHOTO_KEY = ("subject", "visit", "region", "slot")
COLUMNS = (*PHOTO_KEY, "sha256", "width", "height", "shard", "row", "kernel", "shard_sha256")
AGAIN = "delete it and run again"

Key = tuple[str, str, str, int]  # subject, visit, region and slot of a photo


def _place(key: Key) -> str:
    subject, visit, region, slot = key
    return f"{subject} {visit} {region} photo {slot + 1}"


@dataclass(frozen=True)
class TileStore:
    """All tiles of a cohort, on disk until they are asked for.

    columns: the index, one row a tile. size: side of a tile in pixels. shards: memory maps by checksum.
    """

    columns: Mapping[str, np.ndarray]
    size: int
    shards: Mapping[str, np.ndarray]

    @classmethod
    def open(cls, index_path: str | Path, shard_paths: Sequence[str | Path]) -> "TileStore":
        """Open the store; raises ResultError where a shard is missing or its bytes are not those that were indexed."""
        columns = read_table(index_path, COLUMNS)
        expected = set(columns["shard_sha256"])
        if not expected:
            raise DamagedFileError(f"{index_path} has no tiles: {AGAIN}")
        shards = {}
        for path in map(Path, shard_paths):
            if not path.is_file():
                raise DamagedFileError(f"{path} is missing: run the rule that makes it")
            digest = file_sha256(path)
            if digest not in expected:
                raise DamagedFileError(f"{path} is damaged, or not of {index_path}: {AGAIN}")
            shards[digest] = np.load(path, mmap_mode="r", allow_pickle=False)
        if missing := expected - shards.keys():
            absent = np.unique(columns["shard"][np.isin(columns["shard_sha256"], list(missing))])
            raise StaleResultError(f"the tiles of shard {', '.join(map(str, absent))} are not among the files given")
        sizes = {tiles.shape[1] for tiles in shards.values()}
        if len(sizes) > 1:
            raise StaleResultError(
                f"tiles of {sorted(sizes)} pixels are mixed: delete the folder of tiles and run again"
            )
        return cls(columns, sizes.pop(), shards)

    def tiles(self) -> np.ndarray:
        """Every tile in the order of the index: uint8 (n, size, size, 3)."""
        digests = self.columns["shard_sha256"]
        tiles = np.empty((len(digests), self.size, self.size, 3), dtype=np.uint8)
        for digest, shard in self.shards.items():
            chosen = np.flatnonzero(digests == digest)
            tiles[chosen] = shard[self.columns["row"][chosen]]
        return tiles

    def boxes(self, fit: str) -> np.ndarray:
        """Where each tile shows its photo: int64 (n, 4), top, left, height, width in pixels of the tile."""
        sizes = zip(self.columns["width"].tolist(), self.columns["height"].tolist(), strict=True)
        return np.array([content_box(width, height, self.size, fit) for width, height in sizes], dtype=np.int64)


def tiles_of_composites(columns: Mapping[str, np.ndarray], rows: Mapping[str, np.ndarray], grid: int) -> np.ndarray:
    """Which tile stands in which cell of the composite of each row: int64 (rows, grid x grid), -1 where none does.

    columns: the index; rows: subject, visit and region of each composite. A tile's slot is its cell, row by row. Raises
    ResultError where a row has no tile, or a slot is beyond the grid.
    """
    keys = list(zip(rows["subject"], rows["visit"], rows["region"], strict=True))
    place = {key: number for number, key in enumerate(keys)}
    samples = np.full((len(keys), grid * grid), -1, dtype=np.int64)
    for tile, (*key, slot) in enumerate(zip(*(columns[name] for name in PHOTO_KEY), strict=True)):
        if slot >= grid * grid:
            raise StaleResultError(f"{_place((*key, slot))} has no cell in a composite of {grid}x{grid} photos")
        if (number := place.get(tuple(key))) is not None:
            samples[number, slot] = tile
    empty = np.flatnonzero((samples < 0).all(axis=1))
    if len(empty):
        raise StaleResultError(f"no tile of {' '.join(keys[empty[0]])} (and {len(empty) - 1} more): run the rule tiles")
    return samples
