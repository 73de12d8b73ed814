"""From photos to tiles: the array and the table of each shard of subjects, and the tile table of all shards."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np

from pasi.errors import InputError, PhotoError, StaleResultError
from pasi.imaging.copies import Picture, find_copies
from pasi.imaging.copy_messages import copy_note, copy_problems
from pasi.imaging.decode import KERNEL, Tile, make_tile
from pasi.imaging.photo_faults import FaultyPhoto, fault_problems
from pasi.imaging.photo_files import read_photo
from pasi.imaging.photo_paths import resolve_photo
from pasi.imaging.picture_detail import picture_detail
from pasi.imaging.settings import Fit, TileSettings
from pasi.imaging.tile_store import COLUMNS, PHOTO_KEY, Key, place_of
from pasi.storage.atomic import atomic_write
from pasi.storage.hashing import bytes_sha256, file_sha256
from pasi.storage.tables import read_table, write_table

EXPECTED = "a whole 8-bit JPEG or PNG in the folder of photos"
PICTURE = ("tile_sha256", "detail")  # columns of a shard's table alone: by them a picture is known again


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
    """The files of a shard: `array`, .npy, uint8 (n, size, size, 3), and `table`, COLUMNS and PICTURE, a row a tile."""

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
    photos = sorted(photos, key=photo_key)
    rows: list[tuple[tuple[object, ...], tuple[str, bytes]]] = []
    faulty: list[FaultyPhoto] = []
    with atomic_write(files.array) as temporary:
        with temporary.open("wb") as file:  # not a memory map, with which a full disk would crash the process
            shape = (len(photos), settings.size, settings.size, 3)
            np.lib.format.write_array_header_1_0(file, {"descr": "|u1", "fortran_order": False, "shape": shape})
            for photo in photos:
                try:
                    digest, tile = _read_tile(resolve_photo(root, photo.path), settings, known)
                except PhotoError as error:
                    faulty.append(FaultyPhoto(place_of(photo_key(photo)), photo.line, error.fault, error.fix))
                    continue
                file.write(tile.pixels.tobytes())
                picture = picture_of(photo_key(photo), digest, tile, settings.fit)
                own = (*picture.key, digest, tile.width, tile.height, shard, len(rows), KERNEL)
                rows.append((own, (picture.tile, picture.detail.tobytes())))
        if faulty:  # a job's log names a photo by its line and region, never by its path (F16)
            raise InputError(fault_problems(faulty, "photos.csv", EXPECTED))
        checksum = file_sha256(temporary)
    complete = ((*own, checksum, *picture) for own, picture in rows)
    write_table(dict(zip((*COLUMNS, *PICTURE), zip(*complete, strict=True), strict=True)), files.table)


def photo_key(photo: Photo) -> Key:
    """What identifies a photo in tables and messages."""
    return photo.subject, photo.visit, photo.region, photo.slot


def _read_tile(path: Path, settings: TileSettings, known: Mapping[str, Tile]) -> tuple[str, Tile]:
    """SHA-256 and tile of a photo, from one reading of its file."""
    data = read_photo(path)
    digest = bytes_sha256(data)
    return digest, known.get(digest) or make_tile(data, size=settings.size, fit=settings.fit)


def picture_of(key: Key, file_sha256: str, tile: Tile, fit: Fit) -> Picture:
    """By what another photo of the same picture is known."""
    pixels = bytes_sha256(tile.pixels.tobytes())
    return Picture(key, file_sha256, pixels, picture_detail(tile, fit), min(tile.width, tile.height))


def join_tile_tables(tables: Sequence[Path], out: Path, lines: Callable[[], Mapping[Key, int]] = dict) -> list[str]:
    """Join the tables of all shards to the tile table, sorted by subject, visit, region and slot.

    Returns a note for each photo that shows the picture of another one of its visit. `lines` gives the line of each
    photo in photos.csv; it is called only where a message needs them. Raises StaleResultError where a tile is in two
    shards or the tiles of two versions of the decoder are mixed, and InputError with every picture that is also
    one of another subject or of another visit: such a copy would leak the answer from one part of a split into the
    other, or stand for grades of another day.
    """
    shards = [read_table(path, (*COLUMNS, *PICTURE)) for path in tables]
    columns = {name: np.concatenate([shard[name] for shard in shards]) for name in (*COLUMNS, *PICTURE)}
    order = np.lexsort([columns[name] for name in reversed(PHOTO_KEY)])
    columns = {name: values[order] for name, values in columns.items()}
    _refuse_mixture(columns)
    copies = find_copies(_pictures(columns))
    known = lines() if copies else {}
    problems = copy_problems(copies, "photos.csv", known)
    if problems:
        raise InputError(problems)
    write_table({name: columns[name] for name in COLUMNS}, out)
    return [copy_note(copy, "photos.csv", known) for copy in copies]


def _pictures(columns: Mapping[str, np.ndarray]) -> list[Picture]:
    keys = zip(*(columns[name] for name in PHOTO_KEY), strict=True)
    details = (np.frombuffer(detail, dtype=np.int8) for detail in columns["detail"])
    sides = np.minimum(columns["width"], columns["height"]).tolist()
    rows = zip(keys, columns["sha256"], columns["tile_sha256"], details, sides, strict=True)
    return [Picture(*row) for row in rows]


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
