"""What is in a photo besides skin: a drape or wall of any colour, and clothes."""

from collections.abc import Sequence

import numpy as np

from pasi.simulate.body import Body
from pasi.simulate.view import View, frame_noise, ramp

Colours = tuple[tuple[int, int, int], ...]

# sRGB of drapes, walls and couches; red and brown ones look like plaques and dark skin, pale ones like scale.
GROUNDS: Colours = (
    (62, 98, 150), (38, 60, 105), (110, 160, 190), (70, 130, 110), (40, 90, 70), (200, 200, 196),
    (225, 220, 210), (150, 150, 150), (90, 90, 92), (25, 25, 28), (170, 140, 110), (120, 84, 60),
    (84, 56, 42), (150, 70, 62), (110, 40, 44), (190, 120, 110), (205, 165, 140), (215, 185, 165),
)  # fmt: skip
CLOTHES: Colours = (
    (235, 235, 235), (30, 32, 38), (50, 70, 120), (120, 30, 40), (170, 90, 90), (90, 110, 90), (150, 150, 155),
    (200, 180, 150), (110, 75, 55), (60, 60, 64),
)  # fmt: skip


def draw_ground(
    body: Body, visit: np.random.Generator, own: np.random.Generator, colours: Colours = GROUNDS
) -> np.ndarray:
    """Linear light (3, height, width) of the background: `visit` draws its colour, `own` its folds and shadow."""
    view = body.view
    folds = np.float32(visit.choice([0.02, 0.12, 0.25]))
    uneven = 1 + folds * frame_noise(own, view, 9) + np.float32(0.12) * frame_noise(own, view, 3)
    x, y = view.photo_grid()
    uneven = uneven + np.float32(own.normal(0, 0.35)) * x + np.float32(own.normal(0, 0.35)) * y
    shadow = 1 - np.float32(own.uniform(0.2, 0.55)) * ramp(body.inside, -own.uniform(0.04, 0.12), 0)
    ground: np.ndarray = _pick(colours, visit)[:, None, None] * (np.clip(uneven, 0.15, 1.8) * shadow)
    return ground


def draw_cloth(view: View, rounded: np.ndarray, visit: np.random.Generator, own: np.random.Generator) -> np.ndarray:
    """Linear light (3, height, width) as if clothes covered all of a body part of brightness `rounded`."""
    weave = 1 + np.float32(0.16) * frame_noise(own, view, 14)
    cloth: np.ndarray = _pick(CLOTHES, visit)[:, None, None] * (np.clip(weave, 0.4, 1.6) * rounded)
    return cloth


def _pick(colours: Sequence[tuple[int, int, int]], rng: np.random.Generator) -> np.ndarray:
    """Linear light (3,) of a random one of the colours, slightly varied; sRGB is decoded by an exponent of 2.2."""
    colour = np.clip(np.array(colours[int(rng.integers(len(colours)))]) + rng.normal(0, 12, 3), 4, 250)
    return ((colour / 255) ** 2.2).astype(np.float32)
