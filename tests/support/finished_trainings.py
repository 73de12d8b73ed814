"""Trainings that have ended, as files say, in the results folder `r` of the working directory."""

from dataclasses import asdict, replace
from pathlib import Path

from pasi.config.settings import Settings, read_settings
from pasi.jobs.checkpoints import TRAINING_OUTPUTS
from pasi.run_folder import RunFolder, TrainingPlace
from pasi.storage.json_files import write_json
from pasi.storage.tables import write_table
from pasi.training.learning import Learning

RUN = RunFolder(Path("r"))


def two_networks() -> Settings:
    """The settings of a run of two networks and two folds."""
    settings = read_settings({})
    chosen = {"backbones": ("squeezenet1_1", "shufflenet_v2_x0_5")}
    splits = settings.splits.model_copy(update={"folds": 2})
    return replace(settings, results=str(RUN.root), training=settings.training.model_copy(update=chosen), splits=splits)


def end_training(*place: str | int | None, seconds: float = 10.0, skill: float | None = None) -> None:
    """Leave the outputs of a training of two epochs; `place`: fields of a TrainingPlace. Without a skill, no record."""
    training = TrainingPlace(*place)
    RUN.fold(*training).mkdir(parents=True)
    for name in TRAINING_OUTPUTS:
        (RUN.fold(*training) / name).touch()
    write_table({"epoch": [0, 1], "seconds": [seconds / 2] * 2}, RUN.history(*training))
    if skill is not None:
        record = Learning(skill, skill >= 0.1, 0.1, 1 - skill, 1.0, attempt=0, attempts=1, epoch=0, epochs=2)
        write_json(asdict(record), RUN.learning(*training))
