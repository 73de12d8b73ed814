"""The `training` section of the config."""

from typing import Annotated, Literal

from pydantic import Field

from pasi.config.keys import FOLDER, OUTPUT, Section, Text, key
from pasi.networks.catalogue import NETWORKS, PAPER_NETWORKS
from pasi.networks.settings import IMAGENET, STARTS, HeadSettings, Native, SqueezenetRelu
from pasi.splits.settings import Monitor
from pasi.training.instructions import Instructions
from pasi.training.settings import Device, Keep, Precision, Scale, Schedule

Backbone = Annotated[str, Field(json_schema_extra={"enum": list(NETWORKS)})]
Backbones = Annotated[tuple[Backbone, ...], Field(json_schema_extra={"uniqueItems": True})]


class TrainingSection(Section):
    """How a network is trained: once for every backbone and fold."""

    backbones: tuple[Backbone, ...] = key(
        "Networks of torchvision that are trained",
        paper="Table S1: R29",
        default=PAPER_NETWORKS,
        min_length=1,
        unique=True,
    )
    weights: Text = key(
        "Where training starts: imagenet (IMAGENET1K_V1 from torchvision), none, the URL of a mirror, or a "
        "folder with SHA256SUMS",
        paper='"29 pre-trained DCNN models": R29',
        default=IMAGENET,
        path=FOLDER,
        words=STARTS,
    )
    weights_cache: Text = key(
        "Folder in which fetched weights are kept for all runs", default="data/weights", path=OUTPUT
    )
    checkpoint_seconds: float = key(
        "Least time between two checkpoints of a training, `0` for one after each epoch; a change trains nothing again",
        unit="seconds",
        default=60,
        ge=0,
    )
    keep_weights: Literal["all", "none"] | Backbones = key(
        "Networks whose trained weights are kept; those of the paper's 145 trainings take 32 GB. A change trains "
        "nothing again: weights that are there stay, and a run names those that are missing",
        default="all",
    )
    target: Literal["composite", "components"] = key(
        "What a network predicts: the composite score of Equation 1, or each sign and the area",
        paper='"regional composite": R23',
        default="composite",
    )
    target_scale: Scale = key(
        "Targets are z-scored on the training folds, left as they are, or divided by their maximum",
        paper="not stated: R27",
        default="zscore",
    )
    squeezenet_relu: SqueezenetRelu = key(
        "Whether the ReLU after the head of the SqueezeNets stays; with it, an output can get stuck at 0",
        paper='"classification layers being updated": R30',
        default=HeadSettings.squeezenet_relu,
    )
    batch_norm_momentum: Annotated[float, Field(gt=0, le=1)] | Native = key(
        "Momentum of all batch norms; native: that of torchvision, which is 0.0003 in MNASNet",
        paper="not stated: R30",
        default=HeadSettings.batch_norm_momentum,
    )
    batch_size: int = key("Composites in a step", paper="16: R32", default=16, ge=2)
    learning_rate: float = key(
        "Step size of SGD at the start, with `schedule: one_cycle` its peak", paper="0.01: R32", default=0.01, gt=0
    )
    momentum: float = key("Momentum of SGD", paper="0.9: R32", default=0.9, ge=0, lt=1)
    weight_decay: float = key("Weight decay of SGD", paper="not stated: R32", default=0.0, ge=0)
    gradient_clip: float | None = key(
        "The norm of the gradient is held below this; `null`: not clipped, as printed in the paper",
        paper="not stated: R32",
        default=1.0,
        gt=0,
    )
    max_epochs: int = key(
        "Training ends after this many epochs at the latest", paper="not stated: R34", default=1000, ge=1
    )
    schedule: Schedule = key(
        "How the learning rate goes: plateau cuts it where the monitored loss stands still; one_cycle raises it to "
        "`learning_rate` in the first 30% of `max_epochs` and lowers it to nearly 0 until their end, without early "
        "stopping",
        paper='"reduced by 0.1 at the plateau": R33',
        default="plateau",
    )
    warmup_epochs: int = key(
        "Epochs in which the learning rate rises to its height, by equal steps (linear warm-up); `0`: none",
        default=0,
        ge=0,
    )
    plateau_factor: float = key(
        "The learning rate is multiplied by this on a plateau",
        paper='"reduced by 0.1 at the plateau": R33',
        default=0.1,
        gt=0,
        lt=1,
    )
    plateau_threshold: float = key(
        "A relative fall of the monitored loss below this counts as a plateau",
        paper="0.0001: R33",
        default=0.0001,
        ge=0,
        lt=1,
    )
    plateau_patience: int = key("Epochs on a plateau before the learning rate falls", paper="10: R33", default=10, ge=0)
    early_stopping_patience: int = key(
        "Epochs without a lower monitored loss before training ends", paper="50 epochs: R34", default=50, ge=1
    )
    least_skill: float = key(
        "A training whose skill is lower did not learn; skill is 1 - its monitored error / that of the mean of each "
        "region. Where `restarts` and `learning_epochs` are 0, another value trains nothing again",
        default=0.1,
        ge=0,
        lt=1,
    )
    restarts: int = key(
        "How often a training that did not learn is started again at most, each time from another random stream",
        default=0,
        ge=0,
    )
    learning_epochs: int = key(
        "For so many epochs a training that has not begun to learn is neither ended by early stopping nor has its "
        "rate cut: many networks stand still at first",
        default=0,
        ge=0,
    )
    ema: float = key(
        "Weights are averaged over the steps, each counting this much of the next one (0.98, say); the average is what "
        "is monitored, kept and used. 0: no average",
        default=0.0,
        ge=0,
        lt=1,
    )
    repeats: int = key(
        "Networks for each backbone and fold, on the same split and each from other random numbers: their spread says "
        "how large a difference must be to mean something. A higher number trains only those that are new",
        default=1,
        ge=1,
    )
    monitor: Monitor = key(
        "What early stopping watches: a part of the training subjects, or the held-out fold, which makes out-of-fold "
        "errors look too small",
        paper="not stated: R35",
        default="inner",
    )
    keep: Keep = key(
        "Which weights are used: those of the epoch with the lowest monitored loss, or of the last",
        paper="not stated: R34",
        default="best",
    )
    threads: int = key("CPU threads of a training; on a CPU the bits of the result depend on it", default=1, ge=1)
    jobs_per_gpu: int = key(
        "Trainings at once on one GPU, where no batch system gives each its own; N of `--resources gpu=N` is then "
        "the number of GPUs times this",
        default=1,
        ge=1,
    )
    device: Device = key(
        "Where training runs; auto: CUDA where there is one", paper="a laptop with a GPU: R36", default="auto"
    )
    precision: Precision = key(
        "Arithmetic of the network; tf32 is recommended on a GPU (docs/performance.md)",
        paper="not stated: R36",
        default="fp32",
    )
    cuda_graph: bool = key(
        "On a GPU, launch each whole batch as one CUDA graph, for the same bits in less time and more memory "
        "(docs/performance.md); on a CPU it changes no number. A change trains all networks again",
        default=False,
    )
    deterministic: bool = key(
        "The same bits in every run on the same machine; on a GPU, VGG and AlexNet have no kernels for that",
        default=True,
    )
    instructions: Instructions = key(
        "Kernels that suit this processor, or those that all x86-64 processors with AVX2 share, for the same bits on "
        "processors of other makers (docs/determinism.md); pinned takes `device: cpu`, `threads: 1` and fp32",
        default="native",
    )
