"""Decoding in a process limited to a gigabyte: the largest photos that are accepted, and files that need more."""

import subprocess
import sys
import zlib

import pytest
from PIL import Image

from checkout import CHECKOUT
from pasi.errors import PhotoError
from pasi.imaging.photo_files import MAX_BYTES, MAX_METADATA, check_whole
from photo_bytes import chunk, cmyk_profile, encode, png

CHILD = """
import io, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
from pasi.imaging.decode import decode_photo
print(decode_photo(io.BytesIO(sys.stdin.buffer.read()), fit="squash").mean())
"""
EXIF = b"Exif\0\0II*\0\x08\0\0\0"
SIDE = 8000  # 64 million pixels


def opaque_png() -> bytes:
    """64 million pixels with alpha."""
    return png(SIDE, SIDE, 8, 6, (b"\0" + b"\x80\x80\x80\xff" * SIDE) * SIDE)


def heavy_png() -> bytes:
    """As many pixels, a transparent colour that none of them has, and as much metadata and as many bytes as allowed."""
    rows = (b"\0" + b"\x80\x80\x80" * SIDE) * SIDE
    head = png(SIDE, SIDE, 8, 2, b"", chunk(b"tRNS", bytes(6)), chunk(b"eXIf", EXIF[6:] + bytes(MAX_METADATA - 100)))
    start = head.index(b"IDAT") - 4
    packed = zlib.compress(rows, 0)
    return _filled(head[:start] + chunk(b"IDAT", packed) + chunk(b"IEND", b""))


def heavy_jpeg() -> bytes:
    """The most coefficients that a JPEG can have, in a strip that is hardly reduced by a DCT-scaled decode."""
    picture = Image.new("CMYK", (32_000, 2000), (9, 9, 9, 100))
    data = encode(picture, "JPEG", progressive=True, subsampling=0, quality=60, icc_profile=cmyk_profile())
    segment = b"\xff\xe1\xff\xff" + EXIF + bytes(65_533 - len(EXIF))
    return _filled(data[:2] + segment * (MAX_METADATA // 65_535 - 1) + data[2:])


def _filled(data: bytes) -> bytes:
    return data + bytes(MAX_BYTES - len(data))


@pytest.mark.parametrize(
    ("make", "mean"),
    [
        (opaque_png, 128),
        pytest.param(heavy_png, 128, marks=pytest.mark.faults),
        pytest.param(heavy_jpeg, 148, marks=pytest.mark.faults),
    ],
)
def test_the_largest_photos_fit_into_a_gigabyte(make, mean):
    child = subprocess.run(
        [sys.executable, "-c", CHILD],
        input=make(),
        capture_output=True,
        env={"OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(CHECKOUT / "src")},
        check=False,
    )
    assert child.stderr.decode() == ""
    assert float(child.stdout) == mean


@pytest.mark.parametrize(
    "data",
    [
        png(16, 16, 8, 0, bytes(17 * 16), chunk(b"eXIf", bytes(MAX_METADATA))),
        png(16, 16, 8, 0, bytes(17 * 16), *[chunk(b"tEXt", bytes(2**20))] * 17),
        b"\xff\xd8" + (b"\xff\xe1\xff\xff" + bytes(65_533)) * 257 + encode(Image.new("RGB", (16, 16)), "JPEG")[2:],
        b"\xff\xd8" + (b"\xff\xfe\xff\xff" + bytes(65_533)) * 257 + encode(Image.new("RGB", (16, 16)), "JPEG")[2:],
    ],
    ids=["one chunk", "many chunks", "segments", "comments"],
)
def test_more_metadata_than_a_camera_writes_is_refused(data):
    """The decoder holds several copies of it, and joins the EXIF of many segments in minutes."""
    with pytest.raises(PhotoError, match="more than 16 MB of metadata"):
        check_whole(data)


def test_what_lies_behind_the_picture_is_no_metadata():
    """The second view of a stereo pair, a gain map or the film of a motion photo may be large."""
    check_whole(encode(Image.new("RGB", (16, 16)), "JPEG") + bytes(MAX_METADATA + 1))
