"""Checks of a photo's file before it is decoded: it must be a regular file, a JPEG or PNG, and whole.

The decoder fills the missing part of some damaged files with grey or black in silence; these checks find them.
"""

import errno
import os
import stat
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np

from pasi.errors import REEXPORT, PhotoError, UnreadablePhotoError
from pasi.imaging.file_kinds import COPIED_AS_TEXT, JPEG_MAGIC, MATERIALISE, PNG_MAGIC, other_kind
from pasi.imaging.line_ends import line_ends_changed

MAX_BYTES = 256 * 2**20  # a 64-megapixel PNG of pure noise has 192 MB
MAX_METADATA = 16 * 2**20  # bytes: the decoder copies them several times, and joins parts of EXIF in quadratic time
CLOUD = (errno.EDEADLK, errno.ETIMEDOUT)  # how a file says that a cloud service has not downloaded it
MAX_SCANS = 100  # progressive encoders write about ten; each scan costs a pass over the whole picture

# Which codes after 0xFF are markers to look at: 00 stands for a data byte, 01 and the restarts D0-D7 have no length,
# FF is padding.
IS_MARKER = ~np.isin(np.arange(256), [0x00, 0x01, *range(0xD0, 0xD8), 0xFF])
CHUNK = 2**17  # bytes searched at a time: few enough for the cache of a core
START, END, SCAN = 0xD8, 0xD9, 0xDA  # codes of markers: of the image's start and end, and of a scan
METADATA = {*range(0xE0, 0xF0), 0xFE}  # segments of programs, and comments
BETWEEN_SCANS = {0xC4, SCAN, 0xDB, 0xDC, 0xDD, *METADATA, END}  # codes allowed after the first scan
PNG_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by colour type
# Passes of an interlaced PNG: first column and row, steps to the next ones.
ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def read_photo(source: str | Path | BinaryIO) -> bytes:
    """All bytes of a photo.

    Raises UnreadablePhotoError where it cannot be opened or is not a regular file, PhotoError where it is too large.
    """
    try:
        if not isinstance(source, str | Path):
            data = source.read(MAX_BYTES + 1)
        elif not stat.S_ISREG(os.stat(source).st_mode):  # a pipe would block, a device would never end
            raise UnreadablePhotoError("is not a regular file", "name a JPEG or PNG file")
        else:
            with open(source, "rb") as file:
                # The size of the file, because allocating MAX_BYTES to use few of them costs a millisecond.
                data = file.read(min(os.fstat(file.fileno()).st_size, MAX_BYTES) + 1)
    except OSError as error:
        fix = MATERIALISE if error.errno in CLOUD else "check its path and permissions"
        raise UnreadablePhotoError(f"cannot be read ({error.strerror})", fix) from error
    except ValueError as error:
        if isinstance(error, PhotoError):
            raise
        raise UnreadablePhotoError(
            "has no usable path", "check its path"
        ) from error  # NUL in the path, or a closed file
    if len(data) > MAX_BYTES:
        raise PhotoError(f"has more than {MAX_BYTES // 2**20} MB")
    return data


def photo_format(data: bytes) -> str:
    """The format, "JPEG" or "PNG", by the first bytes and not by the name.

    Raises PhotoError for any other, UnreadablePhotoError for a file that stands for a photo which is not here.
    """
    if data.startswith(JPEG_MAGIC):
        return "JPEG"
    if data.startswith(PNG_MAGIC):
        return "PNG"
    kind = other_kind(data)
    raise (UnreadablePhotoError if kind.is_stand_in else PhotoError)(*kind)


def check_whole(data: bytes) -> None:
    """Raise PhotoError unless `data` is one whole JPEG or PNG picture, as far as its container shows."""
    if photo_format(data) == "JPEG":
        _check_jpeg(data)
    else:
        _check_png(data)


def _check_jpeg(data: bytes) -> None:
    try:
        start, stop = _jpeg_picture(data)
    except PhotoError as error:
        if line_ends_changed(data, 0, len(data)):  # the cause of what looks like other damage
            raise PhotoError(*COPIED_AS_TEXT) from error
        raise
    if line_ends_changed(data, start, stop):
        raise PhotoError(*COPIED_AS_TEXT)


def _jpeg_picture(data: bytes) -> tuple[int, int]:
    """Where the tables and coded pixels of the first picture begin, after its metadata, and where they end.

    Walks the markers to that end; what follows (second view, gain map) is not checked. Where bytes lie between two
    segments, as after a change of length, markers inside of a preview may have been met: then all from there is meant.
    """
    position, scans, metadata, start, gap = 2, 0, 0, 2, 0
    for place in _jpeg_markers(data):
        if place < position:  # these bytes are inside a segment and no marker
            continue
        marker = data[place + 1]
        if not scans and not gap and data[position:place].strip(b"\xff"):
            gap = position
        if marker == END:
            return (gap, len(data)) if gap else (start, place)
        if scans and marker not in BETWEEN_SCANS:
            raise PhotoError("is damaged (an impossible marker inside of the image data)")
        scans += marker == SCAN
        if scans > MAX_SCANS:
            raise PhotoError(f"has more than {MAX_SCANS} scans")
        length = 0 if marker == START else int.from_bytes(data[place + 2 : place + 4])
        metadata += length
        _check_metadata(metadata)
        position = place + 2 + length
        if marker in METADATA and not scans:
            start = position
    raise PhotoError("is damaged (the file ends early)", "copy it again from the camera, or " + REEXPORT)


def _jpeg_markers(data: bytes) -> Iterator[int]:
    """Offsets in `data` where a marker could begin, ascending; several times as fast as a regular expression."""
    values = np.frombuffer(data, dtype=np.uint8)
    for start in range(0, len(values) - 1, CHUNK):
        part = values[start : start + CHUNK + 1]
        # 0xFF followed by anything but 0, in one pass less than two comparisons would take
        pairs = np.minimum((part[:-1] == 0xFF).view(np.uint8), part[1:]).view(bool)
        if pairs.any():
            (places,) = pairs.nonzero()
            yield from (start + places[IS_MARKER[part[places + 1]]]).tolist()


def _check_png(data: bytes) -> None:
    """Check every checksum up to the end chunk, that there is one frame, and that the pixel data is whole."""
    position, pixels, header, metadata = len(PNG_MAGIC), [], b"", 0
    while True:
        try:
            length, name = struct.unpack_from(">I4s", data, position)
            (checksum,) = struct.unpack_from(">I", data, position + 8 + length)
        except struct.error as error:
            raise PhotoError("is damaged (the file ends early)") from error
        body = memoryview(data)[position + 8 : position + 8 + length]
        if zlib.crc32(body, zlib.crc32(name)) != checksum:
            raise PhotoError("is damaged (a checksum inside of the file does not match)")
        if name == b"IEND":
            break
        if name == b"acTL":
            raise PhotoError("is animated")
        if name == b"IHDR":
            header = bytes(body)
        if name == b"IDAT":
            pixels.append(body)
        else:
            metadata += length
            _check_metadata(metadata)
        position += 12 + length
    if _inflated_size(pixels, limit := _png_bytes(header)) != limit:
        raise PhotoError("is damaged (its number of pixels is not the one in its header)")


def _check_metadata(count: int) -> None:
    if count > MAX_METADATA:
        raise PhotoError(f"has more than {MAX_METADATA // 2**20} MB of metadata", "re-export it without metadata")


def _png_bytes(header: bytes) -> int:
    """Bytes of the unpacked pixel data: a filter byte and the packed pixels of each row of each pass."""
    try:
        width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", header)
        bits = depth * PNG_CHANNELS[colour]
    except (struct.error, KeyError) as error:
        raise PhotoError("is damaged (its header is not valid)") from error
    passes = ADAM7 if interlaced else ((0, 0, 1, 1),)
    shapes = [(-((left - width) // across), -((top - height) // down)) for left, top, across, down in passes]
    return sum(rows * (1 + (columns * bits + 7) // 8) for columns, rows in shapes if columns > 0 and rows > 0)


def _inflated_size(parts: list[memoryview], limit: int) -> int:
    """Size of an unpacked zlib stream, -1 where it is broken; unpacking stops soon after `limit` bytes."""
    stream, size = zlib.decompressobj(), 0
    try:
        for part in parts:
            waiting: bytes | memoryview = part
            while waiting and not stream.eof and size <= limit:
                size += len(stream.decompress(waiting, 2**20))
                waiting = stream.unconsumed_tail
        if size <= limit and not stream.eof:
            size += len(stream.flush())  # at most one match of 258 bytes, since all input is consumed
    except zlib.error:
        return -1
    return size if stream.eof else -1
