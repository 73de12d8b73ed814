"""What a training leaves behind: its weights, its history and its predictions."""

import json
from dataclasses import dataclass
from pathlib import Path

from safetensors.torch import save_file
from torch import Tensor

from pasi.jobs.checkpoints import TRAINING_OUTPUTS
from pasi.severity.index import composite
from pasi.storage.atomic import atomic_write
from pasi.storage.tables import write_table
from pasi.training.data import FoldData
from pasi.training.seeds import TrainingJob


@dataclass(frozen=True)
class Fitted:
    """A trained network: its state on the CPU, one row an epoch, and predictions in composite points."""

    state: dict[str, Tensor]
    history: list[dict[str, float]]
    predicted: Tensor  # (n, outputs), in points, for the rows of FoldData.unseen
    epoch: int  # whose weights `state` holds


def write_fold(job: TrainingJob, fitted: Fitted, data: FoldData, folder: Path, *, keep_weights: bool) -> None:
    """Write TRAINING_OUTPUTS into `folder`.

    weights.safetensors: the state, or no tensor where it is not kept; the metadata say which, and how to turn outputs
    into points. history.csv: one row an epoch. predictions.parquet: one row for each row of `data.unseen`.
    """
    weights, history, predictions = (folder / name for name in TRAINING_OUTPUTS)
    about = {
        "backbone": job.backbone,
        "fold": job.fold,
        "epoch": fitted.epoch,
        "kept": "yes" if keep_weights else "no: training.keep_weights leaves them out",
        "center": data.center.tolist(),
        "scale": data.scale.tolist(),
    }
    with atomic_write(weights) as temporary:
        # One text: the order of several would differ from run to run.
        save_file(fitted.state if keep_weights else {}, temporary, metadata={"training": json.dumps(about)})
    write_table({name: [row[name] for row in fitted.history] for name in fitted.history[0]}, history)
    points = fitted.predicted.numpy()
    predicted = points[:, 0] if points.shape[1] == 1 else composite(points, has_area=data.has_area)
    identity = {"learner": [job.backbone] * len(points), "fold": [job.fold] * len(points)}
    write_table({**identity, **data.rows, "predicted": predicted}, predictions)
