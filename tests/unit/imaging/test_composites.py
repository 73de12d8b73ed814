"""Composites: places of the tiles, rotation, jitter, normalisation, and draws that depend on the sample alone."""

import itertools

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from pasi.imaging.composites import IMAGENET_DEVIATION, IMAGENET_MEAN, Composer, draw_augmentation, quarter_boxes
from pasi.imaging.settings import CompositeSettings
from pasi.imaging.tile_pixels import TilePixels

PLAIN = {"rotation": "none", "shuffle": False, "brightness": 0.0, "contrast": 0.0, "normalize": "none"}


def composer(tiles, boxes=None, samples=((0, 1, 2, 3),), **settings):
    tiles = torch.as_tensor(tiles, dtype=torch.uint8)
    size = tiles.shape[1]
    boxes = torch.tensor(boxes or [(0, 0, size, size)] * len(tiles))
    return Composer(
        TilePixels.of(tiles.numpy()), boxes, torch.tensor(samples), CompositeSettings(**{**PLAIN, **settings})
    )


def flat_tiles(*levels, size=2):
    """One tile a level, every pixel and channel at that level."""
    return torch.stack([torch.full((size, size, 3), level, dtype=torch.uint8) for level in levels])


def draw(made, seed=0, count=1):
    generator = torch.Generator().manual_seed(seed)
    return draw_augmentation(count, made.tile_numbers.shape[1], made.settings, generator)


def levels(picture, size=2):
    """Level of the first pixel of each cell, row by row, as 0..255."""
    return [round(255 * value.item()) for value in picture[0, ::size, ::size].flatten()]


def test_cells_follow_row_by_row():
    assert levels(composer(flat_tiles(10, 20, 30, 40)).compose(torch.tensor([0]))[0]) == [10, 20, 30, 40]


def test_missing_photos_are_black():
    made = composer(flat_tiles(10, 20), samples=[(0, 1, -1, -1)])
    assert levels(made.compose(torch.tensor([0]))[0]) == [10, 20, 0, 0]


def test_a_region_of_nine_photos_makes_three_rows():
    made = composer(flat_tiles(*range(9)), samples=[tuple(range(9))])
    picture = made.compose(torch.tensor([0]))[0]
    assert picture.shape == (3, 6, 6)
    assert levels(picture) == list(range(9))


def test_normalisation_is_that_of_imagenet():
    made = composer(flat_tiles(255, 255, 255, 255), normalize="imagenet")
    expected = [(1 - mean) / deviation for mean, deviation in zip(IMAGENET_MEAN, IMAGENET_DEVIATION, strict=True)]
    assert made.compose(torch.tensor([0]))[0, :, 0, 0].tolist() == pytest.approx(expected)


def test_without_a_draw_composites_are_the_same_bytes():
    tiles = torch.randint(256, (4, 8, 8, 3), generator=torch.Generator().manual_seed(1), dtype=torch.uint8)
    first, second = (composer(tiles, normalize="imagenet").compose(torch.tensor([0])) for _ in range(2))
    assert first.numpy().tobytes() == second.numpy().tobytes()


def test_every_order_of_four_cells_is_reached():
    made = composer(flat_tiles(1, 2, 3, 4), shuffle=True)
    seen = {tuple(levels(made.compose(torch.tensor([0]), draw(made, seed))[0])) for seed in range(400)}
    assert seen == set(itertools.permutations((1, 2, 3, 4)))


def test_right_angles_turn_each_tile_by_itself():
    tile = torch.zeros(2, 2, 3, dtype=torch.uint8)
    tile[0, 0] = 255  # one bright corner: its place tells the angle
    made = composer(tile.expand(4, 2, 2, 3), rotation="right_angle")
    seen = set()
    for seed in range(60):
        picture = made.compose(torch.tensor([0]), draw(made, seed))[0, 0]
        cells = [picture[y : y + 2, x : x + 2] for y in (0, 2) for x in (0, 2)]
        assert all(cell.sum() == 1 for cell in cells)
        seen.add(tuple(int(cell.argmax()) for cell in cells))
    assert {corner for corners in seen for corner in corners} == {0, 1, 2, 3}
    assert any(len(set(corners)) > 1 for corners in seen)


def test_the_photo_turns_with_its_tile():
    tile = torch.zeros(5, 5, dtype=torch.uint8)
    tile[1:3, 0:4] = 1  # top 1, left 0, height 2, width 4
    for quarter, box in enumerate(quarter_boxes(torch.tensor([[1, 0, 2, 4]]), 5)[0].tolist()):
        rows, columns = torch.rot90(tile, quarter).nonzero().unbind(1)
        found = [rows.min(), columns.min(), rows.max() - rows.min() + 1, columns.max() - columns.min() + 1]
        assert box == [int(value) for value in found]


def test_pictures_are_channels_last_in_memory():
    made = composer(flat_tiles(10, 20, 30, 40), rotation="right_angle")
    for drawn in (None, draw(made)):
        assert made.compose(torch.tensor([0]), drawn).is_contiguous(memory_format=torch.channels_last)


def test_any_angle_leaves_black_corners_and_the_middle():
    made = composer(flat_tiles(200, 200, 200, 200, size=16), rotation="any")
    picture = made.compose(torch.tensor([0]), draw(made, seed=3))[0]
    assert picture[0, 8, 8].item() == pytest.approx(200 / 255, abs=1e-3)
    assert (picture == 0).any()


def test_brightness_scales_by_hand():
    made = composer(flat_tiles(100, 100, 100, 100), brightness=0.2)
    chosen = draw(made, seed=5)
    expected = [100 * factor for factor in chosen.brightness[0].tolist()]
    assert levels(made.compose(torch.tensor([0]), chosen)[0]) == pytest.approx(expected, abs=0.5)
    assert all(80 <= level <= 120 for level in expected)


def test_contrast_moves_pixels_about_the_mean_grey_of_the_photo():
    tile = torch.zeros(2, 2, 3, dtype=torch.uint8)
    tile[0], tile[1] = 100, 200  # mean grey 150
    made = composer(tile.expand(4, 2, 2, 3), contrast=0.2)
    chosen = draw(made, seed=7)
    picture = 255 * made.compose(torch.tensor([0]), chosen)[0, 0]
    factor = chosen.contrast[0, 0].item()
    assert picture[0, 0].item() == pytest.approx(150 - 50 * factor, abs=0.01)
    assert picture[1, 0].item() == pytest.approx(150 + 50 * factor, abs=0.01)


def test_jitter_is_one_factor_a_photo_or_one_a_composite():
    by_tile = draw(composer(flat_tiles(1, 1, 1, 1), brightness=0.2))
    whole = draw(composer(flat_tiles(1, 1, 1, 1), brightness=0.2, jitter_unit="composite"))
    assert len(set(by_tile.brightness[0].tolist())) == 4
    assert len(set(whole.brightness[0].tolist())) == 1


@given(seed=st.integers(0, 10_000))
def test_letterbox_bars_and_empty_cells_stay_black(seed):
    tiles = torch.zeros(2, 4, 4, 3, dtype=torch.uint8)
    tiles[:, 1:3] = 120  # two rows of photo between two black ones
    made = composer(
        tiles, [(1, 0, 2, 4)] * 2, [(0, 1, -1, -1)], brightness=0.2, contrast=0.2, shuffle=True, rotation="right_angle"
    )
    picture = made.compose(torch.tensor([0]), draw(made, seed))[0]
    assert (picture == 0).float().mean() == 0.75  # half of two tiles, and two whole cells
    assert picture.max() > 0.3


@given(seed=st.integers(0, 10_000), which=st.permutations(range(3)))
def test_a_draw_belongs_to_the_sample_not_to_its_batch(seed, which):
    tiles = torch.randint(256, (12, 4, 4, 3), generator=torch.Generator().manual_seed(seed), dtype=torch.uint8)
    settings = {"shuffle": True, "rotation": "right_angle", "brightness": 0.2, "contrast": 0.2}
    made = composer(tiles, samples=torch.arange(12).view(3, 4).tolist(), **settings)
    chosen = draw(made, seed, count=3)
    together = made.compose(torch.tensor(which), chosen.take(torch.tensor(which)))
    for place, sample in enumerate(which):
        alone = made.compose(torch.tensor([sample]), chosen.take(torch.tensor([sample])))
        assert torch.equal(together[place], alone[0])


@pytest.mark.parametrize("rotation", ["any", "right_angle", "none"])
def test_composites_are_the_same_bits_where_the_network_computes_in_bf16(rotation):
    """Inside autocast the coordinates of a turn and the mean grey of a photo would be rounded to bf16."""
    tiles = torch.randint(256, (12, 32, 32, 3), generator=torch.Generator().manual_seed(2), dtype=torch.uint8)
    settings = {"rotation": rotation, "brightness": 0.2, "contrast": 0.2, "normalize": "imagenet"}
    made, which = composer(tiles, samples=torch.arange(12).view(3, 4).tolist(), **settings), torch.arange(3)
    for chosen in (draw(made, count=3), None):
        alone = made.compose(which, chosen)
        with torch.autocast("cpu", torch.bfloat16):
            within = made.compose(which, chosen)
        assert within.dtype == torch.float32
        assert torch.equal(within, alone)


def test_all_that_composites_are_made_of_moves_to_the_device():
    made = composer(flat_tiles(10, 20, 30, 40)).to(torch.device("meta"))
    assert {name: value.device.type for name, value in vars(made).items() if isinstance(value, torch.Tensor)} == (
        dict.fromkeys(("boxes", "turns", "places", "grey", "mean", "deviation", "tile_numbers"), "meta")
    )
    assert made.tiles.device.type == "meta"
