"""`pasi results`: the result of a finished run, as the end of the run has shown it."""

import argparse
import shlex
from pathlib import Path

from pasi.commands.arguments import Commands, add_run_config, run_configs


def add_parser(commands: Commands) -> None:
    """Declare the sub-command and its options."""
    parser = commands.add_parser("results", help="the result of a finished run: light, figures, first learners")
    add_run_config(parser.add_argument)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Print the result; raises ResultError where the run is not finished."""
    from pasi.config.settings import read_config_files
    from pasi.errors import ResultError
    from pasi.monitoring.run_results import results_text
    from pasi.run_folder import RunFolder

    results = read_config_files(run_configs(options.config)).results
    summary = RunFolder(Path(results)).summary
    if not summary.exists():
        given = shlex.join(map(str, options.config))
        raise ResultError(
            f"{summary} is not there: the run is not finished. Go on with snakemake --cores N"
            f"{given and f' --configfile {given}'}; pasi status{given and f' --config {given}'} says how far it is"
        )
    print(results_text(results))
