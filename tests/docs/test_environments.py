"""Every way to an environment is the lock file: conda, container and pip cannot differ."""

import hashlib
import os
import re
import subprocess
from pathlib import Path

import yaml

from checkout import CHECKOUT

LOCK = "requirements.lock"


def deploy(folder: Path, programs: Path) -> subprocess.CompletedProcess:
    """Run the script that completes a conda environment in `folder`, with a pip that tells what it is asked for."""
    pip = programs / "pip"
    pip.write_text('#!/bin/sh\necho "$@"\n')
    pip.chmod(0o755)
    path = f"{programs}:{os.environ['PATH']}"
    script = CHECKOUT / "envs" / "pasi.post-deploy.sh"
    return subprocess.run(
        ["bash", script], cwd=folder, env={"PATH": path}, capture_output=True, text=True, check=False
    )  # fmt: skip


def test_another_lock_makes_another_conda_environment():
    text = (CHECKOUT / "envs" / "pasi.yaml").read_text()
    digest = hashlib.sha256((CHECKOUT / LOCK).read_bytes()).hexdigest()
    assert f"# sha256 of {LOCK}: {digest}\n" in text
    assert yaml.safe_load(text)["dependencies"] == ["python=3.11", "pip"]
    assert "--python-version 3.11" in (CHECKOUT / "docs" / "design.md").read_text()


def test_a_conda_environment_is_completed_by_the_lock_with_its_hashes_and_the_package(tmp_path):
    done = deploy(CHECKOUT, tmp_path)
    assert done.stdout.splitlines() == [
        f"install --require-hashes -r {LOCK}",
        "install --no-deps --no-build-isolation -e .",
    ]


def test_a_conda_environment_is_not_left_without_the_package(tmp_path):
    done = deploy(tmp_path, tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "this is not the checkout of One-Step PASI" in done.stderr


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
