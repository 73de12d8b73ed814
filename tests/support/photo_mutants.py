"""Photos that no camera wrote: the same mutant for the same number, from small whole photos and hostile ones.

Run as a script it decodes mutants under a limit of memory and of time a mutant; test_photo_mutants.py starts it.
"""

import io
import random
import re
import resource
import signal
import struct
import sys
import time
import warnings
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image

from checkout import SHARED
from pasi.errors import PhotoError
from pasi.imaging.decode import decode_photo
from pasi.imaging.file_kinds import PNG_MAGIC
from pasi.imaging.photo_files import _png_bytes
from pasi.imaging.settings import FITS
from photo_bytes import adobe_profile, chunk, cmyk_profile, encode, grey_profile, noise, png

HOSTILE = SHARED / "data" / "hostile"
SMALL = 20_000  # bytes of a seed: a larger one is slow to decode, and most of it is image data
MEMORY = 10**9
CPU_SECONDS = 120  # of one mutant, far above what a slow or busy machine needs for the largest photo allowed
PNG_NAMES = (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"iCCP", b"eXIf", b"zTXt", b"iTXt", b"tEXt", b"gAMA", b"cHRM",
             b"sRGB", b"cICP", b"pHYs", b"sBIT", b"acTL", b"fcTL", b"fdAT", b"tIME")  # fmt: skip
JPEG_HEADS = (b"", b"Exif\0\0II*\0\x08\0\0\0", b"Exif\0\0MM\0*\0\0\0\x08", b"ICC_PROFILE\0\x01\x01",
              b"ICC_PROFILE\0\x02\x03", b"Adobe\0d\0\0\0\0", b"JFIF\0\x01\x01", b"MPF\0II*\0",
              b"Photoshop 3.0\0" b"8BIM\x04\x04", b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>", b"FPXR\0")  # fmt: skip
EDGES = (
    0,
    1,
    2,
    3,
    7,
    8,
    15,
    16,
    127,
    128,
    255,
    256,
    257,
    4096,
    8000,
    32767,
    32768,
    65534,
    65535,
    2**31 - 1,
    2**31,
    2**32 - 1,
)
SIDES = (16, 17, 63, 100, 100, 255, 300, 300, 1000, 4000, 8000)
PNG_KINDS = [(depth, colour) for colour in (0, 2, 3, 4, 6) for depth in (1, 2, 4, 8, 8, 8, 16)]

Mutation = Callable[[bytes, random.Random, Sequence[bytes]], bytes]


def seeds() -> list[bytes]:
    """Small whole photos of every kind that is taken, and the small hostile files where they are at hand."""
    rgb, grey = noise(48, 32), noise(48, 32)[:, :, 0]
    tags = Image.Exif()
    tags[ExifTags.Base.Orientation] = 6
    tags[ExifTags.Base.Artist] = "A"
    tags.get_ifd(ExifTags.IFD.Exif)[ExifTags.IFD.Interop] = {1: "R03"}
    palette = Image.fromarray(rgb).quantize(8)
    made = [
        encode(rgb, "JPEG", exif=tags, comment=b"c", icc_profile=adobe_profile()),
        encode(rgb, "JPEG", progressive=True, subsampling=0),
        encode(rgb, "JPEG", restart_marker_blocks=2, optimize=True),
        encode(noise(300, 200), "JPEG", quality=30, icc_profile=adobe_profile()),  # decoded at a part of its size
        encode(grey, "JPEG", icc_profile=grey_profile(1.8)),
        encode(Image.new("CMYK", (32, 32), (9, 9, 9, 128)), "JPEG", icc_profile=cmyk_profile()),
        encode(Image.fromarray(rgb), "MPO", save_all=True, append_images=[Image.fromarray(rgb)]),
        encode(rgb, exif=tags, icc_profile=adobe_profile()),
        encode(grey, icc_profile=grey_profile(1.8)),
        encode(palette, transparency=7, bits=4),
        encode(Image.fromarray(rgb).convert("LA")),
        encode(Image.fromarray(rgb).convert("RGBA")),
        png(16, 16, 2, 0, b"\0\x1b\x1b\x1b\x1b" * 16),
    ]
    found = [path.read_bytes() for path in sorted(HOSTILE.glob("*")) if path.suffix in (".jpg", ".png", ".mpo")]
    return made + [data for data in found if len(data) <= SMALL]


def mutant(number: int, photos: Sequence[bytes]) -> tuple[bytes, dict]:
    """The mutant of this number, and the options to decode it with."""
    draw = random.Random(number)
    data = draw.choice(photos)
    for _ in range(draw.choice((1, 1, 2, 3, 6))):
        data = draw.choice(MUTATIONS)(data, draw, photos)
    return data, {"size": draw.choice((1, 16, 16, 128)), "fit": draw.choice(FITS)}


def flip(data: bytes, draw: random.Random, _: Sequence[bytes]) -> bytes:
    """Some bits the other way round, most of them in the header."""
    changed = bytearray(data)
    for _ in range(draw.randint(1, 8) if data else 0):
        changed[_place(data, draw)] ^= 1 << draw.randrange(8)
    return bytes(changed)


def overwrite(data: bytes, draw: random.Random, _: Sequence[bytes]) -> bytes:
    """A number at the edge of what its field can hold, at any place."""
    place, form = _place(data, draw), draw.choice((">B", ">H", "<H", ">I", "<I"))
    number = struct.pack(form, draw.choice(EDGES) % 256 ** struct.calcsize(form))
    return data[:place] + number + data[place + len(number) :]


def cut(data: bytes, draw: random.Random, _: Sequence[bytes]) -> bytes:
    """The beginning of the file, or the file without a piece inside."""
    start = _place(data, draw)
    return data[:start] + data[start + draw.choice((1, 16, 1000, len(data))) :]


def splice(data: bytes, draw: random.Random, photos: Sequence[bytes]) -> bytes:
    """The beginning of one photo and the end of another."""
    other = draw.choice(photos)
    return data[: _place(data, draw)] + other[_place(other, draw) :]


def repeat(data: bytes, draw: random.Random, _: Sequence[bytes]) -> bytes:
    """A piece of the file several times."""
    start = _place(data, draw)
    return data[:start] + data[start : start + draw.choice((2, 20, 200))] * draw.choice((2, 9, 300)) + data[start:]


def parts(data: bytes, draw: random.Random, photos: Sequence[bytes]) -> bytes:
    """Chunks of a PNG or segments of a JPEG changed, inserted, dropped or doubled, lengths and checksums made good."""
    pieces, join = _png_parts(data) if data.startswith(PNG_MAGIC) else _jpeg_parts(data)
    for _ in range(draw.randint(1, 3)):
        place = draw.randint(0, len(pieces))
        old = pieces[place : place + 1]  # none at the end
        changed = [(name, draw.choice(GENERAL)(body, draw, photos)) for name, body in old]
        pieces[place : place + 1] = draw.choice((changed, changed, changed, 2 * old, [], [*old, _new_part(data, draw)]))
    return join(pieces)


def shape(data: bytes, draw: random.Random, _: Sequence[bytes]) -> bytes:
    """A JPEG whose frame tells another size, or a PNG of another kind with as many bytes of pixels as that needs."""
    width, height = (draw.choice(SIDES) for _ in range(2))
    if not data.startswith(PNG_MAGIC):
        size = re.compile(rb"(\xff[\xc0-\xc2]\0.\x08)....", re.DOTALL)
        return size.sub(lambda found: found[1] + struct.pack(">HH", height, width), data, count=1)
    header = struct.pack(
        ">IIBBBBB", min(width, 300), min(height, 300), *draw.choice(PNG_KINDS), 0, 0, draw.randrange(2)
    )
    count = _png_bytes(header)
    pixels = chunk(b"IDAT", zlib.compress(draw.choice((bytes(count), draw.randbytes(count)))))
    rest = [chunk(*piece) for piece in _png_parts(data)[0] if piece[0] not in (b"IHDR", b"IDAT")]
    return PNG_MAGIC + chunk(b"IHDR", header) + b"".join(rest[:-1]) + pixels + b"".join(rest[-1:])


def _place(data: bytes, draw: random.Random) -> int:
    return int(draw.random() ** 2 * max(0, len(data) - 1))


def _new_part(data: bytes, draw: random.Random) -> tuple[bytes, bytes]:
    body = draw.randbytes(draw.choice((0, 1, 13, 64, 3000)))
    if not data.startswith(PNG_MAGIC):
        return bytes([draw.choice((*range(0xC0, 0xD0), *range(0xDA, 0xF0), 0xFE))]), draw.choice(JPEG_HEADS) + body
    packed = zlib.compress(body * draw.choice((1, 500)))
    return draw.choice(PNG_NAMES), draw.choice((body, packed, b"name\0\0" + packed, b"k\0\x01\0\0\0" + packed))


def _png_parts(data: bytes) -> tuple[list[tuple[bytes, bytes]], Callable]:
    found, place = [], 8
    while place + 12 <= len(data):
        length = int.from_bytes(data[place : place + 4])
        found.append((data[place + 4 : place + 8], data[place + 8 : place + 8 + length]))
        place += 12 + length
    return found, lambda pieces: data[:8] + b"".join(chunk(*piece) for piece in pieces)


def _jpeg_parts(data: bytes) -> tuple[list[tuple[bytes, bytes]], Callable]:
    """Segments up to the first image data, which is left as it is."""
    found, place = [], 2
    while data[place : place + 1] == b"\xff" and data[place + 1 : place + 2] not in (b"\xda", b"\xd9", b""):
        length = int.from_bytes(data[place + 2 : place + 4])
        found.append((data[place + 1 : place + 2], data[place + 4 : place + 2 + length]))
        place += 2 + max(2, length)
    rest = data[place:]
    return found, lambda pieces: data[:2] + b"".join(map(_segment, pieces)) + rest


def _segment(piece: tuple[bytes, bytes]) -> bytes:
    name, body = piece
    return b"\xff" + name + struct.pack(">H", min(65535, len(body) + 2)) + body[:65533]


GENERAL: tuple[Mutation, ...] = (flip, flip, overwrite, overwrite, cut, splice, repeat)
MUTATIONS: tuple[Mutation, ...] = (*GENERAL, *(parts,) * 7, shape)


def decode_mutants(first: int, seconds: float, log: Path) -> None:
    """Decode mutants from `first` on for so long; `log` tells of the one in hand, and at the end what came out."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    warnings.simplefilter("ignore")
    photos, tiles, end = seeds(), 0, time.monotonic() + seconds
    with log.open("r+b", buffering=0) as file:
        number = first
        while time.monotonic() < end or not tiles:  # one tile at least, however busy the machine
            file.seek(0)
            file.write(b"%20d %20d" % (number, tiles))
            signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)  # a mutant that takes longer ends the process
            data, options = mutant(number, photos)
            try:
                tile = decode_photo(io.BytesIO(data), **options)
            except PhotoError as error:
                if "memory" in error.fault:
                    raise RuntimeError(f"{error.fault}, of {MEMORY} bytes") from error
            else:
                if tile.shape != (options["size"], options["size"], 3) or tile.dtype != np.uint8:
                    raise RuntimeError(f"a tile of {tile.shape} {tile.dtype}")
                tiles += 1
            number += 1


if __name__ == "__main__":
    decode_mutants(int(sys.argv[1]), float(sys.argv[2]), Path(sys.argv[3]))
