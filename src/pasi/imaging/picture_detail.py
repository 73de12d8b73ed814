"""The detail of a picture: what two encodings of one photo share, and two photos of one body do not.

The grey picture is scaled to a square, and from each of its pixels the mean of its neighbours is taken and divided by
their spread. So neither light nor contrast matters, and a frame, a ruler or a date that many photos show counts by its
area alone. docs/photos.md has the figures.
"""

from functools import cache

import numpy as np

from pasi.imaging.decode import Tile
from pasi.imaging.fit import content_box
from pasi.imaging.settings import GREY, Fit

SIDE = 32  # pixels of a side of a detail
WINDOW = 5  # pixels of a side of the square of neighbours
SQUARE = SIDE + WINDOW - 1  # pixels of a side of the square to which the picture is scaled: those at its rim lack some
FAINT = 1.0  # levels of grey; a spread well below it counts for little, because rounding and encoding make as much
SCALE = 40  # steps of a detail for each unit: its largest values are about 3
TURNS = tuple((quarters, mirrored) for mirrored in (False, True) for quarters in range(4))  # all that a square allows


def picture_detail(tile: Tile, fit: Fit) -> np.ndarray:
    """The detail of the photo that a tile shows: int8 (SIDE, SIDE).

    The black bars of a letterboxed tile are no part of it, so that it is the same for a photo that was turned.
    """
    top, left, height, width = content_box(tile.width, tile.height, len(tile.pixels), fit)
    grey = tile.pixels[top : top + height, left : left + width] @ np.array(GREY)
    square = _means(height) @ grey @ _means(width).T
    around = np.lib.stride_tricks.sliding_window_view(square, (WINDOW, WINDOW))
    centre = around[:, :, WINDOW // 2, WINDOW // 2]
    difference = (centre - around.mean(axis=(2, 3))) / np.hypot(around.std(axis=(2, 3)), FAINT)
    detail: np.ndarray = np.rint(SCALE * difference).clip(-127, 127).astype(np.int8)
    return detail


def turned(details: np.ndarray, turn: tuple[int, bool]) -> np.ndarray:
    """Details (n, SIDE, SIDE) of the same pictures in one of TURNS."""
    quarters, mirrored = turn
    return np.rot90(details[:, :, ::-1] if mirrored else details, quarters, axes=(1, 2))


@cache
def _means(extent: int) -> np.ndarray:
    """Weights (SQUARE, extent) of the means over SQUARE equal parts of `extent` pixels."""
    edges = SQUARE * np.arange(extent + 1)
    starts = extent * np.arange(SQUARE)[:, None]
    overlap = np.minimum(edges[1:], starts + extent) - np.maximum(edges[:-1], starts)
    weights: np.ndarray = overlap.clip(min=0) / extent
    return weights
