"""The report of a finished run: tables, figures and page, as `snakemake report` makes them again."""

import subprocess
import time
from collections.abc import Iterator

from finished import finished_run, snakemake
from pasi.run_folder import FIGURES
from timing import Line, medians

RULES = (*(f"draw_{figure}" for figure in FIGURES), "write_tables", "write_report")


def lines() -> Iterator[Line]:
    """Wall time on two cores, Snakemake's own start included."""
    folder = finished_run()

    def seconds() -> float:
        started = time.perf_counter()
        subprocess.run(snakemake("report", "-R", *RULES), cwd=folder, check=True, capture_output=True)
        return time.perf_counter() - started

    (wall,) = medians(seconds)
    yield Line("report from finished tables", "", wall, None, "s, two cores", "<= 30")
