"""A fold of random tiles, and the settings of the paper's experiment, to measure training with."""

from pathlib import Path
from typing import Any

import numpy as np
import torch

from pasi.config.settings import Settings, read_config_files
from pasi.imaging.composites import Composer
from pasi.imaging.settings import CompositeSettings
from pasi.training.data import FoldData
from pasi.training.settings import NEUTRAL, TrainingSettings

SIZE, CELLS = 128, 4
FITTED, MONITORED = 618, 114  # composites of a fold of the paper's trial
EPOCHS, FOLDS = 100, 5  # of a training, as docs/scale.md takes it, and of a network
CONFIG = Path(__file__).parents[1] / "config" / "config.yaml"


def paper() -> Settings:
    """The paper's experiment, as configured."""
    return read_config_files([CONFIG])


def training_settings(**changes: Any) -> TrainingSettings:
    """Settings of training, on the CPU; random targets cannot be learned, so nothing is started again."""
    return TrainingSettings.of({**paper().training.model_dump(), **NEUTRAL, "device": "cpu", **changes})


def make_fold(fitted: int, monitored: int, *, size: int = SIZE) -> FoldData:
    """A fold of composites of random tiles (4928x3264 photos, letterboxed), with random targets."""
    count = fitted + monitored
    random = np.random.default_rng(0)
    tiles = random.integers(0, 256, (count * CELLS, size, size, 3), dtype=np.uint8)
    top, height = size // 6, size * 2 // 3
    tiles[:, :top] = tiles[:, top + height :] = 0
    targets = torch.from_numpy(random.normal(size=(count, 1)))
    composer = Composer(
        torch.from_numpy(tiles),
        torch.tensor([[top, 0, height, size]]).expand(len(tiles), 4),
        torch.arange(len(tiles)).view(count, CELLS),
        CompositeSettings(**paper().composites.model_dump()),
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
