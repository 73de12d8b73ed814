"""`pasi simulate`: make a synthetic trial."""

import argparse
from pathlib import Path

from pasi.commands.arguments import Commands, arms, count, factor, natural, photo_size
from pasi.commands.progress import progress_bar


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
    add(
        "--arms",
        type=arms,
        default=(),
        metavar="NAME:SHARE,...",
        help="arms of equal size, each with the share of its subjects whose true improvement at week 16 reaches 90%%, "
        "such as placebo:0.05,active:0.75 (default: three of four subjects, in arms that follow their response)",
    )
    add(
        "--raters",
        type=natural,
        default=0,
        metavar="K",
        help="virtual physicians who err: scores.csv is then the first one's, raters.csv has all, truth.csv the truth "
        "(default: none, and scores.csv is the truth)",
    )
    size = "factor on the errors of the raters; with 0 they all see the truth (default: 1)"
    add("--rater-error", type=factor, metavar="X", help=size)
    setting = "of the photos; the second differs in %s (default: %%(default)s)"
    differs = {"camera": "colours, contrast, noise and JPEG quality", "site": "light, distance and background"}
    for name, what in differs.items():
        add(f"--{name}", choices=("first", "second"), default="first", help=f"{name} {setting % what}")
    add("--tables-only", action="store_true", help="photos.csv and scores.csv alone: enough to plan a run")
    add("--processes", type=count, metavar="N", help="processes at once (default: one for each core)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Make a trial; the progress bar counts photos."""
    from pasi.errors import UsageError
    from pasi.simulate.design import Arm, Design
    from pasi.simulate.setting import CAMERAS, SITES, Setting
    from pasi.simulate.trial import simulate_trial

    if options.rater_error is not None and not options.raters:
        raise UsageError("--rater-error is a factor on the errors of raters, and there are none: give --raters, too")
    error = 1.0 if options.rater_error is None else options.rater_error
    arms = tuple(Arm(name, share) for name, share in options.arms)
    setting = Setting(CAMERAS[options.camera], SITES[options.site])

    with progress_bar("photos") as show:
        simulate_trial(
            options.out,
            subjects=options.subjects,
            photo_size=options.photo_size,
            seed=options.seed,
            design=Design(arms, options.raters, error, setting),
            tables_only=options.tables_only,
            processes=options.processes,
            progress=show,
        )
    tables = "photos.csv, scores.csv, raters.csv and truth.csv" if options.raters else "photos.csv and scores.csv"
    print(f"{options.out}: a trial of {options.subjects} subjects, in {tables}")
