"""Rules that another workflow fetches from a repository, as `snakedeploy deploy-workflow` sets it up: no checkout."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from checkout import CHECKOUT

# What snakedeploy 0.17 writes, with the path of the repository on a host of our own.
DEPLOYED = """\
configfile: "config/config.yaml"


module one_step_pasi:
    snakefile:
        github("owner/one-step-pasi", path="workflow/Snakefile", tag="{tag}")
    config:
        config


use rule * from one_step_pasi
"""
WITHOUT_PACKAGE = """\
import sys
sys.path[:] = [path for path in sys.path if not path.endswith("src")]
from snakemake.cli import main
main()
"""


@pytest.fixture(scope="module")
def host(tmp_path_factory) -> Path:
    """A folder that stands for github.com, with the repository of this workflow at two tags: v1 and `other`."""
    host = tmp_path_factory.mktemp("host")
    repository = host / "owner" / "one-step-pasi"
    for name in ("workflow", "envs"):
        shutil.copytree(CHECKOUT / name, repository / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(CHECKOUT / "Snakefile", repository)
    git(repository, "init", "-q")
    commit(repository, "v1")
    rules = repository / "workflow" / "rules" / "package.smk"
    rules.write_text(rules.read_text().replace('VERSION = "', 'VERSION = "9.'))
    commit(repository, "other")
    return host


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-c", "user.name=A", "-c", "user.email=a@b", *arguments], cwd=folder, check=True)


def commit(repository: Path, tag: str) -> None:
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", tag)
    git(repository, "tag", tag)


def plan(folder: Path, host: Path, tag: str, program: list[str]) -> subprocess.CompletedProcess:
    """Plan a run in a folder as snakedeploy leaves it."""
    shutil.copytree(CHECKOUT / ".test" / "config", folder / "config")
    shutil.copytree(CHECKOUT / ".test" / "trial", folder / "trial")
    (folder / "workflow").mkdir()
    (folder / "workflow" / "Snakefile").write_text(DEPLOYED.format(tag=tag))
    redirected = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": f"url.file://{host}/.insteadOf"}
    variables = {**os.environ, **redirected, "GIT_CONFIG_VALUE_0": "https://github.com/"}
    variables |= {"XDG_CACHE_HOME": str(host / "cache"), "PYTHONPATH": str(CHECKOUT / "src")}
    if program[1] == WITHOUT_PACKAGE:
        del variables["PYTHONPATH"]
    command = [sys.executable, *program, "-n", "--cores", "1"]
    return subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False)


def test_rules_from_a_repository_plan_with_the_package_that_is_installed(tmp_path, host):
    done = plan(tmp_path, host, "v1", ["-m", "snakemake"])
    assert done.returncode == 0, done.stdout + done.stderr
    assert "train_fold                  4" in done.stdout


def test_rules_from_a_repository_say_how_to_get_the_package(tmp_path, host):
    done = plan(tmp_path, host, "v1", ["-c", WITHOUT_PACKAGE])
    assert done.returncode == 1
    assert "the package pasi is not installed where Snakemake runs: clone the repository" in done.stdout


def test_rules_of_another_version_than_the_package_are_refused(tmp_path, host):
    version = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]["version"]
    done = plan(tmp_path, host, "other", ["-m", "snakemake"])
    assert done.returncode == 1
    assert (
        f"these rules are of One-Step PASI 9.{version}, and the package that is installed is of {version}"
        in done.stdout
    )
