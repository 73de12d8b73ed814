"""Whether a photo is good enough: too dark, too bright, of nearly one colour, or blurred, in itself and whatever it
shows. What is too much is learnt from the photos of the training."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pasi.bundle.tile_statistics import LEVEL, grey_of, laplacian
from pasi.wording import first_names

MEASURES = ("brightness", "clipped", "contrast", "sharpness")
FAULTS = (  # a measure, whether it is below or above its limits, and what is then said of the photo
    ("brightness", "low", "is too dark"),
    ("brightness", "high", "is too bright"),
    ("clipped", "high", "is too bright"),
    ("contrast", "low", "shows nearly one colour"),
    ("sharpness", "low", "is blurred"),
)
CLIPPED = 250 / 255  # a pixel that is at least so bright has lost its details
LEAST_SPREAD = 0.05  # of a measure, where the photos of a training hardly differ
RARE = 0.005  # share of photos beyond each of the two marks that say how far a measure spreads


@dataclass(frozen=True)
class Quality:
    """The lowest and the highest value of each measure that a photo may have."""

    limits: Mapping[str, tuple[float, float]]

    def fault_of(self, pixels: np.ndarray) -> str:
        """What is wrong with a photo (height, width, 3), the first of FAULTS; "" where nothing is."""
        own = dict(zip(MEASURES, quality_of(pixels).tolist(), strict=True))
        for measure, side, text in FAULTS:
            low, high = self.limits[measure]
            if own[measure] < low if side == "low" else own[measure] > high:
                return text
        return ""

    def to_json(self) -> dict[str, Any]:
        """As a JSON object; `from_json` reads it back."""
        return {measure: list(self.limits[measure]) for measure in MEASURES}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Quality":
        """The limits of a checks.json; raises ValueError where a measure is missing or has no two limits."""
        limits = {measure: (float(low), float(high)) for measure, (low, high) in value.items()}
        if tuple(limits) != MEASURES:
            raise ValueError(f"limits of {first_names(limits)}, expected those of {', '.join(MEASURES)}")
        return cls(limits)


def quality_of(pixels: np.ndarray) -> np.ndarray:
    """The MEASURES (4,) of a photo (height, width, 3), 0 to 1, at the size of its tile.

    brightness: logarithm of the mean grey. clipped: share of pixels of which every channel is at least CLIPPED.
    contrast: logarithm of the standard deviation of grey. sharpness: logarithm of the standard deviation of the
    Laplacian over that of grey, which neither light nor contrast changes.
    """
    grey = grey_of(pixels)
    sharpness = np.log((laplacian(grey).std() + LEVEL / 10) / (grey.std() + LEVEL / 10))
    clipped = (pixels.min(axis=2) >= CLIPPED).mean()
    return np.array([np.log(grey.mean() + LEVEL), clipped, np.log(grey.std() + LEVEL), sharpness])


def learn_quality(measures: np.ndarray, subjects: Sequence[str], rank: int) -> Quality:
    """The limits from the measures (n, 4) of the photos of a training, and the subject of each.

    Of each measure the median and, to either side, the distance of the mark beyond which RARE of the photos lie. The
    largest such distance of a photo, in these units, says how odd it is, and the oddest photo counts for its subject.
    The limits lie where the subject of this rank from above is. So all limits together meet the same share of subjects.
    """
    center = np.median(measures, axis=0)
    ends = np.quantile(measures, [RARE, 1 - RARE], axis=0)
    below, above = np.maximum(center - ends[0], LEAST_SPREAD), np.maximum(ends[1] - center, LEAST_SPREAD)
    far = np.maximum((center - measures) / below, (measures - center) / above)
    sides = {(measure, side) for measure, side, _ in FAULTS}
    used = [
        np.where(measures[:, place] < center[place], (measure, "low") in sides, (measure, "high") in sides)
        for place, measure in enumerate(MEASURES)
    ]
    oddness = (far * np.stack(used, axis=1)).max(axis=1)
    names = np.asarray(subjects, dtype=object)
    largest = sorted(float(oddness[names == name].max()) for name in set(subjects))
    reach = max(1.0, largest[-rank])
    low, high = center - reach * below, center + reach * above
    return Quality({name: (float(low[place]), float(high[place])) for place, name in enumerate(MEASURES)})
