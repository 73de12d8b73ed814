"""The record learning.json of a training that is taken over: versions up to 0.1.0 wrote none."""

from pathlib import Path

from pasi.storage.tables import Row, read_table, rows_of
from pasi.training.data import load_targets
from pasi.training.learning import Learning, judge
from pasi.training.settings import FoldFiles, SampleSettings


def adopted_learning(
    history: Path, files: FoldFiles, fold: int, samples: SampleSettings, *, keep: str, least_skill: float
) -> Learning:
    """What the training would have written, from its history and the tables that it read; keep: `training.keep`."""
    rows = rows_of(read_table(history, ["epoch", "monitor_loss"]))
    return judge(rows, (0, kept_epoch(rows, keep)), load_targets(files, fold, samples).constant_mse, least_skill)


def kept_epoch(rows: list[Row], keep: str) -> int:
    """The epoch whose weights were kept: that of the lowest monitored loss, the first of equals, or the last."""
    kept = min(rows, key=lambda row: row["monitor_loss"]) if keep == "best" else rows[-1]
    return int(kept["epoch"])
