"""Room on the disk: which trained weights a run keeps, what the missing ones will take, and what is free."""

import shutil
from pathlib import Path

from pasi.config.settings import Settings
from pasi.networks.catalogue import NETWORKS
from pasi.run_folder import RunFolder
from pasi.training.settings import keeps_weights

BYTES_PER_PARAMETER = 4  # of a parameter in fp32
EMPTY_WEIGHTS = 10_000  # bytes; a file of weights without tensors is smaller, that of any network larger


def weights_to_keep(settings: Settings) -> dict[Path, str]:
    """Backbone by place of its weights, for every training whose weights `training.keep_weights` wants."""
    keep, run = settings.training.keep_weights, RunFolder(Path(settings.results))
    return {
        run.weights(backbone, fold, repeat): backbone
        for backbone in settings.training.backbones
        if keeps_weights(keep, backbone)
        for fold in range(settings.splits.folds)
        for repeat in range(settings.training.repeats)
    }


def missing_bytes(settings: Settings) -> int:
    """Bytes that the weights to be kept will take and do not take yet."""
    missing = (backbone for place, backbone in weights_to_keep(settings).items() if not place.exists())
    return BYTES_PER_PARAMETER * sum(NETWORKS[backbone].parameters for backbone in missing)


def nearest_existing(path: Path) -> Path:
    """A path, or the nearest folder above it that exists."""
    absolute = path.absolute()
    return next(one for one in (absolute, *absolute.parents) if one.exists())


def free_bytes(path: Path) -> int:
    """Free bytes on the disk on which a path lies or will lie."""
    return shutil.disk_usage(nearest_existing(path)).free
