"""From a photo to its tile: place in the tile, exact means, orientation, colours, and what is refused."""

import io
import struct
import subprocess
import sys
import warnings
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageFile, PngImagePlugin

from pasi.errors import PhotoError
from pasi.imaging.decode import decode_photo, make_tile
from pasi.imaging.fit import content_box
from pasi.imaging.settings import FITS
from photo_bytes import adobe_profile, chunk, cmyk_profile, encode, grey_profile, noise, png

SIDES = st.integers(16, 60)


def decode(data: bytes, **options) -> np.ndarray:
    return decode_photo(io.BytesIO(data), **options)


def area_mean(pixels: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """Mean over equal rectangles, unrounded, by overlaps of intervals as floats."""

    def shares(extent, count):
        edges, low = np.arange(extent + 1.0), np.arange(count)[:, None] * extent / count
        overlap = np.minimum(edges[1:], low + extent / count) - np.maximum(edges[:-1], low)
        return overlap.clip(0) * count / extent

    down = np.tensordot(shares(pixels.shape[0], rows), pixels.astype(np.float64), (1, 0))
    return np.tensordot(shares(pixels.shape[1], columns), down, (1, 1)).transpose(1, 0, 2)


def decibels(pixels: np.ndarray, reference: np.ndarray) -> float:
    return 10 * np.log10(255**2 / np.mean((pixels - reference) ** 2))


def exif(orientation: int | None = None, **texts: str) -> Image.Exif:
    tags = Image.Exif()
    if orientation is not None:
        tags[ExifTags.Base.Orientation] = orientation
    for name, text in texts.items():
        tags[ExifTags.Base[name]] = text
    return tags


# Where the photo lies


@pytest.mark.parametrize(
    ("width", "height", "size", "box"),
    [
        (4928, 3264, 128, (21, 0, 85, 128)),  # 84.78 rows: 43 black ones, 21 above and 22 below
        (3264, 4928, 128, (0, 21, 128, 85)),
        (1000, 1000, 128, (0, 0, 128, 128)),
        (256, 129, 128, (31, 0, 65, 128)),  # 64.5 rows: half up
        (1600, 100, 8, (3, 0, 1, 8)),  # half a row
        (16, 16, 5, (0, 0, 5, 5)),
    ],
)
def test_letterboxed_photos_keep_their_ratio(width, height, size, box):
    assert content_box(width, height, size, "letterbox") == box


@given(SIDES, SIDES, st.integers(1, 40))
def test_the_box_lies_in_the_tile_and_is_centred(width, height, size):
    top, left, down, across = content_box(width, height, size, "letterbox")
    assert max(down, across) == size
    assert min(down, across) >= 1
    assert 0 <= size - down - 2 * top <= 1
    assert 0 <= size - across - 2 * left <= 1


@pytest.mark.parametrize("fit", ["squash", "center_crop"])
def test_other_fits_fill_the_tile(fit):
    assert content_box(4928, 3264, 128, fit) == (0, 0, 128, 128)


def test_black_surrounds_a_letterboxed_photo():
    tile = decode(encode(np.full((32, 64, 3), 200, np.uint8)), size=16)
    assert (tile[4:12] == 200).all()
    assert (tile[:4] == 0).all()
    assert (tile[12:] == 0).all()


def test_fits_show_what_they_say():
    pixels = np.zeros((16, 32, 3), np.uint8)
    pixels[:, 8:24] = 100  # the middle square
    assert (decode(encode(pixels), size=8, fit="center_crop") == 100).all()
    assert decode(encode(pixels), size=8, fit="squash")[:, :, 0].tolist() == [[0, 0, 100, 100, 100, 100, 0, 0]] * 8
    with pytest.raises(ValueError, match="fit one of letterbox, squash, center_crop"):
        decode(encode(pixels), fit="stretch")


# Means


def test_a_pixel_is_the_mean_of_what_it_covers():
    columns = np.arange(24, dtype=np.uint8) * 10
    pixels = np.broadcast_to(columns[None, :, None], (24, 24, 3))
    # 24 to 16: each pixel covers 1.5 columns: (0 + 10/2) / 1.5 = 3.33, (10/2 + 20) / 1.5 = 16.67, (30 + 40/2) / 1.5
    assert decode(encode(np.ascontiguousarray(pixels)), size=16)[0, :4, 0].tolist() == [3, 17, 33, 47]


def test_halves_are_rounded_up():
    pixels = np.zeros((16, 16, 3), np.uint8)
    pixels[:, ::2] = 1
    assert (decode(encode(pixels), size=8) == 1).all()


def test_small_photos_are_enlarged_by_the_same_rule():
    columns = np.arange(16, dtype=np.uint8) * 10
    pixels = np.ascontiguousarray(np.broadcast_to(columns[None, :, None], (16, 16, 3)))
    # 16 to 24: each pixel covers 2/3 of a column: the first, half and half of two, the second
    assert decode(encode(pixels), size=24)[0, :6, 0].tolist() == [0, 5, 10, 20, 25, 30]


@settings(max_examples=40)
@given(SIDES, SIDES, st.integers(1, 24), st.integers(0, 5))
def test_means_are_exact(width, height, size, seed):
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    tile = decode(encode(pixels), size=size, fit="squash")
    row, column = size // 2, size // 3

    def overlap(place, cell, extent):
        low, high = Fraction(cell * extent, size), Fraction((cell + 1) * extent, size)
        return max(Fraction(0), min(high, Fraction(place + 1)) - max(low, Fraction(place)))

    total = sum(
        int(pixels[y, x, 1]) * overlap(y, row, height) * overlap(x, column, width)
        for y in range(row * height // size, -(-(row + 1) * height // size))
        for x in range(column * width // size, -(-(column + 1) * width // size))
    )
    assert tile[row, column, 1] == int(total * size * size / (height * width) + Fraction(1, 2))


@pytest.mark.parametrize("options", [{"quality": 85}, {"quality": 95, "subsampling": 0}, {"progressive": True}])
def test_a_large_jpeg_is_as_good_as_if_all_of_it_were_decoded(options):
    data = encode(noise(2464, 1632), "JPEG", **options)  # to 64 pixels: half of 4928x3264 to 128, so 1/8 is decoded
    tile = decode(data, size=64)[11:53]
    with Image.open(io.BytesIO(data)) as photo:
        reference = area_mean(np.asarray(photo), 42, 64)
    assert decibels(tile, reference) > 53


def test_no_jpeg_is_decoded_to_less_than_four_times_the_tile():
    data = encode(noise(1023, 700), "JPEG", quality=90)  # half of it would be 512 wide, and is still enough
    with Image.open(io.BytesIO(data)) as photo:
        exact = np.floor(area_mean(np.asarray(photo), 88, 128) + 0.5)
    assert (decode(data)[20:108] == exact).mean() > 0.999  # the reference has rounding errors, the tile none
    assert decibels(decode(data, size=127)[20:107], area_mean(np.asarray(Image.open(io.BytesIO(data))), 87, 127)) > 53


# Upright

STORED = {  # EXIF orientation -> how a camera held so stores the upright picture
    1: lambda upright: upright,
    2: np.fliplr,
    3: lambda upright: np.rot90(upright, 2),
    4: np.flipud,
    5: lambda upright: upright.swapaxes(0, 1),
    6: lambda upright: np.rot90(upright, 1),
    7: lambda upright: np.rot90(upright, 2).swapaxes(0, 1),
    8: lambda upright: np.rot90(upright, -1),
}


@pytest.mark.parametrize("fit", FITS)
@pytest.mark.parametrize("orientation", STORED)
def test_every_orientation_gives_the_same_tile(orientation, fit):
    upright = noise(83, 50)  # odd, and no multiple of anything
    stored = encode(np.ascontiguousarray(STORED[orientation](upright)), exif=exif(orientation))
    tile = make_tile(stored, size=32, fit=fit)
    assert np.array_equal(tile.pixels, decode(encode(upright), size=32, fit=fit))
    assert (tile.width, tile.height) == (83, 50)


@pytest.mark.parametrize("orientation", STORED)
def test_every_orientation_of_a_jpeg_gives_the_same_tile_but_for_the_codec(orientation):
    upright = noise(544, 400)
    stored = np.ascontiguousarray(STORED[orientation](upright))
    data = encode(stored, "JPEG", quality=95, subsampling=0, exif=exif(orientation))
    for size in (16, 128):  # with a DCT-scaled decode and without
        difference = decode(data, size=size).astype(int) - decode(encode(upright), size=size)
        assert np.abs(difference).mean() < 0.5


@pytest.mark.parametrize("tags", [exif(0), exif(9), exif(), b"Exif\0\0nonsense", b""])
def test_an_orientation_that_says_nothing_is_upright(tags):
    pixels = noise(32, 20)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's, about the nonsense
        assert np.array_equal(decode(encode(pixels, exif=tags), size=8), decode(encode(pixels), size=8))


def test_the_orientation_of_a_png_may_stand_behind_its_pixels():
    upright = noise(40, 24)
    stored = encode(np.ascontiguousarray(STORED[6](upright)))
    end = stored.index(b"IEND") - 4
    late = stored[:end] + chunk(b"eXIf", exif(6).tobytes()[6:]) + stored[end:]
    assert np.array_equal(decode(late, size=8), decode(encode(upright), size=8))


XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" %s</rdf:RDF></x:xmpmeta>"""
XMP_TURNED = (XMP % 'tiff:Orientation="6"/>', XMP % "><tiff:Orientation>3</tiff:Orientation></rdf:Description>")


@pytest.mark.parametrize("packet", XMP_TURNED, ids=["attribute", "element"])
def test_an_orientation_in_xmp_alone_is_passed_over(packet):
    """Pillow would take it where EXIF has none, also where EXIF holds other tags."""
    upright, text = noise(40, 24), PngImagePlugin.PngInfo()
    text.add_itxt("XML:com.adobe.xmp", packet)
    plain = decode(encode(upright), size=8)
    assert np.array_equal(decode(encode(upright, pnginfo=text), size=8), plain)
    assert np.array_equal(decode(encode(upright, pnginfo=text, exif=exif(Artist="A")), size=8), plain)
    jpeg, xmp = {"quality": 95}, packet.encode()
    plain = decode(encode(upright, "JPEG", **jpeg), size=8)
    assert np.array_equal(decode(encode(upright, "JPEG", xmp=xmp, **jpeg), size=8), plain)
    assert np.array_equal(decode(encode(upright, "JPEG", xmp=xmp, exif=exif(Artist="A"), **jpeg), size=8), plain)


def test_exif_counts_where_xmp_disagrees():
    upright = noise(40, 24)
    stored, xmp = np.ascontiguousarray(STORED[6](upright)), XMP_TURNED[1].encode()
    data = encode(stored, "JPEG", quality=95, exif=exif(6), xmp=xmp)
    assert np.array_equal(decode(data, size=8), decode(encode(stored, "JPEG", quality=95, exif=exif(6)), size=8))
    both = encode(upright, "JPEG", quality=95, exif=exif(1), xmp=xmp)
    assert np.array_equal(decode(both, size=8), decode(encode(upright, "JPEG", quality=95), size=8))


def test_exif_as_imagemagick_once_wrote_it_turns_a_png():
    upright, text = noise(40, 24), PngImagePlugin.PngInfo()
    tags = exif(6).tobytes()
    text.add_text("Raw profile type exif", f"\nexif\n{len(tags):8}\n{tags.hex()}\n", zip=True)
    data = encode(np.ascontiguousarray(STORED[6](upright)), pnginfo=text)
    assert np.array_equal(decode(data, size=8), decode(encode(upright), size=8))


# Kinds of pictures: docs/photos.md has the same table


def test_grey_becomes_three_equal_channels():
    grey = noise(32, 32)[:, :, 0]
    for data in (encode(grey, "JPEG", quality=100), encode(grey, "PNG")):
        tile = decode(data, size=32)
        assert np.ptp(tile, axis=2).max() == 0
        assert np.abs(tile[:, :, 0].astype(int) - grey).max() <= 2
    two_bits = decode(png(16, 16, 2, 0, b"\0\x1b\x1b\x1b\x1b" * 16), size=16)  # 00 01 10 11 ...
    assert two_bits[0, :4, 0].tolist() == [0, 85, 170, 255]


def test_a_palette_is_expanded_before_the_means_are_taken():
    pixels = np.zeros((16, 16, 3), np.uint8)
    pixels[:, ::2] = (200, 100, 50)
    palette = Image.fromarray(pixels).quantize(8)
    assert (decode(encode(palette), size=8) == (100, 50, 25)).all()


def test_opaque_alpha_is_dropped():
    pixels = noise(20, 20)
    opaque = np.dstack([pixels, np.full((20, 20), 255, np.uint8)])
    assert np.array_equal(decode(encode(opaque), size=8), decode(encode(pixels), size=8))
    grey = Image.fromarray(pixels).convert("LA")
    assert np.ptp(decode(encode(grey), size=8), axis=2).max() == 0


def transparent(mode: str) -> bytes:
    alpha = np.full((20, 20), 255, np.uint8)
    alpha[3, 4] = 254
    picture = Image.fromarray(np.dstack([noise(20, 20), alpha]))
    return encode(picture.convert(mode))


def with_transparent_colour(used: bool) -> bytes:
    palette = Image.fromarray(np.arange(256, dtype=np.uint8).reshape(16, 16) // 4).convert("P")
    return encode(palette, transparency=10 if used else 100)


def test_a_transparent_colour_that_is_not_used_is_no_harm():
    assert decode(with_transparent_colour(used=False), size=8).tolist()[0][0] == [2, 2, 2]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (transparent("RGBA"), "is partly transparent"),
        (transparent("LA"), "is partly transparent"),
        (with_transparent_colour(used=True), "is partly transparent"),
        (png(16, 16, 8, 2, bytes(49 * 16), chunk(b"tRNS", bytes(6))), "is partly transparent"),
        (encode(Image.new("1", (20, 20))), "has only black and white"),
        (encode(Image.new("I;16", (20, 20))), "has 16 bits a channel"),
        (png(16, 16, 16, 2, bytes(97 * 16)), "has 16 bits a channel"),
        (encode(Image.new("CMYK", (20, 20)), "JPEG"), "is CMYK without a colour profile"),
        (encode(Image.new("RGB", (15, 40))), "has 15x40 pixels, under 16 a side"),
        (encode(Image.new("RGB", (16, 257))), "has 16x257 pixels, a strip over 16:1"),
        (encode(Image.new("F", (20, 20)), "TIFF"), "is TIFF"),
        (encode(Image.new("RGB", (20, 20)), "GIF"), "is GIF"),
        (encode(Image.new("RGB", (20, 20)), "WEBP"), "is WebP"),
        (encode(noise(64, 64), "JPEG", icc_profile=cmyk_profile()), "colour profile that is damaged or of another"),
        (encode(noise(64, 64), "JPEG", icc_profile=b"PHI"), "colour profile that is damaged or of another"),
        (encode(noise(64, 64), "JPEG")[:-40], "ends early"),
        (b"", "is empty"),
    ],
)
def test_what_is_no_photo_is_refused(data, words):
    with pytest.raises(PhotoError, match=words) as caught:
        decode(data)
    assert str(caught.value) == f"the photo {caught.value.fault}: {caught.value.fix}"


def test_the_first_picture_of_a_phone_file_is_taken():
    first, second = (Image.fromarray(noise(64, 48, seed)) for seed in range(2))
    both = encode(first, "MPO", save_all=True, append_images=[second], quality=90)
    assert np.array_equal(decode(both, size=16), decode(encode(first, "JPEG", quality=90), size=16))


# Colours


def test_profiles_are_applied_to_the_tile():
    skin = np.full((64, 64, 3), (190, 130, 110), np.uint8)
    plain = decode(encode(skin), size=8)[0, 0].astype(int)
    by_profile = decode(encode(skin, icc_profile=adobe_profile()), size=8)[0, 0].astype(int)
    assert by_profile[0] - plain[0] > 10
    grey = decode(encode(np.full((64, 64), 128, np.uint8), icc_profile=grey_profile(1.0)), size=8)
    assert grey[0, 0].tolist() == [188, 188, 188]
    cmyk = decode(encode(Image.new("CMYK", (64, 64), (9, 9, 9, 128)), "JPEG", icc_profile=cmyk_profile()), size=8)
    assert np.abs(cmyk[0, 0].astype(int) - 118).max() <= 3


def test_a_camera_that_marks_adobe_rgb_in_exif_alone_is_understood():
    skin = np.full((64, 64, 3), (190, 130, 110), np.uint8)
    tags = Image.Exif()
    tags.get_ifd(ExifTags.IFD.Exif)[ExifTags.IFD.Interop] = {1: "R03"}
    marked = decode(encode(skin, "JPEG", quality=100, exif=tags), size=8)[0, 0].astype(int)
    by_profile = decode(encode(skin, "JPEG", quality=100, icc_profile=adobe_profile()), size=8)[0, 0]
    assert np.abs(marked - by_profile).max() <= 2


def test_a_camera_that_writes_adobe_rgb_as_a_colour_space_is_understood():
    skin = np.full((64, 64, 3), (190, 130, 110), np.uint8)
    plain = decode(encode(skin, "JPEG", quality=100), size=8)
    for space, changed in ((2, True), (1, False), (0xFFFF, False)):
        tags = Image.Exif()
        tags.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.ColorSpace] = space
        assert (decode(encode(skin, "JPEG", quality=100, exif=tags), size=8) != plain).any() == changed


def test_a_jpeg_that_adobe_marks_as_rgb_is_no_ycc():
    """APP14 with transform 0: the three channels are red, green and blue as they are."""
    skin = np.full((64, 64, 3), (190, 130, 110), np.uint8)
    data = encode(skin, "JPEG", quality=100, keep_rgb=True)
    assert b"Adobe" in data
    assert np.abs(decode(data, size=8)[0, 0].astype(int) - skin[0, 0]).max() <= 1


# Metadata, bombs, and whatever else comes


def test_no_error_quotes_the_file():
    secret = "PHI-CANARY-7f3a"
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", secret)
    tags = exif(6, ImageDescription=secret, Artist=secret)
    jpeg = encode(noise(64, 64), "JPEG", exif=tags, comment=secret.encode(), icc_profile=secret.encode())
    for data in (jpeg, jpeg[:-30], encode(noise(20, 20), pnginfo=text, exif=tags)[:-5], secret.encode()):
        assert len(data) == len(secret) or secret.encode() in data
        with pytest.raises(PhotoError) as caught:
            decode(data)
        assert secret not in str(caught.value)


def test_bombs_are_refused_by_their_header():
    with pytest.raises(PhotoError, match="its number of pixels is not the one in its header"):
        decode(png(30_000, 30_000, 8, 2, b""))
    small = encode(noise(64, 48), "JPEG")
    size = small.index(b"\xff\xc0") + 5  # where the frame has its height and width, two bytes each
    for side in (30_000, 10_000):  # of the smaller one Pillow only warns
        bomb = small[:size] + struct.pack(">HH", side, side) + small[size + 4 :]
        with pytest.raises(PhotoError, match=f"has {side}x{side} pixels, over 64 million"):
            decode(bomb)


def test_the_switch_that_hides_damage_is_refused(monkeypatch):
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    with pytest.raises(PhotoError, match=r"leave PIL\.ImageFile.LOAD_TRUNCATED_IMAGES False"):
        decode(encode(noise(20, 20)))


SEEDS = [
    encode(noise(48, 32), "JPEG", exif=exif(6, Artist="A"), comment=b"c", icc_profile=adobe_profile()),
    encode(noise(48, 32), "JPEG", progressive=True),
    encode(noise(48, 32), "PNG", exif=exif(8), icc_profile=adobe_profile()),
    encode(Image.new("CMYK", (32, 32)), "JPEG", icc_profile=cmyk_profile()),
]


@settings(max_examples=150)
@given(st.sampled_from(SEEDS), st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=6)), max_size=6))
def test_only_photo_errors_come_out(seed, changes):
    data = bytearray(seed)
    for place, piece in changes:
        start = int(place**2 * (len(data) - 1))  # most changes in the header
        data[start : start + len(piece)] = piece
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tile = decode(bytes(data), size=16)
        except PhotoError:
            return
    assert tile.shape == (16, 16, 3)
    assert tile.dtype == np.uint8


# Real files

FOREIGN = "is TIFF"
HOSTILE = {  # file -> size of the upright photo, or the words of its refusal
    "12bit.cropped.tif": FOREIGN,
    "12in16bit.tif": FOREIGN,
    "16bit.cropped.tif": FOREIGN,
    "broken.png": "ends early",
    "broken_data_stream.png": "a checksum inside of the file does not match",
    "crash-0c7e0e8e11ce787078f00b5b0ca409a167f070e0.tif": FOREIGN,
    "crash-0da013a13571cc8eb457a39fee8db18f8a3c7127.tif": FOREIGN,
    "crash-0e16d3bfb83be87356d026d66919deaefca44dac.tif": FOREIGN,
    "crash-1152ec2d1a1a71395b6f2ce6721c38924d025bf3.tif": FOREIGN,
    "crash-1185209cf7655b5aed8ae5e77784dfdd18ab59e9.tif": FOREIGN,
    "crash-2020-10-test.tif": FOREIGN,
    "crash-338516dbd2f0e83caddb8ce256c22db3bd6dc40f.tif": FOREIGN,
    "crash-4f085cc12ece8cde18758d42608bed6a2a2cfb1c.tif": FOREIGN,
    "crash-63b1dffefc8c075ddc606c0a2f5fdc15ece78863.tif": FOREIGN,
    "crash-74d2a78403a5a59db1fb0a2b8735ac068a75f6e3.tif": FOREIGN,
    "crash-86214e58da443d2b80820cff9677a38a33dcbbca.tif": FOREIGN,
    "crash-f46f5b2f43c370fe65706c11449f567ecc345e74.tif": FOREIGN,
    "empty_gps_ifd.jpg": "has 10x10 pixels",
    "exif-dpi-zerodivision.jpg": (200, 200),
    "exif_gps.jpg": "has 8x8 pixels",
    "exif_gps_typeerror.jpg": (800, 531),
    "exif_typeerror.jpg": (800, 531),
    "hopper.Lab.tif": FOREIGN,
    "hopper.iccprofile.tif": FOREIGN,
    "hopper_bad_exif.jpg": "copied it as text",  # each CR became LF, in the metadata and in the picture
    "hopper_gray.jpg": (128, 128),
    **{f"hopper_orientation_{number}.jpg": (128, 128) for number in range(2, 9)},
    "hopper_unknown_pixel_mode.tif": FOREIGN,
    "i_trns.png": "has 16 bits a channel",
    "icc-after-SOF.jpg": "has 10x10 pixels",
    "invalid-exif.jpg": (200, 200),
    "invalid_header_length.jp2": "is JPEG 2000",
    "jpeg_ff00_header.jpg": (300, 225),
    "junk_jpeg_header.jpg": (1024, 768),
    "libtiff_segfault.tif": FOREIGN,
    "multiple_exif.jpg": "has 1x1 pixels",
    "not_enough_data.jp2": "is JPEG 2000",
    "oom-225817ca0f8c663be7ab4b9e717b02c661e66834.tif": FOREIGN,
    "p_16.png": (128, 128),
    "pil_sample_cmyk.jpg": "is CMYK without a colour profile",
    "rgb_trns.png": "is partly transparent",
    "seek_too_large.tif": FOREIGN,  # BigTIFF
    "sugarshack.mpo": (640, 480),
    "sugarshack_no_data.mpo": (640, 480),  # its second view is missing; the first is whole
    "tiff_16bit_RGB.tiff": FOREIGN,
    "tiff_overflow_rows_per_strip.tif": FOREIGN,
    "tiff_strip_cmyk_jpeg.tif": FOREIGN,
    "total-pages-zero.tif": FOREIGN,
    "transparent.webp": "is WebP",
    "truncated_app14.jpg": (100, 100),
    "truncated_end_chunk.png": "ends early",
    "truncated_exif_dpi.jpg": (480, 640),
    "truncated_image.png": "ends early",
    "truncated_jpeg.jpg": "ends early",
    "uint16_1_4660.tif": FOREIGN,
    "ultrahdr.jpg": "ends early",  # the file is cut, and the first picture with it
    "xmp_test.jpg": (2000, 1072),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_have_the_outcome_of_the_table(shared, name):
    path = shared / "data" / "hostile" / name
    expected = HOSTILE[name]
    if isinstance(expected, str):
        with pytest.raises(PhotoError, match=expected):
            decode_photo(path)
    else:
        tile = make_tile(path.read_bytes(), size=128, fit="letterbox")
        assert (tile.width, tile.height) == expected
        assert tile.pixels.std() > 0 or name == "truncated_exif_dpi.jpg"


def test_every_hostile_file_is_in_the_table(shared):
    files = {path.name for path in (shared / "data" / "hostile").iterdir()} - {"LICENSE", "probe.csv"}
    assert files == set(HOSTILE)
    assert len(files) == 63


@pytest.mark.parametrize(("name", "size"), [("Landscape", (1800, 1200)), ("Portrait", (1200, 1800))])
def test_real_photos_in_nine_orientations_look_the_same(shared, name, size):
    paths = [shared / "data" / "exif_orientation" / f"{name}_{number}.jpg" for number in range(9)]
    made = [make_tile(path.read_bytes(), size=128, fit="letterbox") for path in paths]
    tiles = np.stack([tile.pixels for tile in made]).astype(int)
    assert np.abs(tiles - tiles[1]).mean(axis=(1, 2, 3)).max() < 1  # they differ by a printed digit and the codec
    assert {(tile.width, tile.height) for tile in made} == {size}


def test_real_photos_are_means_of_all_their_pixels(shared):
    for number in (1, 500, 1000):
        path = shared / "data" / "coffee" / "photos" / f"{number}.jpg"
        with Image.open(path) as photo:
            reference = area_mean(np.asarray(photo), 64, 128)
        assert decibels(decode_photo(path)[32:96], reference) > 58  # 58.9 is what rounding alone leaves


def test_no_warning_of_the_library_is_printed(tmp_path):
    """Pillow warns of cut EXIF, and of palettes with alpha, without the name of a photo."""
    exif = Image.Exif()
    exif[270], exif[274] = "x" * 400, 6
    palette = Image.fromarray(noise(64, 48)).quantize(16)
    Path(tmp_path, "cut.jpg").write_bytes(encode(noise(64, 48), "JPEG", exif=exif.tobytes()[:200]))
    Path(tmp_path, "opaque.png").write_bytes(encode(palette, transparency=bytes([255] * 16)))
    script = "import sys; from pasi.imaging.decode import decode_photo; [decode_photo(name) for name in sys.argv[1:]]"
    command = [sys.executable, "-W", "always", "-c", script, "cut.jpg", "opaque.png"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
