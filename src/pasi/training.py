"""One backbone on one fold, from tables and tiles to weights, history and predictions (R31 to R37)."""

import json
import logging
from dataclasses import dataclass
from pathlib import Path

import pytorch_lightning as pl
import torch
from pytorch_lightning.callbacks import EarlyStopping
from pytorch_lightning.plugins.environments import LightningEnvironment
from safetensors.torch import save_file
from torch import Tensor

from pasi.backbones import HeadSettings, build_backbone
from pasi.index import composite
from pasi.regressor import Chronicle, FixedBatches, Job, SeverityRegressor, TrainingSettings, cpu_state
from pasi.samples import FoldFiles, FoldSamples, SampleSettings, load_samples
from pasi.tables import publish, write_table

PRECISIONS = {"fp32": "32-true", "tf32": "32-true", "bf16": "bf16-mixed"}


@dataclass(frozen=True)
class FoldOutputs:
    """Files that a training leaves behind, and whether the weights are kept in theirs."""

    weights: Path
    history: Path
    predictions: Path
    keep_weights: bool


@dataclass(frozen=True)
class Fitted:
    """A trained network: its state on the CPU, one row an epoch, and predictions in composite points."""

    state: dict[str, Tensor]
    history: list[dict[str, float]]
    predicted: Tensor  # (n, outputs), in points, for the rows of FoldSamples.unseen
    best_epoch: int


def train_fold(
    job: Job, files: FoldFiles, samples: SampleSettings, settings: TrainingSettings, outputs: FoldOutputs
) -> None:
    """Train one network and publish weights, history and predictions; prints a line an epoch."""
    data = load_samples(files, job.fold, samples)
    print(f"{job.backbone}, fold {job.fold}: {len(data.fit)} fitted, {len(data.monitor)} monitored", flush=True)
    fitted = fit_fold(job, data, settings, files.weights)
    print(f"best epoch {fitted.best_epoch} of {len(fitted.history)}", flush=True)
    write_fold(job, fitted, data, outputs)


def fit_fold(job: Job, data: FoldSamples, settings: TrainingSettings, weights: Path | None) -> Fitted:
    """Train one backbone on one fold and predict the rows that it has not seen.

    The best weights are those with the lowest monitored loss (`keep: best`). Bitwise repeatable on a CPU for one
    number of threads. Raises TrainingError where a loss is not finite, BackboneError where weights do not fit.
    """
    torch.set_num_threads(settings.threads)
    torch.set_float32_matmul_precision("high" if settings.precision == "tf32" else "highest")
    torch.manual_seed(job.stream("start"))
    head = HeadSettings(settings.squeezenet_relu, settings.batch_norm_momentum)
    network = build_backbone(job.backbone, data.targets.shape[1], head, weights)
    module = SeverityRegressor(network, data, job, settings)
    chronicle = Chronicle(job)
    _trainer(settings, chronicle).fit(module, module.batches, FixedBatches(data.monitor, settings.batch_size))
    if settings.keep == "best":
        module.network.load_state_dict(chronicle.best_state)
    predicted = predict(module, data.unseen, settings.batch_size) * data.scale + data.center
    return Fitted(cpu_state(module.network), chronicle.history, predicted, chronicle.best_epoch)


def _trainer(settings: TrainingSettings, chronicle: Chronicle) -> pl.Trainer:
    """A trainer that writes nothing; the plug-in keeps Lightning from requeueing a Slurm job by itself."""
    logging.getLogger("pytorch_lightning").setLevel(logging.WARNING)  # no advertisements in the job's log
    return pl.Trainer(
        accelerator={"cuda": "gpu"}.get(settings.device, settings.device),
        devices=1,
        precision=PRECISIONS[settings.precision],
        deterministic="warn" if settings.deterministic else False,  # VGG and AlexNet have no exact kernel on a GPU
        max_epochs=settings.max_epochs,
        gradient_clip_val=settings.gradient_clip,
        callbacks=[chronicle, EarlyStopping("monitor_loss", patience=settings.early_stopping_patience)],
        plugins=[LightningEnvironment()],
        logger=False,
        enable_checkpointing=False,
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


def write_fold(job: Job, fitted: Fitted, data: FoldSamples, outputs: FoldOutputs) -> None:
    """Publish what a fold leaves behind.

    A weights file that is not kept holds no tensor, and says so in its metadata.
    """
    points = fitted.predicted.numpy()
    predicted = points[:, 0] if points.shape[1] == 1 else composite(points, has_area=data.has_area)
    identity = {"learner": [job.backbone] * len(points), "fold": [job.fold] * len(points)}
    metadata = {
        "backbone": job.backbone,
        "fold": str(job.fold),
        "best_epoch": str(fitted.best_epoch),
        "kept": "yes" if outputs.keep_weights else "no: training.keep_weights leaves them out",
        "center": json.dumps(data.center.tolist()),
        "scale": json.dumps(data.scale.tolist()),
    }
    with publish(outputs.weights) as temporary:
        save_file(fitted.state if outputs.keep_weights else {}, temporary, metadata=metadata)
    write_table({name: [row[name] for row in fitted.history] for name in fitted.history[0]}, outputs.history)
    write_table({**identity, **data.rows, "predicted": predicted}, outputs.predictions)
