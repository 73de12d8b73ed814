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
    """The cohort and settings of a config without a fault; with `photos` every photo is opened.

    `processes`: None for one a core. Raises InputError with every problem of the config; where it has none, of both
    tables, the places of the photos, the weights and a split by hand; where they have none, of the photos themselves.
    Raises SettingError where the cohort is too small for the split.
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
    """The problems of photos that make no tile or are another subject's too; a bar counts the photos."""
    look = partial(_look_at, root=cohort.root, size=settings.tiles["size"], fit=settings.tiles["fit"])
    file, digests = settings.cohort["photos"], {}
    # Fresh processes: those of a fork would share the locks of whatever threads the caller has.
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
    """The photos that are another subject's too, told by the SHA-256 of each."""
    lines = {photo[:4]: photo.line for photo in digests}
    for key, first in shared_photos((digest, photo[:4]) for photo, digest in digests.items()):
        yield shared_photo_problem(key, first, file, lines[key])


def _look_at(photo: Photo, *, root: Path, size: int, fit: str) -> tuple[str, tuple[str, str] | None]:
    """SHA-256 of a photo, and what is wrong with it and what to do about it; None where nothing is."""
    try:
        data = read_photo(root / photo.path)
        decode_photo(io.BytesIO(data), size=size, fit=fit)
    except PhotoError as error:
        return "", (error.fault, error.fix)
    return hashlib.sha256(data).hexdigest(), None
