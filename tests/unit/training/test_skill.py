"""Skill by hand, and what learning.json says of it."""

import json
from dataclasses import asdict

import numpy as np
import pytest

from pasi.errors import DamagedFileError
from pasi.storage.json_files import write_json
from pasi.training.learning import judge, read_learning
from pasi.training.skill import constant_mse, skill_of

HISTORY = [
    {"attempt": 0, "epoch": 0, "monitor_loss": 2.0},
    {"attempt": 0, "epoch": 1, "monitor_loss": 1.9},
    {"attempt": 1, "epoch": 0, "monitor_loss": 1.0},
    {"attempt": 1, "epoch": 1, "monitor_loss": 0.5},
]


@pytest.mark.parametrize(("monitored", "constant", "skill"), [(0.0, 2.0, 1.0), (2.0, 2.0, 0.0), (3.0, 2.0, -0.5)])
def test_skill_is_the_share_of_the_constants_error_that_is_gone(monitored, constant, skill):
    assert skill_of(monitored, constant) == skill


def test_nothing_is_better_than_a_constant_without_an_error():
    assert skill_of(0.0, 0.0) == skill_of(0.5, 0.0) == 0.0


def test_each_region_has_the_mean_of_its_fitted_rows():
    """Fitted: upper 1 and 3, trunk 8. Monitored: upper 2 + 2, trunk 8 - 1, and a leg, which has the mean of all, 4."""
    targets = np.array([[1.0], [3.0], [8.0], [4.0], [7.0], [10.0], [99.0]])
    regions = np.array(["upper", "upper", "trunk", "upper", "trunk", "leg", "upper"], dtype=object)
    found = constant_mse(targets, regions, np.array([0, 1, 2]), np.array([3, 4, 5]))
    assert found == pytest.approx((2**2 + 1**2 + 6**2) / 3)


def test_several_outputs_count_alike():
    """Means 1 and 10; errors 1 and 4, squared 1 and 16."""
    targets = np.array([[0.0, 8.0], [2.0, 12.0], [2.0, 14.0]])
    assert constant_mse(targets, np.array(["a"] * 3), np.array([0, 1]), np.array([2])) == 8.5


def test_a_training_is_judged_by_its_kept_epoch(capsys):
    learning = judge(HISTORY, (1, 0), 4.0, 0.5)
    assert (learning.skill, learning.monitored_mse, learning.learned) == (0.75, 1.0, True)
    assert (learning.attempt, learning.attempts, learning.epoch, learning.epochs) == (1, 2, 0, 4)
    learning.report("resnet18 fold 0")
    assert capsys.readouterr().out == "resnet18 fold 0: learned: skill 0.75, monitored 1.0000, the mean 4.0000\n"


def test_one_that_did_not_learn_says_so_with_advice(capsys):
    learning = judge(HISTORY[:2], (0, 1), 2.0, 0.1)
    assert not learning.learned
    learning.report("resnet18 fold 0")
    said = capsys.readouterr().out
    assert said.startswith(
        "resnet18 fold 0: did not learn: predicts the mean (skill 0.05, monitored 1.9000, the mean 2.0000; "
        "training.least_skill is 0.1). Raise training.restarts, "
    )


def test_a_history_of_an_earlier_version_has_one_attempt():
    rows = [{"epoch": 0, "monitor_loss": 1.0}, {"epoch": 1, "monitor_loss": 3.0}]
    learning = judge(rows, (0, 1), 4.0, 0.1)
    assert (learning.skill, learning.attempts) == (0.25, 1)


def test_a_record_is_read_as_it_was_written(tmp_path):
    learning = judge(HISTORY, (1, 1), 4.0, 0.1)
    write_json(asdict(learning), tmp_path / "learning.json")
    assert read_learning(tmp_path / "learning.json") == learning


@pytest.mark.parametrize("content", [{"skill": 0.5}, [1, 2], "text"])
def test_a_damaged_record_is_named(tmp_path, content):
    (tmp_path / "learning.json").write_text(json.dumps(content))
    with pytest.raises(DamagedFileError, match=r"learning\.json is damaged .*: delete it and run again"):
        read_learning(tmp_path / "learning.json")
