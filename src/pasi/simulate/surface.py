"""What the skin in one photo reflects: pigment, blood, plaques, scale and hair in layers."""

import numpy as np

from pasi.simulate.body import Body, anatomy
from pasi.simulate.plaques import Plaques
from pasi.simulate.shot import Shot
from pasi.simulate.skin import SCALE, Complexion, draw_hair, draw_moles, erythema_blood, hair_colour, reflect
from pasi.simulate.view import View, ramp


def draw_surface(shot: Shot, body: Body, complexion: Complexion, plaques: Plaques) -> tuple[np.ndarray, np.ndarray]:
    """Reflectance (3, height, width), and the factor (height, width) of relief and landmarks on the brightness."""
    view = body.view
    marks = anatomy(shot.region, shot.slot, body=body, male=shot.male)
    melanin = _melanin(shot, view, complexion) + marks.melanin + np.float32(complexion.stain) * plaques.stain
    blood = _blood(shot, view, complexion.blood)
    blood += np.float32(erythema_blood(complexion.melanin)) * plaques.blood
    surface = reflect(np.maximum(melanin, 0), np.maximum(blood, 0))
    scale = SCALE * np.float32(1 - 0.6 * complexion.melanin)  # dark skin shows through thin scale
    surface += (scale[:, None, None] - surface) * plaques.flakes
    hair = draw_hair(view, complexion, shot.of_place("hair")) * np.float32(0.75)
    surface += (hair_colour(complexion)[:, None, None] - surface) * hair
    return surface, plaques.relief * marks.shadow


def _melanin(shot: Shot, view: View, complexion: Complexion) -> np.ndarray:
    """Melanin (height, width) of mottled skin with moles and scars, the same at all visits."""
    rng = shot.of_place("pigment")
    mottled = view.noise(rng, 3) + np.float32(0.7) * view.noise(rng, 28) + np.float32(0.4) * view.noise(rng, 110)
    uneven = np.float32(complexion.uneven * (0.3 + complexion.melanin)) * mottled
    melanin: np.ndarray = np.float32(complexion.melanin) + uneven + draw_moles(view, complexion, shot.of_place("moles"))
    return melanin


def _blood(shot: Shot, view: View, resting: float) -> np.ndarray:
    """Blood (height, width) of healthy skin, which at three visits of five is flushed in places, as by sun."""
    visit = shot.of_visit("flush")
    warmth, flush, flushed = visit.uniform(0, 0.15), visit.uniform(0, 0.55), visit.random() < 0.6
    blood = np.float32(resting + warmth) + np.float32(0.04) * view.noise(shot.of_place("vessels"), 14)
    if not flushed:
        return blood
    return blood + np.float32(flush) * ramp(view.noise(shot.own("flush"), 1.6), -0.9, 1.1)
