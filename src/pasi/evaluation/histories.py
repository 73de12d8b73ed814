"""The histories of trainings: losses of each epoch, and the epoch with the lowest monitored loss."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from pasi.run_folder import ADOPTION, TrainingPlace, training_of
from pasi.storage.json_files import read_json
from pasi.storage.tables import read_table

Histories = Mapping[str, Mapping[int, Mapping[str, np.ndarray]]]


def read_histories(paths: Iterable[str | Path]) -> dict[str, dict[int, dict[str, np.ndarray]]]:
    """Histories by panel and fold, from files named .../{backbone}/fold{k}/history.csv, in the order of `paths`.

    The panel of a training is its backbone, and where it is a further repeat also that (`panel_of`).

    Each has epoch, train_loss and monitor_loss, mean squared errors of the scaled target, of the attempt whose weights
    are kept. Raises ResultError where a file is missing, damaged or lacks a column.

    >>> from pasi.storage.tables import write_table
    >>> path = folder / "vgg11" / "fold0" / "history.csv"
    >>> path.parent.mkdir(parents=True)
    >>> path.write_text("epoch,train_loss,monitor_loss\\n0,1.0,1.5\\n1,0.5,0.75\\n") > 0
    True
    >>> read_histories([path])["vgg11"][0]["monitor_loss"].tolist()
    [1.5, 0.75]
    """
    histories: dict[str, dict[int, dict[str, np.ndarray]]] = {}
    for path in map(Path, paths):
        place = training_of(path)
        kept = kept_rows(read_table(path))
        table = read_table(path, ["epoch", "train_loss", "monitor_loss"])
        histories.setdefault(panel_of(place), {})[place.fold] = {name: values[kept] for name, values in table.items()}
    return histories


def panel_of(place: TrainingPlace) -> str:
    """Which panel of the learning curves shows a training.

    >>> panel_of(TrainingPlace("vgg11", 0)), panel_of(TrainingPlace("vgg11", 0, 2))
    ('vgg11', 'vgg11, repeat 2')
    """
    return place.backbone + (f", repeat {place.repeat}" if place.repeat else "")


def kept_rows(table: Mapping[str, np.ndarray]) -> np.ndarray | slice:
    """The rows of the attempt whose weights are kept; all of them in a history of 0.1.0, which has no attempts.

    >>> kept_rows({"attempt": np.array([0, 0, 1]), "kept": np.array([False, False, True])}).tolist()
    [False, False, True]
    """
    if "kept" not in table:
        return slice(None)
    return np.asarray(table["attempt"] == table["attempt"][table["kept"]])


def read_adoptions(paths: Iterable[str | Path]) -> list[tuple[str, int, str]]:
    """Backbone, fold and earlier version of each training that was taken over (`pasi adopt`); paths: its history.

    >>> from pasi.storage.json_files import write_json
    >>> path = folder / "alexnet" / "fold0" / "history.csv"
    >>> path.parent.mkdir(parents=True)
    >>> write_json({"version": "0.1.0"}, path.with_name(ADOPTION))
    >>> read_adoptions([path])
    [('alexnet', 0, '0.1.0')]
    """
    records = [(path, path.with_name(ADOPTION)) for path in map(Path, paths)]
    found = [(training_of(path), record) for path, record in records if record.exists()]
    return [(place.backbone, place.fold, str(read_json(record)["version"])) for place, record in found]


def read_constants(paths: Iterable[str | Path]) -> dict[TrainingPlace, float]:
    """The monitored loss of the best constant of each region, by training, from files named .../learning.json.

    >>> from pasi.storage.json_files import write_json
    >>> path = folder / "resnet18" / "fold0" / "learning.json"
    >>> path.parent.mkdir(parents=True)
    >>> write_json({"constant_mse": 0.5}, path)
    >>> list(read_constants([path]).values())
    [0.5]
    """
    return {training_of(path): float(read_json(path)["constant_mse"]) for path in map(Path, paths)}


def best_epoch(history: Mapping[str, np.ndarray]) -> int | None:
    """Position of the lowest finite monitored loss, the first of equals; None where no loss is finite.

    >>> best_epoch({"monitor_loss": [3.0, float("nan"), 1.0, 1.0]})
    2
    """
    losses = np.asarray(history["monitor_loss"], dtype=np.float64)
    return int(np.nanargmin(np.where(np.isfinite(losses), losses, np.nan))) if np.isfinite(losses).any() else None
