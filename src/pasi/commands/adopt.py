"""`pasi adopt`: take over the trainings of an earlier version, so that an update does not train them again."""

import argparse
from collections import Counter
from pathlib import Path

from pasi.commands.arguments import Commands, add_run_config, run_configs
from pasi.errors import UsageError
from pasi.wording import counted


def add_parser(commands: Commands) -> None:
    """Declare the sub-command and its options."""
    text = "take over trainings of an earlier version whose settings and inputs are equal"
    parser = commands.add_parser("adopt", help=text)
    text = "the results folder of the earlier version, spelt as in its config"
    parser.add_argument("results", type=Path, metavar="RESULTS", help=text)
    add_run_config(parser.add_argument)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Print what is taken over and what is not; raises UsageError where nothing is."""
    from pasi.config.settings import read_config_files
    from pasi.networks.pretrained import locate_weights
    from pasi.planning.adoption import adopt_trainings
    from pasi.planning.snakemake_records import read_records

    settings = read_config_files(run_configs(options.config))
    weights = locate_weights(settings.training.backbones, settings.training.weights)
    outcomes = list(adopt_trainings(options.results, settings, weights, read_records(Path(".snakemake"))))
    for outcome in outcomes:
        if outcome.refusal:
            print(f"{outcome.backbone} fold {outcome.fold}: will be trained again, {outcome.refusal}")
    taken = Counter(outcome.refusal is None for outcome in outcomes)[True]
    if not taken:
        raise UsageError(f"none of {counted(len(outcomes), 'training')} can be taken over")
    print(f"{taken} of {counted(len(outcomes), 'training')} taken over; the next run publishes them without training")
