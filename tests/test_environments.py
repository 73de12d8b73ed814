"""Every way to an environment is the lock file: conda, container and pip cannot differ."""

import re
from pathlib import Path

import yaml

CHECKOUT = Path(__file__).parents[1]
LOCK = "requirements.lock"


def test_conda_takes_the_lock_and_the_python_that_it_was_made_for():
    conda = yaml.safe_load((CHECKOUT / "envs" / "pasi.yaml").read_text())
    *plain, last = conda["dependencies"]
    assert plain == ["python=3.11", "pip"]
    assert last == {"pip": [f"-r ../{LOCK}"]}
    assert "--python-version 3.11" in (CHECKOUT / "docs" / "design.md").read_text()


def test_the_container_installs_the_lock_with_its_hashes_and_nothing_else():
    text = (CHECKOUT / "Containerfile").read_text().replace("\\\n", " ")
    assert re.search(r"^FROM docker\.io/library/python:3\.11-slim$", text, re.MULTILINE)
    installs = re.findall(r"pip install ([^&\n]+)", text)
    assert [install.split() for install in installs] == [
        ["--no-cache-dir", "--require-hashes", "-r", f"/opt/pasi/{LOCK}"],
        ["--no-cache-dir", "--no-deps", "--no-build-isolation", "-e", "/opt/pasi"],
    ]
    assert re.search(r"^USER pasi$", text, re.MULTILINE)


def test_the_container_copies_only_what_is_there():
    for line in re.findall(r"^COPY (.+)$", (CHECKOUT / "Containerfile").read_text(), re.MULTILINE):
        *sources, _ = line.split()
        assert [source for source in sources if not (CHECKOUT / source).exists()] == []
