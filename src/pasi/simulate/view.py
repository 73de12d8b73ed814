"""The camera's view: from pixels of an upright photo to coordinates on the body, and noise fixed to the body.

Lengths are in long sides of the photo, so that a photo looks the same at every size. On the body, u runs across the
axis of limb or trunk and v along it, from head to foot.
"""

from dataclasses import dataclass

import numpy as np
from PIL import Image

EXTENT = 1.2  # noise covers -EXTENT..EXTENT of the body in both directions
PIXELS_A_CELL = 4  # of a lattice: from so many samples, bicubic enlargement gives nearly the same values

UNIT = np.float32(1.35)  # bicubic interpolation of unit noise has a standard deviation of about 1 / UNIT


@dataclass(frozen=True)
class View:
    """A photo of `width` x `height` pixels whose middle shows the body's point `offset`.

    The body is turned by `angle` (radians, 0: its axis runs down the photo) and shown `zoom` times as large.
    """

    width: int
    height: int
    offset: tuple[float, float]
    angle: float
    zoom: float

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width in pixels."""
        return self.height, self.width

    @property
    def long(self) -> int:
        """Length of the long side in pixels."""
        return max(self.width, self.height)

    def axes(self) -> np.ndarray:
        """(2, 2): columns are the directions of u and v in the photo (x to the right, y down)."""
        cos, sin = np.cos(self.angle), np.sin(self.angle)
        return np.array([[cos, -sin], [sin, cos]])

    def photo_grid(self) -> tuple[np.ndarray, np.ndarray]:
        """x (1, width) and y (height, 1) of the pixels, 0 in the middle, in long sides."""
        x = (np.arange(self.width, dtype=np.float32) + 0.5 - self.width / 2) / self.long
        y = (np.arange(self.height, dtype=np.float32) + 0.5 - self.height / 2) / self.long
        return x[None, :], y[:, None]

    def body_grid(self) -> tuple[np.ndarray, np.ndarray]:
        """u and v (height, width) of every pixel."""
        x, y = self.photo_grid()
        axes = (self.axes() / self.zoom).astype(np.float32)
        u = x * axes[0, 0] + y * axes[1, 0] + np.float32(self.offset[0])
        v = x * axes[0, 1] + y * axes[1, 1] + np.float32(self.offset[1])
        return u, v

    def to_photo(self, points: np.ndarray) -> np.ndarray:
        """x and y in long sides, 0 in the middle, of body points (n, 2)."""
        places: np.ndarray = (points - np.array(self.offset)) @ self.axes().T * self.zoom
        return places

    def sample(self, lattice: np.ndarray) -> np.ndarray:
        """Values (height, width) of a square lattice that spans -EXTENT..EXTENT of the body, interpolated bicubically.

        A lattice much coarser than the pixels is sampled on a coarser grid and enlarged, in a quarter of the time.
        """
        cells = lattice.shape[0] / (2 * EXTENT)  # lattice cells per unit of the body
        step = max(1, int(self.long * self.zoom / cells / PIXELS_A_CELL))
        axes = self.axes() / self.zoom / self.long
        start = np.array(self.offset) - np.array([self.width / 2, self.height / 2]) @ axes + EXTENT
        rows = np.hstack([axes.T * step, start[:, None]]) * cells  # (2, 3): coarse pixel to lattice
        size = (-(-self.width // step), -(-self.height // step))
        image = Image.fromarray(np.ascontiguousarray(lattice, dtype=np.float32))
        image = image.transform(size, Image.Transform.AFFINE, rows.ravel().tolist(), Image.Resampling.BICUBIC)
        if step > 1:
            box = (0, 0, self.width / step, self.height / step)
            image = image.resize((self.width, self.height), Image.Resampling.BICUBIC, box=box)
        return np.array(image)

    def noise(self, rng: np.random.Generator, cells: float) -> np.ndarray:
        """Smooth noise (height, width) fixed to the body: mean 0, deviation about 1, `cells` bumps per unit."""
        side = max(4, round(2 * EXTENT * cells))
        return self.sample(rng.standard_normal((side, side), dtype=np.float32)) * UNIT


def frame_noise(rng: np.random.Generator, view: View, cells: int) -> np.ndarray:
    """Smooth noise (height, width) fixed to the photo: mean 0, deviation about 1, `cells` bumps along the long side."""
    lattice = Image.fromarray(rng.standard_normal((cells, cells), dtype=np.float32))
    box = (0, 0, cells * view.width / view.long, cells * view.height / view.long)
    smooth = lattice.resize((view.width, view.height), Image.Resampling.BICUBIC, box=box)
    return np.array(smooth) * UNIT


def ramp(values: np.ndarray, low: float | np.floating, high: float | np.floating) -> np.ndarray:
    """0 below `low`, 1 above `high`, a smooth step between."""
    x = np.clip((values - np.float32(low)) * np.float32(1 / (high - low)), 0, 1)
    smooth: np.ndarray = x * x * (3 - 2 * x)
    return smooth
