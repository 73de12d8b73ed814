"""One backbone on one fold, from tables and tiles to weights, history and predictions (R31 to R37)."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Literal

import pytorch_lightning as pl
import torch
import torchvision
from pytorch_lightning.callbacks import EarlyStopping
from pytorch_lightning.plugins.environments import LightningEnvironment  # type: ignore[attr-defined]  # not declared by Lightning
from torch import Tensor

from pasi.errors import TrainingError
from pasi.jobs.checkpoints import TRAINING_OUTPUTS, lock_fold, open_checkpoints
from pasi.jobs.run_lock import is_superseded
from pasi.networks.build import build_backbone, fill_network
from pasi.networks.settings import HeadSettings
from pasi.provenance.code_digest import code_digest
from pasi.run_folder import ADOPTION, CHECKPOINTS
from pasi.storage.hashing import file_sha256, value_digest
from pasi.training.batches import FixedBatches
from pasi.training.checkpoint_callback import CheckpointCallback, DirectCheckpointIO
from pasi.training.data import FoldData, load_fold
from pasi.training.epoch_history import EpochHistory, cpu_state
from pasi.training.instructions import check_instructions
from pasi.training.network_module import SeverityRegressor
from pasi.training.outputs import Fitted, write_fold
from pasi.training.seeds import TrainingJob
from pasi.training.settings import FoldFiles, FoldOutputs, Precision, SampleSettings, TrainingSettings
from pasi.training.torch_device import prepare_torch, training_device

PRECISIONS: dict[Precision, Literal["32-true", "bf16-mixed"]] = {
    "fp32": "32-true",
    "tf32": "32-true",
    "bf16": "bf16-mixed",
}


def train_fold(
    job: TrainingJob, files: FoldFiles, samples: SampleSettings, settings: TrainingSettings, outputs: FoldOutputs
) -> None:
    """Train one network and publish TRAINING_OUTPUTS; prints a line an epoch.

    A training that was stopped goes on from its last checkpoint, and one that had ended is not repeated. A job that
    starts after a later run has begun leaves the fold to that run, unless the fold has begun with this job's own
    settings and is not published yet.
    """
    key = training_key(job, files, samples, settings, outputs)
    root, published = outputs.folder / CHECKPOINTS, [outputs.folder / name for name in TRAINING_OUTPUTS]
    with lock_fold(root):
        unfinished = (root / key).is_dir() and not all(path.exists() for path in published)
        if is_superseded(Path(".snakemake")) and not unfinished:
            print(f"{job.backbone}, fold {job.fold}: a later run has begun, and the fold is left to it", flush=True)
            return
        checkpoints = open_checkpoints(root, key)
        if checkpoints.ended:
            print(f"{job.backbone}, fold {job.fold}: had ended before; its outputs are published", flush=True)
        else:
            (outputs.folder / ADOPTION).unlink(missing_ok=True)
            data = load_fold(files, job.fold, samples)
            print(f"{job.backbone}, fold {job.fold}: {len(data.fit)} fitted, {len(data.monitor)} monitored", flush=True)
            callback = CheckpointCallback(checkpoints, outputs.checkpoint_seconds)
            fitted = fit_fold(job, data, settings, files.weights, callback)
            print(f"weights of epoch {fitted.epoch}, {len(fitted.history)} epochs in all", flush=True)
            checkpoints.finish(lambda folder: write_fold(job, fitted, data, folder, keep_weights=outputs.keep_weights))
        checkpoints.publish_outputs(published)


def training_key(
    job: TrainingJob, files: FoldFiles, samples: SampleSettings, settings: TrainingSettings, outputs: FoldOutputs
) -> str:
    """Digest of everything that shapes a training: its settings, what its files hold, and the versions of the code.

    It names the folder of the checkpoints. All code that is reached counts, without an exception: Lightning keys the
    state of a callback by the name of its class, so a checkpoint must not be resumed by renamed code.
    """
    shaping = [asdict(value) for value in (job, samples, settings)]
    contents = [file_sha256(path) for path in (files.tile_table, files.labels, files.subjects, files.inner)]
    weights = files.weights and files.weights.name  # the name holds the hash of the bytes
    lightning = pl.__version__  # type: ignore[attr-defined]  # not declared by Lightning
    versions = torch.__version__, torchvision.__version__, lightning, code_digest(__file__)
    return value_digest(shaping, contents, weights, outputs.keep_weights, versions)[:16]


def fit_fold(
    job: TrainingJob,
    data: FoldData,
    settings: TrainingSettings,
    weights: Path | None,
    checkpointing: CheckpointCallback | None = None,
) -> Fitted:
    """Train one backbone on one fold and predict the rows that it has not seen.

    The best weights are those with the lowest monitored loss (`keep: best`). Repeatable bit by bit on a CPU for one
    number of threads, whether or not the training was stopped and resumed from what `checkpointing` saved. Raises
    TrainingError where a loss is not finite or the memory of a GPU is too small, BackboneError where weights do not
    fit, DeviceError where a GPU is wanted and torch finds none.
    """
    check_instructions(settings.instructions, torch.backends.cpu.get_cpu_capability())
    prepare_torch(settings)
    torch.manual_seed(job.seed_for("start"))
    head = HeadSettings(settings.squeezenet_relu, settings.batch_norm_momentum)
    network = build_backbone(job.network, data.targets.shape[1], head, weights)
    module = SeverityRegressor(network, data, job, settings)
    epochs = EpochHistory(job)
    resume = checkpointing.checkpoints.newest() if checkpointing else None
    if resume:
        print(f"resumed from {resume.name}", flush=True)
    with _explaining_full_memory(job, settings.batch_size):
        _trainer(settings, epochs, checkpointing).fit(
            module,
            module.batches,
            FixedBatches(data.monitor, settings.batch_size),
            ckpt_path=resume,
            weights_only=True,  # a checkpoint holds tensors and plain values, and nothing that could run
        )
        epoch = int(epochs.history[-1]["epoch"])
        if settings.keep == "best":
            epoch = epochs.best_epoch
            fill_network(module.network, epochs.best_state)
        predicted = predict(module, data.unseen, settings.batch_size) * data.scale + data.center
    return Fitted(cpu_state(module.network), epochs.history, predicted, epoch)


@torch.inference_mode()
def predict(module: SeverityRegressor, samples: Tensor, batch_size: int) -> Tensor:
    """Scaled predictions (n, outputs), float64 on the CPU, of composites that are not augmented.

    `samples` (n,) are sample numbers; the network computes where the tiles are.
    """
    module.to(module.composer.tiles.device).eval()
    batches = torch.split(samples, batch_size)
    return torch.cat([module(module.composer.compose(which)).double().cpu() for which in batches])


@contextmanager
def _explaining_full_memory(job: TrainingJob, batch: int) -> Iterator[None]:
    """Turn the error of a GPU whose memory is full into one that says what a user can change."""
    try:
        yield
    except torch.OutOfMemoryError as error:
        free, total = (size / 2**30 for size in torch.cuda.mem_get_info())
        raise TrainingError(
            f"{job.backbone}, fold {job.fold}: the memory of the GPU is too small for batches of {batch} "
            f"({free:.1f} of {total:.1f} GiB are free). Lower training.batch_size, set training.precision to bf16, or "
            "keep other jobs off this GPU."
        ) from error


def _trainer(settings: TrainingSettings, epochs: EpochHistory, checkpointing: CheckpointCallback | None) -> pl.Trainer:
    """A trainer that writes no file by itself, and that does not requeue a Slurm job by itself."""
    logging.getLogger("pytorch_lightning").setLevel(logging.WARNING)  # no advertisements in the job's log
    warnings.filterwarnings("ignore", message=".*LeafSpec.*")  # Lightning calls a function that torch has deprecated
    warnings.filterwarnings("ignore", message=".*`srun`.*")  # advice for trainings that take several nodes
    stopping = EarlyStopping("monitor_loss", patience=settings.early_stopping_patience)
    return pl.Trainer(
        accelerator=training_device(settings).type,
        devices=1,
        precision=PRECISIONS[settings.precision],
        deterministic="warn" if settings.deterministic else False,  # VGG and AlexNet have no exact kernel on a GPU
        max_epochs=settings.max_epochs,
        gradient_clip_val=settings.gradient_clip,
        callbacks=[callback for callback in (epochs, stopping, checkpointing) if callback],
        plugins=[LightningEnvironment(), DirectCheckpointIO()],  # the environment is the one that does not requeue
        logger=False,
        enable_checkpointing=checkpointing is not None,
        enable_progress_bar=False,
        enable_model_summary=False,
        num_sanity_val_steps=0,
    )
