"""Which trained weights a run keeps, where, and what those that are not there yet will take."""

from pathlib import Path

from pasi.config.settings import Settings
from pasi.networks.catalogue import NETWORKS

BYTES_PER_PARAMETER = 4  # of a parameter in fp32


def weights_to_keep(settings: Settings) -> dict[Path, str]:
    """Backbone by place of its weights, for every network and fold whose weights `training.keep_weights` wants."""
    keep = settings.training["keep_weights"]
    return {
        Path(settings.results, "models", backbone, f"fold{fold}", "weights.safetensors"): backbone
        for backbone in settings.training["backbones"]
        if keep == "all" or backbone in keep
        for fold in range(settings.splits["folds"])
    }


def missing_bytes(settings: Settings) -> int:
    """Bytes on the disk of all kept weights that are not there."""
    missing = (backbone for place, backbone in weights_to_keep(settings).items() if not place.exists())
    return BYTES_PER_PARAMETER * sum(NETWORKS[backbone].parameters for backbone in missing)
