"""What Snakemake costs before the first job: planning of the paper's trial and of larger ones, and nothing to do."""

import re
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from finished import REPOSITORY, finished_run, snakemake
from pasi.simulate.trial import simulate_trial
from timing import Line, medians, run_child, run_watched

TRIALS = (
    (60, "the paper's trial", "<= 4"),
    (600, "10 times the subjects", "<= 10"),
    (6000, "100 times the subjects", "<= 30"),
)


def lines() -> Iterator[Line]:
    """Tables alone, as planning needs no photo; 100 times the paper's trial has 270,000."""
    folder = finished_run()
    (seconds,) = medians(lambda: run_child(*snakemake(), cwd=folder)[0])
    yield Line("nothing to do, the paper's trial", "", seconds, None, "CPU s", "<= 4")
    for subjects, name, target in TRIALS:
        with TemporaryDirectory() as place:
            write_tables(Path(place), subjects)
            plan = snakemake("-n", "--quiet", "rules")
            (seconds,) = medians(partial(planning, plan, place))
            printed, megabytes = run_watched(*plan, cwd=place)
        yield Line(f"plan, {name}", "", seconds, None, "CPU s", target)
        yield Line(f"plan, {name}", "", megabytes, None, "MB", "<= 500")
        jobs = re.findall(r"^total +(\d+)$", printed, re.MULTILINE)  # a dry run prints the table of jobs twice
        yield Line(f"plan, {name}", "", float(jobs[-1]), None, "jobs", "<= 300")


def planning(plan: list[str], place: str) -> float:
    """CPU seconds of a dry run."""
    return run_child(*plan, cwd=place)[0]


def write_tables(folder: Path, subjects: int) -> None:
    """The tables of a trial, and the configs."""
    shutil.copytree(REPOSITORY / "config", folder / "config")
    (folder / "config" / "finished.yaml").write_text("training: {keep_weights: none}\n")
    simulate_trial(folder / "data" / "trial", subjects=subjects, tables_only=True)
