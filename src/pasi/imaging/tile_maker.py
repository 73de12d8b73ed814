"""From photos to tiles: the array and the table of each shard of subjects, and the tile table of all shards."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np

from pasi.errors import InputError, PhotoError, Problem, StaleResultError
from pasi.imaging.decode import KERNEL, Tile, make_tile
from pasi.imaging.photo_files import read_photo
from pasi.imaging.photo_paths import resolve_photo
from pasi.imaging.settings import TileSettings
from pasi.imaging.tile_store import COLUMNS, PHOTO_KEY, Key, place_of
from pasi.storage.atomic import atomic_write
from pasi.storage.hashing import file_sha256
from pasi.storage.tables import read_table, write_table


class Photo(Protocol):
    """A row of photos.csv, as pasi.cohort.records.Photo: a protocol, because imaging must not import cohort."""

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


class ShardFiles(NamedTuple):
    """The files of a shard: `array`, .npy, uint8 (n, size, size, 3), and `table`, COLUMNS with one row per tile."""

    array: Path
    table: Path


def shard_number(subject: str, shards: int) -> int:
    """The shard of a subject, 0 to `shards` - 1, by its name alone, so that a new subject moves no other."""
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
    """Write the tiles of `photos` and their rows of the tile table.

    Rows are sorted by subject, visit, region and slot, whatever the order of `photos` (at least one). Each file under
    `root` is read once, and decoded unless `known` has the tile of its SHA-256. Raises InputError with every photo that
    cannot be used; then nothing is written.
    """
    photos = sorted(photos, key=_key)
    rows: list[tuple[object, ...]] = []
    problems: list[Problem] = []
    with atomic_write(files.array) as temporary:
        with temporary.open("wb") as file:  # not a memory map, with which a full disk would crash the process
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
    write_table(dict(zip(COLUMNS, zip(*((*row, checksum) for row in rows), strict=True), strict=True)), files.table)


def _key(photo: Photo) -> Key:
    return photo.subject, photo.visit, photo.region, photo.slot


def _read_tile(path: Path, settings: TileSettings, known: Mapping[str, Tile]) -> tuple[str, Tile]:
    """SHA-256 and tile of a photo, from one reading of its file."""
    data = read_photo(path)
    digest = hashlib.sha256(data).hexdigest()
    return digest, known.get(digest) or make_tile(data, size=settings.size, fit=settings.fit)


def _problem(photo: Photo, error: PhotoError) -> Problem:
    """What is wrong with a photo; a job's log names it by its line and region, never by its path (F16)."""
    expected = "a whole 8-bit JPEG or PNG in the folder of photos"
    found = f"{place_of(_key(photo))}, which {error.fault}"
    return Problem("photos.csv", photo.line, "photo", found, expected, error.fix)


def join_tile_tables(tables: Sequence[Path], out: Path) -> None:
    """Join the tables of all shards to the tile table, sorted by subject, visit, region and slot.

    Raises StaleResultError where a tile is in two shards or the tiles of two versions of the decoder are mixed, and
    InputError with every photo whose bytes are also a photo of another subject: such a copy would leak the answer from
    one part of a split into the other.
    """
    shards = [read_table(path, COLUMNS) for path in tables]
    columns = {name: np.concatenate([shard[name] for shard in shards]) for name in COLUMNS}
    order = np.lexsort([columns[name] for name in reversed(PHOTO_KEY)])
    columns = {name: values[order] for name, values in columns.items()}
    _refuse_mixture(columns)
    keys = zip(*(columns[name] for name in PHOTO_KEY), strict=True)
    shared = list(shared_photos(zip(columns["sha256"], keys, strict=True)))
    if shared:
        raise InputError(shared_photo_problem(*pair, "photos.csv", None) for pair in shared)
    write_table(columns, out)


def _refuse_mixture(columns: Mapping[str, np.ndarray]) -> None:
    """Raise StaleResultError where a tile is there twice (rows are sorted) or the tiles have more than one KERNEL."""
    keys = list(zip(*(columns[name] for name in PHOTO_KEY), strict=True))
    for key, following in pairwise(keys):
        if key == following:
            raise StaleResultError(
                f"{place_of(key)} is in two shards of tiles: delete the folder of tiles and run again"
            )
    kernels = sorted(set(columns["kernel"]))
    if len(kernels) > 1:
        raise StaleResultError(f"tiles of {' and '.join(kernels)} are mixed: delete the folder of tiles and run again")


def shared_photos(photos: Iterable[tuple[str, Key]]) -> Iterator[tuple[Key, Key]]:
    """Each photo that has the same bytes as the first photo of another subject, with that first photo.

    `photos`: SHA-256 and key of each photo.
    """
    for _, group in groupby(sorted(photos), key=lambda photo: photo[0]):
        (_, first), *others = group
        yield from ((key, first) for _, key in others if key[0] != first[0])


def shared_photo_problem(key: Key, first: Key, file: str, line: int | None) -> Problem:
    """The problem of a photo that has the same bytes as `first`, a photo of another subject."""
    found = f"{place_of(key)} is the same file as {place_of(first)}"
    fix = "drop the photo that is under the wrong subject"
    return Problem(file, line, "photo", found, "photos of one subject only", fix)
