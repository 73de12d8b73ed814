"""From a photo's file to an upright sRGB tile; docs/photos.md says which formats are accepted and why.

The photo is made small first, and only the small picture is turned and converted to sRGB: to turn or convert the photo
would need a full decode, and a DCT-scaled decode is several times faster.
"""

import io
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

import numpy as np
from PIL import ExifTags, Image, ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

from pasi.errors import PhotoError, UnreadablePhotoError
from pasi.imaging.colours import Encoding, adobe_rgb_to_srgb, encoded_to_srgb, to_srgb
from pasi.imaging.fit import content_box
from pasi.imaging.photo_files import check_whole, photo_format, read_photo
from pasi.imaging.png_colour import png_encoding
from pasi.imaging.settings import FITS, Fit, TileSettings

KERNEL = "area-1"  # version of this procedure in the tile table: tiles of two versions may differ in any pixel
MAX_PIXELS = 64_000_000  # a full-frame camera has 61 million; with 4 bytes a pixel a decode stays far below 1 GB
MIN_SIDE = 16
MAX_RATIO = 16  # the longer side over the shorter one
BAND = 8  # rows or columns of a tile that are summed at once: few enough that the allocator reuses freed memory
OVERSAMPLING = 4  # a DCT-scaled decode keeps at least so many pixels for each pixel of the tile (R15)
# Pillow's mode of an accepted photo, and the mode in which its pixels are averaged.
WORKING_MODES = {"L": "L", "LA": "L", "RGB": "RGB", "RGBA": "RGB", "P": "RGB", "CMYK": "CMYK"}
ADOBE_RGB = 2  # EXIF colour space
# All that Pillow 13 was seen to raise on fuzzed files, and similar exceptions.
DECODER_ERRORS = (
    OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError, AssertionError,
    RuntimeError, EOFError, Warning, struct.error, zlib.error, Image.DecompressionBombError,
)  # fmt: skip


class Tile(NamedTuple):
    """pixels (size, size, 3) uint8; width and height of the upright photo that it shows, in pixels."""

    pixels: np.ndarray
    width: int
    height: int


def decode_photo(
    source: str | Path | BinaryIO, *, size: int = TileSettings.size, fit: Fit = TileSettings.fit
) -> np.ndarray:
    """The tile of a JPEG or PNG photo: uint8 (size, size, 3), sRGB, upright, without any metadata.

    `fit`: "letterbox" keeps the ratio and centres the photo on black (4928x3264 gives 128x85; R6), "squash" fills the
    tile, "center_crop" takes the middle square. Each pixel is the mean of the area that it covers (R15). Raises
    PhotoError for anything that is not a whole, still, opaque, 8-bit photo, and ValueError for another `size` or `fit`.
    """
    return make_tile(read_photo(source), size=size, fit=fit).pixels


def make_tile(data: bytes, *, size: int, fit: Fit) -> Tile:
    """As `decode_photo`, from the bytes of the photo's file, and with the size of the photo."""
    if size < 1 or fit not in FITS:
        raise ValueError(f"a tile of size {size} and fit {fit!r}: size is at least 1, fit one of {', '.join(FITS)}")
    check_whole(data)
    with _photo_errors(), _open(data) as photo:
        encoding = png_encoding(data) if photo.format == "PNG" else None
        return _shrink(photo, encoding, size, fit)


@contextmanager
def _photo_errors() -> Iterator[None]:
    """Raise PhotoError for all that a decoder raises, without the decoder's message, which may quote the file."""
    try:
        yield
    except PhotoError:
        raise
    except MemoryError as error:
        fix = "re-export the photo smaller, as JPEG"
        raise UnreadablePhotoError("needs more memory than is available", fix) from error
    except DECODER_ERRORS as error:
        raise PhotoError("is damaged (it cannot be decoded)") from error


def _open(data: bytes) -> JpegImageFile | PngImageFile:
    """Open a photo by its header, and refuse it where the header says that it cannot be used.

    The class of the format is called instead of `Image.open`, which would take the second view of a phone's photo for
    another frame, and would report decompression bombs by warnings, whose filters all threads share.
    """
    if ImageFile.LOAD_TRUNCATED_IMAGES:
        fix = "leave PIL.ImageFile.LOAD_TRUNCATED_IMAGES False"
        raise PhotoError("would be decoded even if it were damaged", fix)
    stream = io.BytesIO(data)
    photo = JpegImageFile(stream) if photo_format(data) == "JPEG" else PngImageFile(stream)
    _check_size(*photo.size)
    if photo.format == "PNG" and data[24] == 16:  # Pillow would drop the lower 8 bits in silence
        raise PhotoError("has 16 bits a channel", "re-export the photo as JPEG, or as PNG of 8 bits a channel")
    if photo.mode not in WORKING_MODES:
        raise PhotoError("has only black and white" if photo.mode == "1" else "is of a kind that no camera writes")
    return photo


def _check_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise PhotoError(
            f"has {width}x{height} pixels, over {MAX_PIXELS // 10**6} million", "re-export the photo smaller, as JPEG"
        )
    if min(width, height) < MIN_SIDE:
        raise PhotoError(f"has {width}x{height} pixels, under {MIN_SIDE} a side", "use the photo, not its thumbnail")
    if max(width, height) > MAX_RATIO * min(width, height):
        raise PhotoError(f"has {width}x{height} pixels, a strip over {MAX_RATIO}:1", "crop it to the region")


def _shrink(photo: JpegImageFile | PngImageFile, encoding: Encoding | None, size: int, fit: Fit) -> Tile:
    """Decode, average, convert to sRGB and turn, in this order."""
    width, height = photo.size
    scale = _draft(photo, size, fit)
    photo.load()
    tags = _exif(photo)
    orientation, adobe = _orientation(tags), _is_adobe_rgb(tags)
    _refuse_transparency(photo)
    top, left, down, across = content_box(width, height, size, fit)
    side = min(width, height) if fit == "center_crop" else None
    small = _average(photo, _bands(height, side, down, scale), _bands(width, side, across, scale))
    if encoding is not None:
        small = encoded_to_srgb(small, encoding)
    elif "icc_profile" in photo.info:  # Pillow has None where parts of the profile are missing
        small = to_srgb(small, photo.info["icc_profile"] or b"")
    else:
        small = adobe_rgb_to_srgb(small) if adobe and photo.mode == "RGB" else to_srgb(small, None)
    upright = _turn(small, orientation)
    if orientation > 4:
        width, height = height, width
        top, left, down, across = content_box(width, height, size, fit)
    pixels = np.zeros((size, size, 3), dtype=np.uint8)
    pixels[top : top + down, left : left + across] = upright
    return Tile(pixels, width, height)


def _draft(photo: JpegImageFile | PngImageFile, size: int, fit: Fit) -> int:
    """Set a JPEG to be decoded at 1/8, 1/4 or 1/2 of its size where enough pixels are left; return 8, 4, 2 or 1."""
    width, height = photo.size
    decisive = max(width, height) if fit == "letterbox" else min(width, height)
    scale = next((scale for scale in (8, 4, 2) if decisive >= OVERSAMPLING * size * scale), 1)
    if photo.format == "JPEG" and scale > 1:
        photo.draft(None, (width // scale, height // scale))
        return scale
    return 1


def _average(
    photo: Image.Image, rows: list[tuple[int, np.ndarray]], columns: list[tuple[int, np.ndarray]]
) -> np.ndarray:
    """Area means (rows, columns, channels) uint8, halves rounded up; a band of the photo is unpacked at a time.

    All sums are whole numbers, hence exact in whatever order BLAS adds them: over one side they stay below 2**24, which
    float32 holds (2 x 255 x 32,000, the longest side that MAX_PIXELS and MAX_RATIO allow), over both below 2**38.
    Rounding down after the division is exact too: a quotient below a whole number differs from it by at least
    1 / (8 x MAX_PIXELS).
    """
    mode = WORKING_MODES[photo.mode]
    area = int(rows[0][1][0].sum() * columns[0][1][0].sum())  # of a pixel of the tile, in units of `_bands`
    down = sum(len(weights) for _, weights in rows)
    lines = np.empty((down, photo.width * len(mode)), dtype=np.float32)
    target = 0
    for top, weights in rows:
        strip = photo.crop((0, top, photo.width, top + weights.shape[1]))
        pixels = np.asarray(strip if strip.mode == mode else strip.convert(mode)).reshape(weights.shape[1], -1)
        np.matmul(weights.astype(np.float32), pixels.astype(np.float32), out=lines[target : target + len(weights)])
        target += len(weights)
    across = lines.reshape(down, photo.width, -1).swapaxes(0, 1)  # (width, rows, channels), a view
    sums = [
        weights @ across[left : left + weights.shape[1]].reshape(weights.shape[1], -1).astype(np.float64)
        for left, weights in columns
    ]
    total = np.concatenate(sums).reshape(-1, down, len(mode)).swapaxes(0, 1)
    return ((2 * total + area) / (2 * area)).astype(np.uint8)


@lru_cache(maxsize=8)  # the photos of a trial have few different sizes
def _bands(extent: int, side: int | None, count: int, scale: int) -> list[tuple[int, np.ndarray]]:
    """How much of each source pixel each of `count` target pixels covers, in bands of a few target pixels.

    A band is its first source pixel and its weights (target pixels, source pixels). The targets cover the middle `side`
    of `extent` photo pixels, or all of them (side None); a source pixel is `scale` photo pixels wide, the last one
    perhaps less. Lengths are in units of 1/(2 count) photo pixel, in which all edges are whole numbers, so that a
    mirrored photo gives the mirrored tile.
    """
    side = extent if side is None else side
    sources = 2 * count * np.minimum(np.arange(0, extent + scale, scale), extent)
    targets = count * (extent - side) + 2 * side * np.arange(count + 1)
    bands = []
    for start in range(0, count, BAND):
        edges = targets[start : start + BAND + 1]
        first = np.searchsorted(sources, edges[0], side="right") - 1
        last = np.searchsorted(sources, edges[-1], side="left")
        left, right = sources[first:last], sources[first + 1 : last + 1]
        overlap = np.minimum(edges[1:, None], right) - np.maximum(edges[:-1, None], left)
        bands.append((int(first), overlap.clip(min=0)))
    return bands


def _exif(photo: JpegImageFile | PngImageFile) -> Image.Exif:
    """The EXIF tags of a photo; none where they cannot be read.

    `photo.getexif()` would also take an orientation from XMP, which browsers pass over, and which programs leave as it
    was when they turn the pixels.
    """
    tags = Image.Exif()
    with suppress(*DECODER_ERRORS):
        if "exif" in photo.info:
            tags.load(photo.info["exif"])
        elif text := photo.info.get("Raw profile type exif"):  # as ImageMagick wrote PNG before there was eXIf
            tags.load(bytes.fromhex("".join(text.split("\n")[3:])))
    return tags


def _orientation(tags: Image.Exif) -> int:
    """EXIF orientation 1 to 8; 1 where there is none or it cannot be read, as in every viewer."""
    try:
        value = tags.get(ExifTags.Base.Orientation)
    except DECODER_ERRORS:
        return 1
    return int(value) if value is not None and value in range(1, 9) else 1


def _is_adobe_rgb(tags: Image.Exif) -> bool:
    """Whether a camera marked the photo as Adobe RGB in EXIF.

    By DCF 2.0 with the interoperability index R03; some cameras write the colour space 2 instead.
    """
    try:
        marked = tags.get_ifd(ExifTags.IFD.Interop).get(1) == "R03"
        return marked or tags.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.ColorSpace) == ADOBE_RGB
    except DECODER_ERRORS:
        return False


def _refuse_transparency(photo: JpegImageFile | PngImageFile) -> None:
    """Raise PhotoError unless every pixel is opaque: the colour under a transparent one is not what a rater saw."""
    if "transparency" in photo.info:
        alpha = photo.convert("RGBA").getchannel("A")
    elif "A" in photo.getbands():
        alpha = photo.getchannel("A")
    else:
        return
    lowest, _ = cast(tuple[float, float], alpha.getextrema())  # a pair, since there is one channel
    if lowest < 255:
        raise PhotoError("is partly transparent", "re-export the photo as JPEG, which has no transparency")


def _turn(pixels: np.ndarray, orientation: int) -> np.ndarray:
    """Turn stored pixels (height, width, 3) upright by the EXIF orientation (EXIF 2.3, tag 274)."""
    if orientation > 4:
        pixels = pixels.swapaxes(0, 1)  # orientations 5 to 8 store columns as rows
    upside_down = orientation in (3, 4, 7, 8)
    mirrored = orientation in (2, 3, 6, 7)
    return pixels[:: -1 if upside_down else 1, :: -1 if mirrored else 1]
