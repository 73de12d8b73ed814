"""Every way to an environment is the lock file: conda, container and pip cannot differ."""

import hashlib
import os
import re
import subprocess
from pathlib import Path

import yaml

from checkout import CHECKOUT

LOCK = "requirements.lock"


def deploy(folder: Path, programs: Path, checkout: Path | None = None) -> subprocess.CompletedProcess:
    """Run the script that completes a conda environment in `folder`, with a pip that tells what it is asked for."""
    pip = programs / "pip"
    pip.write_text('#!/bin/sh\necho "$@"\n')
    pip.chmod(0o755)
    variables = {"PATH": f"{programs}:{os.environ['PATH']}"} | ({"PASI_CHECKOUT": str(checkout)} if checkout else {})
    script = CHECKOUT / "envs" / "pasi.post-deploy.sh"
    return subprocess.run(["bash", script], cwd=folder, env=variables, capture_output=True, text=True, check=False)


def test_another_lock_makes_another_conda_environment():
    text = (CHECKOUT / "envs" / "pasi.yaml").read_text()
    digest = hashlib.sha256((CHECKOUT / LOCK).read_bytes()).hexdigest()
    assert f"# sha256 of {LOCK}: {digest}\n" in text
    assert yaml.safe_load(text)["dependencies"] == ["python=3.11", "pip"]
    assert "--python-version 3.11" in (CHECKOUT / "docs" / "design.md").read_text()


def test_a_conda_environment_is_completed_by_the_lock_with_its_hashes_and_the_package(tmp_path):
    """Snakemake is called where the user works, which need not be the checkout."""
    done = deploy(tmp_path, tmp_path, CHECKOUT)
    assert done.stdout.splitlines() == [
        f"install --require-hashes -r {CHECKOUT}/{LOCK}",
        f"install --no-deps --no-build-isolation -e {CHECKOUT}",
    ]
    assert deploy(CHECKOUT, tmp_path).stdout.splitlines()[0] == f"install --require-hashes -r ./{LOCK}"


def test_a_conda_environment_is_not_left_without_the_package(tmp_path):
    done = deploy(tmp_path, tmp_path, tmp_path / "elsewhere")
    assert (done.returncode, done.stdout) == (1, "")
    assert f"{tmp_path}/elsewhere is no checkout of One-Step PASI: clone its repository" in done.stderr


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
