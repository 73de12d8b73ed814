"""`pasi doctor`: what this machine has for a run, and what is wrong with it."""

import argparse
from typing import TYPE_CHECKING

from pasi.commands.arguments import Commands, add_run_config, run_configs
from pasi.errors import UsageError
from pasi.wording import counted

if TYPE_CHECKING:
    from pasi.config.settings import Settings


def add_parser(commands: Commands) -> None:
    """Declare the sub-command and its options."""
    text = "what this machine has for a run: versions, GPU, rights, disk, weights, Slurm"
    parser = commands.add_parser("doctor", help=text)
    add_run_config(parser.add_argument)
    text = "time a step of each network, and estimate how long all trainings would take"
    parser.add_argument("--time", action="store_true", help=text)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Print a line a finding; raises UsageError where one is a fault."""
    from pasi.config.settings import read_config_files
    from pasi.monitoring.doctor import run_checks

    settings = read_config_files(run_configs(options.config))
    findings = run_checks(settings)
    for thing, level, text in findings:
        print(f"{level:<6}{thing:<10}{text}")
    if options.time:
        _time_steps(settings)
    if faults := sum(level == "fault" for _, level, _ in findings):
        raise UsageError(f"{counted(faults, 'fault')}; what to do stands beside each")


def _time_steps(settings: "Settings") -> None:
    """Print seconds a step, and an estimate of all trainings, one at a time."""
    from pasi.monitoring.step_times import epochs_of_a_training, steps_of_an_epoch, time_steps
    from pasi.planning.experiment import Experiment
    from pasi.planning.inputs import read_run_inputs

    cohort, _ = read_run_inputs(settings)
    epochs, hours = epochs_of_a_training(settings), 0.0
    steps = {out: steps_of_an_epoch(len(cohort.scores), settings, left_out=out) for out in (1, 2)}
    counts = dict.fromkeys(steps, 0)
    for backbone, seconds in time_steps(settings):
        print(f"{backbone:<20}{seconds:8.3f} s a step", flush=True)
        for place in Experiment(settings).trainings([backbone]):
            out = 1 if place.second is None else 2
            hours, counts[out] = hours + epochs * steps[out] * seconds / 3600, counts[out] + 1
    pairs = f" ({counts[2]} of them without two folds, {steps[2]:.1f} steps)" if counts[2] else ""
    trainings = f"{sum(counts.values())} trainings of {epochs} epochs, each worth {steps[1]:.1f} steps{pairs}"
    print(f"{trainings}, take {hours:.1f} h, one at a time")
