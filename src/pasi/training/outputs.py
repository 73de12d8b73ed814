"""What a training leaves behind: its weights, its history and its predictions."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from torch import Tensor

from pasi.run_folder import HISTORY, LEARNING, PREDICTIONS, WEIGHTS
from pasi.severity.index import PREDICTED_LABEL, composite
from pasi.storage.atomic import atomic_write
from pasi.storage.json_files import write_json
from pasi.storage.tables import write_table
from pasi.storage.tensor_files import save_tensors
from pasi.training.data import FoldData
from pasi.training.learning import Learning, judge
from pasi.training.seeds import TrainingJob
from pasi.training.settings import FoldOutputs

COMPOSITE = ("composite",)  # the columns of a network that predicts composites


@dataclass(frozen=True)
class Fitted:
    """A trained network: its state on the CPU, one row an epoch of each attempt, and predictions in points."""

    state: dict[str, Tensor]
    history: list[dict[str, float]]
    predicted: Tensor  # (n, outputs), in points, for the rows of FoldData.unseen
    attempt: int  # whose weights `state` holds, those of this epoch of it
    epoch: int

    def judge(self, data: FoldData, least_skill: float) -> Learning:
        """Its skill on the monitored rows, and whether that is enough."""
        return judge(self.history, (self.attempt, self.epoch), data.constant_mse, least_skill)


def write_fold(job: TrainingJob, fitted: Fitted, data: FoldData, folder: Path, outputs: FoldOutputs) -> None:
    """Write TRAINING_OUTPUTS into `folder`, as `outputs` asks.

    weights.safetensors: the state, or no tensor where it is not kept; the metadata say which, and how to turn outputs
    into points. history.csv: one row an epoch of each attempt; `kept` marks the one whose weights are kept.
    predictions.parquet: one row for each row of `data.unseen`, with the network's `training_columns` and, where it
    predicts every sign and the area, with those (`label_columns`). learning.json: `pasi.training.learning.Learning`.
    """
    about = {
        "backbone": job.backbone,
        "fold": job.fold,
        **({"repeat": job.repeat} if job.repeat else {}),
        "epoch": fitted.epoch,
        "kept": "yes" if outputs.keep_weights else "no: training.keep_weights leaves them out",
        "center": data.center.tolist(),
        "scale": data.scale.tolist(),
    }
    with atomic_write(folder / WEIGHTS) as temporary:
        save_tensors(fitted.state if outputs.keep_weights else {}, about, temporary)
    history = {name: [row[name] for row in fitted.history] for name in fitted.history[0]}
    kept = [(row["attempt"], row["epoch"]) == (fitted.attempt, fitted.epoch) for row in fitted.history]
    write_table({**history, "kept": kept}, folder / HISTORY)
    points = fitted.predicted.numpy()
    predicted = points[:, 0] if points.shape[1] == 1 else composite(points, has_area=data.has_area)
    learning = fitted.judge(data, outputs.least_skill)
    identity = {"learner": [job.backbone] * len(points), "fold": [job.fold] * len(points)}
    own = {**label_columns(data.columns, points), **training_columns(len(points), job.repeat, learning)}
    write_table({**identity, **data.rows, "predicted": predicted, **own}, folder / PREDICTIONS)
    write_json(asdict(learning), folder / LEARNING)


def label_columns(columns: Sequence[str], points: np.ndarray) -> dict[str, np.ndarray]:
    """The columns predicted_LABEL, in points (n, outputs); none where a network predicts composites."""
    if columns == COMPOSITE:
        return {}
    return {f"{PREDICTED_LABEL}{name}": points[:, place] for place, name in enumerate(columns)}


def training_columns(rows: int, repeat: int, learning: Learning) -> dict[str, list[float]]:
    """The columns of predictions.parquet that say which training predicted: repeat, learned and skill.

    learned is judged by the `training.least_skill` of then, as in learning.json.
    """
    return {"repeat": [repeat] * rows, "learned": [learning.learned] * rows, "skill": [learning.skill] * rows}
