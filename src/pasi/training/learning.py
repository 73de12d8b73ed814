"""What learning.json says of a training: its skill, and whether it learned anything beyond the mean of each region."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pasi.errors import DamagedFileError
from pasi.storage.json_files import read_json
from pasi.training.skill import skill_of


@dataclass(frozen=True)
class Learning:
    """The content of learning.json.

    skill: 1 - monitored_mse / constant_mse. learned: whether it was at least `least_skill` when the training ended; who
    reads it under another `training.least_skill` compares `skill` anew. monitored_mse: of the kept epoch, on the scale
    of the loss; constant_mse: of the mean of each region, on the same rows. attempt, epoch: whose weights are kept,
    counted from 0, the epoch within its attempt. attempts, epochs: how many there were, epochs over all attempts.
    """

    skill: float
    learned: bool
    least_skill: float
    monitored_mse: float
    constant_mse: float
    attempt: int
    attempts: int
    epoch: int
    epochs: int

    def report(self, name: str) -> None:
        """Print the last line of a training in its log; its words shape nothing (`pasi.provenance.code_digest`)."""
        if self.learned:
            print(
                f"{name}: learned: skill {self.skill:.2f}, monitored {self.monitored_mse:.4f}, "
                f"the mean {self.constant_mse:.4f}",
                flush=True,
            )
        else:
            print(
                f"{name}: did not learn: predicts the mean (skill {self.skill:.2f}, "
                f"monitored {self.monitored_mse:.4f}, the mean {self.constant_mse:.4f}; training.least_skill is "
                f"{self.least_skill:g}). Raise training.restarts, max_epochs or, with schedule: plateau, warmup_epochs "
                "or learning_epochs; lower training.learning_rate; start from pretrained weights; or take this network "
                "out of training.backbones.",
                flush=True,
            )


def judge(
    history: Sequence[Mapping[str, float]], kept: tuple[int, int], constant_mse: float, least_skill: float
) -> Learning:
    """The record of a training from its rows of epochs; kept: attempt and epoch whose weights are kept."""
    attempt, epoch = kept
    numbers = [int(row.get("attempt", 0)) for row in history]  # 0.1.0 had no attempts
    monitored = next(
        float(row["monitor_loss"])
        for number, row in zip(numbers, history, strict=True)
        if (number, row["epoch"]) == (attempt, epoch)
    )
    skill = skill_of(monitored, constant_mse)
    return Learning(
        skill=skill,
        learned=skill >= least_skill,
        least_skill=least_skill,
        monitored_mse=monitored,
        constant_mse=constant_mse,
        attempt=attempt,
        attempts=max(numbers) + 1,
        epoch=epoch,
        epochs=len(history),
    )


def read_learning(path: Path) -> Learning:
    """The record of a finished training; raises DamagedFileError where it is missing or damaged."""
    value = read_json(path)
    try:
        return Learning(**value)
    except TypeError as error:
        raise DamagedFileError(f"{path} is damaged ({error}): delete it and run again") from error
