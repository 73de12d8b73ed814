"""A photo made small: each pixel of the result is the exact mean of the area that it covers (R15)."""

from functools import lru_cache

import numpy as np
from PIL import Image

BAND = 8  # rows or columns of a tile that are summed at once: few enough that the allocator reuses freed memory
# Pillow's mode of an accepted photo, and the mode in which its pixels are averaged.
WORKING_MODES = {"L": "L", "LA": "L", "RGB": "RGB", "RGBA": "RGB", "P": "RGB", "CMYK": "CMYK"}


def average(
    photo: Image.Image, rows: list[tuple[int, np.ndarray]], columns: list[tuple[int, np.ndarray]]
) -> np.ndarray:
    """Area means (rows, columns, channels) uint8, halves rounded up; a band of the photo is unpacked at a time.

    All sums are whole numbers, hence exact in whatever order BLAS adds them: over one side they stay below 2**24, which
    float32 holds (2 x 255 x 32,000, the longest side that MAX_PIXELS and MAX_RATIO allow), over both below 2**38.
    Rounding down after the division is exact too: a quotient below a whole number differs from it by at least
    1 / (8 x MAX_PIXELS).
    """
    mode = WORKING_MODES[photo.mode]
    area = int(rows[0][1][0].sum() * columns[0][1][0].sum())  # of a pixel of the tile, in units of `bands`
    down = sum(len(weights) for _, weights in rows)
    lines = np.empty((down, photo.width * len(mode)), dtype=np.float32)
    target = 0
    for top, weights in rows:
        strip = photo.crop((0, top, photo.width, top + weights.shape[1]))
        pixels = np.asarray(strip if strip.mode == mode else strip.convert(mode)).reshape(weights.shape[1], -1)
        np.matmul(weights.astype(np.float32), pixels.astype(np.float32), out=lines[target : target + len(weights)])
        target += len(weights)
    across = lines.reshape(down, photo.width, -1).swapaxes(0, 1)  # (width, rows, channels), a view
    sums = [
        weights @ across[left : left + weights.shape[1]].reshape(weights.shape[1], -1).astype(np.float64)
        for left, weights in columns
    ]
    total = np.concatenate(sums).reshape(-1, down, len(mode)).swapaxes(0, 1)
    return ((2 * total + area) / (2 * area)).astype(np.uint8)


@lru_cache(maxsize=8)  # the photos of a trial have few different sizes
def bands(extent: int, side: int | None, count: int, scale: int) -> list[tuple[int, np.ndarray]]:
    """How much of each source pixel each of `count` target pixels covers, in bands of a few target pixels.

    A band is its first source pixel and its weights (target pixels, source pixels). The targets cover the middle `side`
    of `extent` photo pixels, or all of them (side None); a source pixel is `scale` photo pixels wide, the last one
    perhaps less. Lengths are in units of 1/(2 count) photo pixel, in which all edges are whole numbers, so that a
    mirrored photo gives the mirrored tile.
    """
    side = extent if side is None else side
    sources = 2 * count * np.minimum(np.arange(0, extent + scale, scale), extent)
    targets = count * (extent - side) + 2 * side * np.arange(count + 1)
    found = []
    for start in range(0, count, BAND):
        edges = targets[start : start + BAND + 1]
        first = np.searchsorted(sources, edges[0], side="right") - 1
        last = np.searchsorted(sources, edges[-1], side="left")
        left, right = sources[first:last], sources[first + 1 : last + 1]
        overlap = np.minimum(edges[1:, None], right) - np.maximum(edges[:-1, None], left)
        found.append((int(first), overlap.clip(min=0)))
    return found
