"""The golden visit of a bundle: a synthetic visit that is scored before any other, and must come out as when the bundle
was made."""

import shutil
from collections.abc import Iterator, Mapping
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from pasi.bundle.layout import GOLDEN, GOLDEN_TABLE
from pasi.bundle.scoring import Scorer
from pasi.bundle.visit_photos import ListedPhoto, NewVisit, SeenPhoto, see_photos
from pasi.errors import BundleError
from pasi.severity.index import SeverityIndex
from pasi.simulate.trial import simulate_trial
from pasi.storage.hashing import bytes_sha256
from pasi.storage.tables import read_table, write_table

SEED = 19
SIZE = (384, 256)  # pixels of a photo
TOLERANCE = 1e-3  # points of a composite; other versions of torch differ in the last digits of a network's arithmetic
NAMES = ("subject", "visit", "region", "photo")
NUMBERS = ("composites", "by_fold", "score")  # of what it must give, in points


def make_golden(folder: Path, index: SeverityIndex, usual: Mapping[str, int]) -> None:
    """Write the photos of a visit with the usual number of photos of each region, and their table, into the bundle.

    They show the first subject of a simulated trial: the upper limbs as the first region of the index, the trunk as the
    second, the lower limbs as the third, and so on in turns. What they show does not matter, only what comes out.
    """
    with TemporaryDirectory(prefix="pasi-golden-") as place:
        simulate_trial(Path(place), subjects=1, photo_size=SIZE, seed=SEED, processes=1)
        trial = read_table(Path(place, "photos.csv"))
        rows: list[tuple[str, ...]] = []
        for region, shown in zip(index.region_names, cycle(("upper", "trunk", "lower")), strict=False):
            own = trial["photo"][(trial["visit"] == trial["visit"][0]) & (trial["region"] == shown)]
            for number, source in enumerate(islice(cycle(own.tolist()), usual[region]), 1):
                rows.append(("GOLDEN", "V1", region, f"{region}_{number}.jpg"))
                (folder / GOLDEN).mkdir(exist_ok=True)
                shutil.copyfile(Path(place, source), folder / GOLDEN / rows[-1][3])
    write_table(dict(zip(NAMES, zip(*rows, strict=True), strict=True)), folder / GOLDEN_TABLE)


def golden_visit(folder: Path) -> NewVisit:
    """The golden visit of a bundle, as its table has it."""
    table = read_table(folder / GOLDEN_TABLE, NAMES)
    return NewVisit("GOLDEN", "V1", tuple(_photos(table)))


def _photos(table: Mapping[str, np.ndarray]) -> Iterator[ListedPhoto]:
    slots: dict[str, int] = {}
    for region, path in zip(table["region"].tolist(), table["photo"].tolist(), strict=True):
        slots[region] = slots.get(region, -1) + 1
        yield ListedPhoto(region, slots[region], path)


def golden_photos(folder: Path, scorer: Scorer) -> list[SeenPhoto]:
    """The photos of the golden visit, decoded; raises BundleError where Pillow cannot decode one."""
    photos = see_photos(golden_visit(folder), folder / GOLDEN, scorer.preprocess.tiles)
    if any(photo.tile is None for photo in photos):
        raise BundleError(
            f"a photo of the golden visit of {folder} cannot be decoded: install Pillow as the lock has it"
        )
    return photos


def score_golden(folder: Path, scorer: Scorer) -> dict[str, Any]:
    """What the golden visit gives: the SHA-256 of the pixels of each tile, composites, and the index."""
    photos = golden_photos(folder, scorer)
    scores = scorer.score([photos])
    return {
        "tiles": [_tile_digest(photo) for photo in photos],
        "composites": scores.composites[0].tolist(),
        "by_fold": scores.by_fold[:, 0].tolist(),
        "score": float(scorer.index.combine(scores.composites)[0]),
    }


def read_expected(value: Mapping[str, Any]) -> dict[str, Any]:
    """What the golden visit must give, from an expected.json; raises KeyError, TypeError or ValueError for another."""
    numbers = {name: np.array(value[name], dtype=np.float64) for name in NUMBERS}
    return {"tiles": list(value["tiles"]), **{name: own.tolist() for name, own in numbers.items()}}


def _difference(found: Any, expected: Any) -> float:
    """The largest difference of two arrays; infinite where their shapes differ."""
    own, wanted = np.array(found), np.array(expected)
    return float(np.abs(own - wanted).max()) if own.shape == wanted.shape else np.inf


def _tile_digest(photo: SeenPhoto) -> str:
    return bytes_sha256(photo.tile.pixels.tobytes()) if photo.tile else ""


def check_golden(folder: Path, scorer: Scorer, expected: Mapping[str, Any], differing: str) -> float:
    """Score the golden visit, and return the largest difference of a composite from what it gave, in points.

    differing: which versions differ from those that made the bundle, in words. Raises BundleError where a tile differs
    by a bit or a composite by more than TOLERANCE.
    """
    found = score_golden(folder, scorer)
    fix = f"install the versions that made it ({differing or 'none differs'}), or make the bundle anew"
    if found["tiles"] != expected["tiles"]:
        raise BundleError(f"{folder}: the photos of the golden visit are decoded to other pixels here: {fix}")
    off = max(_difference(found[name], expected[name]) for name in NUMBERS)
    if not off <= TOLERANCE:
        shown = f"{found['score']:.4f} points in place of {expected['score']:.4f}"
        raise BundleError(f"{folder}: the golden visit is scored with {shown}, so no other visit is: {fix}")
    return off
