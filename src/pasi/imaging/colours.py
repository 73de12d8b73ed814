"""Conversion of the colours that a photo is stored in to sRGB, applied to the small tile."""

import io
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageCms

from pasi.errors import PhotoError

IN_SRGB = "re-export the photo as JPEG in sRGB"
SAME = 2  # levels: a profile that changes no colour by more is taken as sRGB, whatever its name
MODES = {1: "L", 3: "RGB", 4: "CMYK"}  # Pillow's mode by number of channels
PROFILE_SPACES = {"GRAY": "L", "RGB": "RGB", "CMYK": "CMYK"}  # Pillow's mode by colour space of an ICC profile
# x and y of white, red, green and blue (IEC 61966-2-1), and the cone space of Bradford.
SRGB = ((0.3127, 0.3290), (0.64, 0.33), (0.30, 0.60), (0.15, 0.06))
BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
# Adobe RGB (1998), section 4.3.1: gamma, and the matrix to linear sRGB (both have the white point D65).
ADOBE_GAMMA = 563 / 256
ADOBE_TO_SRGB = np.array([[1.39836, -0.39836, 0.0], [0.0, 1.0, 0.0], [0.0, -0.04293, 1.04293]])


class Encoding(NamedTuple):
    """How stored values stand for colours: their gamma, None for the curve of sRGB, and x, y of white and primaries."""

    gamma: float | None
    primaries: tuple[tuple[float, float], ...]


def to_srgb(pixels: np.ndarray, profile: bytes | None) -> np.ndarray:
    """Convert pixels (height, width, 1 grey | 3 RGB | 4 CMYK) uint8 to sRGB (height, width, 3) uint8.

    `profile` is the ICC profile of the photo. Without one, grey and RGB are taken as sRGB. Raises PhotoError for CMYK
    without a profile, and for a profile that is damaged or of another colour space.
    """
    if profile is None:
        if pixels.shape[2] == 4:
            raise PhotoError("is CMYK without a colour profile", IN_SRGB)
        return np.repeat(pixels, 3, axis=2) if pixels.shape[2] == 1 else pixels
    try:
        return _through_profile(pixels, ImageCms.ImageCmsProfile(io.BytesIO(profile)))
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError) as error:
        fault = "has a colour profile that is damaged or of another colour space"
        raise PhotoError(fault, IN_SRGB) from error


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
        probe = _probe()
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
    return _encode((pixels / 255) ** ADOBE_GAMMA @ ADOBE_TO_SRGB.T)


def encoded_to_srgb(pixels: np.ndarray, encoding: Encoding) -> np.ndarray:
    """Convert pixels (height, width, 1 grey | 3 RGB) uint8 of an encoding to sRGB (height, width, 3) uint8.

    Colours outside of sRGB are clipped. Pixels stay as they are where the encoding changes no colour by more than SAME
    levels. White of another temperature is adapted to that of sRGB (Bradford); grey has no primaries.
    """
    rgb = np.repeat(pixels, 3, axis=2) if pixels.shape[2] == 1 else pixels
    own = encoding if pixels.shape[2] == 3 else Encoding(encoding.gamma, SRGB)
    probe = _probe()
    if np.abs(_decode(probe, own).astype(int) - probe).max() <= SAME:
        return rgb
    return _decode(rgb, own)


def _decode(pixels: np.ndarray, encoding: Encoding) -> np.ndarray:
    values = pixels / 255
    if encoding.gamma is None:
        linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    else:
        linear = values**encoding.gamma
    return _encode(linear @ srgb_matrix(encoding.primaries).T)


def _encode(linear: np.ndarray) -> np.ndarray:
    """Linear sRGB as uint8 on the curve of sRGB, clipped."""
    linear = np.clip(linear, 0, 1)
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    levels: np.ndarray = np.rint(255 * encoded).astype(np.uint8)
    return levels


def srgb_matrix(primaries: tuple[tuple[float, float], ...]) -> np.ndarray:
    """The matrix (3, 3) from linear RGB of these white and primaries (x, y) to linear sRGB.

    Raises ZeroDivisionError or LinAlgError where no colours have them.
    """
    (xyz, white), (target, daylight) = _to_xyz(primaries), _to_xyz(SRGB)
    gain = (BRADFORD @ daylight) / (BRADFORD @ white)
    adapted = np.linalg.solve(BRADFORD, gain[:, None] * (BRADFORD @ xyz))
    matrix: np.ndarray = np.linalg.solve(target, adapted)
    return matrix


def _to_xyz(primaries: tuple[tuple[float, float], ...]) -> tuple[np.ndarray, np.ndarray]:
    """The matrix from linear RGB to XYZ, and XYZ of white."""
    white, *columns = (np.array([x / y, 1, (1 - x - y) / y]) for x, y in primaries)
    corners = np.stack(columns, axis=1)
    return corners * np.linalg.solve(corners, white), white


def _probe() -> np.ndarray:
    """216 colours (6, 36, 3) that lie evenly in the cube of RGB."""
    return np.indices((6, 6, 6), dtype=np.uint8).reshape(3, 36, 6).transpose(1, 2, 0) * 51
