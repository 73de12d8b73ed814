"""From stored colours to sRGB: what is left unchanged, what is converted, what is refused."""

import numpy as np
import pytest
from PIL import ImageCms

from pasi.errors import PhotoError
from pasi.imaging.colours import adobe_rgb_to_srgb, to_srgb
from photo_bytes import adobe_profile, cmyk_profile, grey_profile

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
SKIN = np.array([[[255, 255, 255], [0, 0, 0], [210, 160, 140], [120, 70, 60]]], dtype=np.uint8)


def test_rgb_without_profile_is_srgb():
    assert to_srgb(SKIN, None) is SKIN


def test_grey_without_profile_has_three_equal_channels():
    grey = np.array([[[0], [77], [255]]], dtype=np.uint8)
    assert to_srgb(grey, None).tolist() == [[[0, 0, 0], [77, 77, 77], [255, 255, 255]]]


def test_an_srgb_profile_moves_no_pixel():
    assert to_srgb(SKIN, SRGB) is SKIN


def test_a_profile_is_applied():
    converted = to_srgb(SKIN, adobe_profile()).astype(int)
    assert converted[0, :2].tolist() == [[255, 255, 255], [0, 0, 0]]
    # Adobe RGB is the larger space: the same numbers mean a stronger red than in sRGB.
    assert (converted[0, 2:, 0] > SKIN[0, 2:, 0]).all()


def test_the_mark_of_a_camera_gives_what_the_profile_gives():
    colours = np.indices((8, 8, 8)).reshape(3, 64, 8).transpose(1, 2, 0).astype(np.uint8) * 36
    difference = np.abs(adobe_rgb_to_srgb(colours).astype(int) - to_srgb(colours, adobe_profile()))
    assert np.quantile(difference, 0.9) <= 2  # the curves differ where they are steep, near black
    assert adobe_rgb_to_srgb(np.full((1, 1, 3), 255, np.uint8)).tolist() == [[[255, 255, 255]]]


def test_a_grey_profile_is_applied():
    grey = np.array([[[0], [128], [255]]], dtype=np.uint8)
    light = to_srgb(grey, grey_profile(1.0))  # half of the light is 188 in sRGB
    assert light[0].tolist() == [[0, 0, 0], [188, 188, 188], [255, 255, 255]]


def test_grey_with_the_profile_of_a_colour_photo_is_taken_as_neutral_colour():
    grey = np.array([[[0], [128], [255]]], dtype=np.uint8)
    assert to_srgb(grey, SRGB).tolist() == [[[0, 0, 0], [128, 128, 128], [255, 255, 255]]]


def test_cmyk_goes_through_its_profile():
    inks = np.array([[[0, 0, 0, 0], [255, 0, 0, 0], [0, 0, 0, 255], [0, 0, 0, 128]]], dtype=np.uint8)
    white, varnish, black, grey = to_srgb(inks, cmyk_profile())[0].tolist()
    assert white == varnish == [255, 255, 255]
    assert max(black) <= 1
    assert max(grey) - min(grey) <= 1
    assert abs(grey[0] - 118) <= 2  # L* 50 is 18.4 % of the light


def test_cmyk_without_profile_is_refused():
    with pytest.raises(PhotoError, match="is CMYK without a colour profile: re-export the photo as JPEG in sRGB"):
        to_srgb(np.zeros((2, 2, 4), np.uint8), None)


@pytest.mark.parametrize(
    ("channels", "profile"),
    [(3, b""), (3, b"not a profile"), (3, SRGB[:200]), (3, cmyk_profile()), (4, SRGB), (1, cmyk_profile()),
     (3, grey_profile(2.2))],
)  # fmt: skip
def test_a_profile_that_does_not_fit_is_refused(channels, profile):
    with pytest.raises(PhotoError, match="colour profile that is damaged or of another colour space"):
        to_srgb(np.zeros((2, 2, channels), np.uint8), profile)
