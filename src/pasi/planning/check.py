"""`pasi check`: a config, its two tables and the bytes of every photo, before anything runs."""

import hashlib
import io
import os
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from tqdm import tqdm

from pasi.cohort.records import Cohort, Photo
from pasi.config.settings import Settings, read_config_files
from pasi.errors import InputError, PhotoError, Problem
from pasi.imaging.decode import decode_photo
from pasi.imaging.photo_files import read_photo
from pasi.imaging.tile_maker import shared_photo_problem, shared_photos
from pasi.planning.inputs import check_splittable, read_run_inputs
from pasi.wording import quoted


def check_everything(configs: Sequence[str | Path], *, photos: bool, processes: int | None) -> tuple[Cohort, Settings]:
    """The cohort and settings of a config in which nothing is wrong; with `photos` every photo is opened.

    `processes`: how many read photos at once, None for one a core. Raises InputError with every problem of the config;
    if it has none, of both tables, the paths of the photos, the weights and a split file; if these have none, of the
    photos themselves. Raises SettingError where the cohort is too small for the split.
    """
    settings = read_config_files(configs)
    cohort, _ = read_run_inputs(settings, check_files=photos)
    check_splittable(cohort, settings)
    if photos:
        problems = list(_check_photos(cohort, settings, processes or os.cpu_count() or 1))
        if problems:
            raise InputError(problems)
    return cohort, settings


def _check_photos(cohort: Cohort, settings: Settings, processes: int) -> Iterator[Problem]:
    """Problems of photos that cannot be decoded or belong to several subjects; a progress bar counts the photos."""
    look = partial(_look_at, root=cohort.root, size=settings.tiles.size, fit=settings.tiles.fit)
    file, digests = settings.cohort.photos, {}
    # Spawned processes: forked ones would inherit locks that other threads of the caller hold.
    with get_context("spawn").Pool(processes) as pool:
        looks = tqdm(
            pool.imap(look, cohort.photos, chunksize=8), total=len(cohort.photos), unit=" photos", disable=None
        )
        for photo, (digest, fault) in zip(cohort.photos, looks, strict=True):
            if fault:
                found = f"{quoted(photo.path)}, which {fault[0]}"
                yield Problem(file, photo.line, "photo", found, "a whole photo", fault[1])
            else:
                digests[photo] = digest
    yield from _check_owners(digests, file)


def _check_owners(digests: Mapping[Photo, str], file: str) -> Iterator[Problem]:
    """Photos with the same bytes under several subjects, found by their SHA-256."""
    lines = {photo[:4]: photo.line for photo in digests}
    for key, first in shared_photos((digest, photo[:4]) for photo, digest in digests.items()):
        yield shared_photo_problem(key, first, file, lines[key])


def _look_at(photo: Photo, *, root: Path, size: int, fit: str) -> tuple[str, tuple[str, str] | None]:
    """SHA-256 of a photo, and its fault and fix; None where there is no fault."""
    try:
        data = read_photo(root / photo.path)
        decode_photo(io.BytesIO(data), size=size, fit=fit)
    except PhotoError as error:
        return "", (error.fault, error.fix)
    return hashlib.sha256(data).hexdigest(), None
