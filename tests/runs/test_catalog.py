"""What the Snakemake workflow catalog runs: lint and rule graph of a fresh clone, where only Snakemake is installed.

Its commands are those of scripts/generate-catalog.py in snakemake/snakemake-workflow-catalog.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from checkout import CHECKOUT
from rule_graph import files_of_rules

# Libraries of the project that Snakemake does not bring; a module that is None is not there. The plugin for Slurm needs
# some of them, so Snakemake is kept from finding it.
MISSING = ("numpy", "pandas", "PIL", "pyarrow", "tqdm", "torch", "torchvision", "pytorch_lightning", "scipy", "sklearn")
BARE = f"""\
import pkgutil, sys
found = pkgutil.iter_modules
pkgutil.iter_modules = lambda *where: (module for module in found(*where) if "plugin_slurm" not in module.name)
sys.modules.update(dict.fromkeys({MISSING}))
sys.path[:] = [path for path in sys.path if not path.endswith("src")]
from snakemake.cli import main
main()
"""
GRAPH = ("--forceall", "-s", "workflow/Snakefile", "-d", ".test", "-c", "1", "--rulegraph")


@pytest.fixture(scope="module")
def clone(tmp_path_factory) -> Path:
    """A copy of what a clone of the repository holds."""
    folder = tmp_path_factory.mktemp("catalog") / "clone"
    for name in ("src", "workflow", "config", "profiles", "envs", ".test"):
        ignored = shutil.ignore_patterns("__pycache__", "results", ".snakemake")
        shutil.copytree(CHECKOUT / name, folder / name, ignore=ignored)
    shutil.copy(CHECKOUT / "Snakefile", folder)
    return folder


def snakemake(folder: Path, *arguments: str, bare: bool = True) -> subprocess.CompletedProcess:
    """Run Snakemake in a folder; `bare`: as if this project's libraries and its package were not installed."""
    program = ["-c", BARE] if bare else ["-m", "snakemake"]
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [sys.executable, *program, *arguments], cwd=folder, env=variables, capture_output=True, text=True, check=False
    )


def edges(done: subprocess.CompletedProcess) -> set[tuple[str, str]]:
    """Which rule feeds which, in the graph that was printed."""
    assert done.returncode == 0, done.stderr
    names = dict(re.findall(r'(\d+)\[label = "(\w+)"', done.stdout))
    return {(names[one], names[other]) for one, other in re.findall(r"(\d+) -> (\d+)", done.stdout)}


@pytest.mark.parametrize("bare", [True, False])
def test_the_lint_of_a_fresh_clone_finds_nothing(clone, bare):
    done = snakemake(clone, "--lint", bare=bare)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "your workflow is in a good condition" in done.stderr


# Pretrained weights, honest stacking, the bundle, scores of new visits and the dossier must be asked for.
NOT_IN_A_PLAIN_RUN = {
    *("fetch_weights", "train_pair", "gather_pairs"),
    *("make_bundle", "score_part", "join_scores", "make_dossier"),
}


def test_the_rule_graph_of_the_test_run_shows_every_rule(clone):
    rules = {name for edge in edges(snakemake(clone, *GRAPH)) for name in edge}
    assert rules == files_of_rules().keys() - NOT_IN_A_PLAIN_RUN | {"everything"}


@pytest.mark.parametrize("changed", [{}, {"training": {"weights": "imagenet"}}, {"stacking": {"honest": True}}])
def test_a_graph_without_libraries_is_that_of_a_plan(clone, tmp_path, changed):
    config = {"splits": {"folds": 4, "test_fraction": 0}, "training": {"weights": "none"}, **changed}
    (tmp_path / "changed.yaml").write_text(yaml.safe_dump(config))
    given = (*GRAPH, "--configfile", str(tmp_path / "changed.yaml"))
    sketched = edges(snakemake(clone, *given))
    assert (("fetch_weights", "train_fold") in sketched) is ("training" in changed)
    assert (("train_pair", "gather_pairs") in sketched) is ("stacking" in changed)
    assert sketched == edges(snakemake(clone, *given, bare=False))


def test_a_config_that_is_wrong_is_refused_without_libraries_too(clone, tmp_path):
    (tmp_path / "wrong.yaml").write_text("tiles: {size: 5}")
    done = snakemake(clone, *GRAPH, "--configfile", str(tmp_path / "wrong.yaml"))
    assert done.returncode == 1
    assert "tiles.size" in done.stderr
    assert "greater than or equal to 16" in done.stderr


def test_a_run_without_libraries_says_what_to_install(clone):
    done = snakemake(clone, "-n", "-d", ".test")
    assert done.returncode == 1
    assert "a run cannot be planned without numpy, pillow, pyarrow, tqdm: install the environment" in done.stdout


def test_the_catalog_finds_what_it_asks_for():
    usage = yaml.safe_load((CHECKOUT / ".snakemake-workflow-catalog.yml").read_text())["usage"]
    assert usage["report"] is True
    assert (CHECKOUT / "config" / "README.md").is_file()
    schemas = [CHECKOUT / folder / "schemas" / "config.schema.yaml" for folder in ("config", "workflow")]
    (schema,) = (yaml.safe_load(path.read_text()) for path in schemas if path.exists())
    assert json.loads(json.dumps(schema))["properties"]["tiles"]["properties"]["size"]["default"] == 128
