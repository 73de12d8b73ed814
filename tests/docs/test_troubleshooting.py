"""docs/troubleshooting.md: every message that it quotes is one that the code can still print.

A message is an indented line of the page. It is cut at everything that differs from case to case (words in capitals,
`...`, numbers) and at the seams where the code joins its parts (columns, "found", "expected", a colon). Each fragment
of at least 12 characters must occur in a string of the source; of a message without one, the longest.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from checkout import CHECKOUT

PAGE = (CHECKOUT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
SHORTEST = 12
HOLE = "\0"  # stands for a placeholder
CUT = re.compile(r"\.\.\.|\b[A-Z][A-Z0-9_]+\b|\d+(?:[.,x]\d+)*|^fault \w+| {2,}|\bfound |, expected |, which |: |\(|\)")
NOT_OURS = {"no such file or directory"}  # the operating system's words
EDGES = " .,:;\"'/"


def messages() -> list[str]:
    return [line.strip() for line in PAGE.splitlines() if line.startswith("    ")]


def fragments(message: str) -> list[str]:
    """What must occur in the source; where all pieces are short, the longest of them."""
    pieces = [piece.strip(EDGES) for piece in CUT.split(message)]
    return [piece for piece in pieces if len(piece) >= SHORTEST and piece not in NOT_OURS] or [max(pieces, key=len)]


def python_strings(path: Path) -> Iterator[str]:
    """Strings of a module, placeholders of f-strings as holes; no docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(part.value if isinstance(part, ast.Constant) else HOLE for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


def rule_text(path: Path) -> str:
    """A rule file, which is no Python, with adjacent strings joined and placeholders as holes."""
    text = re.sub(r'"\s*\n\s*f?"', "", path.read_text(encoding="utf-8"))
    return re.sub(r"\{[^}]*\}", HOLE, text)


@pytest.fixture(scope="module")
def source() -> str:
    modules = [path for folder in ("src", "workflow") for path in sorted((CHECKOUT / folder).rglob("*.py"))]
    strings = [string for path in modules for string in python_strings(path)]
    return "\n".join([*strings, *(rule_text(path) for path in sorted((CHECKOUT / "workflow").rglob("*.smk")))])


@pytest.mark.parametrize("message", messages())
def test_a_message_is_one_of_the_code(message, source):
    gone = [fragment for fragment in fragments(message) if fragment not in source]
    assert gone == [], f"docs/troubleshooting.md quotes what no string of src/ or workflow/ holds any more: {gone}"


def test_every_message_says_what_to_do():
    blocks = re.split(r"(?:^ {4}.*\n)+", PAGE, flags=re.MULTILINE)[1:]
    assert [block for block in blocks if "**Do:**" not in block and "**Cause:**" not in block] == []


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ('FILE:LINE  week  found "..." in week 3, expected another week than ...', ["another week than"]),
        ("FOLDER cannot be written: the disk is full (... MB free)", ["cannot be written", "the disk is full"]),
        ("FILE  seed  found no such file or directory, expected a config file", ["a config file"]),
    ],
)
def test_a_message_is_cut_at_what_differs(message, expected):
    assert fragments(message) == expected


def test_a_message_that_is_gone_is_noticed(source):
    assert "the disk is entirely full" not in source
    assert "the disk is full" in source
