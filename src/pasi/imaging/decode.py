"""From a photo's file to an upright sRGB tile; docs/photos.md says which formats are accepted and why.

The photo is made small first, and only the small picture is turned and converted to sRGB: to turn or convert the photo
would need a full decode, and a DCT-scaled decode is several times faster.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

import numpy as np
from PIL import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

from pasi.errors import PhotoError, UnreadablePhotoError
from pasi.imaging.area_mean import WORKING_MODES, average, bands
from pasi.imaging.colours import Encoding, adobe_rgb_to_srgb, encoded_to_srgb, to_srgb
from pasi.imaging.exif import (
    DECODER_ERRORS,
    exif_tags,
    ignore_pillows_warnings,
    is_adobe_rgb,
    orientation_of,
    turn_upright,
)
from pasi.imaging.fit import content_box
from pasi.imaging.photo_files import check_whole, photo_format, read_photo
from pasi.imaging.png_colour import png_encoding
from pasi.imaging.settings import FITS, Fit, TileSettings

KERNEL = "area-1"  # version of this procedure in the tile table: tiles of two versions may differ in any pixel
MAX_PIXELS = 64_000_000  # a full-frame camera has 61 million; with 4 bytes a pixel a decode stays far below 1 GB
MIN_SIDE = 16
MAX_RATIO = 16  # the longer side over the shorter one
OVERSAMPLING = 4  # a DCT-scaled decode keeps at least so many pixels for each pixel of the tile (R15)


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
    ignore_pillows_warnings()
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
    tags = exif_tags(photo)
    orientation, adobe = orientation_of(tags), is_adobe_rgb(tags)
    _refuse_transparency(photo)
    top, left, down, across = content_box(width, height, size, fit)
    side = min(width, height) if fit == "center_crop" else None
    small = average(photo, bands(height, side, down, scale), bands(width, side, across, scale))
    if encoding is not None:
        small = encoded_to_srgb(small, encoding)
    elif "icc_profile" in photo.info:  # Pillow has None where parts of the profile are missing
        small = to_srgb(small, photo.info["icc_profile"] or b"")
    else:
        small = adobe_rgb_to_srgb(small) if adobe and photo.mode == "RGB" else to_srgb(small, None)
    upright = turn_upright(small, orientation)
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
