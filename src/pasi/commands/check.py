"""`pasi check`: check a config, its tables and its photos, and run nothing."""

import argparse
from collections.abc import Mapping

from pasi.commands.arguments import Commands, add_run_config, count, run_configs


def add_parser(commands: Commands) -> None:
    """Declare the sub-command and its options."""
    parser = commands.add_parser("check", help="check a config, its tables and its photos")
    add = parser.add_argument
    add_run_config(add)
    add("--no-photos", action="store_true", help="do not open the photos")
    add("--processes", type=count, metavar="N", help="processes that open photos (default: one for each usable core)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Check everything and say how much there is, and how much of it is left out."""
    from pasi.cohort.counts import cohort_counts, left_out_counts
    from pasi.cohort.no_index import no_index_note
    from pasi.planning.check import check_everything

    photos, processes = not options.no_photos, options.processes
    cohort, settings = check_everything(
        run_configs(options.config), photos=photos, processes=processes, note=_print_note
    )
    for note in (*cohort.notes, *no_index_note(cohort, settings.index)):
        _print_note(note)
    lost = left_out_counts(cohort)
    print(_counts_text(cohort_counts(cohort, settings.index)))
    if any(lost.values()):
        print(f"left out of these: {_counts_text(lost)}")
    looked = "" if photos else "; the photos were not looked at (--no-photos)"
    print(("nothing else is wrong" if any(lost.values()) else "nothing is wrong") + looked)


def _print_note(note: str) -> None:
    print(f"note: {note}")


def _counts_text(counts: Mapping[str, int]) -> str:
    """Counts as "1 visit, 3 regions"; each name is a plural."""
    return ", ".join(f"{count} {name.removesuffix('s') if count == 1 else name}" for name, count in counts.items())
