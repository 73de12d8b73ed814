"""Plaques of known area on skin, with redness, relief and scale as maps that are independent of each other."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

from pasi.simulate.shot import Shot
from pasi.simulate.view import View, ramp

SOFT = 0.002  # blur of a plaque's edge, in long sides of the photo
RELIEF_GRID = 384  # cells along the long side of the grid for relief: a rim is several cells wide
RIM = 0.011  # width of a rim, in long sides of the photo: 1.4 pixels of a 128-pixel tile
RELIEF = 0.115  # brightening of a rim that faces the light, per grade
LEE = 1.25  # a rim that faces away from the light is darkened by this many times as much
FLAKE_LEVEL = (1.4, 0.75, 0.25, -0.15, -0.6)  # level of the noise above which flakes begin, by grade
FLAKE_STRENGTH = (0.0, 0.55, 0.68, 0.80, 0.90)  # how opaque the densest flakes are, by grade


@dataclass(frozen=True)
class Plaques:
    """Maps (height, width) of the plaques.

    `where`: bool, true on exactly the percentage of skin that was asked for. `blood`: erythema, in grades. `relief`: a
    factor on brightness. `flakes`: opacity of scale, 0 to 1. `stain`: 0 to 1, where plaques have healed and left marks.
    """

    where: np.ndarray
    blood: np.ndarray
    relief: np.ndarray
    flakes: np.ndarray
    stain: np.ndarray


def plaque_field(view: View, rng: np.random.Generator) -> np.ndarray:
    """A field (height, width) whose highest values plaques cover first.

    It is fixed to the body, so that plaques stay in their places from visit to visit.
    """
    cells = rng.uniform(5.0, 9.5)  # few large or many small plaques
    field = view.noise(rng, cells)
    field += np.float32(0.55) * view.noise(rng, 2.2)
    field += np.float32(0.30) * view.noise(rng, cells * 2.7)
    field += np.float32(0.10) * view.noise(rng, cells * 7.0)
    return field


def lay_plaques(view: View, skin: np.ndarray, shot: Shot, light: np.ndarray) -> Plaques:
    """Plaques that cover the percentage of `skin` (height, width; bool) that `shot` asks for, to the pixel.

    `light` (x, y, z) is the unit vector to the light.
    """
    lesions = shot.lesions
    field = plaque_field(view, shot.of_place("plaques"))
    where = _highest(field, skin, lesions.percent)
    once = _highest(field, skin, max(lesions.stain, lesions.percent))
    cover = _soften(where) * skin
    return Plaques(
        where=where & skin,
        blood=cover * np.float32(lesions.erythema),
        relief=_relief(cover, lesions.induration, light),
        flakes=_flakes(view, lesions.desquamation, shot.own("flakes")) * cover,
        stain=np.clip(_soften(once) - cover, 0, 1),
    )


def _highest(field: np.ndarray, skin: np.ndarray, percent: float) -> np.ndarray:
    """Where the field is at least as high as on the highest `percent` of the skin, also beyond the skin."""
    if percent <= 0 or not skin.any():
        return np.zeros_like(skin)
    values = field[skin]
    rank = max(1, round(values.size * percent / 100))
    lowest = np.partition(values, values.size - rank)[values.size - rank]
    where: np.ndarray = field >= lowest
    return where


def _soften(where: np.ndarray) -> np.ndarray:
    """A map (height, width) 0 to 1 with the edges of `where` blurred."""
    image = Image.fromarray(where.astype(np.uint8) * 255).filter(ImageFilter.GaussianBlur(SOFT * max(where.shape)))
    return np.asarray(image, dtype=np.float32) * np.float32(1 / 255)


def _relief(cover: np.ndarray, grade: float, light: np.ndarray) -> np.ndarray:
    """A factor on brightness: rims that face the light are brighter, rims that face away and the skin behind darker."""
    from scipy.ndimage import gaussian_filter  # imported here, so that the command line starts fast

    height, width = cover.shape
    if grade <= 0 or not cover.any():
        return np.ones_like(cover)
    scale = RELIEF_GRID / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = np.array(Image.fromarray(cover).resize(size, Image.Resampling.BILINEAR))
    sigma = RIM * RELIEF_GRID / 1.6
    down, right = np.gradient(gaussian_filter(small, sigma))
    toward = light[:2] / np.hypot(*light[:2])
    rim = -(right * toward[0] + down * toward[1]) * sigma * np.sqrt(2 * np.pi)  # about -1 to 1 on straight outlines
    factor = 1 + RELIEF * grade * np.where(rim < 0, LEE * rim, rim)
    return np.array(Image.fromarray(factor.astype(np.float32)).resize((width, height), Image.Resampling.BICUBIC))


def _flakes(view: View, grade: float, rng: np.random.Generator) -> np.ndarray:
    """Opacity of scale as if plaques covered everything: patches of flakes, more and denser ones at higher grades."""
    if grade <= 0:
        return np.zeros(view.shape, dtype=np.float32)
    patches: np.ndarray = view.noise(rng, 26) + np.float32(0.8) * view.noise(rng, 62)
    crumbs = view.noise(rng, 170)
    patches = patches / np.float32(np.hypot(1, 0.8)) + np.float32(0.35) * crumbs
    level = np.float32(np.interp(grade, range(5), FLAKE_LEVEL))
    texture = np.float32(0.82) + np.float32(0.18) * np.clip(crumbs, -1, 1)
    opacity: np.ndarray = ramp(patches, level - 0.35, level + 0.75) * texture
    opacity *= np.float32(np.interp(grade, range(5), FLAKE_STRENGTH))
    return opacity
