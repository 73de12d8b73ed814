"""A cohort without the photos that cannot be used, where tiles.unusable is leave_out."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from pasi.cohort.records import UNITS, Cohort, Score, Unusable
from pasi.errors import InputError, Problem
from pasi.wording import counted, first_names

KEY = "tiles.unusable: leave_out"


def without_photos(cohort: Cohort, unusable: Iterable[Iterable[Any]], photos_csv: str | Path) -> Cohort:
    """The cohort without some of its photos; regions that have no other photo are left out as those without photos are.

    unusable: the fields of `Unusable` of each photo that is left out. The other photos keep their slots, so that a
    composite is black where a photo is left out. Every photo is named in a note. Raises InputError where none is left.
    """
    lost = {Unusable(*fields)[:4]: Unusable(*fields) for fields in unusable}
    if not lost:
        return cohort
    kept = tuple(photo for photo in cohort.photos if photo[:4] not in lost)
    if not kept:
        raise InputError([_nothing_left(list(lost.values()), photos_csv)])
    seen = {photo[:3] for photo in kept}
    scores = tuple(score for score in cohort.scores if score[:3] in seen)
    unseen = tuple(score for score in cohort.scores if score[:3] not in seen)
    return replace(
        cohort,
        photos=kept,
        scores=scores,
        unseen=(*cohort.unseen, *unseen),
        notes=(
            *cohort.notes,
            *_photo_notes(cohort, lost, Path(photos_csv).name),
            *_region_notes(cohort.scores, scores),
        ),
        unusable=tuple(lost.values()),
    )


def _nothing_left(unusable: list[Unusable], photos_csv: str | Path) -> Problem:
    faults = first_names(dict.fromkeys(photo.fault for photo in unusable))
    found = f"{counted(len(unusable), 'photo')}, none of which can be used ({faults})"
    return Problem(str(photos_csv), None, "photo", found, "a photo that can be used", "pasi check names each of them")


def _photo_notes(cohort: Cohort, lost: dict[tuple[Any, ...], Unusable], file: str) -> Iterator[str]:
    """A note for each fault, with the name and line of every photo that has it."""
    places: dict[str, list[str]] = {}
    for photo in cohort.photos:
        if photo[:4] in lost:
            place = f"{photo.subject} {photo.visit} {photo.region} photo {photo.slot + 1} (line {photo.line})"
            places.setdefault(lost[photo[:4]].fault, []).append(place)
    for fault, names in places.items():
        which = "which" if len(names) == 1 else "each of which"
        share = f"{len(names)} of {counted(len(cohort.photos), 'photo')} left out ({KEY})"
        yield f"{file}: {share}, {which} {fault}: {', '.join(names)}"


def _region_notes(before: Iterable[Score], after: Iterable[Score]) -> Iterator[str]:
    """A note of the subjects, of the visits and of the regions that lose their last photo."""
    before, after = tuple(before), tuple(after)
    for depth, unit in enumerate(UNITS, start=1):
        every, kept = (dict.fromkeys(" ".join(score[:3][:depth]) for score in scores) for scores in (before, after))
        gone = [name for name in every if name not in kept]
        if gone:
            names = first_names(gone, most=10)
            yield f"{len(gone)} of {len(every)} {unit} left out, for want of a photo that can be used: {names}"
