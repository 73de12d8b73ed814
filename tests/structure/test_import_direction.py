"""Imports run one way: each package may import only from the layers above its own (docs/design.md).

Read are all imports of `src/pasi`, `workflow/scripts`, `workflow/rules` and `benchmarks`, those inside functions and in
`if TYPE_CHECKING` blocks too.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from checkout import CHECKOUT
from pasi.provenance.code_digest import PACKAGE
from pasi.provenance.script_digest import script_files

SOURCE = CHECKOUT / "src"
# From top to bottom. Packages of one layer never import each other.
LAYERS = (
    ("errors", "wording", "run_folder"),
    ("storage",),
    ("provenance", "severity", "pages"),
    ("imaging", "networks", "jobs", "simulate"),
    ("cohort",),
    ("splits",),
    ("training", "learners"),
    ("evaluation",),
    ("config",),
    ("figures", "audit", "bundle"),
    ("planning", "report", "review"),
    ("monitoring", "dossier", "score_page"),
    ("commands",),
)
LAYER = {room: number for number, rooms in enumerate(LAYERS) for room in rooms}
# Which rooms a room must not import although they are above it.
FORBIDDEN = {
    "evaluation": {"training", "learners"},  # a statistic is one of any table, whoever made it
    "report": {"figures"},  # a changed figure must not write the tables again
    "audit": {"training", "learners", "config"},  # a published table has no run behind it
    "review": {"training", "config"},  # it shows what a bundle has scored, and no run
    "score_page": {"training", "config"},  # the same
    "bundle": {"training", "config"},  # scoring needs no Lightning, and no digest of a bundle may cover a plan's code
}
NOT_FOR_SCRIPTS = {"planning", "config", "monitoring", "commands"}  # no digest of a script may cover a plan's code


def imported_modules(path: Path) -> Iterator[str]:
    """Modules of this package that a file imports, as `a.b` for `pasi.a.b`; relative imports are a fault."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import, which code_digest does not follow"
            names = [f"{node.module}.{alias.name}" if node.module == "pasi" else node.module for alias in node.names]
        else:
            continue
        yield from (name.removeprefix("pasi.") for name in names if name.startswith("pasi."))


def modules() -> list[Path]:
    return sorted(
        path for path in (SOURCE / "pasi").rglob("*.py") if path.parent != SOURCE / "pasi" or path.stem in LAYER
    )


def room_of(path: Path) -> str:
    return path.relative_to(SOURCE / "pasi").parts[0].removesuffix(".py")


def faults_of(importer: str, imported: str) -> Iterator[str]:
    """What is wrong with an arrow from a room to a module."""
    room = imported.split(".")[0]
    if room not in LAYER:
        yield f"{room} is in no layer"
    elif room != importer and LAYER[room] >= LAYER[importer]:
        yield f"{importer} imports {imported}, which is not above it"
    elif room in FORBIDDEN.get(importer, ()):
        yield f"{importer} must not import {imported}"


def test_every_room_has_a_layer():
    found = {path.stem for path in (SOURCE / "pasi").iterdir() if path.suffix == ".py" or any(path.rglob("*.py"))}
    assert found - {"__init__"} == set(LAYER)


def test_no_arrow_points_up():
    faults = [
        f"{path.relative_to(SOURCE)}: {fault}"
        for path in modules()
        for imported in imported_modules(path)
        for fault in faults_of(room_of(path), imported)
    ]
    assert faults == []


def test_no_two_modules_import_each_other():
    arrows = {module_name(path): set(imported_modules(path)) for path in modules()}
    waiting = dict(arrows)
    while ends := {name for name, targets in waiting.items() if not any(inside(t, waiting) - {name} for t in targets)}:
        waiting = {name: targets for name, targets in waiting.items() if name not in ends}
    assert waiting == {}


def inside(imported: str, known: dict) -> set[str]:
    return {name for name in (imported, imported.rpartition(".")[0]) if name in known}


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(SOURCE / "pasi").with_suffix("").parts).removesuffix(".__init__")


@pytest.mark.parametrize("folder", ["workflow/scripts", "benchmarks"])
def test_nothing_outside_imports_commands(folder):
    for path in sorted((CHECKOUT / folder).glob("*.py")):
        assert [name for name in imported_modules(path) if name.startswith("commands")] == [], path


def test_no_script_imports_what_a_plan_is_made_of():
    for path in sorted((CHECKOUT / "workflow" / "scripts").glob("*.py")):
        assert [name for name in imported_modules(path) if name.split(".")[0] in NOT_FOR_SCRIPTS] == [], path


@pytest.mark.parametrize("script", sorted((CHECKOUT / "workflow" / "scripts").glob("*.py")), ids=lambda path: path.stem)
def test_no_script_reaches_what_a_plan_is_made_of(script):
    """Through another package neither: a key's description would count for a report."""
    rooms = {path.relative_to(PACKAGE).parts[0] for path in script_files(script)}
    assert not rooms & NOT_FOR_SCRIPTS


def test_no_module_is_imported_by_a_name_that_is_made_up():
    """Digests and these tests see import statements alone; the public face imports what is asked for."""
    found = [path.relative_to(SOURCE) for path in modules() if re.search(r"import_module|__import__", path.read_text())]
    assert found == []


def test_rules_import_from_rooms_that_exist():
    for path in sorted((CHECKOUT / "workflow" / "rules").glob("*.smk")):
        rooms = re.findall(r"^\s*from pasi\.(\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert set(rooms) <= set(LAYER), path


def test_packages_hold_a_docstring_and_nothing_else():
    for path in sorted((SOURCE / "pasi").rglob("__init__.py")):
        if path.parent != SOURCE / "pasi":
            body = ast.parse(path.read_text(encoding="utf-8")).body
            assert [type(node) for node in body] == [ast.Expr], f"{path} holds more than a docstring"


@pytest.mark.parametrize(
    ("importer", "imported", "fault"),
    [
        ("storage", "cohort.reading", "storage imports cohort.reading, which is not above it"),
        ("training", "learners.ridge", "training imports learners.ridge, which is not above it"),
        ("evaluation", "learners.ridge", "evaluation must not import learners.ridge"),
        ("storage", "attic.things", "attic is in no layer"),
    ],
)
def test_an_arrow_up_is_found(importer, imported, fault):
    assert list(faults_of(importer, imported)) == [fault]


def test_an_arrow_down_or_within_a_room_is_none():
    assert list(faults_of("cohort", "severity.index")) == []
    assert list(faults_of("cohort", "cohort.records")) == []


def test_imports_in_functions_and_type_checking_blocks_are_read(tmp_path):
    place = tmp_path / "module.py"
    place.write_text(
        "if TYPE_CHECKING:\n    from pasi.config.settings import Settings\n"
        "def late():\n    import pasi.report.render\n    from pasi import cohort\n"
    )
    assert list(imported_modules(place)) == ["config.settings", "report.render", "cohort"]
