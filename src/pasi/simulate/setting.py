"""Other cameras and other sites than those of the default trial, to see how far a score can be carried.

The first of each is that of the default trial and changes nothing, not even a byte.
"""

from dataclasses import dataclass, replace

import numpy as np

from pasi.simulate.camera import Exposure
from pasi.simulate.surroundings import GROUNDS, Colours

# sRGB of tiles, steel and paper: a room where no wall or drape looks like skin.
CLINIC = (
    (236, 240, 242), (214, 224, 228), (188, 206, 210), (146, 178, 186), (222, 222, 222), (176, 182, 186),
    (120, 150, 140), (90, 120, 128),
)  # fmt: skip


@dataclass(frozen=True)
class Camera:
    """A camera and its picture profile.

    balance: factors on red, green and blue of linear light. contrast, saturation: factors on those of the photo.
    grain: standard deviation of the sensor noise, in levels of 255. quality: of its JPEG, in per cent. make, model: as
    in its EXIF.
    """

    name: str
    balance: tuple[float, float, float]
    contrast: float
    saturation: float
    grain: float
    quality: int
    make: str
    model: str


@dataclass(frozen=True)
class Site:
    """Where photos are taken. grounds: sRGB of what is behind the body. lamp: factors on red, green and blue of linear
    light. stops: of exposure, beyond those of the default trial. zoom: factor on the size of the body in a photo."""

    name: str
    grounds: Colours
    lamp: tuple[float, float, float]
    stops: float
    zoom: float


CAMERAS = {
    "first": Camera("first", (1.0, 1.0, 1.0), 1.0, 1.0, 2.2, 90, "NIKON CORPORATION", "NIKON D5100"),
    "second": Camera("second", (0.9, 1.0, 1.12), 1.18, 1.3, 5.0, 75, "Simulated", "Phone 2"),
}
SITES = {
    "first": Site("first", GROUNDS, (1.0, 1.0, 1.0), 0.0, 1.0),
    "second": Site("second", CLINIC, (1.12, 1.0, 0.82), -0.5, 0.72),
}


@dataclass(frozen=True)
class Setting:
    """A camera at a site."""

    camera: Camera = CAMERAS["first"]
    site: Site = SITES["first"]

    @property
    def is_default(self) -> bool:
        """Whether it is that of the default trial."""
        return self == Setting()

    def change(self, exposure: Exposure) -> Exposure:
        """The exposure as this camera and the light of this site make it."""
        if self.is_default:
            return exposure
        factors = np.array(self.camera.balance) * np.array(self.site.lamp) * 2**self.site.stops
        return replace(
            exposure,
            gains=(exposure.gains * factors).astype(np.float32),
            contrast=exposure.contrast * self.camera.contrast,
            saturation=exposure.saturation * self.camera.saturation,
        )


DEFAULT_SETTING = Setting()
