"""Checks of a photo's file: its format, and damage that a decoder passes over in silence."""

import errno
import io
import os
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from pasi.errors import PhotoError
from pasi.imaging.photo_files import MAX_BYTES, check_whole, photo_format, read_photo
from photo_bytes import chunk, encode, noise, png

PHOTO = noise(64, 48)
JPEG = encode(PHOTO, "JPEG", quality=90)
PROGRESSIVE = encode(PHOTO, "JPEG", quality=90, progressive=True)
RESTARTS = encode(PHOTO, "JPEG", restart_marker_blocks=2)
PNG = encode(PHOTO, "PNG")


def refuses(data, words):
    with pytest.raises(PhotoError, match=words):
        check_whole(data)


@pytest.mark.parametrize("data", [JPEG, PROGRESSIVE, RESTARTS, PNG], ids=["baseline", "progressive", "restarts", "png"])
def test_whole_files_pass_also_with_something_behind_them(data):
    check_whole(data)
    check_whole(data + b"a gain map, or the second view of a stereo pair")


@pytest.mark.parametrize("share", [0.001, 0.1, 0.3, 0.6, 0.98])
@pytest.mark.parametrize("data", [JPEG, PROGRESSIVE, PNG], ids=["baseline", "progressive", "png"])
def test_files_that_end_early_are_refused(data, share):
    with pytest.raises(PhotoError, match=r"ends early|neither JPEG nor PNG"):
        check_whole(data[: int(share * len(data))])


@pytest.mark.parametrize("data", [JPEG, PNG], ids=["jpeg", "png"])
def test_the_last_byte_counts(data):
    refuses(data[:-1], "ends early")


def test_a_file_whose_second_half_is_zeros_is_refused():
    half = len(JPEG) // 2
    refuses(JPEG[:half] + bytes(half), "ends early")
    refuses(PNG[:half] + bytes(half), "ends early|checksum")


def test_a_marker_inside_of_jpeg_data_is_refused():
    middle = JPEG.index(b"\xff\xda") + 400
    refuses(JPEG[:middle] + b"\xff\xc0" + JPEG[middle + 2 :], "marker inside of the image data")


def test_a_jpeg_of_endless_scans_is_refused():
    scan = b"\xff\xda\x00\x02" + b"data"
    refuses(JPEG[:-2] + 101 * scan + b"\xff\xd9", "more than 100 scans")


def test_every_flipped_bit_of_a_png_is_seen():
    for place in range(8, len(PNG), 97):
        data = bytearray(PNG)
        data[place] ^= 1
        with pytest.raises(PhotoError):
            check_whole(bytes(data))


@pytest.mark.parametrize("rows", [15, 17, 4000])
def test_a_png_with_fewer_or_more_rows_than_it_tells_is_refused(rows):
    refuses(png(16, 16, 8, 0, bytes(17) * rows), "number of pixels is not the one in its header")


def test_a_png_with_a_broken_or_unfinished_stream_is_refused():
    start = PNG[: PNG.index(b"IDAT") - 4]
    pixels = zlib.compress(bytes(49 * 64 * 3))
    for stream in (b"no zlib at all", pixels[:-4], b""):
        refuses(start + chunk(b"IDAT", stream) + chunk(b"IEND", b""), "number of pixels is not the one in its header")


@pytest.mark.parametrize("size", [(1, 1), (3, 5), (8, 8), (17, 23)])
@pytest.mark.parametrize(("depth", "colour", "channels"), [(1, 0, 1), (4, 3, 1), (8, 2, 3), (16, 6, 4)])
def test_pixel_data_of_plain_pngs_is_counted_right(size, depth, colour, channels):
    width, height = size
    check_whole(png(width, height, depth, colour, bytes(height * (1 + -(-width * depth * channels // 8)))))


def test_pixel_data_of_an_interlaced_png_is_counted_right():
    # Adam7 on 5x5: passes of 1x1, 1x1, 2x1, 1x2, 3x1, 2x3 and 5x2 pixels (PNG, 8.2), with a filter byte a row.
    passes = [(1, 1), (1, 1), (2, 1), (1, 2), (3, 1), (2, 3), (5, 2)]
    raw = bytes(sum(rows * (1 + columns) for columns, rows in passes))
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 5, 5, 8, 0, 0, 0, 1))
    data = PNG[:8] + header + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")
    check_whole(data)
    refuses(data[:8] + header + chunk(b"IDAT", zlib.compress(raw[1:])) + chunk(b"IEND", b""), "number of pixels")


def test_animation_is_refused():
    first, second = (Image.fromarray(noise(16, 16, seed)) for seed in range(2))
    refuses(encode(first, "PNG", save_all=True, append_images=[second]), "is animated")


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (b"", "is empty"),
        (b"<html>", "is a web page"),
        (b"%!PS-Adobe", "is PostScript"),
        (b"\x93\x8f\x01\x02", "is neither JPEG nor PNG"),
        (b"II*\0\x08\0\0\0", "is TIFF or a camera's raw file, whatever its name says"),
        (b"MM\0*\0\0\0\x08", "is TIFF"),
        (b"\0\0\0\x18ftypheic", "is HEIC, AVIF or a video"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "is WebP"),
        (b"GIF89a", "is GIF"),
    ],
)
def test_other_formats_are_refused_by_their_first_bytes(start, words):
    with pytest.raises(PhotoError, match=words):
        photo_format(start)


def test_reading_from_a_path_and_from_a_stream(tmp_path):
    path = tmp_path / "a.jpg"
    path.write_bytes(JPEG)
    assert read_photo(path) == read_photo(str(path)) == read_photo(io.BytesIO(JPEG)) == JPEG


@pytest.mark.parametrize(
    ("name", "words"),
    [("absent.jpg", "cannot be read .No such file"), (".", "is not a regular file"), ("pipe", "is not a regular file"),
     ("a\0b.jpg", "has no usable path"), ("huge.png", "has more than 256 MB")],
)  # fmt: skip
def test_what_cannot_be_read_says_why(tmp_path, name, words):
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "huge.png").open("wb") as file:
        file.truncate(MAX_BYTES + 1)  # a hole: no space is used
    with pytest.raises(PhotoError, match=words):
        read_photo(tmp_path / name)


def test_a_failing_disk_is_a_photo_error():
    class Failing(io.RawIOBase):
        def read(self, size=-1):
            raise OSError(5, "Input/output error")

    with pytest.raises(PhotoError, match=r"cannot be read \(Input/output error\): check its path"):
        read_photo(Failing())


def test_a_file_that_a_cloud_service_has_not_downloaded_says_so():
    class Away(io.RawIOBase):
        def read(self, size=-1):
            raise OSError(errno.EDEADLK, "Resource deadlock avoided")

    with pytest.raises(PhotoError, match="keep it on this device"):
        read_photo(Away())


def test_noise_is_as_photos_are():
    assert PHOTO.shape == (48, 64, 3)
    assert PHOTO.std() > 10
    assert np.array_equal(PHOTO, noise(64, 48))
