"""A severity index as data: signs, area, weighted regions; Equations 1 and 2 of the paper."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

PREDICTED_LABEL = "predicted_"  # before the name of a sign or of the area, in tables of predictions


def exact(value: float) -> Fraction:
    """The decimal number that `value` is written as: 0.1 gives 1/10, not the nearest binary fraction."""
    return Fraction(str(value))


@dataclass(frozen=True)
class Label:
    """A graded property of a region, a sign or the area: 0 to `maximum` in multiples of `step` (None: continuous)."""

    name: str
    maximum: float
    step: float | None

    def allows(self, value: float) -> bool:
        """Whether `value` is a grade of this label; NaN is none."""
        if not 0 <= value <= self.maximum:
            return False
        return self.step is None or (exact(value) / exact(self.step)).denominator == 1

    def __str__(self) -> str:
        if self.step is None:
            return f"a number from 0 to {self.maximum:g}"
        return f"a grade from 0 to {self.maximum:g} in steps of {self.step:g}"


@dataclass(frozen=True)
class Region:
    """A body region: its weight in the index, and the largest number of photos that a visit may have of it."""

    name: str
    weight: float
    photos: int


@dataclass(frozen=True)
class SeverityBand:
    """A class of severity: values above the previous band, up to and including `up_to` (None: without an end)."""

    name: str
    up_to: float | None


@dataclass(frozen=True)
class SeverityIndex:
    """PASI, EASI or any index of the same form (paper, PASI Scoring Algorithm; R2, R24).

    A region's composite is the sum of its `signs`, times its `area` where the index has one; the index is the weighted
    sum over `regions`. `bands` are in ascending order. A value below `clear_below`, observed or predicted, counts as
    clear (R48). `responses` are thresholds of improvement in per cent, such as 75 for PASI 75 (R47).
    """

    name: str
    unit: str
    signs: tuple[Label, ...]
    area: Label | None
    regions: tuple[Region, ...]
    bands: tuple[SeverityBand, ...]
    clear_below: float
    responses: tuple[int, ...]

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> "SeverityIndex":
        """The index that the config's `index` section describes; the schema has checked it."""
        area = config["area"]
        return cls(
            name=config["name"],
            unit=config["unit"],
            signs=tuple(Label(sign["name"], sign["maximum"], sign["step"]) for sign in config["signs"]),
            area=None if area is None else Label(area["name"], area["maximum"], area["step"]),
            regions=tuple(Region(region["name"], region["weight"], region["photos"]) for region in config["regions"]),
            bands=tuple(SeverityBand(band["name"], band["up_to"]) for band in config["bands"]),
            clear_below=config["clear_below"],
            responses=tuple(config["responses"]),
        )

    @property
    def labels(self) -> tuple[Label, ...]:
        """The labels of a region: the signs, then the area where the index has one."""
        return self.signs if self.area is None else (*self.signs, self.area)

    @property
    def label_names(self) -> tuple[str, ...]:
        """Names of `labels`, which are columns of scores.csv."""
        return tuple(label.name for label in self.labels)

    @property
    def region_names(self) -> tuple[str, ...]:
        """Names of the regions in the order of the config."""
        return tuple(region.name for region in self.regions)

    @property
    def grid(self) -> int:
        """Side of the smallest square grid that holds the photos of every region: 2 for the paper's four photos."""
        return math.isqrt(max(region.photos for region in self.regions) - 1) + 1

    @property
    def composite_maximum(self) -> float:
        """The largest composite of a region: 72 for PASI."""
        return float(self.composite([label.maximum for label in self.labels]))

    @property
    def maximum(self) -> float:
        """The largest value of the index: 64.8 for PASI without head, 72 with it."""
        return float(sum(exact(region.weight) for region in self.regions) * exact(self.composite_maximum))

    @property
    def quantum(self) -> Fraction | None:
        """The step in which the index moves (1/10 for PASI); None where a label is continuous."""
        steps = [exact(label.step) for label in self.labels if label.step is not None]
        if len(steps) < len(self.labels):
            return None
        area = Fraction(1) if self.area is None else steps.pop()
        step = _common_step(steps) * area
        return _common_step([exact(region.weight) * step for region in self.regions])

    def composite(self, labels: ArrayLike) -> np.ndarray:
        """Equation 1: labels (..., len(self.labels)) to composites (...)."""
        return composite(np.asarray(labels, dtype=np.float64), has_area=self.area is not None)

    def combine(self, composites: ArrayLike) -> np.ndarray:
        """Equation 2: composites (..., regions), in the order of `regions`, to values of the index (...).

        Rounded to nine decimals, so that 0.2 x 1 + 0.4 x 1 is 0.6 and not 0.6000000000000001.
        """
        weights = np.array([region.weight for region in self.regions])
        values: np.ndarray = np.round(np.asarray(composites, dtype=np.float64) @ weights, 9)
        return values


def composite(labels: np.ndarray, *, has_area: bool) -> np.ndarray:
    """Equation 1, C = (E + I + S) x B: signs, then the area if there is one, (..., labels) to composites (...)."""
    composites: np.ndarray = labels[..., :-1].sum(axis=-1) * labels[..., -1] if has_area else labels.sum(axis=-1)
    return composites


def _common_step(steps: Sequence[Fraction]) -> Fraction:
    """The largest step of which all `steps` are multiples."""
    denominator = math.lcm(*(step.denominator for step in steps))
    return Fraction(math.gcd(*(int(step * denominator) for step in steps)), denominator)
