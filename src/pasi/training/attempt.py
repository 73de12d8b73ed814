"""One attempt at a training: from its random streams to the weights that it keeps and what they predict."""

import logging
import warnings
from pathlib import Path
from typing import Literal

import pytorch_lightning as pl
import torch
from pytorch_lightning.callbacks import Callback
from pytorch_lightning.plugins.environments import LightningEnvironment  # type: ignore[attr-defined]  # not declared by Lightning
from torch import Tensor

from pasi.networks.build import build_backbone, fill_network
from pasi.networks.settings import HeadSettings
from pasi.training.checkpoint_callback import CheckpointCallback, DirectCheckpointIO
from pasi.training.data import FoldData
from pasi.training.epoch_history import EpochHistory, cpu_state
from pasi.training.graphed_module import GraphedRegressor
from pasi.training.instructions import check_instructions
from pasi.training.network_module import SeverityRegressor
from pasi.training.outputs import Fitted
from pasi.training.patience import Patience
from pasi.training.seeds import TrainingJob
from pasi.training.settings import Precision, TrainingSettings
from pasi.training.step_graph import capture_for
from pasi.training.torch_device import prepare_torch, training_device
from pasi.training.weight_average import WeightAverage

PRECISIONS: dict[Precision, Literal["32-true", "bf16-mixed"]] = {
    "fp32": "32-true",
    "tf32": "32-true",
    "bf16": "bf16-mixed",
}


def fit_attempt(
    job: TrainingJob,
    data: FoldData,
    settings: TrainingSettings,
    weights: Path | None,
    checkpointing: CheckpointCallback | None,
) -> Fitted:
    """Train one backbone on one fold from the streams of `job`, and predict the rows that it has not seen.

    Goes on from the newest checkpoint of `checkpointing`. Raises as `pasi.training.train.fit_fold` does.
    """
    check_instructions(settings.instructions, torch.backends.cpu.get_cpu_capability())
    prepare_torch(settings)
    torch.manual_seed(job.seed_for("start"))
    head = HeadSettings(settings.squeezenet_relu, settings.batch_norm_momentum)
    network = build_backbone(job.network, data.targets.shape[1], head, weights)
    capture = capture_for(settings, training_device(settings))
    module = (
        GraphedRegressor(network, data, job, settings, capture)
        if capture
        else SeverityRegressor(network, data, job, settings)
    )
    epochs = EpochHistory(job)
    patience = Patience(epochs, settings, data.constant_mse)
    average = WeightAverage(settings.ema) if settings.ema else None
    resume = checkpointing.checkpoints.newest() if checkpointing else None
    if resume:
        print(f"resumed from {resume.name}", flush=True)
    _trainer(settings, [callback for callback in (epochs, patience, average, checkpointing) if callback]).fit(
        module,
        module.batches,
        module.monitored,
        ckpt_path=resume,
        weights_only=True,  # a checkpoint holds tensors and plain values, and nothing that could run
    )
    epoch = int(epochs.history[-1]["epoch"])
    if settings.keep == "best":
        epoch = epochs.best_epoch
        fill_network(module.network, epochs.best_state)
    elif average:  # here and in no hook: Lightning ends no training that goes on from the checkpoint of its last epoch
        average.use(module)
    predicted = predict(module, data.unseen, settings.batch_size) * data.scale + data.center
    return Fitted(cpu_state(module.network), epochs.history, predicted, job.attempt, epoch)


@torch.inference_mode()
def predict(module: SeverityRegressor, samples: Tensor, batch_size: int) -> Tensor:
    """Scaled predictions (n, outputs), float64 on the CPU, of composites that are not augmented.

    `samples` (n,) are sample numbers; the network computes where the tiles are.
    """
    module.to(module.composer.tiles.device).eval()
    batches = torch.split(samples, batch_size)
    return torch.cat([module(module.composer.compose(which)).double().cpu() for which in batches])


def _trainer(settings: TrainingSettings, callbacks: list[Callback]) -> pl.Trainer:
    """A trainer that writes no file by itself, and that does not requeue a Slurm job by itself."""
    logging.getLogger("pytorch_lightning").setLevel(logging.WARNING)  # no advertisements in the job's log
    warnings.filterwarnings("ignore", message=".*LeafSpec.*")  # Lightning calls a function that torch has deprecated
    warnings.filterwarnings("ignore", message=".*`srun`.*")  # advice for trainings that take several nodes
    return pl.Trainer(
        accelerator=training_device(settings).type,
        devices=1,
        precision=PRECISIONS[settings.precision],
        max_epochs=settings.max_epochs,
        gradient_clip_val=settings.gradient_clip,
        callbacks=callbacks,
        plugins=[LightningEnvironment(), DirectCheckpointIO()],  # the environment is the one that does not requeue
        logger=False,
        enable_checkpointing=any(isinstance(callback, CheckpointCallback) for callback in callbacks),
        enable_progress_bar=False,
        enable_model_summary=False,
        num_sanity_val_steps=0,
    )
