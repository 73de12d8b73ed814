"""The pictures of a page: tiles of photos, re-encoded, under names that say nothing of the photos' files."""

from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from pasi.bundle.visit_photos import ListedPhoto, NewVisit, see_photos
from pasi.errors import PhotoError
from pasi.imaging.decode import make_tile
from pasi.imaging.photo_files import read_photo
from pasi.imaging.photo_paths import path_fault, resolve_photo
from pasi.imaging.settings import TileSettings

QUALITY = 92  # of JPEG, without subsampling of colours: redness is one of the grades


@dataclass(frozen=True)
class Picture:
    """A picture of a page. name: its file in the folder of pictures, "" where there is none and `fault` says why."""

    region: str
    slot: int
    name: str
    fault: str
    size: int


@dataclass(frozen=True)
class PictureMaker:
    """Writes pictures into `folder`: of photos under `root`, tiled as `tiles` says, and of maps under `maps`."""

    folder: Path
    root: Path
    tiles: TileSettings
    maps: Path | None = None

    def photos(self, number: int, visit: NewVisit) -> tuple[Picture, ...]:
        """The photos of a visit by region and slot; `number` is that of the visit on the page."""
        found = []
        regions = list(dict.fromkeys(photo.region for photo in visit.photos))
        for photo in see_photos(visit, self.root, self.tiles):
            name = f"v{number}-r{regions.index(photo.region)}-p{photo.slot}.jpg"
            if photo.tile is not None:
                self._write(Image.fromarray(photo.tile.pixels), name)
            shown = "" if photo.tile is None else name
            found.append(Picture(photo.region, photo.slot, shown, photo.fault, self.tiles.size))
        return tuple(found)

    def has_map(self, name: str) -> bool:
        """Whether there is a file of this name under `maps`."""
        return self.maps is not None and not path_fault(name) and (self.maps / name).is_file()

    def map_of(self, number: int, place: int, photo: ListedPhoto, fault: str = "") -> Picture:
        """The map of a region, the file `photo.path` under `maps`, which `has_map`; fault: why it is not to be shown.

        place: of the region on the page. A map is square, as a composite is; another one is squashed.
        """
        size, name = 2 * self.tiles.size, f"v{number}-r{place}-map.jpg"
        if fault or self.maps is None:
            return Picture(photo.region, 0, "", fault, size)
        try:
            data = read_photo(resolve_photo(self.maps, photo.path))
            self._write(Image.fromarray(make_tile(data, size=size, fit="squash").pixels), name)
        except PhotoError as error:
            return Picture(photo.region, 0, "", error.fault, size)
        return Picture(photo.region, 0, name, "", size)

    def _write(self, picture: Image.Image, name: str) -> None:
        picture.save(self.folder / name, "JPEG", quality=QUALITY, subsampling=0)
