"""The detail of a picture: what two encodings of one photo share, and two photos of one body do not.

It is a band of the cosine transform of the grey picture, scaled to a square. Lower frequencies hold the pose and the
light, in which the photos of a subject are alike; higher ones are lost when a photo is made small or saved again.
docs/photos.md has the figures.
"""

from collections.abc import Iterator
from functools import cache

import numpy as np

from pasi.imaging.decode import Tile
from pasi.imaging.fit import content_box

SIDE = 32  # pixels of the square to which the picture is scaled
FREQUENCIES = 16  # along each side
LUMA = (0.299, 0.587, 0.114)  # ITU-R BT.601: the weights of grey
DOWN, ACROSS = np.indices((FREQUENCIES, FREQUENCIES))
BAND = (DOWN + ACROSS >= 8) & (DOWN + ACROSS < 22)  # which of the frequencies are detail
LENGTH = int(BAND.sum())  # numbers of a detail
TURNS = tuple(
    (swap, upside_down, mirrored)
    for swap in (False, True)
    for upside_down in (False, True)
    for mirrored in (False, True)
)  # the eight ways in which a picture can be turned and mirrored; the first leaves it as it is


def picture_detail(tile: Tile, fit: str) -> np.ndarray:
    """The detail of the photo that a tile shows: float16 (LENGTH,), in levels of grey.

    The black bars of a letterboxed tile are no part of it, so that it is the same picture in any format.
    """
    top, left, height, width = content_box(tile.width, tile.height, len(tile.pixels), fit)
    grey = tile.pixels[top : top + height, left : left + width] @ np.array(LUMA)
    frequencies = _waves_of_means(height) @ grey @ _waves_of_means(width).T
    detail: np.ndarray = frequencies[BAND].astype(np.float16)
    return detail


def turned_details(details: np.ndarray) -> Iterator[np.ndarray]:
    """Details (n, LENGTH) of the same pictures in each of TURNS, one after another."""
    square = np.zeros((len(details), FREQUENCIES, FREQUENCIES), dtype=np.float32)
    square[:, BAND] = details
    for swap, upside_down, mirrored in TURNS:
        signs = np.where(upside_down, -1.0, 1.0) ** DOWN * np.where(mirrored, -1.0, 1.0) ** ACROSS
        source = square.swapaxes(1, 2) if swap else square
        yield source[:, BAND] * signs[BAND].astype(np.float32)


def detail_picture(detail: np.ndarray) -> np.ndarray:
    """The picture (SIDE, SIDE) of a detail (LENGTH,): the grey picture without all other frequencies."""
    square = np.zeros((FREQUENCIES, FREQUENCIES))
    square[BAND] = detail
    picture: np.ndarray = _waves().T @ square @ _waves()
    return picture


@cache
def _waves() -> np.ndarray:
    """The first FREQUENCIES rows of the orthonormal cosine transform of SIDE values (DCT-II)."""
    frequency, place = np.ogrid[:FREQUENCIES, :SIDE]
    waves: np.ndarray = np.cos(np.pi * frequency * (2 * place + 1) / (2 * SIDE)) * np.sqrt(2 / SIDE)
    waves[0] /= np.sqrt(2)
    return waves


@cache
def _waves_of_means(extent: int) -> np.ndarray:
    """The transform of SIDE means of equal parts of `extent` pixels: (FREQUENCIES, extent)."""
    edges = SIDE * np.arange(extent + 1)
    starts = extent * np.arange(SIDE)[:, None]
    overlap = np.minimum(edges[1:], starts + extent) - np.maximum(edges[:-1], starts)
    means: np.ndarray = _waves() @ (overlap.clip(min=0) / extent)
    return means
