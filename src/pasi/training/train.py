"""One backbone on one fold, from tables and tiles to weights, history and predictions (R31 to R37)."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from functools import partial, reduce
from pathlib import Path

import pytorch_lightning as pl
import torch
import torchvision

from pasi.jobs.checkpoints import TRAINING_OUTPUTS, lock_fold, open_checkpoints
from pasi.jobs.run_lock import is_superseded
from pasi.provenance.code_digest import code_digest
from pasi.run_folder import ADOPTION, CHECKPOINTS
from pasi.storage.hashing import file_sha256, value_digest
from pasi.training.attempt import fit_attempt
from pasi.training.checkpoint_callback import CheckpointCallback
from pasi.training.data import FoldData, load_fold
from pasi.training.full_memory import naming_full_memory
from pasi.training.outputs import Fitted, write_fold
from pasi.training.seeds import TrainingJob
from pasi.training.settings import FoldFiles, FoldOutputs, SampleSettings, TrainingSettings


def train_fold(
    job: TrainingJob, files: FoldFiles, samples: SampleSettings, settings: TrainingSettings, outputs: FoldOutputs
) -> None:
    """Train one network and publish TRAINING_OUTPUTS; prints a line an epoch.

    A training that was stopped goes on from its last checkpoint, and one that had ended is not repeated. A job that
    starts after a later run has begun leaves the fold to that run, unless the fold has begun with this job's own
    settings and is not published yet. Raises FullMemoryError where the memory of the GPU or of the machine is full,
    and what `load_fold` and `fit_fold` raise.
    """
    key = training_key(job, files, samples, settings, outputs)
    root, published = outputs.folder / CHECKPOINTS, [outputs.folder / name for name in TRAINING_OUTPUTS]
    with lock_fold(root):
        unfinished = (root / key).is_dir() and not all(path.exists() for path in published)
        if is_superseded(Path(".snakemake")) and not unfinished:
            print(f"{job.name}: a later run has begun, and the fold is left to it", flush=True)
            return
        checkpoints = open_checkpoints(root, key)
        if checkpoints.ended:
            print(f"{job.name}: had ended before; its outputs are published", flush=True)
        else:
            (outputs.folder / ADOPTION).unlink(missing_ok=True)
            with naming_full_memory(job, settings.batch_size):
                data = load_fold(files, job.fold, samples)
                print(f"{job.name}: {len(data.fit)} fitted, {len(data.monitor)} monitored", flush=True)
                callback = CheckpointCallback(checkpoints, outputs.checkpoint_seconds)
                fitted = fit_fold(job, data, settings, files.weights, callback)
            print(f"weights of epoch {fitted.epoch}, {len(fitted.history)} epochs in all", flush=True)
            checkpoints.finish(lambda folder: write_fold(job, fitted, data, folder, outputs))
            fitted.judge(data, outputs.least_skill).report(job.name)
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

    The best weights are those with the lowest monitored loss (`keep: best`). A training that did not learn is started
    again from other random streams, at most `restarts` times; where no attempt learned, the one with the lowest
    monitored loss is kept. Repeatable bit by bit on a CPU for one number of threads, whether or not the training was
    stopped and resumed from what `checkpointing` saved. Raises TrainingError where a loss is not finite, BackboneError
    where weights do not fit, DeviceError where a GPU is wanted and torch finds none.
    """
    return reduce(partial(_better, data), _attempts(job, data, settings, weights, checkpointing))


def _attempts(
    job: TrainingJob,
    data: FoldData,
    settings: TrainingSettings,
    weights: Path | None,
    checkpointing: CheckpointCallback | None,
) -> Iterator[Fitted]:
    """Attempts until one has learned, or there may be no further restart; one that had ended is not repeated."""
    for number in range(settings.restarts + 1):
        saving = checkpointing and checkpointing.of_attempt(number)
        saved = saving and saving.checkpoints.attempt_result()
        if saved:
            fitted = Fitted(**torch.load(saved, weights_only=True))
        else:
            fitted = fit_attempt(replace(job, attempt=number), data, settings, weights, saving)
        yield fitted
        learning = fitted.judge(data, settings.least_skill)
        if learning.learned or number == settings.restarts:
            return
        if saving and not saved:
            saving.checkpoints.end_attempt(partial(torch.save, vars(fitted)))
        ended = f"attempt {number} did not learn (skill {learning.skill:.2f})"
        print(f"{ended}: restart {number + 1} of at most {settings.restarts}", flush=True)


def _better(data: FoldData, first: Fitted, second: Fitted) -> Fitted:
    """The one with the lower monitored loss, the first of equals, with the history of both."""
    kept = min((first, second), key=lambda fitted: fitted.judge(data, 0.0).monitored_mse)
    return replace(kept, history=first.history + second.history)
