"""How far a photo is from those of the training, in its colours, in its statistics, and as a photo of its region.

colours: minus the logarithm of the share of pixels that have one of the usual colours: those that make up USUAL of the
training. statistics: the Mahalanobis distance from the mean of the region. region: by how much the mean squared
distance of a region's photos from their own region exceeds that from the nearest other one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from pasi.bundle.tile_statistics import CELLS, STATISTICS, colour_map, statistics_of

USUAL = 0.7  # share of the pixels of the training that have a usual colour
SHRINKAGE = 0.01  # weight of a multiple of the identity in the covariance of the statistics
LEAST_SHARE = 0.02  # added to the share of usual colours before its logarithm
STEEPEST = 10.0  # largest excess over a limit that is told apart
SMOOTHING = (0.25, 0.5, 0.25)  # by which a map of colours is smoothed in each direction
CHECKS = ("colours", "statistics", "region")
LEAST_LIMITS = {"colours": 0.05, "statistics": 0.05, "region": -np.inf}  # where photos of a training hardly differ


class Described(NamedTuple):
    """A photo: its map of colours (CELLS x CELLS,), and its STATISTICS (22,)."""

    colours: np.ndarray
    statistics: np.ndarray


def describe(pixels: np.ndarray) -> Described:
    """What is compared of a photo (height, width, 3)."""
    return Described(colour_map(pixels), statistics_of(pixels))


@dataclass(frozen=True)
class Reference:
    """What photos of a training are like.

    usual (CELLS x CELLS,): whether a colour is usual. means (regions, 22): of the statistics. scale (22,): their
    standard deviations. whitening (22, 22): turns scaled differences from a mean into ones without correlation.
    """

    usual: np.ndarray
    means: np.ndarray
    scale: np.ndarray
    whitening: np.ndarray

    def colours(self, photo: Described) -> float:
        """Distance of a photo in its colours."""
        return float(np.log((1 + LEAST_SHARE) / (photo.colours[self.usual].sum() + LEAST_SHARE)))

    def squares(self, photo: Described) -> np.ndarray:
        """Mean squared distances (regions,) of a photo from the mean of each region."""
        found: np.ndarray = np.square((photo.statistics - self.means) / self.scale @ self.whitening.T).mean(axis=1)
        return found

    def to_json(self) -> dict[str, Any]:
        """As a JSON object; `from_json` reads it back."""
        cells = np.flatnonzero(self.usual).tolist()
        arrays = {name: getattr(self, name).tolist() for name in ("means", "scale", "whitening")}
        return {"names": list(STATISTICS), "usual": cells, **arrays}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Reference":
        """The reference of a checks.json; raises ValueError where it is of other statistics or shapes."""
        usual = np.zeros(CELLS * CELLS, dtype=bool)
        usual[np.array(value["usual"], dtype=np.int64)] = True
        means, scale, whitening = (np.array(value[name], dtype=np.float64) for name in ("means", "scale", "whitening"))
        size = len(STATISTICS)
        shapes = means.shape[1:], scale.shape, whitening.shape
        if tuple(value["names"]) != STATISTICS or shapes != ((size,), (size,), (size, size)):
            raise ValueError("other statistics than those of this version")
        return cls(usual, means, scale, whitening)


def learn_reference(photos: Sequence[Described], regions: np.ndarray, count: int) -> Reference:
    """The reference of photos, of which `regions` (n,) has the number of their region among `count`.

    A region without a photo has the mean of all. The covariance is that within regions.
    """
    smooth = _smoothed(np.mean([photo.colours for photo in photos], axis=0))
    falling = np.argsort(-smooth, kind="stable")
    usual = np.zeros(len(smooth), dtype=bool)
    usual[falling[: int(np.searchsorted(np.cumsum(smooth[falling]), USUAL * smooth.sum())) + 1]] = True
    values = np.stack([photo.statistics for photo in photos])
    means = np.stack(
        [values[regions == region].mean(axis=0) if (regions == region).any() else values.mean(axis=0)
         for region in range(count)]
    )  # fmt: skip
    scale = np.maximum(values.std(axis=0), 1e-6)
    within = (values - means[regions]) / scale
    covariance = within.T @ within / len(within)
    even = np.trace(covariance) / len(covariance)
    shrunk = (1 - SHRINKAGE) * covariance + SHRINKAGE * max(even, 1e-6) * np.eye(len(covariance))
    return Reference(usual, means, scale, np.linalg.inv(np.linalg.cholesky(shrunk)))


def _smoothed(cells: np.ndarray) -> np.ndarray:
    """A map of colours (CELLS x CELLS,), each cell with some of its neighbours."""
    grid = cells.reshape(CELLS, CELLS)
    for axis in (0, 1):
        grid = np.apply_along_axis(np.convolve, axis, grid, SMOOTHING, mode="same")
    return grid.ravel()


def distances(photos: Sequence[Described], region: int, reference: Reference) -> dict[str, np.ndarray]:
    """By check the distances of the photos of a region at a visit: of each photo, and for "region" of all together.

    Without a second region there is nothing to take a photo for, and the distance is 0.
    """
    squares = np.stack([reference.squares(photo) for photo in photos])  # (photos, regions)
    mean = squares.mean(axis=0)
    others = np.delete(mean, region)
    return {
        "colours": np.array([reference.colours(photo) for photo in photos]),
        "statistics": np.sqrt(squares[:, region]),
        "region": np.array([mean[region] - others.min() if len(others) else 0.0]),
    }


def nearest_region(photos: Sequence[Described], reference: Reference) -> int:
    """The number of the region whose mean the photos are nearest to."""
    return int(np.stack([reference.squares(photo) for photo in photos]).mean(axis=0).argmin())


def over_limit(check: str, distance: np.ndarray, limit: float) -> np.ndarray:
    """Distances as multiples of their limit, above 1 where they exceed it; squared distances by their excess.

    >>> over_limit("statistics", np.array([3.0]), 2.0).tolist(), over_limit("region", np.array([0.5]), 0.5).tolist()
    ([1.5], [1.0])
    """
    multiple: np.ndarray = distance / limit
    if check == "region":  # its distance may be below 0
        multiple = np.exp(np.clip(distance - limit, -STEEPEST, STEEPEST))
    return multiple
