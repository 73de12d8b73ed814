"""A digest of the code that a script reaches.

Snakemake compares the params of a rule with those of its last run, so each rule carries this digest among its params.
Times of files play no part, nor do comments, docstrings, layout, the texts of `raise` and `print`, and the version of
Python that reads the code.
"""

import ast
import hashlib
from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import NamedTuple

PACKAGE = Path(__file__).parents[1]  # the folder of this package, `pasi`


def code_digest(
    script: str | Path, *, neutral: Collection[str] = (), counted: Collection[str] = (), package: Path = PACKAGE
) -> str:
    """SHA-256 of a script and of the modules of this package that it reaches, without what only people read.

    The arguments are those of `reached_files`. A package that is reached counts with the data files in its own folder
    (templates, style sheets), byte by byte; those in folders below it do not count. Raises ValueError where a file has
    a relative import, or imports a module of this package that `package` does not hold.
    """
    digest = hashlib.sha256(_meaning(Path(script)))
    for path in sorted(reached_files(script, neutral=neutral, counted=counted, package=package)):
        digest.update(path.relative_to(package).as_posix().encode())
        digest.update(_meaning(path))
    return digest.hexdigest()


def reached_files(
    script: str | Path, *, neutral: Collection[str] = (), counted: Collection[str] = (), package: Path = PACKAGE
) -> set[Path]:
    """Files of this package that a script reaches by import statements, at the top of a module or in a function.

    neutral: names of modules and packages (`pasi.jobs`) whose files are left out, and whose imports are not followed.
    counted: modules inside of a neutral package that count all the same. package: the folder of the package.

    Imports in an `if TYPE_CHECKING:` block do not run and are not followed. Imports by `importlib` or by entry points
    are not seen. Raises ValueError as `code_digest` does.
    """
    reached: set[Path] = set()
    waiting = _imported_files(Path(script), package)
    while waiting:
        path = waiting.pop()
        name = _module_name(path, package)
        if path in reached or (_inside(name, neutral) and not _inside(name, counted)):
            continue
        reached.add(path)
        if path.name == "__init__.py" and path.parent != package:
            reached.update(file for file in path.parent.iterdir() if file.is_file() and file.suffix != ".py")
        waiting |= _imported_files(path, package)
    return reached


def _module_name(path: Path, package: Path) -> str:
    """`pasi.a.b` for the file a/b.py of the package, `pasi.a` for a/__init__.py."""
    parts = path.relative_to(package).with_suffix("").parts
    return ".".join(("pasi", *parts)).removesuffix(".__init__")


def _inside(module: str, names: Collection[str]) -> bool:
    """Whether a module is one of `names` or lies in a package among them."""
    return any(module == name or module.startswith(f"{name}.") for name in names)


def _imported_files(path: Path, package: Path) -> set[Path]:
    """Files of this package that one file imports, with the __init__ of each package on the way."""
    source = _read_source(path.read_text(encoding="utf-8"))
    if source.relative:
        raise ValueError(f"{path} has a relative import, which its digest would miss: write the module's full name")
    files: set[Path] = set()
    for module, name in sorted(source.imports, key=str):
        if module.split(".")[0] != "pasi":
            continue
        own = _module_files(module, package)
        named = _module_files(f"{module}.{name}", package) if name else set()
        if module == "pasi" and not named:
            raise ValueError(f"{path} imports pasi's public face, behind which a digest sees nothing: name a module")
        if not own and not named:
            raise ValueError(f"{path} imports {module}, which is not in {package}: its digest would miss it")
        files |= own | named
    return files


def _module_files(module: str, package: Path) -> set[Path]:
    """The file of a module and the __init__ of each package around it; none where there is no such module."""
    stem = package.joinpath(*module.split(".")[1:])
    own = [file for file in (stem.with_suffix(".py"), stem / "__init__.py") if file.is_file()]
    around = (folder / "__init__.py" for folder in own[0].parents if folder.is_relative_to(package)) if own else ()
    # The __init__ of the root is the public face: it computes nothing, and one more name must not train again.
    return {file for file in (*own, *around) if file.is_file()} - {package / "__init__.py"}


def _meaning(path: Path) -> bytes:
    """What of a file counts: the meaning of code, all bytes of data."""
    if path.suffix != ".py":
        return path.read_bytes()
    return _read_source(path.read_text(encoding="utf-8")).meaning.encode()


class Source(NamedTuple):
    """What a file of code means, without what only people read, and what it imports.

    imports: pairs of a module and the name that is imported from it, None for `import module`.
    relative: whether there is a relative import.
    """

    meaning: str
    imports: frozenset[tuple[str, str | None]]
    relative: bool


@cache  # by the text: two dozen rules reach the same modules, and every plan and every job of a cluster digests them
def _read_source(text: str) -> Source:
    tree: ast.Module = _OnlyMeaning().visit(ast.parse(text))
    imports: set[tuple[str, str | None]] = set()
    relative = False
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imports.update((alias.name, None) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            relative = relative or node.level > 0
            imports.update((node.module or "", alias.name) for alias in node.names)
        elif isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            _drop_docstring(node)
    return Source(_outline(tree), frozenset(imports), relative)


class _OnlyMeaning(ast.NodeTransformer):
    """Leaves the else branch alone of each `if TYPE_CHECKING`, and no text in what is raised and printed."""

    def visit_If(self, node: ast.If) -> ast.If | list[ast.stmt]:
        self.generic_visit(node)
        return node.orelse if ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING") else node

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        return _WithoutText().generic_visit(self.generic_visit(node))

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        printed = isinstance(node.func, ast.Name) and node.func.id == "print"
        return _WithoutText().generic_visit(node) if printed else node


class _WithoutText(ast.NodeTransformer):
    """Makes every text empty, with what an f-string would put into it."""

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        return ast.Constant("") if isinstance(node.value, str) else node

    def visit_JoinedStr(self, _: ast.JoinedStr) -> ast.Constant:
        return ast.Constant("")


def _outline(node: object) -> str:
    """A tree as text that every Python from 3.11 on writes alike, which neither `ast.unparse` nor `ast.dump` does.

    Fields that are empty are left out, because a newer Python has more of them. Python 3.12 began to split the constant
    parts of an f-string in another way, so they are joined.
    """
    if isinstance(node, ast.JoinedStr):
        node = _joined(node.values)
    if isinstance(node, list):
        return f"[{','.join(map(_outline, node))}]"
    if not isinstance(node, ast.AST):
        return repr(node)
    fields = ((name, value) for name, value in ast.iter_fields(node) if value is not None and value != [])
    return f"{type(node).__name__}({','.join(f'{name}={_outline(value)}' for name, value in fields)})"


def _joined(values: list[ast.expr]) -> list[ast.expr | str]:
    """The parts of an f-string: one text between two expressions, and none that is empty."""
    parts: list[ast.expr | str] = []
    for value in values:
        text = value.value if isinstance(value, ast.Constant) else None
        if not isinstance(text, str):
            parts.append(value)
        elif parts and isinstance(parts[-1], str):
            parts[-1] += text
        elif text:
            parts.append(text)
    return parts


def _drop_docstring(node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    first = node.body[0] if node.body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        node.body = node.body[1:] or [ast.Pass()]
