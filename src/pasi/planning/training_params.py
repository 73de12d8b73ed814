"""The params that all trainings of a run share; `pasi.training.settings.from_params` reads them."""

from dataclasses import asdict
from typing import Any

from pasi.config.settings import Settings
from pasi.training.settings import TrainingSettings


def training_params(settings: Settings) -> dict[str, Any]:
    """All that the config says of a training's numbers; its network, pretrained weights and code are added to it."""
    return {
        "settings": asdict(TrainingSettings.of(settings.training.model_dump())),
        "composites": settings.composites.model_dump(),
        "monitor": settings.training.monitor,
        "target": target_params(settings),
        "fit": settings.tiles.fit,
        "grid": settings.index.grid,
        "seed": settings.seed,
    }


def target_params(settings: Settings) -> dict[str, Any]:
    """What a network learns: one composite, or every sign and the area."""
    index, training = settings.index, settings.training
    components = training.target == "components"
    return {
        "columns": list(index.label_names) if components else ["composite"],
        "maxima": [label.maximum for label in index.labels] if components else [index.composite_maximum],
        "scale": training.target_scale,
        "has_area": index.area is not None,
    }
