"""Reading tiles: an array on disk for each shard of subjects, and the tile table, one row per tile of all shards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pasi.errors import DamagedFileError, StaleResultError
from pasi.imaging.fit import content_box
from pasi.imaging.settings import Fit
from pasi.storage.arrays import open_array
from pasi.storage.hashing import file_sha256
from pasi.storage.tables import read_table

PHOTO_KEY = ("subject", "visit", "region", "slot")
COLUMNS = (*PHOTO_KEY, "sha256", "width", "height", "shard", "row", "kernel", "shard_sha256")
AGAIN = "delete it and run again"

Key = tuple[str, str, str, int]  # subject, visit, region and slot of a photo


@dataclass(frozen=True)
class TileStore:
    """All tiles of a cohort, on disk until they are read.

    columns: the tile table. size: side of a tile in pixels. shards: memory maps of their arrays, by SHA-256.
    """

    columns: Mapping[str, np.ndarray]
    size: int
    shards: Mapping[str, np.ndarray]

    @classmethod
    def open(cls, tile_table: str | Path, shard_paths: Sequence[str | Path]) -> "TileStore":
        """Open the store of the tile table and the arrays of all its shards.

        Raises DamagedFileError where a file is missing or its bytes are not those of the tile table, and
        StaleResultError where the tiles of a shard are not given or have several sizes.
        """
        columns = read_table(tile_table, COLUMNS)
        expected = set(columns["shard_sha256"])
        if not expected:
            raise DamagedFileError(f"{tile_table} has no tiles: {AGAIN}")
        shards = {}
        for path in map(Path, shard_paths):
            if not path.is_file():
                raise DamagedFileError(f"{path} is missing: run the rule that makes it")
            digest = file_sha256(path)
            if digest not in expected:
                raise DamagedFileError(f"{path} is damaged, or does not belong to {tile_table}: {AGAIN}")
            shards[digest] = open_array(path)
        if missing := expected - shards.keys():
            absent = np.unique(columns["shard"][np.isin(columns["shard_sha256"], list(missing))])
            raise StaleResultError(f"the tiles of shard {', '.join(map(str, absent))} are not among the files given")
        sizes = {tiles.shape[1] for tiles in shards.values()}
        if len(sizes) > 1:
            raise StaleResultError(
                f"tiles of {sorted(sizes)} pixels are mixed: delete the folder of tiles and run again"
            )
        return cls(columns, sizes.pop(), shards)

    def places(self) -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
        """The arrays, and for each tile of the table the number of its array and its row there."""
        numbers = {digest: number for number, digest in enumerate(self.shards)}
        array = np.array([numbers[digest] for digest in self.columns["shard_sha256"]])
        return list(self.shards.values()), array, self.columns["row"]

    def tiles(self) -> np.ndarray:
        """Every tile in the order of the tile table: uint8 (n, size, size, 3)."""
        digests = self.columns["shard_sha256"]
        tiles = np.empty((len(digests), self.size, self.size, 3), dtype=np.uint8)
        for digest, shard in self.shards.items():
            chosen = np.flatnonzero(digests == digest)
            tiles[chosen] = shard[self.columns["row"][chosen]]
        return tiles

    def boxes(self, fit: Fit) -> np.ndarray:
        """Where each tile shows its photo under `fit`: int64 (n, 4), top, left, height, width in pixels of the tile."""
        sizes = zip(self.columns["width"].tolist(), self.columns["height"].tolist(), strict=True)
        return np.array([content_box(width, height, self.size, fit) for width, height in sizes], dtype=np.int64)


def tiles_of_composites(columns: Mapping[str, np.ndarray], rows: Mapping[str, np.ndarray], grid: int) -> np.ndarray:
    """The tiles in the cells of each composite: int64 (rows, grid x grid), rows of the tile table, -1 for no tile.

    columns: the tile table. rows: subject, visit and region of each composite. A tile's slot is its cell; cells are
    counted row by row. Raises StaleResultError where a composite has no tile, or a slot is beyond the grid.
    """
    keys = list(zip(rows["subject"], rows["visit"], rows["region"], strict=True))
    place = {key: number for number, key in enumerate(keys)}
    numbers = np.full((len(keys), grid * grid), -1, dtype=np.int64)
    for tile, (*key, slot) in enumerate(zip(*(columns[name] for name in PHOTO_KEY), strict=True)):
        if slot >= grid * grid:
            raise StaleResultError(f"{place_of((*key, slot))} has no cell in a composite of {grid}x{grid} photos")
        if (number := place.get(tuple(key))) is not None:
            numbers[number, slot] = tile
    empty = np.flatnonzero((numbers < 0).all(axis=1))
    if len(empty):
        raise StaleResultError(f"no tile of {' '.join(keys[empty[0]])} (and {len(empty) - 1} more): run the rule tiles")
    return numbers


def place_of(key: Key) -> str:
    """How messages name a photo: by what it shows and its number, never by its path."""
    subject, visit, region, slot = key
    return f"{subject} {visit} {region} photo {slot + 1}"
