"""Settings of tiles and composites, as the config gives them."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class TileSettings:
    """Keys of the config's `tiles` section that shape a tile: its side in pixels, and how a photo is fitted (R6)."""

    size: int = 128
    fit: Literal["letterbox", "squash", "center_crop"] = "letterbox"


@dataclass(frozen=True)
class CompositeSettings:
    """Keys of the config's `composites` section.

    `augment`: "per_epoch" draws anew each epoch, "frozen" once (the paper's literal reading), "none" never.
    `rotation`: "right_angle" (lossless), "any" (black corners) or "none". `brightness` and `contrast` are half-widths
    of uniform factors around 1. `jitter_unit`: a factor for each "tile" (photo) or one for the whole "composite".
    """

    augment: Literal["per_epoch", "frozen", "none"] = "per_epoch"
    rotation: Literal["right_angle", "any", "none"] = "right_angle"
    shuffle: bool = True
    brightness: float = 0.2
    contrast: float = 0.2
    jitter_unit: Literal["tile", "composite"] = "tile"
    normalize: Literal["imagenet", "none"] = "imagenet"
