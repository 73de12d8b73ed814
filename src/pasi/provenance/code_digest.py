"""Digests that say whether a result is still that of its code, settings and photos.

Snakemake compares a rule's params with those of its last run. So a rule carries digests as params: of the code that its
script reaches, of the rows it reads, of the photos it decodes. Times of files play no part.
"""

import ast
import hashlib
from functools import cache
from pathlib import Path
from typing import NamedTuple

PACKAGE = Path(__file__).parents[1]


def code_digest(script: str | Path) -> str:
    """SHA-256 of a script and of the modules of this package that it reaches, without comments and docstrings.

    A package that is reached counts with its data files (templates, style sheets), byte by byte.
    """
    digest = hashlib.sha256(_read_source(Path(script).read_text()).meaning.encode())
    for path in sorted(reached_files(script)):
        digest.update(path.relative_to(PACKAGE).as_posix().encode())
        code = path.suffix == ".py"
        digest.update(_read_source(path.read_text()).meaning.encode() if code else path.read_bytes())
    return digest.hexdigest()


def reached_files(script: str | Path) -> set[Path]:
    """Files of this package that a script reaches by import statements, at the top of a module or in a function."""
    reached: set[Path] = set()
    waiting = _imports(Path(script))
    while waiting:
        path = waiting.pop()
        if path in reached:
            continue
        reached.add(path)
        if path.name == "__init__.py" and path.parent != PACKAGE:
            reached.update(file for file in path.parent.iterdir() if file.is_file() and file.suffix != ".py")
        if path.suffix == ".py":
            waiting |= _imports(path)
    return reached


def _imports(path: Path) -> set[Path]:
    """Files of this package that one file imports, with the __init__ of each package on the way."""
    files: set[Path] = set()
    for name in _read_source(path.read_text()).imports:
        parts = name.split(".")
        if parts[0] != "pasi":
            continue
        for depth in range(1, len(parts) + 1):
            stem = PACKAGE.joinpath(*parts[1:depth])
            files.update(file for file in (stem.with_suffix(".py"), stem / "__init__.py") if file.is_file())
    return files


class Source(NamedTuple):
    """What a file of code means, without comments, layout and docstrings, and the modules that it imports."""

    meaning: str
    imports: frozenset[str]


@cache  # by the text: two dozen rules reach the same modules, and every plan and every job of a cluster digests them
def _read_source(text: str) -> Source:
    tree = ast.parse(text)
    imports: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imports.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            imports.update({node.module}, (f"{node.module}.{alias.name}" for alias in node.names))
        elif isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            _drop_docstring(node)
    return Source(ast.unparse(tree), frozenset(imports))  # `ast.dump` differs between Pythons


def _drop_docstring(node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    first = node.body[0] if node.body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        node.body = node.body[1:] or [ast.Pass()]
