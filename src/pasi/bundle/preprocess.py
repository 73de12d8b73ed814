"""From photos to the composites that a bundle's networks see: settings without anything that is drawn at random."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import torch

from pasi.bundle.visit_photos import SeenPhoto
from pasi.cohort.settings import ExtraPhotos
from pasi.imaging.composites import Composer
from pasi.imaging.decode import KERNEL
from pasi.imaging.fit import content_box
from pasi.imaging.settings import CompositeSettings, TileSettings
from pasi.imaging.tile_pixels import TilePixels


@dataclass(frozen=True)
class Preprocess:
    """How photos become composites. usual: how many photos the training visits had of each region, as a median.

    kernel: version of the decoder, which must be this package's. extra_photos: what becomes of more photos of a region
    than the index allows.
    """

    tiles: TileSettings
    composites: CompositeSettings
    grid: int
    usual: Mapping[str, int]
    extra_photos: ExtraPhotos
    kernel: str = KERNEL

    def to_json(self) -> dict[str, Any]:
        """As a JSON object; `from_json` reads it back."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Preprocess":
        """The settings of a preprocess.json."""
        own = {"tiles": TileSettings(**value["tiles"]), "composites": CompositeSettings(**value["composites"])}
        return cls(**{**value, **own})

    def composer(self, visits: Sequence[Sequence[SeenPhoto]], regions: Sequence[str]) -> Composer:
        """A composer whose samples are the regions of the first visit, then those of the second, and so on."""
        size, cells = self.tiles.size, self.grid**2
        numbers = np.full((len(visits) * len(regions), cells), -1, dtype=np.int64)
        tiles: list[np.ndarray] = []
        boxes: list[tuple[int, int, int, int]] = []
        for place, photos in enumerate(visits):
            for photo in photos:
                if photo.tile is not None:
                    numbers[place * len(regions) + regions.index(photo.region), photo.slot] = len(tiles)
                    tiles.append(photo.tile.pixels)
                    boxes.append(content_box(photo.tile.width, photo.tile.height, size, self.tiles.fit))
        pixels, places = TilePixels.of(np.stack(tiles)), torch.tensor(boxes, dtype=torch.int64)
        return Composer(pixels, places, torch.from_numpy(numbers), self.composites)


def without_augmentation(composites: CompositeSettings) -> CompositeSettings:
    """The settings of composites that are neither turned, shuffled nor jittered."""
    return replace(composites, augment="none", rotation="none", shuffle=False, brightness=0.0, contrast=0.0)
