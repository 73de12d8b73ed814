"""Files of maps: a picture for each region of a visit, with a note inside that says what it shows and how much."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, PngImagePlugin

from pasi.storage.atomic import atomic_write
from pasi.storage.hashing import value_digest

KEY = "pasi-map"  # of the note among the texts of a PNG
LOWERS, RAISES = (200, 30, 30), (30, 70, 200)  # what hiding a patch does to the score: red where it lowers it
FORMAT = 2  # maps of format 1 also showed photos that the score leaves out, so they fit no visit any more
SURE = 1.0  # times the spread that the largest effect must exceed
STRONG, PALE = 0.7, 0.2  # opacity of the colour at the largest effect, where a map says something and where not
Identity = Sequence[Any]  # region, slot and SHA-256 of a photo, as `SeenPhoto.identity` has them


@dataclass(frozen=True)
class MapNote:
    """What a map says of itself. bundle: digest of the bundle; photos: digest of the region's photos.

    largest: by how many points hiding the patch around the strongest place changes the region's composite. spread: how
    far the networks of each fold differ about this, as a standard deviation.
    """

    bundle: str
    photos: str
    largest: float
    spread: float

    @property
    def is_informative(self) -> bool:
        """Whether the networks agree that hiding this place changes the composite."""
        return self.largest > SURE * self.spread

    def fits(self, bundle: str, identities: Sequence[Identity], region: str) -> bool:
        """Whether the map is by this bundle and of the photos that a visit has of the region now."""
        return (self.bundle, self.photos) == (bundle, region_digest(identities, region))


def map_name(subject: str, visit: str, region: str) -> str:
    """The file of a region's map.

    >>> map_name("S001", "V2", "trunk")
    'S001_V2_trunk.png'
    """
    return f"{subject}_{visit}_{region}.png"


def region_digest(identities: Sequence[Identity], region: str) -> str:
    """The digest of the photos of a region, from the identities (region, slot, SHA-256) of those of its visit."""
    return value_digest(FORMAT, [list(identity) for identity in identities if identity[0] == region])


def write_map(effects: np.ndarray, pixels: np.ndarray, note: MapNote, path: Path) -> None:
    """Write the effects (side, side) of hiding each place, in colours over the grey composite (side, side, 3).

    The colours are as strong as the effects are against the largest one; a map that says nothing is pale. Raises
    WriteError where the disk is full.
    """
    grey = np.asarray(Image.fromarray(pixels).convert("L"), dtype=np.float64)[..., None]
    opacity = (STRONG if note.is_informative else PALE) * np.abs(effects / (np.abs(effects).max() or 1.0))[..., None]
    colour = np.where(effects[..., None] > 0, LOWERS, RAISES)
    picture = Image.fromarray((grey * (1 - opacity) + colour * opacity).round().astype(np.uint8))
    text = PngImagePlugin.PngInfo()
    text.add_text(KEY, json.dumps(asdict(note)))
    with atomic_write(path) as temporary:
        picture.save(temporary, "PNG", pnginfo=text)


def read_note(path: Path) -> MapNote | None:
    """The note of a map; None where there is no file, or one that was not written by `write_map`."""
    try:
        with Image.open(path) as picture:
            own = json.loads(picture.info[KEY])
        note = MapNote(str(own["bundle"]), str(own["photos"]), float(own["largest"]), float(own["spread"]))
    except (OSError, KeyError, ValueError, TypeError, Image.DecompressionBombError):
        return None
    return note if math.isfinite(note.largest) and math.isfinite(note.spread) else None
