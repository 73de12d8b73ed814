"""What versions up to 0.1.0 did not write of a training: learning.json, and some columns of its predictions."""

from pathlib import Path

import numpy as np

from pasi.storage.tables import Row, Table, read_table, rows_of
from pasi.training.data import load_targets
from pasi.training.learning import Learning, judge
from pasi.training.outputs import label_columns, training_columns
from pasi.training.settings import FoldFiles, SampleSettings

EARLIER_COLUMNS = ["learner", "fold", "part", "subject", "visit", "region", "observed", "predicted"]


def adopted_learning(
    history: Path, files: FoldFiles, fold: int, samples: SampleSettings, *, keep: str, least_skill: float
) -> Learning:
    """What the training would have written, from its history and the tables that it read; keep: `training.keep`."""
    rows = rows_of(read_table(history, ["epoch", "monitor_loss"]))
    return judge(rows, (0, kept_epoch(rows, keep)), load_targets(files, fold, samples).constant_mse, least_skill)


def completed_predictions(path: Path, samples: SampleSettings, learning: Learning) -> Table:
    """The predictions of an earlier version with the columns that it did not write; those that it wrote are as before.

    The predictions of the signs and the area are NaN: that version kept the composite alone.
    """
    table = read_table(path, EARLIER_COLUMNS)
    rows, columns = len(table["predicted"]), tuple(samples.target.columns)
    labels = label_columns(columns, np.full((rows, len(columns)), np.nan))
    own = {**labels, **training_columns(rows, 0, learning)}
    return {**table, **{name: np.asarray(values) for name, values in own.items()}}


def kept_epoch(rows: list[Row], keep: str) -> int:
    """The epoch whose weights were kept: that of the lowest monitored loss, the first of equals, or the last."""
    kept = min(rows, key=lambda row: row["monitor_loss"]) if keep == "best" else rows[-1]
    return int(kept["epoch"])
