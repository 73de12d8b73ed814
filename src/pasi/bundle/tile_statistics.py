"""Statistics of a photo as its tile shows it, by which photos are compared with those of a training.

They are taken from the tile and not from the file: what a tile does not show, no network sees.
"""

import numpy as np

from pasi.imaging.decode import Tile
from pasi.imaging.fit import content_box
from pasi.imaging.settings import GREY, Fit

LEVEL = 1 / 255  # one level of a photo's 256; added before a logarithm, so that black has one
DARK = 0.03  # added to a channel before colours are compared as ratios: what is nearly black has no colour
CELLS = 32  # of a map of colours, in each of its two directions
REACH = 1.5  # largest logarithm of red over green, and of green over blue, that the map tells apart
MIDDLE = 0.5  # share of the height and width that the middle of a photo has
OF_PART = (
    "red_green", "green_blue", "red_green_spread", "green_blue_spread", "colours_together",
    "brightness", "contrast", "fine", "coarse", "evenness", "direction",
)  # fmt: skip
STATISTICS = (*OF_PART, *(f"middle_{name}" for name in OF_PART))


def photo_pixels(tile: Tile, fit: Fit) -> np.ndarray:
    """The pixels of the photo in its tile, without black bars: (height, width, 3), 0 to 1."""
    return cut_out(tile.pixels, content_box(tile.width, tile.height, len(tile.pixels), fit))


def cut_out(pixels: np.ndarray, box: "tuple[int, int, int, int] | np.ndarray") -> np.ndarray:
    """The part (height, width, 3) of a tile's uint8 pixels in a box (top, left, height, width), 0 to 1."""
    top, left, height, width = box
    part: np.ndarray = pixels[top : top + height, left : left + width] / 255
    return part


def grey_of(pixels: np.ndarray) -> np.ndarray:
    """Brightness (height, width), 0 to 1."""
    grey: np.ndarray = pixels @ np.array(GREY)
    return grey


def laplacian(grey: np.ndarray) -> np.ndarray:
    """By how much four times each pixel exceeds the sum of its neighbours; at an edge its own value stands for one.

    >>> laplacian(np.array([[0.0, 1.0, 0.0]])).tolist()
    [[-1.0, 2.0, -1.0]]
    """
    padded = np.pad(grey, 1, mode="edge")
    neighbours = padded[:-2, 1:-1] + padded[2:, 1:-1] + padded[1:-1, :-2] + padded[1:-1, 2:]
    edges: np.ndarray = 4 * grey - neighbours
    return edges


def statistics_of(pixels: np.ndarray) -> np.ndarray:
    """The STATISTICS (22,) of a photo: of all of it, then of its middle.

    By part: means and spreads of the logarithms of red over green and of green over blue, and their correlation;
    logarithms of brightness, contrast, and of the detail of one and of two pixels; whether detail is everywhere or in
    few places; whether lines rather stand or lie.
    """
    height, width = pixels.shape[:2]
    top, left = int(height * (1 - MIDDLE) / 2), int(width * (1 - MIDDLE) / 2)
    middle = pixels[top : height - top, left : width - left]
    return np.array([*_of_part(pixels), *_of_part(middle)])


def _of_part(pixels: np.ndarray) -> list[float]:
    grey, (red, blue) = grey_of(pixels), _ratios(pixels)
    together = np.mean((red - red.mean()) * (blue - blue.mean())) / (red.std() * blue.std() + LEVEL**2)
    fine, coarse = laplacian(grey), laplacian(_halved(grey))
    across, down = (float(np.abs(np.diff(grey, axis=axis)).mean()) if grey.shape[axis] > 1 else 0.0 for axis in (1, 0))
    return [
        float(red.mean()),
        float(blue.mean()),
        float(np.log(red.std() + LEVEL)),
        float(np.log(blue.std() + LEVEL)),
        float(together),
        float(np.log(grey.mean() + LEVEL)),
        float(np.log(grey.std() + LEVEL)),
        float(np.log(fine.std() + LEVEL)),
        float(np.log(coarse.std() + LEVEL)),
        float(np.log(np.abs(fine).mean() / (fine.std() + LEVEL) + LEVEL)),
        float(np.log((across + LEVEL) / (down + LEVEL))),
    ]


def _ratios(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Logarithms (height x width,) of red over green and of green over blue."""
    red, green, blue = np.log(pixels.reshape(-1, 3) + DARK).T
    return red - green, green - blue


def _halved(grey: np.ndarray) -> np.ndarray:
    """The picture at half its size, each pixel the mean of four; sides of one pixel stay."""
    for axis in (0, 1):
        if (half := grey.shape[axis] // 2) > 0:
            first, second = (np.take(grey, np.arange(half) * 2 + offset, axis=axis) for offset in (0, 1))
            grey = (first + second) / 2
    return grey


def colour_cells(pixels: np.ndarray) -> np.ndarray:
    """The cell of each pixel (height x width,) in the map of colours, CELLS x CELLS.

    >>> colour_cells(np.ones((1, 2, 3))).tolist() == [CELLS * CELLS // 2 + CELLS // 2] * 2
    True
    """
    red, blue = (np.clip((ratio + REACH) * (CELLS / (2 * REACH)), 0, CELLS - 1) for ratio in _ratios(pixels))
    cells: np.ndarray = red.astype(np.int64) * CELLS + blue.astype(np.int64)
    return cells


def colour_map(pixels: np.ndarray) -> np.ndarray:
    """The share of the pixels in each cell (CELLS x CELLS,) of the map of colours."""
    cells = colour_cells(pixels)
    return np.bincount(cells, minlength=CELLS * CELLS) / len(cells)
