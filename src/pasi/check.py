"""`pasi check`: a config, its two tables and the bytes of every photo, before anything runs."""

import os
from collections.abc import Iterator, Sequence
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from tqdm import tqdm

from pasi.cohort import Cohort, Photo, read_cohort
from pasi.config import Settings, read_config_files
from pasi.csv_tables import quote
from pasi.photos import PhotoError, decode_photo
from pasi.problems import InputError, Problem


def check_inputs(configs: Sequence[str | Path], *, photos: bool, processes: int | None) -> tuple[Cohort, Settings]:
    """The cohort and settings of a config without a fault; with `photos` every photo is opened.

    `processes`: None for one a core. Raises InputError with every problem of the config; where it has none, of both
    tables and the places of the photos; where they have none, of the photos themselves.
    """
    settings = read_config_files(configs)
    files, extra = settings.cohort, settings.tiles["extra_photos"]
    tables = files["photos"], files["scores"], files["photos_root"]
    cohort = read_cohort(*tables, settings.index, extra, check_files=photos)
    if photos:
        problems = list(_check_photos(cohort, settings, processes or os.cpu_count() or 1))
        if problems:
            raise InputError(problems)
    return cohort, settings


def _check_photos(cohort: Cohort, settings: Settings, processes: int) -> Iterator[Problem]:
    """The problems of photos that make no tile, in the order of the cohort; a bar counts the photos."""
    find = partial(_find_fault, root=cohort.root, size=settings.tiles["size"], fit=settings.tiles["fit"])
    # Fresh processes: those of a fork would share the locks of whatever threads the caller has.
    with get_context("spawn").Pool(processes) as pool:
        faults = tqdm(
            pool.imap(find, cohort.photos, chunksize=8), total=len(cohort.photos), unit=" photos", disable=None
        )
        for photo, fault in zip(cohort.photos, faults, strict=True):
            if fault:
                found = f"{quote(photo.path)}, which {fault[0]}"
                yield Problem(settings.cohort["photos"], photo.line, "photo", found, "a whole photo", fault[1])


def _find_fault(photo: Photo, *, root: Path, size: int, fit: str) -> tuple[str, str] | None:
    """What is wrong with a photo and what to do about it, None where nothing is."""
    try:
        decode_photo(root / photo.path, size=size, fit=fit)
    except PhotoError as error:
        return error.fault, error.fix
    return None
