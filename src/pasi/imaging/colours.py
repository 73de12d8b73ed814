"""Conversion of the colours that a photo is stored in to sRGB, applied to the small tile."""

import io

import numpy as np
from PIL import Image, ImageCms

from pasi.errors import PhotoError

SAME = 2  # levels: a profile that changes no colour by more is taken as sRGB, whatever its name
MODES = {1: "L", 3: "RGB", 4: "CMYK"}  # Pillow's mode by number of channels
PROFILE_SPACES = {"GRAY": "L", "RGB": "RGB", "CMYK": "CMYK"}  # Pillow's mode by colour space of an ICC profile
# Adobe RGB (1998), section 4.3.1: gamma, and the matrix to linear sRGB (both have the white point D65).
ADOBE_GAMMA = 563 / 256
ADOBE_TO_SRGB = np.array([[1.39836, -0.39836, 0.0], [0.0, 1.0, 0.0], [0.0, -0.04293, 1.04293]])


def to_srgb(pixels: np.ndarray, profile: bytes | None) -> np.ndarray:
    """Convert pixels (height, width, 1 grey | 3 RGB | 4 CMYK) uint8 to sRGB (height, width, 3) uint8.

    `profile` is the ICC profile of the photo. Without one, grey and RGB are taken as sRGB. Raises PhotoError for CMYK
    without a profile, and for a profile that is damaged or of another colour space.
    """
    if profile is None:
        if pixels.shape[2] == 4:
            raise PhotoError("is CMYK without a colour profile", "re-export the photo as JPEG in sRGB")
        return np.repeat(pixels, 3, axis=2) if pixels.shape[2] == 1 else pixels
    try:
        return _through_profile(pixels, ImageCms.ImageCmsProfile(io.BytesIO(profile)))
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError) as error:
        fault = "has a colour profile that is damaged or of another colour space"
        raise PhotoError(fault, "re-export the photo as JPEG in sRGB") from error


def _through_profile(pixels: np.ndarray, profile: ImageCms.ImageCmsProfile) -> np.ndarray:
    mode = PROFILE_SPACES.get(profile.profile.xcolor_space.strip(), "")
    if pixels.shape[2] == 1 and mode == "RGB":  # made grey, with the profile of the colour photo kept
        pixels = np.repeat(pixels, 3, axis=2)
    if mode != MODES[pixels.shape[2]]:
        raise ValueError(f"a profile for {mode or 'another space'} on {pixels.shape[2]} channels")
    transform = ImageCms.buildTransform(
        profile,
        ImageCms.createProfile("sRGB"),
        mode,
        "RGB",
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
        ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    if mode == "RGB":
        probe = np.indices((6, 6, 6), dtype=np.uint8).reshape(3, 36, 6).transpose(1, 2, 0) * 51
        if np.abs(_apply(transform, probe).astype(int) - probe).max() <= SAME:
            return pixels
    return _apply(transform, pixels)


def _apply(transform: ImageCms.ImageCmsTransform, pixels: np.ndarray) -> np.ndarray:
    """Pixels (height, width, channels) through a transform to RGB: (height, width, 3)."""
    mode = MODES[pixels.shape[2]]
    picture = Image.fromarray(np.ascontiguousarray(pixels[:, :, 0] if mode == "L" else pixels), mode)
    return np.asarray(ImageCms.applyTransform(picture, transform))


def adobe_rgb_to_srgb(pixels: np.ndarray) -> np.ndarray:
    """Convert Adobe RGB (height, width, 3) uint8 to sRGB; colours outside of sRGB are clipped."""
    linear = np.clip((pixels / 255) ** ADOBE_GAMMA @ ADOBE_TO_SRGB.T, 0, 1)
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    levels: np.ndarray = np.rint(255 * encoded).astype(np.uint8)
    return levels
