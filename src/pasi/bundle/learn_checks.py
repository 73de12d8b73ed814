"""Learning the checks of new photos from the photos of a training.

The limit of a distance comes from photos that their reference has not seen: the reference of a fold is made from the
subjects of all others. The largest distance of a subject, over all of its photos and visits, is what is exchangeable
with that of a new subject, so that a limit at the k-th largest of n subjects meets at most k / (n + 1) of new ones
(conformal p-values: Bates, Candes, Lei, Romano and Sesia 2023, Testing for outliers with conformal p-values, Annals of
Statistics 51:149-178, doi 10.1214/22-AOS2244).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pasi.bundle.likeness import CHECKS, LEAST_LIMITS, Described, Reference, describe, distances, learn_reference
from pasi.bundle.photo_checks import PhotoChecks
from pasi.bundle.photo_quality import learn_quality, quality_of
from pasi.bundle.tile_statistics import cut_out
from pasi.imaging.settings import Fit
from pasi.imaging.tile_store import TileStore

ALARMS = 0.01  # wanted share of subjects that a check meets wrongly; one of n + 1 where there are fewer than 199


@dataclass(frozen=True)
class TrainingPhotos:
    """The photos of a training: subject, visit, number of the region, number of the fold of each (n,), and what is
    compared of them: measures of quality (n, 4), and descriptions."""

    subjects: np.ndarray
    visits: np.ndarray
    regions: np.ndarray
    folds: np.ndarray
    measures: np.ndarray
    described: Sequence[Described]


def read_training_photos(
    store: TileStore, folds: Mapping[str, int], regions: Sequence[str], fit: Fit
) -> TrainingPhotos:
    """The photos of the subjects of `folds`, from the tiles of a run; one tile is in memory at a time."""
    table = store.columns
    rows = np.flatnonzero(np.isin(table["subject"], list(folds)))
    boxes, (arrays, array, row) = store.boxes(fit), store.places()
    measures, described = [], []
    for tile in rows.tolist():
        pixels = cut_out(arrays[array[tile]][row[tile]], boxes[tile])
        measures.append(quality_of(pixels))
        described.append(describe(pixels))
    subjects = table["subject"][rows]
    return TrainingPhotos(
        subjects=subjects,
        visits=table["visit"][rows],
        regions=np.array([regions.index(name) for name in table["region"][rows]], dtype=np.int64),
        folds=np.array([folds[name] for name in subjects], dtype=np.int64),
        measures=np.stack(measures),
        described=described,
    )


def learn_checks(photos: TrainingPhotos, regions: int) -> PhotoChecks:
    """The checks of new photos of so many regions, from the subjects of two folds or more."""
    names = sorted(set(photos.subjects.tolist()))
    rank = max(1, int(ALARMS * (len(names) + 1)))
    largest: dict[str, dict[str, float]] = {check: {} for check in CHECKS}
    for fold in np.unique(photos.folds).tolist():
        _add_largest(photos, fold, _reference(photos, np.flatnonzero(photos.folds != fold), regions), largest)
    limits = {check: max(sorted(own.values())[-rank], LEAST_LIMITS[check]) for check, own in largest.items()}
    return PhotoChecks(
        quality=learn_quality(photos.measures, photos.subjects.tolist(), rank),
        reference=_reference(photos, np.arange(len(photos.subjects)), regions),
        limits=limits,
        subjects=len(names),
        alarms=rank / (len(names) + 1),
    )


def _reference(photos: TrainingPhotos, which: np.ndarray, regions: int) -> Reference:
    return learn_reference([photos.described[place] for place in which], photos.regions[which], regions)


def _add_largest(
    photos: TrainingPhotos, fold: int, reference: Reference, largest: Mapping[str, dict[str, float]]
) -> None:
    """Add the largest distances of the subjects of a fold, by check and subject."""
    groups: dict[tuple[str, str, int], list[int]] = {}
    for place in np.flatnonzero(photos.folds == fold).tolist():
        key = (photos.subjects[place], photos.visits[place], int(photos.regions[place]))
        groups.setdefault(key, []).append(place)
    for (subject, _, region), places in groups.items():
        found = distances([photos.described[place] for place in places], region, reference)
        for check in CHECKS:
            own = largest[check]
            own[subject] = max(float(found[check].max()), own.get(subject, -np.inf))
