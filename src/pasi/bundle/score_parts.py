"""Scoring a large table in parts: each job scores some of its visits, and what they found is joined to one table.

The table and its audit trail are then those that one call of `pasi predict` would have written.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pasi.bundle.audit_trail import AuditTrail
from pasi.bundle.load import Bundle, read_contents
from pasi.bundle.manifest import read_manifest
from pasi.bundle.photo_table import NewVisits, Reading, read_new_visits
from pasi.bundle.predict import (
    Outcome,
    begin_call,
    end_call,
    hold_trail,
    score_waiting,
    trail_of,
)
from pasi.bundle.visit_photos import NewVisit, hash_photos
from pasi.bundle.visit_scores import Entry
from pasi.errors import DamagedFileError, PhotoError, StaleResultError, UnreadablePhotoError
from pasi.imaging.photo_files import read_photo
from pasi.imaging.photo_paths import resolve_photo
from pasi.storage.json_files import read_json
from pasi.wording import first_names


def score_part(bundle: Bundle, visits: Sequence[NewVisit], root: Path, out: Path) -> tuple[list[Entry], int]:
    """The result of each visit, and how many were scored now; the others stand in the trail beside the table `out`.

    The trail is read and not written, so that parts can be scored at once. Raises UnreadablePhotoError where a photo
    cannot be read: the machine of this job may lack the folder, and a row that is refused for it would stay.
    """
    seen = [hash_photos(visit, root) for visit in visits]
    _refuse_unreadable(visits, seen, root)  # before the work, which would be lost
    trail = AuditTrail(trail_of(out), bundle.digest)
    entries = [trail.find(visit.subject, visit.visit, own) for visit, own in zip(visits, seen, strict=True)]
    waiting = entries.count(None)
    for _ in score_waiting(bundle, visits, root, entries):
        print(f"{len(entries) - entries.count(None)} of {len(entries)} visits", flush=True)
    complete = [entry for entry in entries if entry is not None]
    _refuse_unreadable(visits, [entry["photos"] for entry in complete], root)
    return complete, waiting


def _refuse_unreadable(visits: Sequence[NewVisit], seen: Sequence[Sequence[Sequence[Any]]], root: Path) -> None:
    """Raise UnreadablePhotoError where a photo could not be read; seen: the identities of the photos of each visit."""
    lost = [text for visit, own in zip(visits, seen, strict=True) for text in _unreadable(visit, own, root)]
    if lost:
        raise UnreadablePhotoError(
            f"cannot be read: {first_names(lost, most=10)}",
            "look whether the folder of the photos is there on this machine; else repair its disk or its permissions, "
            "or drop its row",
        )


def _unreadable(visit: NewVisit, seen: Sequence[Sequence[Any]], root: Path) -> Iterator[str]:
    """The photos of a visit that could not be read, by what names no file (F16)."""
    for photo, (_, _, digest) in zip(visit.photos, seen, strict=True):
        if digest:
            continue
        try:
            read_photo(resolve_photo(root, photo.path))
        except UnreadablePhotoError:
            pass
        except PhotoError:  # it was read, and is too large for a photo
            continue
        yield f"{visit.subject} {visit.visit} {photo.region} photo {photo.slot + 1}"


@dataclass(frozen=True)
class ScoredTable:
    """What parts are joined for: the manifest of the bundle, the table of photos, and the table of scores."""

    manifest: Path
    photos: Path
    out: Path


def join_parts(table: ScoredTable, parts: Sequence[Path], reading: Reading) -> Outcome:
    """Write the table of scores and its audit trail from the files of all parts, without looking at a photo.

    Raises StaleResultError where a part is not of these visits and of this bundle, and what `pasi predict` raises of
    table, trail and disk.
    """
    manifest = read_manifest(table.manifest.parent)
    contents = read_contents(table.manifest.parent, manifest)
    found = read_new_visits(table.photos, contents.index, contents.preprocess.extra_photos, reading)
    entries = _read_parts(parts, found, manifest.digest)
    with hold_trail(table.out):
        trail = AuditTrail(trail_of(table.out), manifest.digest)
        new = [entry for entry in entries if trail.find(entry["subject"], entry["visit"], entry["photos"]) is None]
        begin_call(trail, len(entries), len(new), table.photos)
        trail.append("result", new)
        outcome = end_call(trail, contents, entries, found.timelines, table.out, scored_now=len(new))
    for file in {*table.out.parent.glob("part-*.json")} - {*parts}:
        file.unlink()  # of an earlier division, perhaps with subjects who have withdrawn
    return outcome


def _read_parts(files: Sequence[Path], found: NewVisits, bundle: str) -> list[Entry]:
    """The entries of all parts, which must be those of the visits in their order."""
    entries: list[Entry] = []
    unfit = []
    for file in files:
        part = _read_part(file)
        own = part["visits"]
        wanted = found.visits[len(entries) : len(entries) + len(own)]
        if part["bundle"] != bundle or list(map(_listed, wanted)) != list(map(_scored, own)):
            unfit.append(file)
        entries += own
    if unfit or len(entries) != len(found.visits):
        names = first_names(map(str, unfit or files[-1:]))
        raise StaleResultError(
            f"{names}: not of the visits and the bundle of now, because the table of photos was changed while it was "
            "scored: delete it and give the same command again"
        )
    return entries


def _read_part(file: Path) -> dict[str, Any]:
    part = read_json(file)
    try:
        return {"bundle": part["bundle"], "visits": [{**entry} for entry in part["visits"]]}
    except (TypeError, KeyError) as error:
        raise DamagedFileError(f"{file} is damaged: delete it and run again") from error


def _listed(visit: NewVisit) -> list[Any]:
    return [visit.subject, visit.visit, [[photo.region, photo.slot] for photo in visit.photos]]


def _scored(entry: Entry) -> list[Any]:
    return [entry["subject"], entry["visit"], [photo[:2] for photo in entry["photos"]]]
