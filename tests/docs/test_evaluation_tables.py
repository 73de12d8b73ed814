"""docs/evaluation.md: what the table of mended faults names as their evidence is there."""

import re

import pytest

from checkout import CHECKOUT
from doc_tables import TEST, has_test, table

TEXT = (CHECKOUT / "docs" / "evaluation.md").read_text(encoding="utf-8")
ROWS = table(TEXT, ["what was wrong", "section", "measured by", "test"])
NONE = "none"


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in re.findall(r"^#+ (.+)$", text, re.M)}


def missing_benchmark(command: str) -> list[str]:
    """Of a command behind `python benchmarks/`, the file or the items that are not there."""
    file, *items = command.split()
    path = CHECKOUT / "benchmarks" / file
    if not path.is_file():
        return [file]
    return [item for item in items if f'"{item}": ' not in path.read_text(encoding="utf-8")]


def test_the_table_is_found():
    assert len(ROWS) >= 16


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_mended_fault_names_a_section_a_benchmark_and_a_test_that_are_there(row):
    _, section, command, tests = row
    assert re.fullmatch(r"\[[^]]+\]\(#([\w-]+)\)", section)[1] in anchors(TEXT)
    commands, names = (re.findall(r"`([^`]+)`", cell) for cell in (command, tests))
    assert commands or command == NONE
    assert names or tests == NONE
    assert commands or names
    assert [missing for one in commands for missing in missing_benchmark(one)] == []
    assert all(TEST.fullmatch(name) and has_test(name) for name in names)


def test_what_is_not_there_is_noticed():
    assert missing_benchmark("nothing.py") == ["nothing.py"]
    assert missing_benchmark("coverage.py intervals nothing") == ["nothing"]
