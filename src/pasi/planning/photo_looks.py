"""A look at photos before a run: by what a picture is known again, or why a photo cannot be used."""

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from tqdm import tqdm

from pasi.cohort.records import Cohort, Photo
from pasi.config.photo_sections import TilesSection
from pasi.errors import PhotoError, UnreadablePhotoError, UsageError
from pasi.imaging.copies import Picture
from pasi.imaging.decode import make_tile
from pasi.imaging.photo_files import read_photo
from pasi.imaging.photo_paths import resolve_photo
from pasi.imaging.settings import TileSettings
from pasi.imaging.tile_maker import photo_key, picture_of
from pasi.storage.hashing import bytes_sha256

KILLED = "a process that opened photos was killed, most likely because the memory ran out: "
FEWER = "give --processes 1, or a machine with more memory"
ALONE = "it was the only one, so take a machine with more memory, or a photo of fewer pixels"


class Look(NamedTuple):
    """What a photo shows, or None with its fault and fix; `readable`: whether the fault lies in what the file holds."""

    picture: Picture | None
    fault: str = ""
    fix: str = ""
    readable: bool = True


def tile_settings(tiles: TilesSection) -> TileSettings:
    """The keys of the config that shape a tile."""
    return TileSettings(tiles.size, tiles.fit)


def usable_cores() -> int:
    """The cores that this process may use, which on a shared machine can be fewer than there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def look_at(photo: Photo, *, root: Path, settings: TileSettings) -> Look:
    """Open and decode a photo under `root` as a run will."""
    try:
        data = read_photo(resolve_photo(root, photo.path))
        tile = make_tile(data, size=settings.size, fit=settings.fit)
    except PhotoError as error:
        return Look(None, error.fault, error.fix, not isinstance(error, UnreadablePhotoError))
    return Look(picture_of(photo_key(photo), bytes_sha256(data), tile, settings.fit))


def look_at_all(cohort: Cohort, tiles: TilesSection, processes: int) -> Iterator[Look]:
    """A look at each photo of a cohort, in their order; a progress bar counts them.

    Raises UsageError where a process is killed.
    """
    look = partial(look_at, root=cohort.root, settings=tile_settings(tiles))
    # Spawned processes: forked ones would inherit locks that other threads of the caller hold.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        looks = pool.map(look, cohort.photos, chunksize=8)
        try:
            yield from tqdm(looks, total=len(cohort.photos), unit=" photos", disable=None)
        except BrokenProcessPool as error:
            raise UsageError(KILLED + (FEWER if processes > 1 else ALONE)) from error
