"""The list of photos that show a face, for a person to look at: a face says who a subject is (F33).

It holds no picture. What was found of a visit stands in the audit trail beside the scores, by the hashes of its photos,
so that photos which this detector has seen are not looked at again. No score depends on it.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pasi.bundle.audit_trail import AuditTrail
from pasi.bundle.face_detector import FaceDetector
from pasi.bundle.photo_table import NewVisits
from pasi.bundle.predict import hold_trail, trail_of
from pasi.bundle.visit_photos import ListedPhoto, NewVisit, hash_photos
from pasi.bundle.visit_scores import CHUNK, Entry
from pasi.errors import PhotoError
from pasi.imaging.photo_files import read_photo
from pasi.imaging.photo_paths import resolve_photo
from pasi.storage.hashing import file_sha256, value_digest
from pasi.storage.tables import write_table
from pasi.wording import counted

NOT_CHECKED = "not checked"


class Faces(NamedTuple):
    """What is listed: photos, and visits that have one; and how many photos could not be opened."""

    photos: int
    visits: int
    unopened: int


def face_list_of(out: Path) -> Path:
    """The list beside a table of scores.

    >>> face_list_of(Path("a/scores.csv")).as_posix()
    'a/scores.faces.csv'
    """
    return out.with_name(f"{out.stem}.faces.csv")


def faces_text(faces: Faces, detector: str, out: Path) -> str:
    """What was found, in words. No detector finds every face, so that there are none is never said.

    >>> faces_text(Faces(0, 0, 1), "OpenCV 4.14.0", Path("scores.csv"))
    'none found by OpenCV 4.14.0, which misses some; 1 photo could not be opened'
    """
    found = f"none found by {detector}"
    if faces.photos:
        listed = f"{counted(faces.photos, 'photo')} of {counted(faces.visits, 'visit')} listed in {face_list_of(out)}"
        found = f"{listed}, found by {detector}"
    unopened = f"; {counted(faces.unopened, 'photo')} could not be opened" if faces.unopened else ""
    return f"{found}, which misses some{unopened}"


def faces_of(trail: AuditTrail, out: Path) -> str:
    """The same of the list that an earlier call wrote; "" where there is none, or results were added after it."""
    last = next((line for line in reversed(trail.lines) if line["event"] in ("face_list", "result")), None)
    if last is None or last["event"] == "result":
        return ""
    return faces_text(Faces(last["photos"], last["visits"], last["unopened"]), last["detector"], out)


def list_faces(
    visits: NewVisits,
    out: Path,
    bundle: str,
    detector: FaceDetector,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Faces:
    """Look for faces on the photos of all visits, and write the list beside the table of scores `out`.

    bundle: digest of the bundle that gave the scores. progress: called with the number of visits that have ended, and
    of all.
    Raises DamagedFileError for the trail, RunningError where another call writes it, WriteError where the disk is full.
    """
    with hold_trail(out):
        trail = AuditTrail(trail_of(out), bundle)
        entries = _looked_at(visits, trail, detector, progress)
        listed = [
            (visit.subject, visit.visit, photo.region, _harmless(photo.path))
            for visit, entry in zip(visits.visits, entries, strict=True)
            for photo in visit.photos
            if [photo.region, photo.slot] in entry["found"]
        ]
        columns = ("subject", "visit", "region", "photo")
        write_table({name: [row[place] for row in listed] for place, name in enumerate(columns)}, face_list_of(out))
        unopened = sum(len(entry["unopened"]) for entry in entries)
        faces = Faces(len(listed), len({row[:2] for row in listed}), unopened)
        digest = file_sha256(face_list_of(out))
        trail.append("face_list", [{**faces._asdict(), "detector": detector.name, "list": digest}])
    return faces


def _looked_at(
    visits: NewVisits, trail: AuditTrail, detector: FaceDetector, progress: Callable[[int, int], None]
) -> list[Mapping[str, Any]]:
    """What was found of each visit, now or by an earlier call; the trail has it all afterwards."""
    known = {_key(line): line for line in trail.lines if line["event"] == "faces"}
    entries: list[Mapping[str, Any]] = []
    new: list[Entry] = []
    for done, visit in enumerate(visits.visits, 1):
        seen = {
            "subject": visit.subject,
            "visit": visit.visit,
            "photos": hash_photos(visit, visits.root),
            "detector": detector.name,
        }
        entry = known.get(_key(seen))
        if entry is None:
            entry = {**seen, **_look(visit, visits.root, detector)}
            new.append(entry)
        entries.append(entry)
        if new and (len(new) == CHUNK or done == len(visits.visits)):
            trail.append("faces", new)
            new = []
        progress(done, len(visits.visits))
    return entries


def _look(visit: NewVisit, root: Path, detector: FaceDetector) -> dict[str, Sequence[Sequence[str | int]]]:
    """The region and slot of each photo of a visit that shows a face, and of each that cannot be opened."""
    seen = [(photo, _has_face(photo, root, detector)) for photo in visit.photos]
    return {
        "found": [[photo.region, photo.slot] for photo, face in seen if face],
        "unopened": [[photo.region, photo.slot] for photo, face in seen if face is None],
    }


def _has_face(photo: ListedPhoto, root: Path, detector: FaceDetector) -> bool | None:
    try:
        return detector.has_face(read_photo(resolve_photo(root, photo.path)))
    except PhotoError:
        return None


def _harmless(path: str) -> str:
    """A path that no spreadsheet takes for a formula (F28).

    >>> _harmless("a/b.jpg"), _harmless("=b.jpg")
    ('a/b.jpg', './=b.jpg')
    """
    return f"./{path}" if path.startswith(("=", "+", "-", "@")) else path


def _key(entry: Mapping[str, Any]) -> str:
    return value_digest(*(entry[name] for name in ("subject", "visit", "photos", "detector")))
