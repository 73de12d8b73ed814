"""The maps of a page: what each shows, in words, and whether it is of the photos that the page shows."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pasi.bundle.map_files import Identity, MapNote, map_name, read_note
from pasi.bundle.visit_photos import ListedPhoto
from pasi.errors import PhotoError
from pasi.imaging.photo_paths import resolve_photo
from pasi.review.pictures import Picture, PictureMaker
from pasi.review.score_rows import ScoredVisit
from pasi.wording import counted

OTHER_PHOTOS = "is of other photos or by another bundle: make it again (pasi predict --explain)"
OF_REFUSED = "is of a refused visit, which has no score that it could explain"
NOT_OF_SCORE = "stands beside a score that is not of these photos by this bundle (audit trail)"
UNKNOWN = "Where the networks looked, over the photos in their order."  # a map that something else has made


@dataclass(frozen=True)
class ShownMap:
    """A map on the page, and the sentence below it."""

    picture: Picture
    caption: str


@dataclass(frozen=True)
class MapSource:
    """Finds the maps of visits. bundle: digest of the bundle whose scores the page shows."""

    maker: PictureMaker
    regions: Sequence[str]
    bundle: str

    def maps(
        self, number: int, row: ScoredVisit, identities: Sequence[Identity], *, is_scored: bool = True
    ) -> Mapping[str, ShownMap]:
        """The maps of a visit by region; number: its own on the page. identities: those of its photos as they are.

        is_scored: whether nothing says that the row's score is of other photos or by another bundle. A map that does
        not belong to the score is not shown, and its fault says why.
        """
        if self.maker.maps is None:
            return {}
        found = {}
        for place, region in enumerate(self.regions):
            name = map_name(row.subject, row.visit, region)
            if not self.maker.has_map(name):
                continue
            note = _note(self.maker.maps, name)
            fault = "" if is_scored else NOT_OF_SCORE
            if row.status == "refused":
                fault = OF_REFUSED
            elif note and not note.fits(self.bundle, identities, region):
                fault = OTHER_PHOTOS
            picture = self.maker.map_of(number, place, ListedPhoto(region, 0, name), fault)
            found[region] = ShownMap(picture, caption(note) if picture.name else "")
        return found


def _note(folder: Path, name: str) -> MapNote | None:
    try:
        return read_note(resolve_photo(folder, name))
    except PhotoError:  # it leads out of the folder, which the page says
        return None


def maps_text(visits: Iterable[Mapping[str, ShownMap]]) -> str:
    """What is to be said of the maps of all visits: that there is none, or how many are not shown and why; else "".

    >>> maps_text([{}])[:28]
    'no map of these visits is in'
    """
    pictures = [found.picture for maps in visits for found in maps.values()]
    if not pictures:
        return "no map of these visits is in this folder: make them with pasi predict --explain"
    faults = Counter(picture.fault for picture in pictures if not picture.name)
    if not faults:
        return ""
    why = "; ".join(f"{count} {fault}" for fault, count in faults.most_common())
    return f"{counted(len(pictures) - faults.total(), 'map')} shown, {faults.total()} not: {why}"


def caption(note: MapNote | None) -> str:
    """What a map says, in a sentence.

    >>> caption(MapNote("", "", 0.42, 1.1)).partition(":")[0]
    'The map says nothing'
    """
    if note is None:
        return UNKNOWN
    points = f"{note.largest:.1f} points, and the networks differ about that by {note.spread:.1f}"
    if not note.is_informative:
        return f"The map says nothing: hiding its strongest place changes the composite by {points}."
    return f"Hiding a red place lowers the composite, a blue one raises it: the strongest by {points}."
