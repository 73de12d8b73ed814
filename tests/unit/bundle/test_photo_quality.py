"""The quality of a photo: measures by hand, limits from a training, and the fault that is named first."""

import numpy as np
import pytest

from pasi.bundle.photo_quality import MEASURES, Quality, learn_quality, quality_of
from pasi.bundle.tile_statistics import LEVEL

CHECKERS = np.repeat(np.indices((8, 8)).sum(axis=0)[..., None] % 2, 3, axis=2).astype(np.float64)
QUALITY = Quality(
    {"brightness": (-2.0, -0.3), "clipped": (0.0, 0.3), "contrast": (-4.0, -0.5), "sharpness": (0.0, 3.0)}
)


def test_measures_of_a_checkerboard():
    """Half of its pixels are white, and of eight by eight the Laplacian is 4, 3 or 2 times the step, up or down."""
    brightness, clipped, contrast, sharpness = quality_of(CHECKERS)
    assert brightness == pytest.approx(np.log(0.5 + LEVEL))
    assert clipped == 0.5
    assert contrast == pytest.approx(np.log(0.5 + LEVEL))
    assert sharpness == pytest.approx(np.log(np.sqrt((36 * 16 + 24 * 9 + 4 * 4) / 64) / 0.5), abs=0.01)


@pytest.mark.parametrize(
    ("pixels", "fault"),
    [
        (0.25 + 0.5 * CHECKERS, ""),
        (0.1 * CHECKERS, "is too dark"),
        (0.8 + 0.1 * CHECKERS, "is too bright"),
        (CHECKERS, "is too bright"),
        (np.full((8, 8, 3), 0.5), "shows nearly one colour"),
        (0.25 + 0.5 * np.linspace(0, 1, 64).reshape(8, 8, 1).repeat(3, axis=2), "is blurred"),
        (np.zeros((8, 8, 3)), "is too dark"),
    ],
)
def test_the_first_fault_is_named(pixels, fault):
    assert QUALITY.fault_of(pixels) == fault


def test_limits_lie_where_the_oddest_photo_of_a_subject_is():
    """Brightness alone differs: its median is 0, and its marks lie at about -1 and 1."""
    measures = np.zeros((2000, 4))
    measures[:, 0] = np.linspace(-1, 1, 2000)
    measures[0, 0] = -3.0  # of the last subject but one
    subjects = ["B", *["A"] * 1998, "C"]
    low, high = learn_quality(measures, subjects, rank=1).limits["brightness"]
    assert (low, high) == (pytest.approx(-3.0, abs=1e-3), pytest.approx(3.0, rel=0.01))
    second = learn_quality(measures, subjects, rank=2).limits["brightness"]
    assert second == (pytest.approx(-1.0, abs=0.02), pytest.approx(1.0, abs=0.02)), "the second subject from above"


def test_what_no_fault_asks_for_makes_no_photo_odd():
    measures = np.zeros((400, 4))
    measures[0, MEASURES.index("sharpness")] = 100.0  # a photo may be as sharp as it likes
    limits = learn_quality(measures, ["A"] * 400, rank=1).limits
    assert limits["sharpness"][0] == pytest.approx(-0.05), "the least spread"


def test_json_is_read_back_and_another_measure_is_refused():
    value = QUALITY.to_json()
    assert Quality.from_json(value) == QUALITY
    with pytest.raises(ValueError, match="limits of brightness, expected those of brightness, clipped"):
        Quality.from_json({"brightness": [0, 1]})
