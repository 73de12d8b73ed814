"""Silhouettes of arms, trunk and legs: where the body is, how it curves, and landmarks such as navel and kneecap."""

from dataclasses import dataclass

import numpy as np

from pasi.simulate.view import View, ramp

Knots = tuple[tuple[float, ...], tuple[float, ...]]  # positions along v, half-widths there
Point = tuple[float, float]  # along u and v

ARM: Knots = ((-1.2, -0.5, -0.2, 0.0, 0.2, 0.5, 1.2), (0.27, 0.225, 0.205, 0.185, 0.195, 0.145, 0.12))
LEG: Knots = ((-1.2, -0.45, -0.12, 0.0, 0.2, 0.5, 1.2), (0.21, 0.165, 0.128, 0.122, 0.132, 0.088, 0.075))
TRUNK: Knots = ((-1.2, -0.42, -0.3, 0.0, 0.12, 0.35, 1.2), (0.42, 0.36, 0.315, 0.275, 0.265, 0.305, 0.31))
KNOTS = {"upper": ARM, "trunk": TRUNK, "lower": LEG}
END = 1.2  # widths are known for v from -END to END
STEPS = 240  # intervals of the table of half-widths
LEG_DISTANCE = 0.165  # from the axis of a leg to the middle between the legs
# By region: the hem of the clothes along v, how far it varies, and whether the clothes are above (-1) or below (1) it.
CLOTHES = {"upper": (-0.46, 0.1, -1), "trunk": (0.40, 0.07, 1), "lower": (-0.42, 0.1, -1)}


@dataclass(frozen=True)
class Build:
    """How a region of one person is built: stoutness (a factor on widths), bend of the axis, and v of the hem."""

    stoutness: float
    bend: float
    hem: float


@dataclass(frozen=True)
class Body:
    """A body part in a photo, as arrays (height, width).

    `inside`: distance from the outline in long sides of the photo, positive on the body. `across`: -1 to 1 from one
    edge of the part to the other, 0 on its axis. `clothed`: whether clothes cover the body. `u`, `v`: coordinates on
    the body, which `view` gives each pixel.
    """

    inside: np.ndarray
    across: np.ndarray
    clothed: np.ndarray
    u: np.ndarray
    v: np.ndarray
    view: View

    @property
    def skin(self) -> np.ndarray:
        """Whether a pixel shows skin."""
        shown: np.ndarray = (self.inside > 0) & ~self.clothed
        return shown


def draw_build(region: str, rng: np.random.Generator) -> Build:
    """Draw the build of a region of one person."""
    middle, spread, _ = CLOTHES[region]
    return Build(
        stoutness=float(rng.uniform(0.88, 1.16)),
        bend=float(rng.uniform(-0.12, 0.12)),
        hem=float(middle + spread * rng.uniform(-1, 1)),
    )


def place_body(region: str, build: Build, view: View) -> Body:
    """Place the body part of a region as `view` shows it."""
    u, v = view.body_grid()
    axis = u - np.float32(build.bend) * v * v
    if region == "lower":
        axis = np.abs(axis) - np.float32(LEG_DISTANCE * build.stoutness)
    half = _half_width(KNOTS[region], v) * np.float32(build.stoutness)
    inside = (half - np.abs(axis)) * np.float32(view.zoom)
    side = CLOTHES[region][2]
    wave = np.float32(0.012) * np.sin(u * 9 + np.float32(build.bend * 50))
    clothed = (side * (v - np.float32(build.hem) + wave) > 0) & (inside > -0.012)
    return Body(inside, np.clip(axis / half, -1, 1), clothed, u, v, view)


def _half_width(knots: Knots, v: np.ndarray) -> np.ndarray:
    """Half-width of a part at `v`, from a table of its knots, joined by straight lines and smoothed."""
    rough = np.interp(np.linspace(-END, END, STEPS + 1), *knots)
    table = np.convolve(np.pad(rough, 12, "edge"), np.hanning(25) / 12, "valid").astype(np.float32)
    place = np.clip((v + np.float32(END)) * np.float32(STEPS / (2 * END)), 0, STEPS - 0.01)
    below = place.astype(np.int16)
    half: np.ndarray = table[below] + (place - below) * np.diff(table)[below]
    return half


def shade(body: Body, region: str, light: np.ndarray) -> np.ndarray:
    """Brightness (height, width) of the rounded part: 0.42 in full shadow, 1 where it faces `light`.

    `light` (x, y, z) is the unit vector to the light, with z towards the camera.
    """
    curve = body.across * body.across * body.across if region == "trunk" else body.across
    tilt = np.float32(0.92) * curve
    sideways = np.float32(body.view.axes()[:, 0] @ light[:2])
    facing = tilt * sideways + np.sqrt(1 - tilt * tilt) * np.float32(light[2])
    brightness: np.ndarray = np.float32(0.42) + np.float32(0.58) * np.maximum(facing, 0)
    return brightness


@dataclass(frozen=True)
class Marks:
    """What landmarks change, as arrays (height, width): `melanin` to add, and `shadow`, a factor on brightness."""

    melanin: np.ndarray
    shadow: np.ndarray


def anatomy(region: str, slot: int, *, body: Body, male: bool) -> Marks:
    """Landmarks in photo number `slot` of a region: 0, 2, ... show the front, 1, 3, ... the back."""
    marks = Marks(np.zeros_like(body.u), np.ones_like(body.u))
    front = slot % 2 == 0
    if region == "trunk":
        (_mark_belly if front else _mark_back)(marks, body)
        if front and male:
            for side in (-0.15, 0.15):
                _stamp(marks.melanin, body, (side, -0.22), (0.026, 0.024), 0.22)
    elif front == (region == "upper"):  # the elbow bends in front, the knee behind
        _mark_creases(marks, body)
    else:
        _mark_cap(marks, body)
    return marks


def _mark_belly(marks: Marks, body: Body) -> None:
    """Add the navel and the line above it."""
    _stamp(marks.melanin, body, (0.0, 0.16), (0.016, 0.022), 0.25)
    _stamp(marks.shadow, body, (0.0, 0.16), (0.018, 0.026), -0.5)
    marks.shadow[...] *= 1 - np.float32(0.10) * _band(body.u, 0.012) * ramp(body.v, -0.3, -0.2)


def _mark_back(marks: Marks, body: Body) -> None:
    """Add the groove of the spine and the shoulder blades."""
    marks.shadow[...] *= 1 - np.float32(0.16) * _band(body.u, 0.022)
    for side in (-0.16, 0.16):
        _stamp(marks.shadow, body, (side, -0.24), (0.05, 0.10), -0.12)


def _mark_creases(marks: Marks, body: Body) -> None:
    """Add creases in the bend of a joint."""
    for crease in (-0.016, 0.012):
        line = body.v - np.float32(crease) - np.float32(0.05) * body.across**2
        marks.shadow[...] *= 1 - np.float32(0.22) * _band(line, 0.005)


def _mark_cap(marks: Marks, body: Body) -> None:
    """Add the elbow or kneecap: a ring of shadow around darker skin."""
    rings = np.square(body.v / np.float32(0.085)) + np.square(body.across / np.float32(0.75))
    marks.shadow[...] *= 1 - np.float32(0.14) * np.exp(-np.square((rings - 1) / 0.35))
    marks.melanin[...] += np.float32(0.04) * np.exp(-rings * 1.5)


def _stamp(target: np.ndarray, body: Body, middle: Point, radii: Point, value: float) -> None:
    """Add a soft ellipse to `target`: `middle` and `radii` along u and v."""
    across = (body.u - np.float32(middle[0])) / np.float32(radii[0])
    along = (body.v - np.float32(middle[1])) / np.float32(radii[1])
    target += np.float32(value) * np.exp(-np.square(across * across + along * along))


def _band(distance: np.ndarray, width: float) -> np.ndarray:
    """1 where `distance` is 0, falling off over `width`."""
    return np.exp(-np.square(distance / np.float32(width)))
