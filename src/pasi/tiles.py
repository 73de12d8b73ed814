"""The tile store: photos of a shard of subjects as one array on disk, and one index over all shards."""

import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path
from typing import Literal, NamedTuple, Protocol

import numpy as np

from pasi.photo_files import read_photo
from pasi.photo_paths import resolve_photo
from pasi.photos import KERNEL, PhotoError, Tile, content_box, make_tile
from pasi.problems import InputError, Problem
from pasi.tables import TableError, publish, read_table, write_table

KEY = ("subject", "visit", "region", "slot")
COLUMNS = (*KEY, "sha256", "width", "height", "shard", "row", "kernel", "shard_sha256")
AGAIN = "delete it and run again"

Key = tuple[str, str, str, int]  # subject, visit, region and slot of a photo


class Photo(Protocol):
    """A row of photos.csv, as `pasi.cohort` hands it out; not imported, as what is imported here trains again."""

    @property
    def subject(self) -> str: ...
    @property
    def visit(self) -> str: ...
    @property
    def region(self) -> str: ...
    @property
    def slot(self) -> int: ...
    @property
    def path(self) -> str: ...
    @property
    def line(self) -> int: ...


@dataclass(frozen=True)
class TileSettings:
    """Keys of the config's `tiles` section that shape a tile: its side in pixels, and how a photo is fitted (R6)."""

    size: int = 128
    fit: Literal["letterbox", "squash", "center_crop"] = "letterbox"


class ShardFiles(NamedTuple):
    """Of one shard: `array`, .npy, uint8 (n, size, size, 3), and `index`, a table of COLUMNS with a row a tile."""

    array: Path
    index: Path


def shard_of(subject: str, shards: int) -> int:
    """The shard, 0 to `shards` - 1, of a subject: by its name alone, so that a new subject moves no other."""
    return int.from_bytes(hashlib.sha256(subject.encode()).digest()[:8]) % shards


def make_shard(
    photos: Sequence[Photo],
    root: Path,
    settings: TileSettings,
    files: ShardFiles,
    *,
    shard: int,
    known: Mapping[str, Tile],
) -> None:
    """Write the tiles of `photos` and their rows of the index.

    Rows are sorted by subject, visit, region and slot, whatever the order of `photos` (at least one). Each file under
    `root` is read once, and decoded unless `known` has the tile of its SHA-256. Raises InputError with every photo that
    cannot be used; then nothing is written.
    """
    photos = sorted(photos, key=_key)
    rows, problems = [], []
    with publish(files.array) as temporary:
        with temporary.open("wb") as file:  # written and not mapped: a full disk is then an error and no crash
            shape = (len(photos), settings.size, settings.size, 3)
            np.lib.format.write_array_header_1_0(file, {"descr": "|u1", "fortran_order": False, "shape": shape})
            for photo in photos:
                try:
                    digest, tile = _read_tile(resolve_photo(root, photo.path), settings, known)
                except PhotoError as error:
                    problems.append(_problem(photo, error))
                    continue
                file.write(tile.pixels.tobytes())
                rows.append((*_key(photo), digest, tile.width, tile.height, shard, len(rows), KERNEL))
        if problems:
            raise InputError(problems)
        checksum = file_sha256(temporary)
    write_table(dict(zip(COLUMNS, zip(*((*row, checksum) for row in rows), strict=True), strict=True)), files.index)


def _key(photo: Photo) -> Key:
    return photo.subject, photo.visit, photo.region, photo.slot


def _read_tile(path: Path, settings: TileSettings, known: Mapping[str, Tile]) -> tuple[str, Tile]:
    """SHA-256 of a photo's bytes, and the tile of the same bytes."""
    data = read_photo(path)
    digest = hashlib.sha256(data).hexdigest()
    return digest, known.get(digest) or make_tile(io.BytesIO(data), size=settings.size, fit=settings.fit)


def _problem(photo: Photo, error: PhotoError) -> Problem:
    """What is wrong with a photo, for the log of a job: by its line and its place, never by its path (F16)."""
    expected = "a whole 8-bit JPEG or PNG in the folder of photos"
    found = f"{_place(_key(photo))}, which {error.fault}"
    return Problem("photos.csv", photo.line, "photo", found, expected, error.fix)


def index_tiles(index_paths: Sequence[Path], out: Path) -> None:
    """Join the indices of all shards, sorted by subject, visit, region and slot.

    Raises TableError where a tile is there twice or two versions of the decoder are mixed, and InputError with every
    photo whose very bytes are also a photo of another subject: such copies would carry the answer from one part of a
    split into the other.
    """
    tables = [read_table(path, COLUMNS) for path in index_paths]
    columns = {name: np.concatenate([table[name] for table in tables]) for name in COLUMNS}
    order = np.lexsort([columns[name] for name in reversed(KEY)])
    columns = {name: values[order] for name, values in columns.items()}
    _refuse_mixture(columns)
    keys = zip(*(columns[name] for name in KEY), strict=True)
    shared = list(shared_photos(zip(columns["sha256"], keys, strict=True)))
    if shared:
        raise InputError(shared_photo_problem(*pair, "photos.csv", None) for pair in shared)
    write_table(columns, out)


def _refuse_mixture(columns: Mapping[str, np.ndarray]) -> None:
    keys = list(zip(*(columns[name] for name in KEY), strict=True))
    for key, following in pairwise(keys):
        if key == following:
            raise TableError(f"{_place(key)} is in two shards of tiles: delete the folder of tiles and run again")
    kernels = sorted(set(columns["kernel"]))
    if len(kernels) > 1:
        raise TableError(f"tiles of {' and '.join(kernels)} are mixed: delete the folder of tiles and run again")


def shared_photos(photos: Iterable[tuple[str, Key]]) -> Iterator[tuple[Key, Key]]:
    """For each content (SHA-256) under several subjects: every photo of the second one and on, with the first photo."""
    for _, group in groupby(sorted(photos), key=lambda photo: photo[0]):
        (_, first), *others = group
        yield from ((key, first) for _, key in others if key[0] != first[0])


def shared_photo_problem(key: Key, first: Key, file: str, line: int | None) -> Problem:
    """The problem of a photo that is another subject's too."""
    found = f"{_place(key)} is the same file as {_place(first)}"
    fix = "drop the photo that is under the wrong subject"
    return Problem(file, line, "photo", found, "photos of one subject only", fix)


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
        """Open the store; raises TableError where a shard is missing or its bytes are not those that were indexed."""
        columns = read_table(index_path, COLUMNS)
        expected = set(columns["shard_sha256"])
        if not expected:
            raise TableError(f"{index_path} has no tiles: {AGAIN}")
        shards = {}
        for path in map(Path, shard_paths):
            if not path.is_file():
                raise TableError(f"{path} is missing: run the rule that makes it")
            digest = file_sha256(path)
            if digest not in expected:
                raise TableError(f"{path} is damaged, or not of {index_path}: {AGAIN}")
            shards[digest] = np.load(path, mmap_mode="r", allow_pickle=False)
        if missing := expected - shards.keys():
            absent = np.unique(columns["shard"][np.isin(columns["shard_sha256"], list(missing))])
            raise TableError(f"the tiles of shard {', '.join(map(str, absent))} are not among the files given")
        sizes = {tiles.shape[1] for tiles in shards.values()}
        if len(sizes) > 1:
            raise TableError(f"tiles of {sorted(sizes)} pixels are mixed: delete the folder of tiles and run again")
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


def place_tiles(columns: Mapping[str, np.ndarray], rows: Mapping[str, np.ndarray], grid: int) -> np.ndarray:
    """Which tile stands in which cell of the composite of each row: int64 (rows, grid x grid), -1 where none does.

    columns: the index; rows: subject, visit and region of each composite. A tile's slot is its cell, row by row. Raises
    TableError where a row has no tile, or a slot is beyond the grid.
    """
    keys = list(zip(rows["subject"], rows["visit"], rows["region"], strict=True))
    place = {key: number for number, key in enumerate(keys)}
    samples = np.full((len(keys), grid * grid), -1, dtype=np.int64)
    for tile, (*key, slot) in enumerate(zip(*(columns[name] for name in KEY), strict=True)):
        if slot >= grid * grid:
            raise TableError(f"{_place((*key, slot))} has no cell in a composite of {grid}x{grid} photos")
        if (number := place.get(tuple(key))) is not None:
            samples[number, slot] = tile
    empty = np.flatnonzero((samples < 0).all(axis=1))
    if len(empty):
        raise TableError(f"no tile of {' '.join(keys[empty[0]])} (and {len(empty) - 1} more): run the rule tiles")
    return samples


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
