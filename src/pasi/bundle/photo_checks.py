"""What is checked of the photos of a visit before they are scored: their quality, and whether they are like those of
the training. Both are learnt from the training's photos, and neither needs a network."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from pasi.bundle.likeness import CHECKS, Described, Reference, describe, distances, nearest_region, over_limit
from pasi.bundle.photo_quality import Quality
from pasi.bundle.tile_statistics import photo_pixels
from pasi.bundle.visit_photos import SeenPhoto
from pasi.imaging.settings import Fit

OF_PHOTO = {"colours": "colours", "statistics": "light, contrast or detail"}  # checks of a photo, in words


class Checked(NamedTuple):
    """The photos of a visit, those of poor quality with their fault and without a tile; why others are unlike those of
    the training; and the largest distance as a multiple of its limit, None where no photo is left."""

    photos: list[SeenPhoto]
    unlike: list[str]
    unlikeness: float | None


@dataclass(frozen=True)
class PhotoChecks:
    """Checks of new photos. limits: the largest distance by check.

    alarms: the largest share of subjects like those of the training of whom a check is wrong at any of their visits,
    for quality and for each of the three checks of likeness; from `subjects` subjects.
    """

    quality: Quality
    reference: Reference
    limits: Mapping[str, float]
    subjects: int
    alarms: float

    def check(self, photos: Sequence[SeenPhoto], regions: Sequence[str], fit: Fit) -> Checked:
        """Check the photos of a visit. fit: how they were fitted into tiles."""
        found, left = [], []
        for photo in photos:
            pixels = None if photo.tile is None else photo_pixels(photo.tile, fit)
            fault = "" if pixels is None else self.quality.fault_of(pixels)
            found.append(photo._replace(fault=fault, tile=None) if fault else photo)
            if pixels is not None and not fault:
                left.append((photo, describe(pixels)))
        unlike: list[str] = []
        largest: float | None = None
        for number, region in enumerate(regions):
            own = [(photo.slot, described) for photo, described in left if photo.region == region]
            if own:
                multiples = self._multiples([described for _, described in own], number)
                unlike += self._reasons(own, number, multiples, regions)
                largest = max(largest or 0.0, *(float(each.max()) for each in multiples.values()))
        return Checked(found, unlike, largest)

    def _multiples(self, photos: Sequence[Described], region: int) -> dict[str, np.ndarray]:
        found = distances(photos, region, self.reference)
        return {check: over_limit(check, found[check], self.limits[check]) for check in CHECKS}

    def _reasons(
        self,
        own: Sequence[tuple[int, Described]],
        number: int,
        multiples: Mapping[str, np.ndarray],
        regions: Sequence[str],
    ) -> Iterator[str]:
        region = regions[number]
        slots: dict[str, list[int]] = {}
        for place, (slot, _) in enumerate(own):
            where = [words for check, words in OF_PHOTO.items() if multiples[check][place] > 1]
            if where:
                slots.setdefault(", ".join(where), []).append(slot + 1)
        for words, numbers in slots.items():
            which = f"photo {numbers[0]} is" if len(numbers) == 1 else f"photos {', '.join(map(str, numbers))} are"
            yield f"{region}: {which} unlike the training photos ({words})"
        if multiples["region"][0] > 1:
            nearest = regions[nearest_region([described for _, described in own], self.reference)]
            yield f"{region}: unlike the training photos of {region}, and more like those of {nearest}"

    def to_json(self) -> dict[str, Any]:
        """As a JSON object; `from_json` reads it back."""
        return {
            "subjects": self.subjects,
            "alarms": self.alarms,
            "quality": self.quality.to_json(),
            "limits": {check: self.limits[check] for check in CHECKS},
            "reference": self.reference.to_json(),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "PhotoChecks":
        """The checks of a checks.json; raises KeyError, TypeError or ValueError where it is another object."""
        limits = {check: float(value["limits"][check]) for check in CHECKS}
        quality, reference = Quality.from_json(value["quality"]), Reference.from_json(value["reference"])
        return cls(quality, reference, limits, int(value["subjects"]), float(value["alarms"]))
