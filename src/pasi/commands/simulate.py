"""`pasi simulate`: make a synthetic trial."""

import argparse
from pathlib import Path

from pasi.commands.arguments import Commands, count, natural, photo_size


def add_parser(commands: Commands) -> None:
    """Declare the sub-command and its options."""
    parser = commands.add_parser("simulate", help="make a synthetic trial")
    add = parser.add_argument
    add("--out", type=Path, default=Path("data/trial"), metavar="DIR", help="folder to write to (default: %(default)s)")
    add("--subjects", type=count, default=60, metavar="N", help="how many (default: the paper's %(default)s)")
    size = "in pixels (default: 4928x3264)"
    add("--photo-size", type=photo_size, default=(4928, 3264), metavar="WxH", help=size)
    add(
        "--seed",
        type=natural,
        default=0,
        metavar="S",
        help="seed; each seed gives another trial (default: %(default)s)",
    )
    add("--tables-only", action="store_true", help="photos.csv and scores.csv alone: enough to plan a run")
    add("--processes", type=count, metavar="N", help="processes at once (default: one for each core)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Make a trial; the progress bar counts photos."""
    from tqdm import tqdm

    from pasi.simulate.trial import simulate_trial

    with tqdm(unit=" photos", disable=None) as bar:

        def show(finished: int) -> None:
            bar.update(finished - bar.n)

        simulate_trial(
            options.out,
            subjects=options.subjects,
            photo_size=options.photo_size,
            seed=options.seed,
            tables_only=options.tables_only,
            processes=options.processes,
            progress=show,
        )
    print(f"{options.out}: a trial of {options.subjects} subjects, in photos.csv and scores.csv")
