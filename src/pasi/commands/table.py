"""`pasi table`: write photos.csv from the names of photos in a folder."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from pasi.commands.arguments import Commands, run_configs
from pasi.errors import UsageError


def add_parser(commands: Commands) -> None:
    """Declare the sub-command and its options."""
    parser = commands.add_parser("table", help="write photos.csv from the names of photos in a folder")
    add = parser.add_argument
    add("folder", type=Path, metavar="DIR", help="the folder of the photos")
    add("--pattern", required=True, help="such as '{subject}/{visit}/{region}*.jpg'")
    add("--out", type=Path, metavar="FILE", help="default: photos.csv in that folder")
    text = "take a region to be one of this config; may be given again for a file that is laid over it"
    add("--overwrite", action="store_true", help="replace a table that is there and differs")
    add("--config", type=Path, action="append", default=[], metavar="FILE", help=text)  # nargs would take DIR
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Write photos.csv and name the files that the pattern does not match, and those that are no photos."""
    from pasi.cohort.folder_scan import scan_folder
    from pasi.cohort.look_alike import readable_name
    from pasi.wording import counted, first_names

    out = options.out or options.folder / "photos.csv"
    if out.suffix.lower() != ".csv":
        raise UsageError(f"{out} is no name of a CSV table: give --out a name that ends in .csv")
    table = scan_folder(options.folder, options.pattern, base=out.parent, regions=_region_names(options.config))
    _write(table.rows, out, options.overwrite)
    print(f"{readable_name(str(out))}: {len(table.rows)} photos")
    kinds = ("other file", "", table.unmatched), ("hidden or system file", " passed over", table.passed_over)
    for kind, verb, paths in kinds:
        if paths:
            print(f"note: {counted(len(paths), kind)}{verb}: {first_names(map(readable_name, paths), most=10)}")


def _write(rows: Sequence[tuple[str, ...]], out: Path, overwrite: bool) -> None:
    """Write the table; raises UsageError where another one is there, which may have been edited by hand."""
    from pasi.storage.tables import write_table

    columns = dict(zip(("subject", "visit", "region", "photo"), zip(*rows, strict=True), strict=True))
    if out.exists() and not overwrite:
        with TemporaryDirectory() as folder:
            write_table(columns, Path(folder, "photos.csv"))
            if out.read_bytes() == Path(folder, "photos.csv").read_bytes():
                return
        raise UsageError(f"{out} is there and differs: give --overwrite to replace it, or another name by --out")
    write_table(columns, out)


def _region_names(configs: Sequence[Path]) -> tuple[str, ...]:
    """Names of the regions of the index in a config; none without a config."""
    if not configs:
        return ()
    from pasi.config.settings import read_config_files

    return read_config_files(run_configs(configs)).index.region_names
