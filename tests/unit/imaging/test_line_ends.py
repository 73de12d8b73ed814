"""A JPEG whose line ends a program has changed is refused by name; one in which they are as chance has them is not."""

import io
import re

import numpy as np
import pytest
from PIL import Image

from pasi.errors import PhotoError
from pasi.imaging.line_ends import line_ends_changed
from pasi.imaging.photo_files import check_whole
from photo_bytes import encode, noise

COPIED_AS_TEXT = "copied it as text: copy it again from the camera, in binary mode"


def to_crlf(data: bytes) -> bytes:
    """As FTP in ASCII mode writes a file."""
    return re.sub(b"\r?\n", b"\r\n", data)


def flower(width: int, height: int, **options) -> bytes:
    """A smooth picture with an EXIF block and a comment."""
    pixels = np.asarray(Image.fromarray(noise(max(2, width // 16), max(2, height // 16))).resize((width, height)))
    exif = Image.Exif()
    exif[270] = "a\nb\nc"
    return encode(pixels, "JPEG", exif=exif, comment=b"x\n" * 40, **options)


@pytest.mark.parametrize("size", [(16, 16), (40, 30), (320, 200)])
@pytest.mark.parametrize("options", [{"quality": 30}, {"quality": 95, "progressive": True}, {"subsampling": 0}])
def test_lf_that_became_cr_lf_is_told_in_photos_of_any_size(size, options):
    sound = flower(*size, **options)
    check_whole(sound)
    for copied in (to_crlf(sound), sound.replace(b"\n", b"\r\n")):
        assert copied != sound
        with pytest.raises(PhotoError, match=COPIED_AS_TEXT):
            check_whole(copied)


def test_an_embedded_preview_does_not_hide_changed_line_ends():
    preview = flower(16, 16)
    exif = b"Exif\0\0" + b"\n" * 300 + preview
    sound = encode(noise(64, 48), "JPEG", exif=exif)
    check_whole(sound)
    with pytest.raises(PhotoError, match=COPIED_AS_TEXT):
        check_whole(to_crlf(sound))


@pytest.mark.parametrize(("old", "new"), [(b"\n", b"\r"), (b"\r", b"\n"), (b"\r", b"")])
def test_lf_as_cr_cr_as_lf_and_dropped_cr_are_told_in_photos_of_some_size(old, new):
    sound = encode(noise(320, 240), "JPEG", quality=92)
    assert len(sound) > 25_000
    check_whole(sound)
    with pytest.raises(PhotoError, match="copied it as text"):
        check_whole(sound.replace(old, new))


def test_line_ends_in_metadata_and_behind_the_picture_are_no_sign():
    """A comment of a Windows program, and a trailer as some phones write one."""
    sound = encode(noise(16, 16), "JPEG", comment=b"taken by\r\nnobody\r\n" * 50) + b"\r\n" * 50
    check_whole(sound)


def test_a_cut_photo_with_changed_line_ends_is_told_by_its_cause():
    copied = to_crlf(flower(320, 200))
    with pytest.raises(PhotoError, match="copied it as text"):
        check_whole(copied[:-40])
    with pytest.raises(PhotoError, match="ends early"):
        check_whole(flower(320, 200)[:-40])


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (200, 120, 100)])
def test_plain_pictures_of_few_bytes_are_no_sign(colour):
    check_whole(encode(np.full((1800, 2400, 3), colour, np.uint8), "JPEG", quality=75))
    check_whole(encode(np.tile(noise(8, 8), (150, 200, 1)), "JPEG", quality=75))


def test_two_lf_behind_a_cr_may_be_chance_and_three_are_none():
    assert not line_ends_changed(b"\r\n\r\n", 0, 4)
    assert line_ends_changed(b"\r\n\r\n\r\n", 0, 6)
    assert not line_ends_changed(b"\r\n\r\n\r\n\n", 0, 7)
    assert not line_ends_changed(b"\n\r\n\r\n\r\n", 1, 5)


def test_a_line_end_at_the_edge_of_the_pixels_counts_whole():
    assert line_ends_changed(b"\r\n.\r\n.\r\n", 1, 8)
    assert not line_ends_changed(b".\n.\r\n.\r\n", 1, 8)


def test_a_missing_byte_is_a_sign_where_all_others_are_there():
    every = bytes(value for value in range(256) if value != 10) * 61  # 15,555 bytes
    assert line_ends_changed(every, 0, len(every))
    assert not line_ends_changed(every, 0, 15_000)
    few = bytes(value for value in range(250) if value not in (10, 11, 12, 13)) * 64
    assert not line_ends_changed(few + bytes(range(200, 250)) * 10, 0, len(few))


def test_a_png_tells_by_its_signature():
    buffer = io.BytesIO()
    Image.fromarray(noise(20, 20)).save(buffer, "PNG")
    with pytest.raises(PhotoError, match="copied it as text"):
        check_whole(to_crlf(buffer.getvalue()).replace(b"\x89PNG\r\n\x1a\r\n", b"\x89PNG\r\r\n\x1a\r\n"))
    with pytest.raises(PhotoError, match="copied it as text"):
        check_whole(buffer.getvalue().replace(b"\r\n", b"\n"))
