"""Which photos a run leaves out because they cannot be used, where tiles.unusable is leave_out.

A plan must know this before the first job: a region whose photos are all left out has no row among the labels. So the
first plan opens every photo, and later ones only those that have changed.
"""

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path

from tqdm import tqdm

from pasi.cohort.records import Cohort, Photo, Unusable
from pasi.cohort.unusable_photos import without_photos
from pasi.config.settings import Settings
from pasi.errors import DamagedFileError, WriteError
from pasi.imaging.tile_cache import decoding_digest
from pasi.imaging.tile_maker import photo_key
from pasi.planning.inputs import check_split_file
from pasi.planning.photo_looks import look_at, tile_settings, usable_cores
from pasi.storage.hashing import value_digest
from pasi.storage.json_files import read_json, write_json

THREADS = 4  # at most: a plan is often made on a machine that others use too

Verdicts = dict[str, str]  # the fault of a photo, "" for one that can be used, by the state of its file


def leave_out_unusable(cohort: Cohort, settings: Settings, memory: Path) -> Cohort:
    """The cohort that a run uses: the same one where tiles.unusable is refuse, and where every photo can be used.

    `memory` is a file of what was found before. A photo that is not there or cannot be read is not left out: the job
    that makes its tile refuses it. Raises InputError where no photo is left, and with every problem of splits.file.
    """
    if settings.tiles.unusable == "refuse":
        return cohort
    decoder = decoding_digest(tile_settings(settings.tiles))
    states = {photo: _state(cohort.root, photo) for photo in cohort.photos}
    known = _recall(memory, decoder)
    new = [photo for photo, state in states.items() if state and state not in known]
    found = known | _look(cohort, settings, {photo: states[photo] for photo in new})
    if new:
        _remember({state: found[state] for state in states.values() if state in found}, decoder, memory)
    faults = {photo: found.get(state, "") for photo, state in states.items()}
    unusable = [Unusable(*photo_key(photo), fault) for photo, fault in faults.items() if fault]
    used = without_photos(cohort, unusable, settings.cohort.photos)
    check_split_file(used, settings)
    return used


def _state(root: Path, photo: Photo) -> str:
    """A digest of the path, size and times of a photo's file; "" where it is not there."""
    try:
        stat = os.stat(f"{root}/{photo.path}")
    except OSError:
        return ""
    return value_digest(photo.path, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)[:32]


def _look(cohort: Cohort, settings: Settings, states: dict[Photo, str]) -> Verdicts:
    """The verdict on each photo whose file could be read.

    By threads, because a spawned process would begin by running Snakemake's main module again.
    """
    look = partial(look_at, root=cohort.root, settings=tile_settings(settings.tiles))
    with ThreadPoolExecutor(min(THREADS, usable_cores())) as pool:
        looks = tqdm(pool.map(look, states), total=len(states), unit=" photos", disable=None if states else True)
        return {states[photo]: seen.fault for photo, seen in zip(states, looks, strict=True) if seen.readable}


def _recall(memory: Path, decoder: str) -> Verdicts:
    with suppress(DamagedFileError, OSError, KeyError, TypeError):
        held = read_json(memory)
        if held["decoder"] == decoder:
            return {**dict.fromkeys(held["usable"], ""), **held["unusable"]}
    return {}


def _remember(verdicts: Verdicts, decoder: str, memory: Path) -> None:
    """Keep the verdicts for the next plan, which makes them again where this file cannot be written."""
    usable: Iterable[str] = sorted(state for state, fault in verdicts.items() if not fault)
    unusable = {state: fault for state, fault in sorted(verdicts.items()) if fault}
    with suppress(WriteError, OSError):
        write_json({"decoder": decoder, "usable": usable, "unusable": unusable}, memory)
