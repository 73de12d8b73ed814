"""`pasi audit`: what a published table of MAE, MSE, r and CCC implies, and where it contradicts itself."""

import argparse
import math
from pathlib import Path

from pasi.commands.arguments import Commands, count
from pasi.errors import UsageError

CONTRADICTED = 3  # exit code; 2 is that of what a user must correct


def add_parser(commands: Commands) -> None:
    """Declare the sub-command and its options."""
    text = "say what a published table of MAE, MSE, r and CCC implies, and where it contradicts itself"
    parser = commands.add_parser("audit", help=text, description=f"{text}. Exit code 3: something does.")
    add = parser.add_argument
    add(
        "tables", type=Path, nargs="+", metavar="TABLE.csv", help="one row a learner; several tables of the same visits"
    )
    add("--n", type=count, required=True, metavar="N", help="visits (or other cases) that the metrics were computed on")
    add("--subjects", type=count, metavar="G", help="subjects of these visits")
    add("--maximum", type=positive, metavar="M", help="the scale ends here and begins at 0")
    add("--rater-difference", type=positive, metavar="D", help="mean absolute difference of two raters")
    text = "how the CCC was computed: moments over n (0) or over n - 1 (1); by default both are allowed for"
    add("--ccc-ddof", type=int, choices=(0, 1), help=text)
    text = "0.9 in a column of 0.896 is read as 0.900 (column, the default), or as it stands (cell)"
    add("--decimals", choices=("column", "cell"), default="column", help=text)
    text = 'figures that a text, such as an abstract, gives together: "MAE 3.3, CCC 0.86"; may be given again'
    add("--quoted", action="append", default=[], metavar="FIGURES", help=text)
    text = 'that a text calls a learner the best: "resnet34: MAE, MSE"; may be given again'
    add("--best", action="append", default=[], metavar="CLAIM", help=text)
    text = 'compare learners of these names with all others: "meta_*"; may be given again'
    add("--group", action="append", default=[], metavar="NAMES", help=text)
    add("--json", action="store_true", help="one JSON record, for programs")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the audit; returns 3 where something contradicts itself, else 0. Raises InputError for faulty tables."""
    from pasi.audit.findings import Claims, audit_tables
    from pasi.audit.reading import read_tables
    from pasi.audit.record import audit_json
    from pasi.audit.rows import JudgedVisits
    from pasi.audit.text import audit_text

    if options.subjects is not None and options.subjects > options.n:
        raise UsageError(
            f"--subjects {options.subjects} is more than --n {options.n}: each subject has a visit or more"
        )
    visits = JudgedVisits(options.n, options.subjects, options.maximum, options.ccc_ddof)
    claims = Claims(options.quoted, options.best, options.group, options.rater_difference)
    audit = audit_tables(read_tables(options.tables, by_cell=options.decimals == "cell"), visits, claims)
    print(audit_json(audit) if options.json else audit_text(audit))
    return CONTRADICTED if audit.contradictions else 0


def positive(text: str) -> float:
    """A number above 0."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return number
