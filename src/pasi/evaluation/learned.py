"""Which networks learned, by the skills that stand beside their out-of-fold predictions."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from pasi.run_folder import TrainingPlace, training_of
from pasi.storage.json_files import read_json
from pasi.storage.tables import Columns

Skills = Mapping[TrainingPlace, float]


def network_skills(oof: Columns) -> dict[TrainingPlace, float]:
    """The skill of each network, from the table of out-of-fold predictions: learner, fold, repeat and skill.

    In the order of the learners, then by fold and repeat.

    >>> network_skills({"learner": ["a", "a"], "fold": [0, 0], "repeat": [1, 1], "skill": [0.5, 0.5]})
    {TrainingPlace(backbone='a', fold=0, repeat=1, second=None): 0.5}
    """
    rows = zip(oof["learner"], oof["fold"], oof["repeat"], oof["skill"], strict=True)
    found = {TrainingPlace(str(learner), int(fold), int(repeat)): float(skill) for learner, fold, repeat, skill in rows}
    order = list(dict.fromkeys(place.backbone for place in found))
    return dict(sorted(found.items(), key=lambda item: (order.index(item[0].backbone), *item[0][1:])))


def read_skills(paths: Iterable[str | Path]) -> dict[TrainingPlace, float]:
    """The same from files named .../{backbone}/fold{k}/learning.json.

    >>> from pasi.storage.json_files import write_json
    >>> path = folder / "vgg11" / "fold3" / "learning.json"
    >>> path.parent.mkdir(parents=True)
    >>> write_json({"skill": 0.25}, path)
    >>> read_skills([path])
    {TrainingPlace(backbone='vgg11', fold=3, repeat=0, second=None): 0.25}
    """
    return {training_of(path): float(read_json(path)["skill"]) for path in map(Path, paths)}


def unlearned(skills: Skills, least_skill: float) -> list[TrainingPlace]:
    """The networks whose skill is below `training.least_skill`, whatever that was when they were trained.

    >>> unlearned({TrainingPlace("a", 0): 0.5, TrainingPlace("a", 1): 0.0}, 0.1)
    [TrainingPlace(backbone='a', fold=1, repeat=0, second=None)]
    """
    return [place for place, skill in skills.items() if skill < least_skill]


def learned_counts(skills: Skills, least_skill: float) -> dict[str, str]:
    """How many networks of each backbone learned, of how many.

    >>> learned_counts({TrainingPlace("a", 0): 0.5, TrainingPlace("a", 1): 0.0}, 0.1)
    {'a': '1/2'}
    """
    lost = [place.backbone for place in unlearned(skills, least_skill)]
    all_of = [place.backbone for place in skills]
    return {name: f"{all_of.count(name) - lost.count(name)}/{all_of.count(name)}" for name in dict.fromkeys(all_of)}


def with_learned(metrics: pd.DataFrame, skills: Skills, least_skill: float) -> pd.DataFrame:
    """The table of metrics with the column learned: "4/5" for a backbone, "" for a learner without networks.

    >>> metrics = pd.DataFrame({"learner": ["a", "mean"]})
    >>> with_learned(metrics, {TrainingPlace("a", 0): 0.5, TrainingPlace("a", 1): 0.0}, 0.1).values.tolist()
    [['a', '1/2'], ['mean', '']]
    """
    return metrics.assign(learned=metrics["learner"].map(learned_counts(skills, least_skill)).fillna(""))
