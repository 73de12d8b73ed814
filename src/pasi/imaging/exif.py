"""What EXIF says of a photo that matters here: how it is turned, and whether its colours are Adobe RGB."""

import re
import struct
import warnings
import zlib
from contextlib import suppress

import numpy as np
from PIL import ExifTags, Image
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

ADOBE_RGB = 2  # EXIF colour space
PILLOW = re.compile(r"PIL\.")  # the modules of Pillow
# All that Pillow 13 was seen to raise on fuzzed files, and similar exceptions.
DECODER_ERRORS = (
    OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError, AssertionError,
    RuntimeError, EOFError, Warning, struct.error, zlib.error, Image.DecompressionBombError,
)  # fmt: skip


def ignore_pillows_warnings() -> None:
    """Keep Pillow from printing what it thinks of a photo, which it does not name (`Corrupt EXIF data`, for one).

    What matters of it is refused, or stands in docs/photos.md. The filter stays: filters belong to all threads, so that
    none can take it away behind itself.
    """
    if not any(action == "ignore" and module == PILLOW for action, _, _, module, _ in warnings.filters):
        warnings.filterwarnings("ignore", module=PILLOW.pattern)


def exif_tags(photo: JpegImageFile | PngImageFile) -> Image.Exif:
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


def orientation_of(tags: Image.Exif) -> int:
    """EXIF orientation 1 to 8; 1 where there is none or it cannot be read, as in every viewer."""
    try:
        value = tags.get(ExifTags.Base.Orientation)
    except DECODER_ERRORS:
        return 1
    return int(value) if value is not None and value in range(1, 9) else 1


def is_adobe_rgb(tags: Image.Exif) -> bool:
    """Whether a camera marked the photo as Adobe RGB in EXIF.

    By DCF 2.0 with the interoperability index R03; some cameras write the colour space 2 instead.
    """
    try:
        marked = tags.get_ifd(ExifTags.IFD.Interop).get(1) == "R03"
        return marked or tags.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.ColorSpace) == ADOBE_RGB
    except DECODER_ERRORS:
        return False


def turn_upright(pixels: np.ndarray, orientation: int) -> np.ndarray:
    """Turn stored pixels (height, width, 3) upright by the EXIF orientation (EXIF 2.3, tag 274)."""
    if orientation > 4:
        pixels = pixels.swapaxes(0, 1)  # orientations 5 to 8 store columns as rows
    upside_down = orientation in (3, 4, 7, 8)
    mirrored = orientation in (2, 3, 6, 7)
    return pixels[:: -1 if upside_down else 1, :: -1 if mirrored else 1]
