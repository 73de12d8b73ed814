"""`pasi status`: how far the run in this folder is."""

import argparse

from pasi.commands.arguments import Commands, add_run_config, run_configs


def add_parser(commands: Commands) -> None:
    """Declare the sub-command and its options."""
    parser = commands.add_parser("status", help="how far a run is: done, running, failed, expected end")
    add_run_config(parser.add_argument)
    parser.add_argument("--json", action="store_true", help="one JSON record for each training, for programs")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Print how far the run in this folder is."""
    import time

    from pasi.config.settings import read_config_files
    from pasi.monitoring.run_results import fresh_results
    from pasi.monitoring.run_state import read_status
    from pasi.monitoring.run_text import status_json, status_text

    settings, now = read_config_files(run_configs(options.config)), time.time()
    status = read_status(settings, now)
    print(status_json(status) if options.json else status_text(status, now))
    if status.ended and not options.json and (text := fresh_results(settings.results, 0.0)):
        print(f"\n{text}")
