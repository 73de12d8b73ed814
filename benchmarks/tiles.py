"""From a photo of 4928x3264 to a tile of 128 pixels, all that a tile job does for it."""

import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
from PIL import Image

from pasi.cohort.records import Photo
from pasi.imaging.decode import decode_photo
from pasi.imaging.fit import content_box
from pasi.imaging.settings import TileSettings
from pasi.imaging.tile_cache import cache_tiles, load_cached_tiles
from pasi.imaging.tile_maker import ShardFiles, make_shard
from photos import full_size_photos
from timing import Line, by_turns, peak_memory, run_child

SETTINGS = TileSettings()
SIDE = 128
SCALE = 8


def lines() -> Iterator[Line]:
    """Cost against the decoder and against the usual way; fidelity; memory; what is saved of known photos."""
    photos = full_size_photos()
    with TemporaryDirectory() as folder:
        made = partial(make_tiles, photos, Path(folder))
        ours, floor, plain = (
            1000 * s / len(photos) for s in by_turns(made, *(partial(f, photos) for f in (decode, full)))
        )
        yield Line("tile vs decoder floor", "Pillow, 1/8 decode alone", ours, floor, "CPU ms a photo", "<= 1.15")
        yield Line("tile vs full decode", "Pillow, full decode and Lanczos", ours, plain, "CPU ms a photo")
        again, first = (1000 * s / len(photos) for s in by_turns(partial(made, keep=True), made))
        yield Line("tile of a known photo", "the same, decoded", again, first, "CPU ms a photo", "<= 0.25")
    yield from fidelity(photos)
    _, megabytes = run_child(sys.executable, __file__)
    yield Line("memory of a tile job", "", float(megabytes), None, "MB", "<= 300")
    yield two_processes(photos)


def make_tiles(photos: list[Path], folder: Path, *, keep: bool = False) -> None:
    """What a tile job does: read, hash, check, decode, shrink, write; `keep`: with the tiles of the last time."""
    rows = [Photo(f"S{number:02d}", "V1", "upper", 0, path.name, number + 2) for number, path in enumerate(photos)]
    files = ShardFiles(folder / "shard-00.npy", folder / "shard-00.parquet")
    known = load_cached_tiles(files, SETTINGS) if keep else {}
    make_shard(rows, photos[0].parent, SETTINGS, files, shard=0, known=known)
    if keep:
        cache_tiles(files, SETTINGS)


def decode(photos: list[Path]) -> None:
    """The floor: the decoder alone, at an eighth of the size."""
    for path in photos:
        with Image.open(path) as photo:
            photo.draft(None, (photo.width // SCALE, photo.height // SCALE))
            photo.load()


def full(photos: list[Path]) -> None:
    """The usual way: Pillow decodes in full and resizes."""
    for path in photos:
        with Image.open(path) as photo:
            np.asarray(
                photo.convert("RGB").resize((SIDE, SIDE * photo.height // photo.width), Image.Resampling.LANCZOS)
            )


def fidelity(photos: list[Path]) -> Iterator[Line]:
    """Against the mean of each pixel's area of the photo decoded in full, in float64: noise ratio and bias of a*."""
    noise, redder = [], []
    for path in photos:
        with Image.open(path) as photo:
            pixels = np.asarray(photo.convert("RGB"), np.float64)
        top, left, height, width = content_box(pixels.shape[1], pixels.shape[0], SIDE, "letterbox")
        exact = overlap(pixels.shape[0], height) @ pixels.reshape(len(pixels), -1)
        exact = np.einsum("ij,yjc->yic", overlap(pixels.shape[1], width), exact.reshape(height, -1, 3))
        tile = decode_photo(path, size=SIDE)[top : top + height, left : left + width].astype(np.float64)
        noise.append(np.mean((tile - exact) ** 2))
        redder.append(np.mean(redness(tile) - redness(exact)))
    yield Line("fidelity to the exact area mean", "", 10 * np.log10(255**2 / np.mean(noise)), None, "dB", ">= 53")
    yield Line("bias of redness (a*)", "", float(np.abs(np.mean(redder))), None, "CIELAB", "<= 0.1")


def overlap(sources: int, targets: int) -> np.ndarray:
    """How much of each target pixel each source pixel is: (targets, sources), rows sum to 1."""
    edges = np.linspace(0, sources, targets + 1)[:, None]
    place = np.arange(sources)
    common: np.ndarray = np.minimum(edges[1:], place + 1) - np.maximum(edges[:-1], place)
    return common.clip(0, None) * targets / sources


def redness(srgb: np.ndarray) -> np.ndarray:
    """a* of CIELAB (D65) for sRGB values 0 to 255 (..., 3)."""
    value = srgb / 255
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    xy = linear @ np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722]]).T / (0.9505, 1.0)
    x, y = np.moveaxis(np.where(xy > (6 / 29) ** 3, np.cbrt(xy), xy * (29 / 6) ** 2 / 3 + 4 / 29), -1, 0)
    found: np.ndarray = 500 * (x - y)
    return found


def two_processes(photos: list[Path]) -> Line:
    """Photos a second of two processes, against one: all cores must be busy."""
    halves = [photos[::2], photos[1::2]]
    with (
        ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool,
        TemporaryDirectory() as one,
        TemporaryDirectory() as two,
    ):
        folders = [Path(one), Path(two)]
        list(pool.map(make_tiles, halves, folders))
        seconds = by_turns(
            lambda: list(pool.map(make_tiles, halves, folders)),
            lambda: pool.submit(make_tiles, photos, folders[0]).result(),
            clock=perf_counter,
        )
    ours, alone = (len(photos) / s for s in seconds)
    return Line("photos a second, two processes", "one process", ours, alone, "photos a second", ">= 1.8")


if __name__ == "__main__":  # a tile job by itself, for its memory
    with TemporaryDirectory() as folder:
        make_tiles(full_size_photos(), Path(folder))
    print(peak_memory())
