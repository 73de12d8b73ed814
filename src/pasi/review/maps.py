"""The maps of a page: what each shows, in words, and whether it is of the photos that the page shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pasi.bundle.map_files import Identity, MapNote, map_name, read_note
from pasi.bundle.visit_photos import ListedPhoto
from pasi.review.pictures import Picture, PictureMaker
from pasi.review.score_rows import ScoredVisit

OTHER_PHOTOS = "is of other photos or by another bundle: make it again (pasi predict --explain)"
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

    def maps(self, number: int, row: ScoredVisit, identities: Sequence[Identity]) -> Mapping[str, ShownMap]:
        """The maps of a visit by region; number: its own on the page. identities: those of its photos as they are."""
        if self.maker.maps is None:
            return {}
        found = {}
        for place, region in enumerate(self.regions):
            name = map_name(row.subject, row.visit, region)
            picture = self.maker.map_of(number, place, ListedPhoto(region, 0, name))
            if picture is None:
                continue
            note = read_note(self.maker.maps / name) if picture.name else None
            if note and not note.fits(self.bundle, identities, region):
                picture, note = Picture(region, 0, "", OTHER_PHOTOS, picture.size), None
            found[region] = ShownMap(picture, caption(note) if picture.name else "")
        return found


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
