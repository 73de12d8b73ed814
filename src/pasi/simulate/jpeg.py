"""From a drawing to a JPEG as a camera writes it: full size, sensor noise, EXIF, and in the sensor's orientation."""

from datetime import datetime
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image, ImageChops

from pasi.simulate.setting import DEFAULT_SETTING, Camera

GRAIN_TILE = 1024  # pixels: side of the square of noise that is repeated

# By EXIF orientation: how an upright photo is turned to be stored under that tag.
STORED = {6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}


def encode(
    pixels: np.ndarray,
    size: tuple[int, int],
    *,
    exif: Image.Exif,
    rng: np.random.Generator,
    camera: Camera = DEFAULT_SETTING.camera,
) -> bytes:
    """JPEG bytes of an upright drawing (height, width, 3), enlarged to a sensor of `size` (long, short) pixels.

    The orientation in `exif` says how the drawing is turned for storage (STORED); with 1 it is stored as it is.
    """
    image = Image.fromarray(pixels)
    turn = STORED.get(exif[ExifTags.Base.Orientation])
    if turn is not None:
        image = image.transpose(turn)
    if image.size != size:
        image = image.resize(size, Image.Resampling.BICUBIC)
    image = _grain(image, camera.grain, rng)
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=camera.quality, exif=exif)
    return buffer.getvalue()


def _grain(image: Image.Image, grain: float, rng: np.random.Generator) -> Image.Image:
    """Add sensor noise of this standard deviation: one square of it is repeated, which is fast and cannot be seen."""
    side = min(GRAIN_TILE, max(image.size))
    noise = np.clip(rng.standard_normal((side, side), dtype=np.float32) * grain + 128.5, 0, 255).astype(np.uint8)
    tile = Image.merge("RGB", [Image.fromarray(noise)] * 3)
    sheet = Image.new("RGB", image.size)
    for x in range(0, image.width, side):
        for y in range(0, image.height, side):
            sheet.paste(tile, (x, y))
    return ImageChops.add(image, sheet, 1, -128)


def camera_exif(
    size: tuple[int, int], *, orientation: int, taken: datetime, recipe: str, camera: Camera = DEFAULT_SETTING.camera
) -> Image.Exif:
    """EXIF of a camera, with `recipe` (32 hex digits: what the photo is made from) as its ImageUniqueID."""
    exif = Image.Exif()
    stamp = taken.strftime("%Y:%m:%d %H:%M:%S")
    exif[ExifTags.Base.Make] = camera.make
    exif[ExifTags.Base.Model] = camera.model
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
    """The recipe in the EXIF of the photo at `path`; None where it is missing, cut short, or has no recipe."""
    try:
        with Image.open(path) as image:
            recipe = image.getexif().get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.ImageUniqueID)
        with path.open("rb") as file:
            file.seek(-2, 2)
            return recipe if file.read() == b"\xff\xd9" else None
    except OSError:
        return None
