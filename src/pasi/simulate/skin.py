"""How skin reflects light: melanin and blood absorb it (Beer-Lambert), so redness looks violet-brown on dark skin.

Moles, scars and hair are drawn as well; they are not psoriasis.
"""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from pasi.simulate.view import View

BLOODLESS = np.array([0.90, 0.68, 0.54], dtype=np.float32)  # linear sRGB of skin without melanin
MELANIN = np.array([2.5, 3.15, 3.6], dtype=np.float32)  # absorption per unit; the darkest skin has about 1
BLOOD = np.array([0.20, 1.00, 0.86], dtype=np.float32)  # absorption per unit
ERYTHEMA = 0.26  # units of blood per grade, on light skin
TYPES = {  # range of melanin by Fitzpatrick skin type
    "I": (0.0, 0.06),
    "II": (0.06, 0.15),
    "III": (0.15, 0.27),
    "IV": (0.27, 0.42),
    "V": (0.42, 0.66),
    "VI": (0.66, 0.98),
}
SCALE = np.array([0.80, 0.78, 0.75], dtype=np.float32)  # linear sRGB of silvery scale
NO_PIGMENT = 128  # level of the canvas at which melanin stays as it is
CANVAS = 1232  # pixels: long side of the canvas for hair and moles, whatever the size of the photo


@dataclass(frozen=True)
class Complexion:
    """The skin of one person.

    `melanin`: 0 to 1, and how `uneven` it is. `blood`: at rest. `hairiness`: 0 to 1. `hair`: its darkness, 0 to 1.
    `moles`, `scars`: how many each photo shows. `stain`: melanin that a healed plaque adds, negative for pale marks.
    """

    melanin: float
    uneven: float
    blood: float
    hairiness: float
    hair: float
    moles: int
    scars: int
    stain: float


def draw_complexion(skin_type: str, male: bool, rng: np.random.Generator) -> Complexion:
    """Draw the skin of one person; `skin_type` is a key of TYPES."""
    melanin = float(rng.uniform(*TYPES[skin_type]))
    return Complexion(
        melanin=melanin,
        uneven=float(rng.uniform(0.015, 0.045)),
        blood=float(rng.uniform(0.05, 0.30)),
        hairiness=float(rng.beta(1.6, 2.0) if male else rng.beta(1.0, 5.0)),
        hair=float(np.clip(rng.normal(0.35 + 0.6 * melanin, 0.2), 0.05, 0.95)),
        moles=int(rng.poisson(rng.choice([2, 6, 18]))),
        scars=int(rng.poisson(0.5)),
        stain=float(rng.uniform(0.01, 0.07) * (1 + melanin) * (1 if rng.random() < 0.8 else -0.8)),
    )


def reflect(melanin: np.ndarray, blood: np.ndarray) -> np.ndarray:
    """Linear sRGB reflectance (3, ...) of skin with `melanin` and `blood` (...)."""
    melanin, blood = np.asarray(melanin, dtype=np.float32), np.asarray(blood, dtype=np.float32)
    absorbed: np.ndarray = np.multiply.outer(-MELANIN, melanin)
    absorbed -= np.multiply.outer(BLOOD, blood)
    np.exp(absorbed, out=absorbed)
    absorbed *= BLOODLESS.reshape(3, *(1,) * melanin.ndim)
    return absorbed


def hair_colour(complexion: Complexion) -> np.ndarray:
    """Linear sRGB (3,) of a person's body hair."""
    light = 0.5 * (1 - complexion.hair) ** 2
    return (light * np.array([0.75, 0.5, 0.3]) + 0.012).astype(np.float32)


def erythema_blood(melanin: float) -> float:
    """Units of blood that one grade of erythema adds; fewer on dark skin, where less of it shows."""
    return ERYTHEMA * (1 - 0.4 * melanin)


def draw_moles(view: View, complexion: Complexion, rng: np.random.Generator) -> np.ndarray:
    """Melanin (height, width) that moles and scars add, negative on pale scars."""
    canvas, pen = _canvas(view, NO_PIGMENT)
    for x, y in _pixels(view, rng.uniform(-0.6, 0.6, (complexion.moles, 2))):
        radius = 0.003 * CANVAS * np.exp(rng.normal(0, 0.45))
        flat = radius * rng.uniform(0.7, 1)
        pen.ellipse((x - radius, y - flat, x + radius, y + flat), fill=int(rng.uniform(170, 255)))
    for _ in range(complexion.scars):
        steps = rng.normal(0, 0.02, (6, 2)) + rng.normal(0, 0.03, 2)
        path = _pixels(view, rng.uniform(-0.45, 0.45, 2) + np.cumsum(steps, axis=0))
        pen.line([tuple(point) for point in path], fill=int(rng.choice([85, 100, 150])), width=int(rng.integers(3, 8)))
    return (_shrink(canvas, view) - NO_PIGMENT) * np.float32(0.55 / NO_PIGMENT)


def draw_hair(view: View, complexion: Complexion, rng: np.random.Generator) -> np.ndarray:
    """The share of each pixel that hair covers (height, width), 0 to 1."""
    canvas, pen = _canvas(view, 0)
    count = int(900 * complexion.hairiness**1.5)
    roots = rng.uniform(-0.65, 0.65, (count, 2))
    lengths = rng.uniform(0.012, 0.035, count) * (0.6 + complexion.hairiness)
    angles = rng.normal(np.pi / 2 + 0.5 * np.sin(5 * roots[:, 0]), 0.35)
    curls = rng.normal(0, 0.35, count)
    for bend in (0, 1):  # a hair is two straight strokes
        way = angles + bend * curls
        tips = roots + lengths[:, None] * np.stack([np.cos(way), np.sin(way)], axis=1)
        for start, end in zip(_pixels(view, roots), _pixels(view, tips), strict=True):
            pen.line((*start, *end), fill=200, width=1)
        roots = tips
    return _shrink(canvas, view) * np.float32(1 / 255)


def _canvas(view: View, value: int) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    """A canvas of one level over the whole photo, and a pen for it."""
    scale = CANVAS / view.long
    canvas = Image.new("L", (round(view.width * scale), round(view.height * scale)), value)
    return canvas, ImageDraw.Draw(canvas)


def _pixels(view: View, points: np.ndarray) -> np.ndarray:
    """Body points (n, 2) as pixels of the canvas."""
    scale = CANVAS / view.long
    return view.to_photo(points) * CANVAS + np.array([view.width, view.height]) * scale / 2


def _shrink(canvas: Image.Image, view: View) -> np.ndarray:
    """The canvas (height, width) as float32, 0 to 255, at the size of the photo."""
    if canvas.size != (view.width, view.height):
        canvas = canvas.resize((view.width, view.height), Image.Resampling.BOX)
    return np.asarray(canvas, dtype=np.float32)
