"""`pasi compare`: finished runs beside each other: what differs in their configs, and in their figures."""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pasi.commands.arguments import Commands
from pasi.errors import UsageError
from pasi.run_folder import RunFolder
from pasi.wording import counted

if TYPE_CHECKING:
    from pasi.storage.tables import Table

METRICS = ("ccc", "mae")


class FinishedRun(NamedTuple):
    """What `pasi compare` reads of a run."""

    metrics: "Table"
    visits: "Table"
    config: Mapping[str, Any]


def add_parser(commands: Commands) -> None:
    """Declare the sub-command and its options."""
    text = "put finished runs beside each other: figures, their spread, and what differs in the configs"
    parser = commands.add_parser("compare", help=text)
    parser.add_argument("results", type=Path, nargs="+", metavar="RESULTS", help="results folders, two or more")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Print the comparison; raises UsageError for one run alone, DamagedFileError for one that is not finished."""
    if len(options.results) < 2:
        raise UsageError("give the results folders of two runs or more")
    runs = [read_run(folder) for folder in options.results]
    print("\n".join(comparison_lines([str(folder) for folder in options.results], runs)))


def read_run(folder: Path) -> FinishedRun:
    """The tables and the config of a finished run."""
    from pasi.storage.json_files import read_json
    from pasi.storage.tables import read_table

    place = RunFolder(folder)
    return FinishedRun(read_table(place.metrics), read_table(place.visits), read_json(place.config))


def comparison_lines(names: Sequence[str], runs: Sequence[FinishedRun]) -> Iterator[str]:
    """What is printed of the runs, a text a line."""
    from pasi.evaluation.comparison import differing_keys, run_figures
    from pasi.report.appendix import flatten

    yield from (f"run {number}  {name}" for number, name in enumerate(names, 1))
    yield "\nconfig: " + ("what differs, by run" if _differ(runs) else "nothing differs")
    for key, values in differing_keys([dict(flatten(one.config)) for one in runs]).items():
        yield f"  {key:<32} {' | '.join('-' if value is None else str(value) for value in values)}"
    for metric in METRICS:
        yield f"\n{metric.upper()} out of fold, by visit"
        head = [*(f"run {number}" for number in range(1, len(runs) + 1)), "mean", "SD"]
        yield f"  {'learner':<32}{_cells(head)}"
        for figure in run_figures([one.metrics for one in runs], metric):
            numbers = [f"{value:.3f}" for value in (*figure.values, figure.mean, figure.spread)]
            yield f"  {figure.learner:<32}{_cells(numbers)}"
    for number, one in enumerate(runs[1:], 2):
        yield from _paired(runs[0], one, number)


def _differ(runs: Sequence[FinishedRun]) -> bool:
    return any(one.config != runs[0].config for one in runs)


def _cells(texts: Sequence[str]) -> str:
    return "".join(f"{text:>9}" for text in texts)


def _paired(first: FinishedRun, second: FinishedRun, number: int) -> Iterator[str]:
    """The differences of one run from the first, on the same visits, where the cohorts are the same."""
    from pasi.evaluation.comparison import pair_runs, paired_difference, run_figures

    pairing = pair_runs(first.visits, second.visits)
    if not pairing.common or pairing.differing:
        scores = f"of {counted(pairing.common, 'common visit')}, {pairing.differing:,} have another observed score"
        why = f"{scores}, so it is another cohort" if pairing.common else "they predict no visit in common out of fold"
        yield f"\nrun {number} is not paired with run 1: {why}"
        return
    visits = counted(pairing.common, "common visit")
    yield f"\nCCC of run {number} minus that of run 1 on {visits}, with its 95% interval over subjects"
    ddof = first.config["evaluation"]["ccc_ddof"]
    for figure in run_figures([first.metrics, second.metrics], "ccc"):
        found = paired_difference(first.visits, second.visits, figure.learner, ddof=ddof)
        zero = "includes zero" if found.low <= 0 <= found.high else "excludes zero"
        interval = "no interval" if isnan(found.low) else f"{found.low:+.3f} to {found.high:+.3f}, {zero}"
        yield f"  {figure.learner:<32}{found.estimate:+9.3f}  {interval}"
