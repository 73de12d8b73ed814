"""README, CONTRIBUTING and docs: every path, test, module and link that they name exists, and the README is short."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

from checkout import CHECKOUT
from doc_tables import TEST, has_name, has_test, table

GUIDES = [CHECKOUT / "README.md", CHECKOUT / "CONTRIBUTING.md", *sorted((CHECKOUT / "docs").glob("*.md"))]
FOLDERS = ("src", "tests", "workflow", "config", "docs", "benchmarks", "envs", "profiles")
PLACE = re.compile(rf"({'|'.join(FOLDERS)})(/[\w.-]+)+/?")
MODULE = re.compile(r"pasi(\.\w+)+(:[\w.]+)?")
IMPORTS = ast.parse((CHECKOUT / "tests" / "structure" / "test_import_direction.py").read_text(encoding="utf-8"))
LAYERS = next(
    ast.literal_eval(node.value)
    for node in IMPORTS.body
    if isinstance(node, ast.Assign) and "LAYERS" in ast.unparse(node)
)
CODE_BLOCK = re.compile(r"^ {4}[^\n]*$|^```.*?^```$", re.MULTILINE | re.DOTALL)
OUTPUT = re.compile(r"^ {4}.*--(?:out|report|cdisc|explain) ([a-z][\w./-]+)", re.MULTILINE)  # of a command in a guide
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")


def quoted(text: str) -> list[str]:
    """What stands between single backticks, code blocks aside."""
    return re.findall(r"`([^`\n]+)`", CODE_BLOCK.sub("", text))


def has_module(name: str) -> bool:
    """Whether a dotted name is a module or package of `pasi`, or what stands behind it is a name in one."""
    module, colon, inner = name.partition(":")
    parts = module.split(".")
    stem = (CHECKOUT / "src").joinpath(*parts)
    if not colon and (stem.is_dir() or stem.with_suffix(".py").is_file()):
        return True
    if not colon:
        stem, inner = stem.parent, parts[-1]
    return has_name(stem.with_suffix(".py"), inner)


def is_missing(name: str) -> bool:
    if TEST.fullmatch(name):
        return not has_test(name)
    if PLACE.fullmatch(name):
        return "..." not in name and not (CHECKOUT / name).exists()
    return bool(MODULE.fullmatch(name)) and not has_module(name)


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_what_a_guide_names_exists(guide):
    assert [name for name in quoted(guide.read_text(encoding="utf-8")) if is_missing(name)] == []


def test_what_a_guide_lets_you_write_into_a_checkout_is_ignored():
    """Photos and scores of people must not be committed by accident."""
    found = {name for guide in GUIDES for name in OUTPUT.findall(guide.read_text(encoding="utf-8"))}
    names = {name if Path(name).suffix else f"{name}/file" for name in found}
    call = ["git", "check-ignore", "--no-index", "--stdin"]
    done = subprocess.run(call, cwd=CHECKOUT, input="\n".join(names), capture_output=True, text=True, check=False)
    if done.returncode == 128:
        pytest.skip("needs a checkout that git knows")
    assert names - set(done.stdout.split()) == set()
    assert len(names) >= 10


def test_a_test_file_is_known_by_its_name():
    names = [path.name for path in (CHECKOUT / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names)), "documents name a test without its folder"


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_links_lead_somewhere(guide):
    links = [link for link in LINK.findall(guide.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if not (guide.parent / link).exists()] == []


def test_the_index_of_docs_names_every_page():
    index = (CHECKOUT / "docs" / "README.md").read_text(encoding="utf-8")
    pages = {path.name for path in (CHECKOUT / "docs").glob("*.md")} - {"README.md"}
    assert pages - set(LINK.findall(index)) == set()


def test_the_readme_is_short_and_says_what_this_is_not():
    text = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    assert len(text.split()) <= 1300
    assert "It is research software and not a medical device." in text


def test_pictures_are_small_and_shown():
    pictures = sorted((CHECKOUT / "docs" / "images").iterdir())
    shown = {Path(link).name for guide in GUIDES for link in LINK.findall(guide.read_text(encoding="utf-8"))}
    assert [picture.name for picture in pictures if picture.name not in shown] == []
    assert max(picture.stat().st_size for picture in pictures) <= 200_000
    assert sum(picture.stat().st_size for picture in pictures) <= 1_200_000


@pytest.mark.parametrize(
    "name", ["src/pasi/nothing.py", "test_cli.py::test_nothing", "pasi.imaging.decode:nothing", "pasi.nothing"]
)
def test_names_that_are_not_there_are_noticed(name):
    assert is_missing(name)


@pytest.mark.parametrize(
    "name", ["src/pasi/errors.py", "tests/unit", "pasi.errors:UserError", "pasi.imaging.decode.decode_photo", "tiles"]
)
def test_names_that_are_there_are_not(name):
    assert not is_missing(name)


def test_the_house_has_a_row_for_each_package_in_the_order_of_the_layers():
    rows = table((CHECKOUT / "docs" / "design.md").read_text(encoding="utf-8"), ["layer", "package", "what it holds"])
    places = {name.strip("`"): int(layer) for layer, name, _ in rows}
    layers = [places.keys() & rooms for rooms in LAYERS]
    assert [sorted(rooms) for rooms in layers] == [sorted(rooms) for rooms in LAYERS], "a package without a row"
    assert [{places[room] for room in rooms} for rooms in layers] == [{number + 1} for number in range(len(LAYERS))]
