"""The `pasi` command: make a synthetic trial, check one's own, tell how a run or a machine is doing."""

import argparse
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pasi.errors import InputError, UsageError, UserError

if TYPE_CHECKING:
    from pasi.config.settings import Settings

CONFIG = Path("config/config.yaml")  # that Snakemake reads by itself

# Imports of what a sub-command needs stand in it, so that `pasi --help` answers at once.


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a sub-command; returns 0, or 2 where the input is at fault, with the reasons on stderr and no traceback.

    With --debug the error is raised as it is. Files are made readable to nobody else (F32).
    """
    options = build_parser().parse_args(arguments)
    os.umask(0o077)
    try:
        options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads has seen enough, as `head` has
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (UserError, OSError) as error:  # what a person can mend; anything else is a bug of ours
        if options.debug:
            raise
        print(error if isinstance(error, InputError) else f"pasi {options.command}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        advice = "; give the same command again to go on" if options.command == "simulate" else ""
        print(f"\nstopped{advice}", file=sys.stderr)
        return 130
    return 0


def build_parser() -> argparse.ArgumentParser:
    """The command line of `pasi`."""
    parser = argparse.ArgumentParser(prog="pasi", description="From clinical photos to a severity score.")
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_simulate(commands)
    _add_check(commands)
    _add_table(commands)
    _add_status(commands)
    _add_doctor(commands)
    return parser


def _add_simulate(commands: argparse._SubParsersAction) -> None:
    add = commands.add_parser("simulate", help="make a synthetic trial").add_argument
    add("--out", type=Path, default=Path("data/trial"), metavar="DIR", help="where to (default: %(default)s)")
    add("--subjects", type=_count, default=60, metavar="N", help="how many (default: the paper's %(default)s)")
    size = {"type": _size, "default": (4928, 3264), "metavar": "WxH", "help": "in pixels (default: 4928x3264)"}
    add("--photo-size", **size)
    add("--seed", type=_natural, default=0, metavar="S", help="another seed, another trial (default: %(default)s)")
    add("--tables-only", action="store_true", help="photos.csv and scores.csv alone: enough to plan a run")
    add("--processes", type=_count, metavar="N", help="at once (default: one for each core)")
    commands.choices["simulate"].set_defaults(run=_simulate)


def _add_check(commands: argparse._SubParsersAction) -> None:
    add = commands.add_parser("check", help="check a config, its tables and its photos").add_argument
    told = "absent keys are those of config/config.yaml; of several files a later one is laid over those before it"
    add("--config", type=Path, nargs="+", action="extend", required=True, metavar="FILE", help=told)
    add("--no-photos", action="store_true", help="do not open the photos")
    add("--processes", type=_count, metavar="N", help="at once (default: one for each core)")
    commands.choices["check"].set_defaults(run=_check)


def _add_table(commands: argparse._SubParsersAction) -> None:
    add = commands.add_parser("table", help="write photos.csv from the names of photos in a folder").add_argument
    add("folder", type=Path, metavar="DIR", help="the folder of the photos")
    add("--pattern", required=True, help="such as '{subject}/{visit}/{region}*.jpg'")
    add("--out", type=Path, metavar="FILE", help="default: photos.csv in that folder")
    told = "a region is then one of this config's index; may be given again for a file laid over it"
    add("--config", type=Path, action="append", default=[], metavar="FILE", help=told)  # nargs would take DIR
    commands.choices["table"].set_defaults(run=_table)


def _add_status(commands: argparse._SubParsersAction) -> None:
    add = commands.add_parser("status", help="how far a run is: done, running, failed, expected end").add_argument
    _add_config(add)
    add("--json", action="store_true", help="a record a training, for programs")
    commands.choices["status"].set_defaults(run=_status)


def _add_doctor(commands: argparse._SubParsersAction) -> None:
    told = "what this machine has for a run: versions, GPU, rights, disk, weights, Slurm"
    add = commands.add_parser("doctor", help=told).add_argument
    _add_config(add)
    add("--time", action="store_true", help="time a step of each network, and say what all trainings would take")
    commands.choices["doctor"].set_defaults(run=_doctor)


def _add_config(add: Callable[..., argparse.Action]) -> None:
    told = f"the config of the run; of several files a later one is laid over those before it (default: {CONFIG})"
    add("--config", type=Path, nargs="+", action="extend", metavar="FILE", help=told)


def _configs(options: argparse.Namespace) -> list[Path]:
    """The files of --config, or the usual one."""
    return options.config or [CONFIG]


def _count(text: str) -> int:
    number = _natural(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return number


def _natural(text: str) -> int:
    if not re.fullmatch(r"[0-9]+", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0")
    return int(text)


def _size(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"([0-9]+)[xX]([0-9]+)", text)
    if not found or not int(found[1]) >= int(found[2]) >= 16:
        raise argparse.ArgumentTypeError(f"{text!r} is no size such as 4928x3264, the long side first, 16 or more")
    return int(found[1]), int(found[2])


def _simulate(options: argparse.Namespace) -> None:
    """Make a trial; the bar counts photos."""
    from tqdm import tqdm

    from pasi.simulate.trial import simulate_trial

    with tqdm(unit=" photos", disable=None) as bar:
        simulate_trial(
            options.out,
            subjects=options.subjects,
            photo_size=options.photo_size,
            seed=options.seed,
            tables_only=options.tables_only,
            processes=options.processes,
            progress=lambda finished: bar.update(finished - bar.n),
        )
    print(f"{options.out}: a trial of {options.subjects} subjects, in photos.csv and scores.csv")


def _check(options: argparse.Namespace) -> None:
    """Check everything and say how much there is, and how much of it is left out."""
    from pasi.cohort.counts import cohort_counts, left_out_counts
    from pasi.planning.check import check_everything

    cohort, settings = check_everything(options.config, photos=not options.no_photos, processes=options.processes)
    for note in cohort.notes:
        print(f"note: {note}")
    lost = left_out_counts(cohort)
    print(_counted(cohort_counts(cohort, settings.index)))
    if any(lost.values()):
        print(f"left out of these: {_counted(lost)}")
    print("nothing else is wrong" if any(lost.values()) else "nothing is wrong")


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items())


def _table(options: argparse.Namespace) -> None:
    """Write photos.csv and name what the pattern does not match."""
    from pasi.cohort.folder_scan import scan_folder
    from pasi.errors import PatternError
    from pasi.storage.tables import write_table
    from pasi.wording import first_names

    out = options.out or options.folder / "photos.csv"
    try:
        table = scan_folder(options.folder, options.pattern, base=out.parent, regions=_regions(options.config))
    except PatternError as error:
        raise UsageError(error) from error
    columns = zip(*table.rows, strict=True)
    write_table(dict(zip(("subject", "visit", "region", "photo"), columns, strict=True)), out)
    print(f"{out}: {len(table.rows)} photos")
    if table.unmatched:
        print(f"note: {len(table.unmatched)} other files: {first_names(table.unmatched, most=10)}")


def _status(options: argparse.Namespace) -> None:
    """Print how far the run in this folder is."""
    import time

    from pasi.config.settings import read_config_files
    from pasi.monitoring.run_state import read_status
    from pasi.monitoring.run_text import status_json, status_text

    settings, now = read_config_files(_configs(options)), time.time()
    status = read_status(settings, now)
    print(status_json(status) if options.json else status_text(status, now))


def _doctor(options: argparse.Namespace) -> None:
    """Print a line a finding; UsageError where one is a fault."""
    from pasi.config.settings import read_config_files
    from pasi.monitoring.doctor import run_checks

    settings = read_config_files(_configs(options))
    findings = run_checks(settings)
    for thing, level, text in findings:
        print(f"{level:<6}{thing:<10}{text}")
    if options.time:
        _time_steps(settings)
    if faults := sum(level == "fault" for _, level, _ in findings):
        raise UsageError(f"{faults} {'fault' if faults == 1 else 'faults'}; how to mend it stands beside it")


def _time_steps(settings: "Settings") -> None:
    """Print seconds a step, and an estimate of all trainings, one at a time."""
    from pasi.monitoring.step_times import epochs_of_a_training, steps_of_an_epoch, time_steps
    from pasi.planning.inputs import read_run_inputs

    cohort, _ = read_run_inputs(settings)
    steps, folds = steps_of_an_epoch(len(cohort.scores), settings), settings.splits.folds
    epochs, hours, trainings = epochs_of_a_training(settings), 0.0, 0
    for backbone, seconds in time_steps(settings):
        print(f"{backbone:<20}{seconds:8.3f} s a step", flush=True)
        hours, trainings = hours + folds * epochs * steps * seconds / 3600, trainings + folds
    print(f"{trainings} trainings of {epochs} epochs, each worth {steps:.1f} steps, take {hours:.1f} h, one at a time")


def _regions(configs: Sequence[Path]) -> tuple[str, ...]:
    """Names of the regions of the index in a config; none without a config."""
    if not configs:
        return ()
    from pasi.config.settings import read_config_files

    return read_config_files(configs).index.region_names
