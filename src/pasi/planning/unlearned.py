"""Which trainings did not learn, by the records that they left: for `pasi status` and for the end of a run."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from pasi.errors import DamagedFileError
from pasi.run_folder import RunFolder, TrainingPlace
from pasi.training.learning import read_learning
from pasi.wording import counted, folds_by_network


def unlearned_text(results: str, trainings: Sequence[TrainingPlace], least_skill: float) -> str | None:
    """How many of the trainings did not learn, which, and where advice stands; None where all that ended did."""
    found = find_unlearned(RunFolder(Path(results)), trainings, least_skill)
    if not found:
        return None
    return (
        f"{len(found)} of {counted(len(trainings), 'training')} did not learn: {folds_by_network(found)}. Their skill "
        f"is below training.least_skill ({least_skill:g}), and they predict little more than the mean of each region. "
        "docs/training.md says what helps."
    )


def find_unlearned(run: RunFolder, trainings: Iterable[TrainingPlace], least_skill: float) -> list[TrainingPlace]:
    """Those that have ended with a skill below `least_skill`, whatever that was when they ended."""
    skills = {place: skill_on_disk(run.learning(*place)) for place in trainings}
    return [place for place, skill in skills.items() if skill is not None and skill < least_skill]


def skill_on_disk(path: Path) -> float | None:
    """The skill in a record; None where there is none, or a damaged one."""
    try:
        return read_learning(path).skill
    except DamagedFileError:
        return None
