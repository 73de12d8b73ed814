"""`pasi check`: a config, its two tables and the bytes of every photo, before anything runs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pasi.cohort.records import Cohort, Photo, Unusable
from pasi.cohort.unusable_photos import without_photos
from pasi.config.settings import Settings, read_config_files
from pasi.errors import InputError, Problem
from pasi.imaging.copies import find_copies
from pasi.imaging.copy_messages import copy_note, copy_problems
from pasi.imaging.photo_faults import FaultyPhoto, fault_problems
from pasi.imaging.tile_maker import photo_key
from pasi.planning.inputs import check_splittable, read_run_inputs
from pasi.planning.photo_looks import Look, look_at_all, usable_cores
from pasi.wording import quoted


def check_everything(
    configs: Sequence[str | Path],
    *,
    photos: bool,
    processes: int | None,
    note: Callable[[str], None] = lambda _: None,
) -> tuple[Cohort, Settings]:
    """The cohort and settings of a config in which nothing is wrong; with `photos` every photo is opened.

    The cohort lacks what a run leaves out, and its notes name it and copies within a visit. `processes`: how many read
    photos at once, None for one a core. `note` gets the notes of copies where the photos have problems too. Raises
    InputError with every problem of the config; if it has none, of both tables, the paths of the photos, the weights
    and a split file; if these have none, of the photos themselves. Raises SettingError where the cohort is too small
    for the split.
    """
    settings = read_config_files(configs)
    cohort, _ = read_run_inputs(settings, check_files=photos)
    if settings.tiles.unusable == "refuse":  # else photos decide which subjects there are
        check_splittable(cohort, settings)
    if not photos:
        return cohort, settings
    looks = look_at_all(cohort, settings.tiles, processes or usable_cores())
    seen = dict(zip(cohort.photos, looks, strict=True))
    notes, problems = _copies(cohort, settings.cohort.photos, seen)
    left_out, refused = _unusable(settings, seen)
    if problems := [*refused, *problems]:
        for text in notes:
            note(text)
        raise InputError(problems)
    used = without_photos(cohort, left_out, settings.cohort.photos)
    if settings.tiles.unusable == "leave_out":
        check_splittable(used, settings)
    return replace(used, notes=(*used.notes, *notes)), settings


def _unusable(settings: Settings, looks: Mapping[Photo, Look]) -> tuple[list[Unusable], list[Problem]]:
    """Photos that the run leaves out, and the problems of those that it refuses."""
    faulty = {photo: look for photo, look in looks.items() if look.picture is None}
    leaves_out = settings.tiles.unusable == "leave_out"
    left_out = {photo: look for photo, look in faulty.items() if leaves_out and look.readable}
    refused = [
        FaultyPhoto(quoted(photo.path), photo.line, look.fault, look.fix)
        for photo, look in faulty.items()
        if photo not in left_out
    ]
    unusable = [Unusable(*photo_key(photo), look.fault) for photo, look in left_out.items()]
    return unusable, fault_problems(refused, settings.cohort.photos, "a whole photo")


def _copies(cohort: Cohort, file: str, looks: Mapping[Photo, Look]) -> tuple[list[str], list[Problem]]:
    """Notes of copies within a visit, and problems of all others."""
    copies = find_copies([look.picture for look in looks.values() if look.picture])
    lines = {photo_key(photo): photo.line for photo in cohort.photos}
    notes = [copy_note(copy, Path(file).name, lines) for copy in copies if copy.is_note]
    return notes, copy_problems(copies, file, lines)
