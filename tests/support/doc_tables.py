"""Tables of a Markdown file, and whether the code and the tests that they name exist."""

import ast
import re
from functools import cache
from pathlib import Path

from checkout import TESTS

TEST = re.compile(r"test_\w+\.py::[:\w]+")


def table(text: str, head: list[str]) -> list[list[str]]:
    """Rows of every Markdown table in `text` that has the columns `head`."""
    rows, inside = [], False
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        inside = cells == head or (inside and line.startswith("|"))
        if inside and cells != head and set(cells) != {"---"}:
            assert len(cells) == len(head), line
            rows.append(cells)
    return rows


@cache
def names_in(path: Path) -> frozenset[str]:
    """Names that a module assigns or defines, and those of its classes as Class.name."""
    found = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        for inner in (node, *(node.body if isinstance(node, ast.ClassDef) else ())):
            prefix = "" if inner is node else f"{node.name}."
            if isinstance(inner, ast.FunctionDef | ast.ClassDef):
                found.add(prefix + inner.name)
            elif isinstance(inner, ast.Assign | ast.AnnAssign):
                targets = inner.targets if isinstance(inner, ast.Assign) else [inner.target]
                found |= {prefix + target.id for target in targets if isinstance(target, ast.Name)}
    return frozenset(found)


def has_name(path: Path, name: str) -> bool:
    return path.is_file() and name in names_in(path)


def has_test(name: str) -> bool:
    """Whether there is a test of that name: test_file.py::test_name."""
    file, _, test = name.partition("::")
    path = find_test_file(file)
    return path is not None and has_name(path, test.replace("::", "."))


@cache
def find_test_file(name: str) -> Path | None:
    """The test file of that name, in whatever folder; None where there is none."""
    return next(TESTS.rglob(name), None)
