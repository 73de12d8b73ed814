"""Colours of PNG: cICP, sRGB, gAMA and cHRM give the right colour or are refused, in the order of the specification."""

import io
import struct

import numpy as np
import pytest

from pasi.errors import PhotoError
from pasi.imaging.colours import SRGB, encoded_to_srgb, srgb_matrix
from pasi.imaging.decode import decode_photo
from pasi.imaging.png_colour import PRIMARIES, Encoding, png_encoding
from photo_bytes import adobe_profile, chunk, encode

SKIN = np.full((64, 64, 3), (190, 130, 110), np.uint8)
ADOBE = ((0.3127, 0.3290), (0.64, 0.33), (0.21, 0.71), (0.15, 0.06))


def gama(gamma: float) -> bytes:
    return chunk(b"gAMA", struct.pack(">I", round(100_000 / gamma)))


def chrm(primaries) -> bytes:
    return chunk(b"cHRM", struct.pack(">8I", *(round(100_000 * value) for pair in primaries for value in pair)))


def cicp(*codes: int) -> bytes:
    return chunk(b"cICP", bytes(codes))


def with_chunks(*chunks: bytes, pixels: np.ndarray = SKIN, **options) -> bytes:
    """A PNG with chunks after its header."""
    data = encode(pixels, **options)
    return data[:33] + b"".join(chunks) + data[33:]


def colour(data: bytes) -> list[int]:
    """The colour of the first pixel of the tile."""
    return decode_photo(io.BytesIO(data), size=16)[0, 0].tolist()


@pytest.mark.parametrize(
    "chunks",
    [
        (), (gama(2.2),), (gama(2.15),), (gama(2.2), chrm(SRGB)), (chrm(SRGB),), (chunk(b"sRGB", b"\0"),),
        (chunk(b"sRGB", b"\0"), gama(1.0), chrm(ADOBE)), (cicp(1, 13, 0, 1),), (cicp(1, 13, 0, 1), gama(1.0)),
    ],
)  # fmt: skip
def test_what_says_srgb_changes_nothing(chunks):
    assert colour(with_chunks(*chunks)) == [190, 130, 110]


def test_linear_light_is_encoded():
    # 190/255 = 0.7451 is 1.055 * 0.7451 ** (1 / 2.4) - 0.055 = 0.8782 on the curve of sRGB, 224 of 255.
    assert colour(with_chunks(gama(1.0))) == [224, 189, 175]
    assert colour(with_chunks(gama(1.0), pixels=SKIN[:, :, 1])) == [189, 189, 189]
    assert colour(with_chunks(cicp(1, 8, 0, 1))) == [224, 189, 175]


def test_an_old_macintosh_is_lighter():
    # (130 / 255) ** 1.8 = 0.2973, and 1.055 * 0.2973 ** (1 / 2.4) - 0.055 = 0.5814, 148 of 255.
    assert colour(with_chunks(gama(1.8)))[1] == 148


def test_display_p3_is_converted():
    # CSS Color 4, from linear P3 to linear sRGB: 1.2249 -0.2249 0, -0.0420 1.0420 0, -0.0196 -0.0786 1.0983. Skin
    # is, linear, 0.515 0.223 0.156, so red is 0.5805, which is 200 of 255 on the curve of sRGB.
    assert colour(with_chunks(cicp(12, 13, 0, 1))) == [200, 127, 106]
    assert colour(with_chunks(cicp(12, 13, 0, 1), icc_profile=adobe_profile())) == [200, 127, 106]
    wide = np.full((64, 64, 3), (255, 0, 0), np.uint8)
    assert colour(with_chunks(cicp(9, 13, 0, 1), pixels=wide)) == [255, 0, 0], "outside of sRGB: clipped"


def test_primaries_of_adobe_rgb_are_as_its_profile():
    by_chunks = colour(with_chunks(gama(563 / 256), chrm(ADOBE)))
    by_profile = colour(encode(SKIN, icc_profile=adobe_profile()))
    assert np.abs(np.subtract(by_chunks, by_profile)).max() <= 2


def test_a_profile_counts_before_gamma_and_primaries():
    assert colour(with_chunks(gama(1.0), icc_profile=adobe_profile())) == colour(
        encode(SKIN, icc_profile=adobe_profile())
    )


def test_chunks_behind_the_pixels_say_nothing():
    data = encode(SKIN)
    end = data.index(b"IEND") - 4
    assert png_encoding(data[:end] + gama(1.0) + data[end:]) is None


@pytest.mark.parametrize(
    ("chunks", "words"),
    [
        ((cicp(9, 16, 0, 1),), "HDR or video colours"),  # BT.2020 PQ
        ((cicp(9, 18, 0, 1),), "HDR or video colours"),  # HLG
        ((cicp(1, 1, 0, 1),), "HDR or video colours"),  # a frame of a video
        ((cicp(1, 13, 0, 0),), "HDR or video colours"),  # levels 16 to 235
        ((cicp(1, 13, 1, 1),), "HDR or video colours"),  # a matrix other than that of RGB
        ((cicp(2, 2, 0, 1),), "HDR or video colours"),  # unspecified
        ((cicp(12, 13),), "HDR or video colours"),
        ((chunk(b"gAMA", bytes(4)),), "impossible colours"),
        ((gama(1000.0),), "impossible colours"),
        ((chunk(b"cHRM", bytes(32)),), "impossible colours"),
        ((chrm([(0.3, 0.3)] * 4),), "impossible colours"),
    ],
)
def test_colours_without_a_plain_meaning_are_refused(chunks, words):
    with pytest.raises(PhotoError, match=words) as caught:
        colour(with_chunks(*chunks))
    assert caught.value.fix == "re-export the photo as JPEG in sRGB"


@pytest.mark.parametrize("primaries", [*PRIMARIES.values(), ADOBE, ((0.3457, 0.3585), *ADOBE[1:])])
def test_white_stays_white_and_grey_stays_grey(primaries):
    assert np.allclose(srgb_matrix(primaries) @ np.ones(3), 1, atol=1e-3)
    grey = np.arange(256, dtype=np.uint8)[:, None, None].repeat(3, axis=2)
    assert np.abs(encoded_to_srgb(grey, Encoding(None, primaries)).astype(int) - grey).max() <= 1
