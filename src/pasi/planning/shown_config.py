"""The config as a report may show it: without the places of files, which are private."""

from dataclasses import asdict
from typing import Any

from pasi.config.settings import Settings
from pasi.networks.settings import STARTS

SHOWN = ("tiles", "composites", "splits", "training", "stacking", "evaluation", "report")


def shown_config(settings: Settings) -> dict[str, Any]:
    """Seed, index and sections as plain values; a file or a folder of the user's is named by its kind alone."""
    shown: dict[str, Any] = {name: getattr(settings, name).model_dump() for name in SHOWN}
    shown["splits"]["file"] = "a file" if settings.splits.file else None
    weights = settings.training.weights
    if "://" not in weights and weights not in STARTS:
        shown["training"]["weights"] = "a folder"
    del shown["training"]["weights_cache"]
    shown["cohort"] = settings.cohort.model_dump(include={"visit_order", "baseline"})
    return {"seed": settings.seed, "index": asdict(settings.index), **shown}


def changed_keys(settings: Settings) -> list[str]:
    """The keys of the shown sections that differ from their default, such as "training.weights"; the index has none."""
    usual = {name: type(getattr(settings, name))().model_dump() for name in SHOWN}
    return [
        f"{name}.{key}"
        for name, section in shown_config(settings).items()
        if name in usual
        for key, value in section.items()
        if usual[name].get(key) != value
    ]
