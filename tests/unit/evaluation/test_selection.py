"""The choice of a learner, and a record of it that was edited."""

from pathlib import Path

import pytest

from pasi.errors import DamagedFileError
from pasi.evaluation.selection import choice_record, confirm_choice

METRICS = {
    "learner": ["a", "b", "week"],
    "kind": ["backbone", "backbone", "baseline"],
    "level": ["visit"] * 3,
    "part": ["oof"] * 3,
    "mae": [3.0, 2.0, 4.0],
}
FILE = Path("evaluation/chosen.json")


def test_the_record_of_the_rule_is_confirmed():
    rule = choice_record(METRICS, "mae", ())
    assert rule == {
        "learner": "b",
        "kind": "backbone",
        "primary": "mae",
        "value": 2.0,
        "candidates": 2,
        "baseline": "week",
    }
    confirm_choice(rule, choice_record(METRICS, "mae", ()), FILE)


@pytest.mark.parametrize("edited", [{"learner": "a"}, {"value": 1.5}, {"baseline": None}, {"reason": "prettier"}])
def test_a_record_that_was_edited_opens_nothing(edited):
    rule = choice_record(METRICS, "mae", ())
    record = {**rule, **edited}
    with pytest.raises(DamagedFileError) as raised:
        confirm_choice(record, rule, FILE)
    assert str(raised.value) == (
        f"evaluation/chosen.json names {record['learner']}, with what it was chosen by, and the rule of the plan "
        "chooses b by evaluation/oof/metrics.csv: delete evaluation/chosen.json, and give the same command again"
    )
