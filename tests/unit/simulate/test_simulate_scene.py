"""The drawing shows the scores: the area to the pixel, and each sign in its own pixels and in no others."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from scipy.ndimage import binary_dilation, distance_transform_edt, gaussian_filter

from pasi.simulate.scene import draw_photo
from pasi.simulate.shot import Lesions, Shot

LONG, SHORT = 308, 204
RIM = 12  # pixels around a plaque that induration may shade: 0.04 of the long side
MIDDLE = Lesions(erythema=2, induration=2, desquamation=2, percent=25, stain=25)


def shot(lesions: Lesions = MIDDLE, **changes) -> Shot:
    about = {"seed": 5, "subject": 3, "skin_type": "III", "male": True, "visit": 0, "region": "trunk", "slot": 1}
    return Shot(**{**about, **changes}, lesions=lesions)


def draw(lesions: Lesions = MIDDLE, **changes):
    return draw_photo(shot(lesions, **changes), LONG, SHORT)


def lab(pixels: np.ndarray) -> np.ndarray:
    """CIE lightness, a* and b* (height, width, 3) of sRGB."""
    value = pixels / 255
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    cube = np.cbrt(linear @ to_xyz.T / [0.9505, 1.0, 1.089])
    return np.stack(
        [116 * cube[..., 1] - 16, 500 * (cube[..., 0] - cube[..., 1]), cube[..., 1] - cube[..., 2]], axis=-1
    )


def changed(one, other) -> np.ndarray:
    return np.any(one.pixels != other.pixels, axis=-1)


def detail(values: np.ndarray, where: np.ndarray) -> float:
    """Standard deviation of detail finer than 3 pixels."""
    return float((values - gaussian_filter(values, 3))[where].std())


@pytest.mark.parametrize("percent", [1.9, 9.6, 10.4, 29.6, 45, 69.6, 89.6, 99.0])
@pytest.mark.parametrize(("region", "slot"), [("upper", 0), ("upper", 3), ("trunk", 0), ("lower", 1)])
def test_area_drawn_is_the_percentage_asked_for(percent, region, slot):
    drawing = draw(replace(MIDDLE, percent=percent), region=region, slot=slot)
    assert drawing.skin.mean() > 0.25
    assert not (drawing.plaques & ~drawing.skin).any()
    assert 100 * drawing.plaques.sum() / drawing.skin.sum() == pytest.approx(percent, abs=0.05)


def test_clear_skin_has_no_plaque():
    clear = Lesions(0, 0, 0, percent=0, stain=0)
    assert not draw(clear).plaques.any()


@pytest.mark.parametrize("sign", ["erythema", "induration", "desquamation"])
def test_a_sign_changes_plaques_and_their_rims_only(sign):
    mild, severe = draw(replace(MIDDLE, **{sign: 1})), draw(replace(MIDDLE, **{sign: 4}))
    assert np.array_equal(mild.plaques, severe.plaques)
    moved = changed(mild, severe)
    assert distance_transform_edt(~mild.plaques)[moved].max() <= RIM
    assert moved[mild.plaques].mean() > 0.3


@pytest.mark.parametrize("skin_type", ["I", "III", "V", "VI"])
def test_erythema_moves_redness_and_leaves_texture(skin_type):
    smooth = replace(MIDDLE, desquamation=0, induration=0)
    mild, severe = (draw(replace(smooth, erythema=grade), skin_type=skin_type) for grade in (1, 4))
    plaques = mild.plaques
    mild_lab, severe_lab = lab(mild.pixels), lab(severe.pixels)
    assert (severe_lab - mild_lab)[plaques, 1].mean() > 3
    inner = ~binary_dilation(~plaques, iterations=5)
    mild_grey, severe_grey = (drawing.pixels.astype(float).mean(axis=-1) for drawing in (mild, severe))
    assert detail(severe_grey, inner) == pytest.approx(detail(mild_grey, inner), rel=0.25, abs=0.3)


def test_erythema_shows_less_on_dark_skin():
    def shift(skin_type: str) -> float:
        mild, severe = (draw(replace(MIDDLE, erythema=grade), skin_type=skin_type) for grade in (0, 4))
        return float((lab(severe.pixels) - lab(mild.pixels))[mild.plaques, 1].mean())

    assert shift("I") > shift("VI") > 1


def test_induration_shades_rims_and_keeps_the_hue():
    mild, severe = (draw(replace(MIDDLE, induration=grade, desquamation=0)) for grade in (0, 4))
    rim = binary_dilation(mild.plaques, iterations=4) & binary_dilation(~mild.plaques, iterations=4) & mild.skin
    core = ~binary_dilation(~mild.plaques, iterations=RIM)
    moved = severe.pixels.mean(axis=-1) - mild.pixels.mean(axis=-1)
    assert moved[rim].std() > 5 * moved[core].std() if core.any() else moved[rim].std() > 5
    assert np.percentile(moved[rim], 95) > 8
    assert np.percentile(moved[rim], 5) < -8
    ratio = [drawing.pixels[rim].astype(float).mean(axis=0) for drawing in (mild, severe)]
    assert ratio[0] / ratio[0].sum() == pytest.approx(ratio[1] / ratio[1].sum(), abs=0.01)


def test_desquamation_adds_light_texture():
    none, some, much = (draw(replace(MIDDLE, desquamation=grade)) for grade in (0, 1, 4))
    lightness = [lab(drawing.pixels)[..., 0] for drawing in (none, some, much)]
    means = [values[none.plaques].mean() for values in lightness]
    assert means[0] + 1 < means[1] < means[2] - 3
    assert detail(lightness[2], none.plaques) > 1.5 * detail(lightness[0], none.plaques)


def test_signs_survive_at_the_size_of_a_tile():
    """Each sign, from least to most severe, changes the plaques of a 128-pixel tile by several levels of 255."""
    low = replace(MIDDLE, erythema=1, induration=0, desquamation=0)
    for sign in ("erythema", "induration", "desquamation"):
        tiles = [
            np.asarray(Image.fromarray(draw(lesions).pixels).resize((85, 128), Image.Resampling.BOX), dtype=float)
            for lesions in (low, replace(low, **{sign: 4}))
        ]
        assert np.percentile(np.abs(tiles[1] - tiles[0]), 95) > 8


def test_plaques_stay_where_they_were_and_shrink():
    many, few = draw(replace(MIDDLE, percent=40)), draw(replace(MIDDLE, percent=12))
    assert not (few.plaques & ~many.plaques).any()


def test_a_small_photo_is_the_large_one_shrunk():
    large, small = draw_photo(shot(), 4 * LONG, 4 * SHORT), draw_photo(shot(), LONG, SHORT)
    height, width = small.plaques.shape
    shrunk = Image.fromarray(large.pixels).resize((width, height), Image.Resampling.BOX)
    assert np.abs(np.asarray(shrunk, dtype=float) - small.pixels).mean() < 4
    mask = np.asarray(Image.fromarray(large.plaques).convert("L").resize((width, height), Image.Resampling.BOX)) > 127
    assert (mask ^ small.plaques).mean() < 0.02


def test_light_differs_from_visit_to_visit_and_the_person_does_not():
    first, second = draw(visit=0), draw(visit=1)
    assert np.abs(first.pixels[first.skin].mean(axis=0) - second.pixels[second.skin].mean(axis=0)).max() > 3
    assert np.array_equal(first.pixels, draw(visit=0).pixels)
