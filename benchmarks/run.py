"""Measure every item, print one table and write it to benchmarks/results.csv, machine and versions beside it.

`python benchmarks/run.py` runs all; names of items after it, as `tiles steps`, run those alone, and write nothing.
"""

import os
import platform
import sys
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from pasi.storage.json_files import write_json
from pasi.storage.tables import write_table
from timing import Line

ITEMS = ("tiles", "jobs", "steps", "memory", "scale", "instructions", "dag", "tables", "report")
HERE = Path(__file__).parent
PART = HERE / "results.part.csv"
COLUMNS = ("item", "rival", "ours", "theirs", "unit", "ratio", "target", "met")


def main(items: list[str]) -> None:
    """Measure and print a line at a time; what is measured when an item fails stays in results.part.csv."""
    if unknown := sorted(set(items) - set(ITEMS)):
        raise SystemExit(f"no item {', '.join(unknown)}: there are {', '.join(ITEMS)}")
    print(form(COLUMNS), flush=True)
    lines = []
    for item in items or ITEMS:
        for line in import_module(item).lines():
            print(form(cells(line)), flush=True)
            lines.append(line)
        if not items:
            write_table({name: [getattr(line, name) for line in lines] for name in COLUMNS}, PART)
    if not items:
        PART.replace(HERE / "results.csv")
        write_json(machine(), HERE / "machine.json")


def cells(line: Line) -> tuple[str, ...]:
    """A line as text; numbers with three digits, or whole."""
    return tuple(shown(getattr(line, name)) for name in COLUMNS)


def shown(value: float | str | None) -> str:
    """A cell."""
    if isinstance(value, float):
        return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
    return "" if value is None else str(value)


def form(texts: tuple[str, ...]) -> str:
    """A row of the table."""
    item, rival, ours, theirs, unit, ratio, target, met = texts
    return f"{item:<36} {rival:<34} {ours:>8} {theirs:>8} {unit:<19} {ratio:>6} {target:>8} {met:>4}"


def machine() -> dict[str, str | int]:
    """What it was measured on."""
    cpus = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if "model name" in line
    ]
    names = ("one-step-pasi", "numpy", "pillow", "torch", "torchvision", "pytorch-lightning", "snakemake")
    return {
        "cpu": cpus[0] if cpus else platform.processor(),
        "cores": os.cpu_count() or 0,
        "system": platform.platform(),
        "python": platform.python_version(),
        **{name: version(name) for name in names},
    }


if __name__ == "__main__":
    main(sys.argv[1:])
