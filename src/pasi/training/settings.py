"""What a training is given: files, the target and settings, as plain frozen dataclasses."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal, Self

from pasi.imaging.settings import CompositeSettings, Fit
from pasi.networks.records import Network
from pasi.networks.settings import Native, SqueezenetRelu
from pasi.splits.settings import Monitor
from pasi.training.instructions import Instructions
from pasi.training.seeds import TrainingJob

Scale = Literal["zscore", "none", "unit"]
Keep = Literal["best", "last"]
Device = Literal["auto", "cpu", "cuda"]
Precision = Literal["fp32", "bf16", "tf32"]
Schedule = Literal["plateau", "one_cycle"]
# Keys that came after 0.1.0, with the values by which a training is what it was without them.
NEUTRAL = {
    "instructions": "native",
    "schedule": "plateau",
    "warmup_epochs": 0,
    "restarts": 0,
    "learning_epochs": 0,
    "ema": 0.0,
    "cuda_graph": False,
}
PLATEAU = ("plateau_factor", "plateau_threshold", "plateau_patience", "early_stopping_patience")
FEWEST_FITTED = 2  # composites that a training needs: batch norm takes the variance of a batch


@dataclass(frozen=True, kw_only=True)
class FoldFiles:
    """Files that a training reads.

    tile_table, shards: the tile store. labels: the targets of each region and visit. subjects, inner: the split, and
    the subjects of each fold that are monitored. weights: ImageNet weights, None to start from random numbers.
    """

    tile_table: Path
    shards: Sequence[Path]
    labels: Path
    subjects: Path
    inner: Path
    weights: Path | None


@dataclass(frozen=True)
class FoldOutputs:
    """Where a training leaves TRAINING_OUTPUTS, and its checkpoints while it lasts.

    keep_weights: whether the file of weights holds the tensors. checkpoint_seconds: the least time between two
    checkpoints; 0 saves one each epoch. least_skill: `training.least_skill`, by which the end of a training is judged.
    """

    folder: Path
    keep_weights: bool
    checkpoint_seconds: float
    least_skill: float

    @classmethod
    def of(cls, folder: Path, backbone: str, section: Mapping[str, Any]) -> Self:
        """The outputs of a training of `backbone`, as the config's `training` section wants them."""
        kept = keeps_weights(section["keep_weights"], backbone)
        return cls(folder, kept, section["checkpoint_seconds"], section["least_skill"])


@dataclass(frozen=True)
class Target:
    """What a network learns: `columns` of the scores (the composite, or every sign and the area) and their maxima.

    `scale`: "zscore" by the rows that are fitted, "unit" by the maxima, "none" (the paper's literal reading; R23, R27).
    """

    columns: Sequence[str]
    maxima: Sequence[float]
    scale: Scale
    has_area: bool


@dataclass(frozen=True)
class SampleSettings:
    """How rows and tiles become samples.

    `monitor`: the subjects whose loss decides when to stop, "inner" (a part of the training folds) or "heldout" (the
    held-out fold itself, likely the paper's way; R35). `fit`: how photos were fitted into tiles. `grid`: tiles along a
    side of a composite.
    """

    target: Target
    composites: CompositeSettings
    monitor: Monitor
    fit: Fit
    grid: int


@dataclass(frozen=True)
class TrainingSettings:
    """Keys of the config's `training` section that shape what is learned; config/README.md explains each.

    least_skill: 0 where neither `restarts` nor `learning_epochs` asks whether a training has learned. PLATEAU: 0 where
    no plateau is asked for.
    """

    squeezenet_relu: SqueezenetRelu
    batch_norm_momentum: float | Native
    batch_size: int
    learning_rate: float
    momentum: float
    weight_decay: float
    gradient_clip: float | None
    max_epochs: int
    plateau_factor: float
    plateau_threshold: float
    plateau_patience: int
    early_stopping_patience: int
    keep: Keep
    threads: int
    device: Device
    precision: Precision
    deterministic: bool
    instructions: Instructions
    cuda_graph: bool
    schedule: Schedule
    warmup_epochs: int
    restarts: int
    learning_epochs: int
    ema: float
    least_skill: float

    @classmethod
    def of(cls, section: Mapping[str, Any]) -> Self:
        """The settings of a whole `training` section, without the keys that shape nothing that is learned."""
        shaping = {field.name: section[field.name] for field in fields(cls)}
        if section["schedule"] != "plateau":
            shaping |= dict.fromkeys(PLATEAU, 0.0)
        if not (section["restarts"] or section["learning_epochs"]):
            shaping["least_skill"] = 0.0
        return cls(**shaping)


def keeps_weights(keep: str | Collection[str], backbone: str) -> bool:
    """Whether `training.keep_weights`, "all", "none" or a list of backbones, keeps the weights of a backbone."""
    return keep == "all" if isinstance(keep, str) else backbone in keep


def from_params(
    params: Mapping[str, Any], fold: int, repeat: int = 0
) -> tuple[TrainingJob, SampleSettings, TrainingSettings]:
    """What a training of `fold` is given, from the params of its rule (`pasi.planning.plan`)."""
    samples = SampleSettings(
        Target(**params["target"]),
        CompositeSettings(**params["composites"]),
        params["monitor"],
        params["fit"],
        params["grid"],
    )
    job = TrainingJob(Network(**params["network"]), fold, params["seed"], repeat=repeat)
    return job, samples, TrainingSettings(**params["settings"])
