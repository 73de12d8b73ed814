"""One backbone on one fold, from tables and tiles to weights, history and predictions (R31 to R37)."""

import json
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import pytorch_lightning as pl
import torch
import torchvision
from pytorch_lightning.callbacks import EarlyStopping
from pytorch_lightning.plugins.environments import LightningEnvironment
from safetensors.torch import save_file
from torch import Tensor

from pasi.errors import TrainingError
from pasi.jobs.checkpoints import TRAINING_OUTPUTS, lock_fold, open_checkpoints
from pasi.jobs.run_lock import is_superseded
from pasi.networks.build import HeadSettings, build_backbone, fill_network
from pasi.provenance.code_digest import code_digest
from pasi.severity.index import composite
from pasi.storage.atomic import atomic_write
from pasi.storage.hashing import file_sha256, value_digest
from pasi.storage.tables import write_table
from pasi.training.batches import FixedBatches
from pasi.training.checkpoint_callback import CheckpointCallback, DirectCheckpointIO
from pasi.training.data import FoldData, load_fold
from pasi.training.epoch_history import EpochHistory, cpu_state
from pasi.training.network_module import SeverityRegressor
from pasi.training.seeds import TrainingJob
from pasi.training.settings import FoldFiles, SampleSettings, TrainingSettings
from pasi.training.torch_device import set_torch_arithmetic, training_device

PRECISIONS = {"fp32": "32-true", "tf32": "32-true", "bf16": "bf16-mixed"}


@dataclass(frozen=True)
class FoldOutputs:
    """Where a training leaves FILES, and its checkpoints while it lasts.

    `keep_weights`: whether the weights are kept in theirs. `checkpoint_seconds`: time between two checkpoints at least,
    0 for one an epoch.
    """

    folder: Path
    keep_weights: bool
    checkpoint_seconds: float


@dataclass(frozen=True)
class Fitted:
    """A trained network: its state on the CPU, one row an epoch, and predictions in composite points."""

    state: dict[str, Tensor]
    history: list[dict[str, float]]
    predicted: Tensor  # (n, outputs), in points, for the rows of FoldData.unseen
    epoch: int  # whose weights `state` holds


def train_fold(
    job: TrainingJob, files: FoldFiles, samples: SampleSettings, settings: TrainingSettings, outputs: FoldOutputs
) -> None:
    """Train one network and publish weights, history and predictions; prints a line an epoch.

    A training that was stopped goes on from its last checkpoint, and one that had ended is not done again. A job that
    has outlived its run, and gets the fold after a later run, leaves it as it is.
    """
    key = training_key(job, files, samples, settings, outputs)
    root, published = outputs.folder / "checkpoints", [outputs.folder / name for name in TRAINING_OUTPUTS]
    with lock_fold(root):
        if is_superseded(Path(".snakemake")) and (
            not (root / key).is_dir() or all(path.exists() for path in published)
        ):
            print(f"{job.backbone}, fold {job.fold}: a later run has begun, and the fold is left to it", flush=True)
            return
        checkpoints = open_checkpoints(root, key)
        if checkpoints.ended:
            print(f"{job.backbone}, fold {job.fold}: had ended before; its outputs are taken up", flush=True)
        else:
            data = load_fold(files, job.fold, samples)
            print(f"{job.backbone}, fold {job.fold}: {len(data.fit)} fitted, {len(data.monitor)} monitored", flush=True)
            fitted = fit_fold(
                job, data, settings, files.weights, CheckpointCallback(checkpoints, outputs.checkpoint_seconds)
            )
            print(f"weights of epoch {fitted.epoch}, {len(fitted.history)} epochs in all", flush=True)
            checkpoints.finish(lambda folder: write_fold(job, fitted, data, folder, keep_weights=outputs.keep_weights))
        checkpoints.publish_outputs(published)


def training_key(
    job: TrainingJob, files: FoldFiles, samples: SampleSettings, settings: TrainingSettings, outputs: FoldOutputs
) -> str:
    """Digest of everything that shapes a training: its settings, what its files hold, and the versions of the code."""
    shaping = [asdict(value) for value in (job, samples, settings)]
    contents = [file_sha256(Path(path)) for path in (files.index, files.scores, files.subjects, files.inner)]
    weights = files.weights and Path(files.weights).name  # the name holds the hash of the bytes
    versions = torch.__version__, torchvision.__version__, pl.__version__, code_digest(__file__)
    return value_digest(shaping, contents, weights, outputs.keep_weights, versions)[:16]


def fit_fold(
    job: TrainingJob,
    data: FoldData,
    settings: TrainingSettings,
    weights: Path | None,
    saver: CheckpointCallback | None = None,
) -> Fitted:
    """Train one backbone on one fold and predict the rows that it has not seen.

    The best weights are those with the lowest monitored loss (`keep: best`). Bitwise repeatable on a CPU for one
    number of threads, whether or not it was stopped and resumed from what `saver` kept. Raises TrainingError where a
    loss is not finite or a GPU's memory too small, BackboneError where weights do not fit, DeviceError where a GPU is
    wanted and not there.
    """
    set_torch_arithmetic(settings)
    torch.manual_seed(job.seed_for("start"))
    head = HeadSettings(settings.squeezenet_relu, settings.batch_norm_momentum)
    network = build_backbone(job.backbone, data.targets.shape[1], head, weights)
    module = SeverityRegressor(network, data, job, settings)
    chronicle = EpochHistory(job)
    resume = saver and saver.checkpoints.newest()
    if resume:
        print(f"resumed from {resume.name}", flush=True)
    with _memory_told(job, settings.batch_size):
        _trainer(settings, chronicle, saver).fit(
            module,
            module.batches,
            FixedBatches(data.monitor, settings.batch_size),
            ckpt_path=resume,
            weights_only=True,  # a checkpoint holds tensors and plain values, and nothing that could run
        )
        epoch = chronicle.history[-1]["epoch"]
        if settings.keep == "best":
            epoch = chronicle.best_epoch
            fill_network(module.network, chronicle.best_state)
        predicted = predict(module, data.unseen, settings.batch_size) * data.scale + data.center
    return Fitted(cpu_state(module.network), chronicle.history, predicted, epoch)


@contextmanager
def _memory_told(job: TrainingJob, batch: int) -> Iterator[None]:
    """Tell a GPU whose memory is too small as what a user can change."""
    try:
        yield
    except torch.OutOfMemoryError as error:
        free, total = (size / 2**30 for size in torch.cuda.mem_get_info())
        raise TrainingError(
            f"{job.backbone}, fold {job.fold}: the memory of the GPU is too small for batches of {batch} "
            f"({free:.1f} of {total:.1f} GiB are free). Lower training.batch_size, set training.precision to bf16, or "
            "keep other jobs off this GPU."
        ) from error


def _trainer(settings: TrainingSettings, chronicle: EpochHistory, saver: CheckpointCallback | None) -> pl.Trainer:
    """A trainer that writes nothing by itself; LightningEnvironment keeps it from requeueing a Slurm job by itself."""
    logging.getLogger("pytorch_lightning").setLevel(logging.WARNING)  # no advertisements in the job's log
    warnings.filterwarnings("ignore", message=".*LeafSpec.*")  # Lightning's own use of an older torch
    warnings.filterwarnings("ignore", message=".*`srun`.*")  # advice for trainings that take several nodes
    stopping = EarlyStopping("monitor_loss", patience=settings.early_stopping_patience)
    return pl.Trainer(
        accelerator=training_device(settings).type,
        devices=1,
        precision=PRECISIONS[settings.precision],
        deterministic="warn" if settings.deterministic else False,  # VGG and AlexNet have no exact kernel on a GPU
        max_epochs=settings.max_epochs,
        gradient_clip_val=settings.gradient_clip,
        callbacks=[callback for callback in (chronicle, stopping, saver) if callback],
        plugins=[LightningEnvironment(), DirectCheckpointIO()],
        logger=False,
        enable_checkpointing=saver is not None,
        enable_progress_bar=False,
        enable_model_summary=False,
        num_sanity_val_steps=0,
    )


@torch.inference_mode()
def predict(module: SeverityRegressor, samples: Tensor, batch_size: int) -> Tensor:
    """Scaled predictions (n, outputs) of composites as they are, on the device of the tiles, returned on the CPU."""
    module.to(module.composer.tiles.device).eval()
    parts = [module(module.composer.compose(which)).double().cpu() for which in samples.split(batch_size)]
    return torch.cat(parts) if parts else torch.zeros(0, module.scaled.shape[1], dtype=torch.float64)


def write_fold(job: TrainingJob, fitted: Fitted, data: FoldData, folder: Path, *, keep_weights: bool) -> None:
    """Write what a fold leaves behind, FILES, into `folder`.

    A weights file that is not kept holds no tensor, and says so in its metadata.
    """
    points = fitted.predicted.numpy()
    predicted = points[:, 0] if points.shape[1] == 1 else composite(points, has_area=data.has_area)
    identity = {"learner": [job.backbone] * len(points), "fold": [job.fold] * len(points)}
    told = {
        "backbone": job.backbone,
        "fold": job.fold,
        "epoch": fitted.epoch,
        "kept": "yes" if keep_weights else "no: training.keep_weights leaves them out",
        "center": data.center.tolist(),
        "scale": data.scale.tolist(),
    }
    weights, history, predictions = (folder / name for name in TRAINING_OUTPUTS)
    with atomic_write(weights) as temporary:
        # One text: several would stand in an order that differs from run to run.
        save_file(fitted.state if keep_weights else {}, temporary, metadata={"training": json.dumps(told)})
    write_table({name: [row[name] for row in fitted.history] for name in fitted.history[0]}, history)
    write_table({**identity, **data.rows, "predicted": predicted}, predictions)
