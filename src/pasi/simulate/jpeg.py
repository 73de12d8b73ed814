"""A drawing as the JPEG that a camera leaves: full size, grain, EXIF, and stored as the sensor saw it."""

from datetime import datetime
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image, ImageChops

QUALITY = 90
GRAIN = 2.2  # deviation in steps of 255
GRAIN_TILE = 1024

# Orientation tag of a photo that is stored turned, and how to turn the upright photo to store it so.
STORED = {6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}


def encode(pixels: np.ndarray, size: tuple[int, int], *, exif: Image.Exif, rng: np.random.Generator) -> bytes:
    """JPEG bytes of an upright drawing (height, width, 3) enlarged to a sensor of `size` (long, short) pixels.

    The orientation in `exif` says how the photo is stored (STORED; 1: as it is).
    """
    image = Image.fromarray(pixels)
    turn = STORED.get(exif[ExifTags.Base.Orientation])
    if turn is not None:
        image = image.transpose(turn)
    if image.size != size:
        image = image.resize(size, Image.Resampling.BICUBIC)
    image = _grain(image, rng)
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=QUALITY, exif=exif)
    return buffer.getvalue()


def _grain(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Add sensor noise: one tile of it, repeated, which no one sees and which costs little."""
    side = min(GRAIN_TILE, max(image.size))
    noise = np.clip(rng.standard_normal((side, side), dtype=np.float32) * GRAIN + 128.5, 0, 255).astype(np.uint8)
    tile = Image.merge("RGB", [Image.fromarray(noise)] * 3)
    sheet = Image.new("RGB", image.size)
    for x in range(0, image.width, side):
        for y in range(0, image.height, side):
            sheet.paste(tile, (x, y))
    return ImageChops.add(image, sheet, 1, -128)


def camera_exif(size: tuple[int, int], *, orientation: int, taken: datetime, recipe: str) -> Image.Exif:
    """EXIF of a Nikon D5100. `recipe` (32 hex digits) goes into ImageUniqueID: what the photo was made from."""
    exif = Image.Exif()
    stamp = taken.strftime("%Y:%m:%d %H:%M:%S")
    exif[ExifTags.Base.Make] = "NIKON CORPORATION"
    exif[ExifTags.Base.Model] = "NIKON D5100"
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Software] = "pasi simulate"
    exif[ExifTags.Base.DateTime] = stamp
    details = exif.get_ifd(ExifTags.IFD.Exif)
    details[ExifTags.Base.DateTimeOriginal] = stamp
    details[ExifTags.Base.ExposureTime] = 1 / 125
    details[ExifTags.Base.FNumber] = 8.0
    details[ExifTags.Base.ISOSpeedRatings] = 200
    details[ExifTags.Base.FocalLength] = 35.0
    details[ExifTags.Base.ColorSpace] = 1
    details[ExifTags.Base.ExifImageWidth], details[ExifTags.Base.ExifImageHeight] = size
    details[ExifTags.Base.ImageUniqueID] = recipe
    return exif


def made_from(path: Path) -> str | None:
    """The recipe of a whole photo at `path`, None where there is none or it is cut short."""
    try:
        with Image.open(path) as image:
            recipe = image.getexif().get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.ImageUniqueID)
        with path.open("rb") as file:
            file.seek(-2, 2)
            return recipe if file.read() == b"\xff\xd9" else None
    except OSError:
        return None
