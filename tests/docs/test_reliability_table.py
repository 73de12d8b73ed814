"""docs/reliability.md: every fault has one row, and every test that it names is there."""

import re

from checkout import CHECKOUT
from doc_tables import TEST, find_test_file, has_test, table

GUIDE = (CHECKOUT / "docs" / "reliability.md").read_text(encoding="utf-8")
NUMBERED = table(GUIDE, ["F", "fault", "what holds", "test"])
FIELD = table(GUIDE, ["S", "fault", "what holds", "test"])
ROWS = [*NUMBERED, *FIELD]


def test_every_fault_has_one_row():
    faults = [f"F{number}" for number in range(1, 37)]
    assert [row[0] for row in NUMBERED] == faults
    assert [row[0] for row in FIELD] == [f"S{number}" for number in range(1, len(FIELD) + 1)]
    assert FIELD


def test_every_row_names_tests_that_are_there():
    for row in ROWS:
        names = re.findall(r"`([^`]+::[^`]+)`", row[3])
        assert names, row[0]
        assert [name for name in names if not (TEST.fullmatch(name) and has_test(name))] == []


def is_slow(name):
    """Whether a test is one of `make faults`: by its own mark or by that of its file."""
    file, *_, test = name.split("::")
    text = find_test_file(file).read_text(encoding="utf-8")
    own = rf"@pytest\.mark\.faults\n(?:@.*\n)*def {test}\("
    return "pytestmark = pytest.mark.faults" in text or re.search(own, text) is not None


def test_slow_tests_are_marked_and_no_others():
    named = re.findall(r"`(test_\w+\.py::[\w:]+)`( \*)?", "\n".join(row[3] for row in ROWS))
    assert [name for name, star in named if is_slow(name) != bool(star)] == []
    assert sum(bool(star) for _, star in named) > 10
