"""Statistics of a tile: the photo without its bars, and colours and detail by hand."""

import numpy as np
import pytest

from pasi.bundle.tile_statistics import (
    CELLS,
    DARK,
    LEVEL,
    STATISTICS,
    colour_cells,
    colour_map,
    laplacian,
    photo_pixels,
    statistics_of,
)
from pasi.imaging.decode import Tile


def named(pixels: np.ndarray) -> dict[str, float]:
    return dict(zip(STATISTICS, statistics_of(pixels).tolist(), strict=True))


def test_black_bars_are_no_part_of_a_photo():
    tile = np.zeros((8, 8, 3), dtype=np.uint8)
    tile[2:6] = 255
    assert photo_pixels(Tile(tile, 80, 40), "letterbox").tolist() == np.ones((4, 8, 3)).tolist()
    assert photo_pixels(Tile(tile, 80, 40), "squash").shape == (8, 8, 3)


def test_one_colour_has_its_ratios_and_no_detail():
    found = named(np.full((8, 12, 3), (0.6, 0.3, 0.15)))
    assert found["red_green"] == pytest.approx(np.log((0.6 + DARK) / (0.3 + DARK)))
    assert found["green_blue"] == pytest.approx(np.log((0.3 + DARK) / (0.15 + DARK)))
    assert found["brightness"] == pytest.approx(np.log(0.299 * 0.6 + 0.587 * 0.3 + 0.114 * 0.15 + LEVEL))
    assert found["contrast"] == found["fine"] == found["coarse"] == pytest.approx(np.log(LEVEL))
    assert found["direction"] == found["colours_together"] == pytest.approx(0)


def test_stripes_have_a_direction_and_the_middle_counts_by_itself():
    stripes = np.tile(np.array([0.2, 0.8])[None, :, None], (8, 6, 3))
    assert named(stripes)["direction"] > 4 > -4 > named(stripes.transpose(1, 0, 2))["direction"]
    framed = np.full((8, 12, 3), 0.2)
    framed[2:6, 3:9] = 0.8
    assert named(framed)["middle_brightness"] == pytest.approx(np.log(0.8 + LEVEL))
    assert named(framed)["middle_contrast"] == pytest.approx(np.log(LEVEL))


@pytest.mark.parametrize("shape", [(1, 64, 3), (64, 4, 3), (1, 1, 3), (2, 3, 3)])
def test_a_strip_has_finite_statistics(shape):
    assert np.isfinite(statistics_of(np.random.default_rng(0).random(shape))).all()
    assert laplacian(np.zeros(shape[:2])).shape == shape[:2]


def test_a_colour_has_its_cell_whatever_its_brightness():
    red = np.array([[[1.0, 0.25, 0.25], [0.485, 0.11, 0.11]]])
    first, second = colour_cells(red)
    assert first == second
    assert first // CELLS > CELLS // 2, "more red than green"
    shares = colour_map(np.concatenate([red, np.full((1, 2, 3), 0.5)]))
    assert (shares[first], shares.sum()) == (0.5, 1.0)
