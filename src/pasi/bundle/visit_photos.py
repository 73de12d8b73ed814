"""The photos of new visits: their hashes, their tiles, and what is wrong with them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from pasi.errors import PhotoError
from pasi.imaging.decode import Tile, make_tile
from pasi.imaging.photo_files import read_photo
from pasi.imaging.photo_paths import resolve_photo
from pasi.imaging.settings import TileSettings
from pasi.storage.hashing import bytes_sha256
from pasi.wording import counted


class ListedPhoto(NamedTuple):
    """A row of photos.csv. slot numbers the photos of a region from 0, in the order of their paths."""

    region: str
    slot: int
    path: str


@dataclass(frozen=True)
class NewVisit:
    """A visit that is to be scored, with its photos by region and slot."""

    subject: str
    visit: str
    photos: tuple[ListedPhoto, ...]


class SeenPhoto(NamedTuple):
    """What was found of a photo: its hash ("" where it cannot be read), its tile, and its fault in words ("": none)."""

    region: str
    slot: int
    sha256: str
    fault: str
    tile: Tile | None

    @property
    def identity(self) -> list[Any]:
        """By what a photo is known in the audit trail: never by its path (F16)."""
        return [self.region, self.slot, self.sha256]


def hash_photos(visit: NewVisit, root: Path) -> list[list[Any]]:
    """The identities of the photos of a visit, without decoding them."""
    return [_see(photo, root, None).identity for photo in visit.photos]


def see_photos(visit: NewVisit, root: Path, settings: TileSettings) -> list[SeenPhoto]:
    """The photos of a visit, hashed and decoded from one reading of each file."""
    return [_see(photo, root, settings) for photo in visit.photos]


def _see(photo: ListedPhoto, root: Path, settings: TileSettings | None) -> SeenPhoto:
    digest = ""
    try:
        data = read_photo(resolve_photo(root, photo.path))
        digest = bytes_sha256(data)
        tile = None if settings is None else make_tile(data, size=settings.size, fit=settings.fit)
    except PhotoError as error:
        return SeenPhoto(photo.region, photo.slot, digest, error.fault, None)
    return SeenPhoto(photo.region, photo.slot, digest, "", tile)


class Judgement(NamedTuple):
    """Whether a visit can be scored: "ok", "degraded" or "refused", and why it is not "ok"."""

    status: str
    reasons: tuple[str, ...]


def statuses_text(statuses: Counter[str]) -> str:
    """How many visits there are, by their status.

    >>> statuses_text(Counter({"ok": 2, "refused": 1}))
    '3 visits: 2 ok, 0 degraded, 1 refused'
    """
    counts = ", ".join(f"{statuses[status]} {status}" for status in ("ok", "degraded", "refused"))
    return f"{counted(statuses.total(), 'visit')}: {counts}"


def judge_photos(photos: Sequence[SeenPhoto], usual: Mapping[str, int], unlike: Sequence[str]) -> Judgement:
    """The judgement of a visit. usual: how many photos a visit has of each region; a region needs one at least (F19).

    unlike: why photos are unlike those of the training; one reason is enough to refuse the visit.

    >>> judge_photos([SeenPhoto("trunk", 0, "ab", "is damaged", None)], {"trunk": 1}, [])
    Judgement(status='refused', reasons=('trunk: photo 1 is damaged', 'trunk: no usable photo'))
    """
    reasons, refused = [], bool(unlike)
    for region, most in usual.items():
        own = [photo for photo in photos if photo.region == region]
        usable = sum(not photo.fault for photo in own)
        reasons += [f"{region}: photo {photo.slot + 1} {photo.fault}" for photo in own if photo.fault]
        if not usable:
            refused = True
            reasons.append(f"{region}: no usable photo" if own else f"{region}: no photo")
        elif usable < most:
            reasons.append(f"{region}: {usable} of the usual {most} photos")
    reasons += unlike
    return Judgement("refused" if refused else "degraded" if reasons else "ok", tuple(reasons))
