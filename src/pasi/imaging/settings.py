"""Settings of tiles and composites; config/README.md explains each key."""

from dataclasses import dataclass
from typing import Literal, get_args

Fit = Literal["letterbox", "squash", "center_crop"]  # with black bars, stretched to the square, the middle square (R6)
FITS: tuple[Fit, ...] = get_args(Fit)
Augment = Literal["per_epoch", "frozen", "none"]
Rotation = Literal["right_angle", "any", "none"]
JitterUnit = Literal["tile", "composite"]
Normalize = Literal["imagenet", "none"]
GREY = (0.299, 0.587, 0.114)  # weights of red, green and blue: ITU-R BT.601, as in torchvision and Pillow


@dataclass(frozen=True)
class TileSettings:
    """Keys of the config's `tiles` section that shape a tile: its side in pixels, and how a photo is fitted (R6)."""

    size: int = 128
    fit: Fit = "letterbox"


@dataclass(frozen=True)
class CompositeSettings:
    """Keys of the config's `composites` section.

    `augment`: "per_epoch" draws anew each epoch, "frozen" once (the paper's literal reading), "none" never (R12).
    `rotation` of each tile: "right_angle" (lossless), "any" (black corners) or "none" (R9). `shuffle`: whether tiles
    change places (R10). `brightness` and `contrast`: half-widths of uniform factors around 1; `jitter_unit`: one factor
    for each "tile" or one for the whole "composite" (R11). `normalize`: by ImageNet's mean and deviation, or not (R14).
    """

    augment: Augment = "per_epoch"
    rotation: Rotation = "right_angle"
    shuffle: bool = True
    brightness: float = 0.2
    contrast: float = 0.2
    jitter_unit: JitterUnit = "tile"
    normalize: Normalize = "imagenet"
