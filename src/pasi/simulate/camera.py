"""Light and camera: direction, exposure and white balance that vary from visit to visit, and the picture profile."""

from dataclasses import dataclass

import numpy as np

from pasi.simulate.skin import reflect

# Standard deviations between visits, and between the photos of one visit.
EXPOSURE = (0.22, 0.08)  # stops
WARMTH = (0.09, 0.02)  # log gain of red; that of blue is its negative
TINT = (0.035, 0.01)  # log gain of magenta
METERING = 0.75  # 1: every skin comes out equally bright; 0: each as dark as it is


@dataclass(frozen=True)
class Exposure:
    """How a photo is lit and developed.

    `light` (x, y, z): unit vector to the light, with z towards the camera. `gains` (3,): exposure times white balance.
    `contrast` and `saturation` belong to the camera's picture profile. `gloss`: how strongly oiled skin reflects.
    """

    light: np.ndarray
    gains: np.ndarray
    contrast: float
    saturation: float
    gloss: float


def draw_exposure(melanin: float, visit: np.random.Generator, own: np.random.Generator) -> Exposure:
    """Draw the exposure of a photo: from `visit` what its visit shares, from `own` what varies from photo to photo.

    `melanin` is that of the person's skin, on which the exposure is metered in part (METERING).
    """
    angle = visit.uniform(0, 2 * np.pi) + own.normal(0, 0.15)
    height = visit.uniform(0.55, 0.85)
    aside = np.sqrt(1 - height**2)
    stops = visit.normal(0, EXPOSURE[0]) + own.normal(0, EXPOSURE[1])
    warmth = visit.normal(0, WARMTH[0]) + own.normal(0, WARMTH[1])
    tint = visit.normal(0, TINT[0]) + own.normal(0, TINT[1])
    skin = float(reflect(np.array(melanin), np.array(0.2)).mean())
    balance = np.exp(np.array([warmth, -tint - 0.1 * warmth, -warmth]))
    return Exposure(
        light=np.array([np.cos(angle) * aside, np.sin(angle) * aside, height]),
        gains=(0.31 * skin**-METERING * 2**stops * balance).astype(np.float32),
        contrast=float(visit.uniform(0.9, 1.15)),
        saturation=float(visit.uniform(0.8, 1.2)),
        gloss=float(visit.choice([0, 0.2, 0.6]) * (1 - 0.7 * melanin)),
    )


def expose(light: np.ndarray, exposure: Exposure) -> np.ndarray:
    """Develop linear light (3, height, width), which is overwritten, to sRGB (height, width, 3) uint8.

    Applied in turn: gains, a film-like shoulder, contrast around mid-grey, saturation.
    """
    light *= exposure.gains[:, None, None]
    np.maximum(light, 0, out=light)
    light *= (1 + light / np.float32(2.2)) / (1 + light)  # highlights roll off
    np.power(light, np.float32(exposure.contrast / 2.2), out=light)
    light *= np.float32(255 * 1.12 * 0.5 ** (0.4 * (1 - exposure.contrast)))
    grey = (light[0] + light[1] + light[2]) * np.float32((1 - exposure.saturation) / 3)
    light *= np.float32(exposure.saturation)
    light += grey + np.float32(0.5)
    return np.ascontiguousarray(np.clip(light, 0, 255, out=light).astype(np.uint8).transpose(1, 2, 0))
