"""`pasi adopt`: take over earlier results: trainings of an earlier version, or results without a record."""

import argparse
from collections import defaultdict
from pathlib import Path

from pasi.commands.arguments import Commands, add_run_config, run_configs
from pasi.errors import UsageError
from pasi.run_folder import RunFolder
from pasi.wording import counted, first_names


def add_parser(commands: Commands) -> None:
    """Declare the sub-command and its options."""
    text = "take over trainings of an earlier version whose settings and inputs are those of the config"
    parser = commands.add_parser("adopt", help=text)
    parser.add_argument("results", type=Path, metavar="RESULTS", help="the results folder of the earlier version")
    text = (
        "take over nothing; vouch that results without a record belong to the present config, tables, photos and code"
    )
    parser.add_argument("--as-they-are", action="store_true", help=text)
    add_run_config(parser.add_argument)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Print what is taken over and what is not; raises UsageError where nothing is."""
    from pasi.planning.staleness import vouch

    if options.as_they_are:
        vouch(options.results)
        print(f"{options.results}: the next run records results without a record as those of its own config and inputs")
    else:
        _adopt(options.results, run_configs(options.config))


def _adopt(results: Path, configs: list[Path]) -> None:
    from pasi.config.paths import plain_path
    from pasi.config.settings import read_config_files
    from pasi.networks.pretrained import locate_weights
    from pasi.planning.adoption import adopt_trainings
    from pasi.planning.snakemake_records import read_records

    if not RunFolder(results).models.is_dir():
        raise UsageError(f"{results} holds no trainings: give the results folder of the earlier run")
    settings = read_config_files(configs)
    weights = locate_weights(settings.training.backbones, settings.training.weights)
    outcomes = list(
        adopt_trainings(Path(plain_path(str(results))), settings, weights, read_records(Path(".snakemake")))
    )
    refused: dict[str, list[str]] = defaultdict(list)
    for backbone, fold, refusal in outcomes:
        if refusal:
            refused[refusal].append(f"{backbone} fold {fold}")
    for refusal, names in refused.items():
        print(f"will be trained again: {first_names(names)} ({len(names)} in all): {refusal}")
    taken = len(outcomes) - sum(map(len, refused.values()))
    if not taken:
        raise UsageError(f"none of {counted(len(outcomes), 'training')} can be taken over")
    print(
        f"{taken} of {counted(len(outcomes), 'training')} taken over; the next run publishes them without training, "
        "unless tiles, labels or splits come out differently"
    )
