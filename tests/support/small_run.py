"""A copy of the checkout with a small trial, in which tests run the workflow as a user does."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from checkout import CHECKOUT
from pasi.simulate.trial import simulate_trial

BACKBONES = ["squeezenet1_1", "shufflenet_v2_x0_5"]
CONFIG = {
    "cohort": {"photos": "trial/photos.csv", "scores": "trial/scores.csv"},
    "tiles": {"size": 32, "shards": 4},
    "splits": {"restarts": 20},
    "training": {"backbones": BACKBONES, "weights": "none", "max_epochs": 2},
    "evaluation": {"draws": 50},
}
TARGETS = {
    "total",
    "all",
    "everything",
    "tiles",
    "splits",
    "train",
    "oof",
    "stack",
    "report",
    "bundle",
    "score",
    "dossier",
}  # rules that run nothing
# These tell when: the seconds of each epoch, and the dates of plans and openings of the test part.
DATED = {"history.csv", "openings.jsonl", "openings.head.json", "opening.json"}


def make_copy(folder: Path) -> Path:
    """Copy the workflow and the package into `folder`, and add a trial of ten subjects and `small.yaml`."""
    for name in ("src", "workflow", "config", "profiles", "envs"):
        shutil.copytree(CHECKOUT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(CHECKOUT / "Snakefile", folder)
    simulate_trial(folder / "trial", subjects=10, photo_size=(154, 102), seed=1)
    (folder / "small.yaml").write_text(yaml.safe_dump(CONFIG))
    return folder


def command(*arguments: str, cores: int = 2) -> list[str]:
    """The command line of a run on `small.yaml`."""
    return [sys.executable, "-m", "snakemake", *arguments, "--cores", str(cores), "--configfile", "small.yaml"]


def environment(folder: Path) -> dict[str, str]:
    """The environment in which a run uses the code of the copy."""
    return {**os.environ, "PYTHONPATH": str(folder / "src")}


def run(folder: Path, *arguments: str, cores: int = 2) -> str:
    """Run `snakemake` in a copy and return what it printed; raises AssertionError with that text where it fails."""
    done = subprocess.run(
        command(*arguments, cores=cores),
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        check=False,
    )
    printed = done.stdout + done.stderr
    if done.returncode:
        raise AssertionError(printed)
    return printed


def planned(folder: Path, *arguments: str) -> dict[str, int]:
    """The number of jobs of each rule in a dry run, without target rules, which run nothing."""
    printed = run(folder, *arguments, "-n", "--quiet", "rules")
    table = re.findall(r"^(\w+) +(\d+)$", printed, re.MULTILINE)
    return {rule: int(count) for rule, count in table if rule not in TARGETS}


@contextmanager
def changed(path: Path, change) -> Iterator[None]:
    """Replace the text of a file inside the block; text and times are restored after it."""
    text, stat = path.read_text(), path.stat()
    path.write_text(change(text))
    try:
        yield
    finally:
        path.write_text(text)
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def with_config(folder: Path, section: str, **values):
    """Change values in one section of the small config inside the block."""
    config = {**CONFIG, section: {**CONFIG.get(section, {}), **values}}
    return changed(folder / "small.yaml", lambda _: yaml.safe_dump(config))


def result_bytes(results: Path) -> dict[str, bytes]:
    """The bytes of all results by name, without logs, benchmarks and the files that tell when."""
    timed = {path for name in ("logs", "benchmarks") for path in (results / name).rglob("*")}
    files = sorted(path for path in results.rglob("*") if path.is_file() and path not in timed)
    return {str(path.relative_to(results)): path.read_bytes() for path in files if path.name not in DATED}
