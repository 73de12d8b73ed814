"""Digests that say whether a result is still that of its code, settings and photos.

Snakemake compares a rule's params with those of its last run. So a rule carries digests as params: of the code that its
script reaches, of the rows it reads, of the photos it decodes. Times of files play no part.
"""

import ast
import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

PACKAGE = Path(__file__).parent
EDGE = 65536  # bytes read at either end of a photo when planning; the tile job itself reads and hashes all of it


def value_digest(*values: Any) -> str:
    """SHA-256 of plain values (numbers, text, lists, mappings), independent of the order of a mapping's keys."""
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=list).encode()).hexdigest()


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


class PhotoDigests:
    """What photos hold, as far as a plan needs it: size and both ends, read once for each state of a file.

    The memory is a small database keyed by a digest of path, size and times, so that it names no photo.
    """

    def __init__(self, memory: Path):
        memory.parent.mkdir(parents=True, exist_ok=True)
        self.connection = sqlite3.connect(memory, timeout=60)
        self.connection.execute("CREATE TABLE IF NOT EXISTS photo (state TEXT PRIMARY KEY, content TEXT) WITHOUT ROWID")

    def digest(self, folder: Path, paths: Iterable[str]) -> list[str]:
        """A digest for each photo under a folder; "absent" for one that is not there (yet)."""
        base = str(folder.absolute())
        with self.connection:
            return [self._digest_one(f"{base}/{path}") for path in paths]

    def _digest_one(self, path: str) -> str:
        """Paths are texts here: 270,000 of them as objects take longer than all else."""
        try:
            stat = os.stat(path)
        except OSError:
            return "absent"
        state = value_digest(path, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)
        known = self.connection.execute("SELECT content FROM photo WHERE state = ?", (state,)).fetchone()
        if known:
            return known[0]
        content = _ends(path, stat.st_size)
        self.connection.execute("INSERT OR REPLACE INTO photo VALUES (?, ?)", (state, content))
        return content


def _ends(path: str, size: int) -> str:
    with open(path, "rb") as file:
        digest = hashlib.sha256(f"{size}:".encode() + file.read(EDGE))
        file.seek(max(EDGE, size - EDGE))
        digest.update(file.read(EDGE))
    return digest.hexdigest()
