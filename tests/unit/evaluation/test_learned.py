"""Which networks learned: from the out-of-fold table, from files, and as a column of the metrics."""

import pandas as pd
import pytest

from pasi.evaluation.learned import learned_counts, network_skills, read_skills, unlearned, with_learned
from pasi.run_folder import RunFolder, TrainingPlace
from pasi.storage.json_files import write_json

OOF = {
    "learner": ["a", "a", "a", "a", "b", "b"],
    "fold": [0, 0, 1, 1, 0, 1],
    "repeat": [0, 0, 0, 0, 0, 0],
    "skill": [0.5, 0.5, 0.1, 0.1, 0.09, 0.2],
}


def test_each_network_has_one_skill():
    skills = network_skills(OOF)
    assert skills == {
        TrainingPlace("a", 0): 0.5,
        TrainingPlace("a", 1): 0.1,
        TrainingPlace("b", 0): 0.09,
        TrainingPlace("b", 1): 0.2,
    }


@pytest.mark.parametrize(
    ("least", "lost"),
    [
        (0.05, []),
        (0.1, [TrainingPlace("b", 0)]),
        (0.3, [TrainingPlace("a", 1), TrainingPlace("b", 0), TrainingPlace("b", 1)]),
    ],
)
def test_one_below_the_least_skill_did_not_learn(least, lost):
    assert unlearned(network_skills(OOF), least) == lost


def test_folds_are_in_order_whatever_that_of_the_rows():
    table = {"learner": ["b", "b", "a", "b"], "fold": [4, 0, 1, 0], "repeat": [0, 1, 0, 0], "skill": [0.5] * 4}
    assert list(network_skills(table)) == [
        TrainingPlace("b", 0),
        TrainingPlace("b", 0, 1),
        TrainingPlace("b", 4),
        TrainingPlace("a", 1),
    ]


def test_repeats_are_networks_of_their_own():
    skills = {TrainingPlace("a", fold, repeat): 0.5 * repeat for fold in (0, 1) for repeat in (0, 1, 2)}
    assert learned_counts(skills, 0.1) == {"a": "4/6"}


def test_metrics_say_how_many_of_a_backbone_learned():
    metrics = pd.DataFrame({"learner": ["a", "b", "mean", "lost"], "mae": 1.0})
    assert with_learned(metrics, network_skills(OOF), 0.1)["learned"].tolist() == ["2/2", "1/2", "", ""]


def test_skills_are_read_from_the_folders_of_trainings(tmp_path):
    run = RunFolder(tmp_path)
    write_json({"skill": 0.25}, run.learning("vgg11", 3))
    assert read_skills([run.learning("vgg11", 3)]) == {TrainingPlace("vgg11", 3): 0.25}
