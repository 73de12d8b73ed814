"""The lock file: it holds every floor, a hash for everything, and no place to fetch from."""

import re
import tomllib
from itertools import chain

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from checkout import CHECKOUT

LOCK = (CHECKOUT / "requirements.lock").read_text()
PINS = re.findall(r"^([a-z0-9._-]+)==([^ ;\\]+)", LOCK, re.MULTILINE)  # some twice, for different Pythons
PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
DEPENDENCIES = {
    required.name: required
    for text in (*PROJECT["dependencies"], *chain(*PROJECT["optional-dependencies"].values()))
    for required in [Requirement(text)]
    if required.name != PROJECT["name"]  # "dev" asks for other extras of the project, which stand here by themselves
}
# Below these a vulnerability is known, or a result was wrong; docs/design.md tells which.
FLOORS = {
    "jinja2": "3.1.6",
    "pillow": "12.3",
    "pytorch-lightning": "2.6.6",  # 2.6.2 and 2.6.3 were malware
    "scikit-learn": "1.8",
    "torch": "2.10",
}


def locked(name: str) -> list[Version]:
    return [Version(version) for pinned, version in PINS if pinned == name]


@pytest.mark.parametrize("name", DEPENDENCIES)
def test_the_lock_holds_what_the_project_asks_for(name):
    assert locked(name)
    assert [version for version in locked(name) if version not in DEPENDENCIES[name].specifier] == []


@pytest.mark.parametrize("name", FLOORS)
def test_floors_of_safety_are_asked_for_and_locked(name):
    (floor,) = DEPENDENCIES[name].specifier
    assert floor.operator == ">="
    assert Version(floor.version) >= Version(FLOORS[name])
    assert min(locked(name)) >= Version(FLOORS[name])


def test_everything_in_the_lock_is_pinned_and_has_a_hash():
    entries = re.sub(r"\\\n|^ *#.*\n", "", LOCK, flags=re.MULTILINE).splitlines()
    assert len(entries) == len(PINS) > 50
    pinned = re.compile(r"[a-z0-9._-]+==\S+( ;.+?)?( +--hash=sha256:[0-9a-f]{64})+ *")
    assert [entry for entry in entries if not pinned.fullmatch(entry)] == []


def test_the_lock_names_no_place_to_fetch_from():
    assert re.findall(r"https?:|file:|git\+|^--|^ *-[ief] ", LOCK, re.MULTILINE) == []
