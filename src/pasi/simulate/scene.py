"""The drawing of one photo: a body part in front of a background, under a light, seen by a camera."""

from dataclasses import dataclass

import numpy as np

from pasi.simulate.body import Body, draw_build, place_body, shade
from pasi.simulate.camera import draw_exposure, expose
from pasi.simulate.plaques import lay_plaques
from pasi.simulate.setting import DEFAULT_SETTING, Setting
from pasi.simulate.shot import Shot
from pasi.simulate.skin import draw_complexion
from pasi.simulate.surface import draw_surface
from pasi.simulate.surroundings import Colours, draw_cloth, draw_ground
from pasi.simulate.view import View, frame_noise, ramp

LANDSCAPE_ZOOM = {"upper": 1.0, "trunk": 1.25, "lower": 1.1}  # a landscape photo is taken from nearer


@dataclass(frozen=True)
class Drawing:
    """A drawn photo: `pixels` (height, width, 3) uint8 sRGB, upright; `skin` and `plaques` (height, width) bool."""

    pixels: np.ndarray
    skin: np.ndarray
    plaques: np.ndarray


def draw_photo(shot: Shot, long: int, short: int, setting: Setting = DEFAULT_SETTING) -> Drawing:
    """Draw the photo of `shot` with sides of `long` and `short` pixels; the scene is the same at every size.

    The plaques cover `shot.lesions.percent` of the visible skin; each sign changes only the pixels that show it.
    """
    view = place_camera(shot, long, short, setting.site.zoom)
    body = place_body(shot.region, draw_build(shot.region, shot.of_region("build")), view)
    complexion = draw_complexion(shot.skin_type, shot.male, shot.of_subject("skin"))
    exposure = setting.change(draw_exposure(complexion.melanin, shot.of_visit("light"), shot.own("light")))
    plaques = lay_plaques(view, body.skin, shot, exposure.light)
    surface, relief = draw_surface(shot, body, complexion, plaques)
    rounded = shade(body, shot.region, exposure.light)
    lit = surface * (rounded * relief)
    if exposure.gloss:
        lit += _gloss(shot, view, rounded, exposure.gloss)
    light = _assemble(shot, body, lit, rounded, setting.site.grounds)
    return Drawing(expose(light, exposure), body.skin, plaques.where)


def place_camera(shot: Shot, long: int, short: int, nearness: float = 1.0) -> View:
    """Draw the pose and the distance from which a photo is taken; `nearness` is a factor on the size of the body."""
    rng = shot.own("pose")
    angle, zoom = rng.normal(0, 0.08), rng.uniform(0.9, 1.12) * nearness
    offset = (float(rng.normal(0, 0.025)), float(rng.normal(0, 0.04)))
    if shot.portrait:
        return View(short, long, offset, float(angle), float(zoom))
    if shot.region == "upper":  # a stretched arm lies along the photo; left and right arm point in opposite directions
        angle += np.pi / 2 * (1 if shot.slot < 2 else -1)
    return View(long, short, offset, float(angle), float(zoom * LANDSCAPE_ZOOM[shot.region]))


def _assemble(shot: Shot, body: Body, lit: np.ndarray, rounded: np.ndarray, grounds: Colours) -> np.ndarray:
    """Linear light (3, height, width) that reaches the camera: from the `lit` skin, clothes, and one of the `grounds`.

    `lit` is overwritten. `rounded`: brightness of the body part.
    """
    view = body.view
    picture = draw_ground(body, shot.of_visit("ground"), shot.own("ground"), grounds)
    lit -= picture
    lit *= ramp(body.inside, -0.7 / view.long, 0.7 / view.long)
    picture += lit
    cloth = draw_cloth(view, rounded, shot.of_visit("cloth"), shot.own("cloth"))
    np.copyto(picture, cloth, where=body.clothed)
    uneven = 1 + np.float32(0.10) * frame_noise(shot.own("uneven light"), view, 4)
    picture *= np.clip(uneven, 0.6, 1.4)
    return picture


def _gloss(shot: Shot, view: View, rounded: np.ndarray, strength: float) -> np.ndarray:
    """White light (height, width) that oiled skin reflects where it faces the light."""
    patches = ramp(view.noise(shot.own("gloss"), 12), -2.0, 2.0)
    light: np.ndarray = np.float32(strength) * np.clip(rounded - np.float32(0.84), 0, None) * patches
    return light
