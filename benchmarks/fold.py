"""A fold of random tiles, and the settings of the paper's experiment, to measure training with.

A machine that lends its GPU may lack what checks a config (pydantic), so only `paper` needs that.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
import yaml

from pasi.imaging.composites import Composer
from pasi.imaging.settings import CompositeSettings
from pasi.imaging.tile_pixels import TilePixels
from pasi.training.data import FoldData
from pasi.training.settings import NEUTRAL, TrainingSettings

SIZE, CELLS = 128, 4
FITTED, MONITORED = 618, 114  # composites of a fold of the paper's trial
EPOCHS, FOLDS = 100, 5  # of a training, as docs/scale.md takes it, and of a network
CONFIG = Path(__file__).parents[1] / "config" / "config.yaml"


if TYPE_CHECKING:
    from pasi.config.settings import Settings


def paper() -> "Settings":
    """The paper's experiment, as configured."""
    from pasi.config.settings import read_config_files

    return read_config_files([CONFIG])


def section(name: str) -> dict[str, Any]:
    """A section of the paper's config as it stands in the file, which has every key."""
    return dict(yaml.safe_load(CONFIG.read_text(encoding="utf-8"))[name])


def training_settings(**changes: Any) -> TrainingSettings:
    """Settings of training, on the CPU; random targets cannot be learned, so nothing is started again."""
    return TrainingSettings.of({**section("training"), **NEUTRAL, "device": "cpu", **changes})


def make_fold(fitted: int, monitored: int, *, size: int = SIZE, tiles: TilePixels | None = None) -> FoldData:
    """A fold of composites of these tiles, or of random ones, with random targets."""
    count = fitted + monitored
    random = np.random.default_rng(0)
    pixels = tiles or random_tiles(count * CELLS, size, random)
    top, height = content(size)
    targets = torch.from_numpy(random.normal(size=(count, 1)))
    composer = Composer(
        pixels,
        torch.tensor([[top, 0, height, size]]).expand(count * CELLS, 4),
        torch.arange(count * CELLS).view(count, CELLS),
        CompositeSettings(**section("composites")),
    )
    return FoldData(
        composer=composer,
        targets=targets,
        center=torch.zeros(1, dtype=torch.float64),
        scale=torch.ones(1, dtype=torch.float64),
        fit=torch.arange(fitted),
        monitor=torch.arange(fitted, count),
        unseen=torch.arange(fitted, count),
        regions=np.array(["upper"] * count),
        rows={},
        has_area=True,
        columns=("composite",),
    )


def random_tiles(count: int, size: int, random: np.random.Generator) -> TilePixels:
    """Tiles of 4928x3264 photos, letterboxed."""
    top, height = content(size)
    tiles = random.integers(0, 256, (count, size, size, 3), dtype=np.uint8)
    tiles[:, :top] = tiles[:, top + height :] = 0
    return TilePixels.of(tiles)


def content(size: int) -> tuple[int, int]:
    """Top and height of the photo in a tile."""
    return size // 6, size * 2 // 3
