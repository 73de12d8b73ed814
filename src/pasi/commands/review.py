"""`pasi review`: a page for looking through scores, with a reader's own grades."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from pasi.commands.arguments import Commands, count, names
from pasi.commands.bundle_codes import with_codes
from pasi.commands.places import PHOTOS_ROOT, require_folder
from pasi.commands.progress import progress_bar

if TYPE_CHECKING:
    from pasi.bundle.load import Bundle
    from pasi.review.content import ReviewContent


def add_parser(commands: Commands) -> None:
    """Declare the sub-command and its options."""
    parser = commands.add_parser("review", help="write or serve a page of scores and photos, with a reader's grades")
    add = parser.add_argument
    add("--model", type=Path, required=True, metavar="BUNDLE", help="folder of the bundle that gave the scores")
    add("--scores", type=Path, required=True, metavar="CSV", help="table that pasi predict wrote")
    add("--photos", type=Path, required=True, metavar="CSV", help="table of the photos that were scored")
    add("--photos-root", type=Path, metavar="DIR", help="folder of the photos (default: that of the table)")
    add("--out", type=Path, required=True, metavar="FOLDER", help="folder of the page; nothing is written elsewhere")
    order = "names of all visits in the order of time, separated by commas"
    add("--visit-order", type=names, default=(), metavar="NAMES", help=order)
    add("--maps", type=Path, metavar="DIR", help="folder of maps, named SUBJECT_VISIT_REGION.png")
    side = "side of each picture in pixels (default: that of a tile, which is what the networks see)"
    add("--pixels", type=count, metavar="N", help=side)
    grade = "what a reader enters: grades of each sign, or the whole score (default: %(default)s)"
    add("--grade", choices=("signs", "score"), default="signs", help=grade)
    add("--serve", action="store_true", help="serve the page on this machine, and save grades in FOLDER")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the page, and serve it until Ctrl-C; returns 0, 4 or 5, and raises what ends with 2."""
    return with_codes("review", options, _run)


def _run(options: argparse.Namespace) -> int:
    from pasi.bundle.load import load_bundle
    from pasi.review.write import hold_folder

    require_folder("--photos-root", options.photos_root, PHOTOS_ROOT)
    require_folder("--maps", options.maps, "make the maps with pasi predict --explain, or leave --maps out")
    bundle = load_bundle(options.model, device="cpu")
    name, lock = hold_folder(options.out, options.model)
    try:
        content = _write(bundle, options, name)
        if options.serve:
            _serve(options.out, content)
    finally:
        lock.release()
    return 0


def _write(bundle: "Bundle", options: argparse.Namespace, name: str) -> "ReviewContent":
    from pasi.bundle.photo_table import Reading
    from pasi.bundle.setting_names import OPTIONS
    from pasi.cohort.visit_order import VisitNames
    from pasi.review.maps import maps_text
    from pasi.review.page_folder import PAGE
    from pasi.review.write import Request, write_review
    from pasi.wording import counted

    reading = Reading(options.photos_root, VisitNames(options.visit_order), settings=OPTIONS)
    request = Request(options.scores, options.photos, reading, options.maps, options.pixels, options.grade)
    with progress_bar("visits") as show:
        content = write_review(bundle, request, options.out, name, show)
    visits, subjects = counted(len(content.visits), "visit"), counted(len(content.subjects), "subject")
    print(f"{options.out / PAGE}: {visits} of {subjects}")
    if misfits := sum(bool(visit.notes) for visit in content.visits):
        print(f"{counted(misfits, 'visit')} marked on the page: not as the audit trail or the table of photos has it")
    if options.maps is not None and (text := maps_text(visit.maps for visit in content.visits)):
        print(f"{options.maps}: {text}")
    return content


def _serve(folder: Path, content: "ReviewContent") -> None:
    from pasi.review.grade_book import GradeBook
    from pasi.review.page_folder import TABLE
    from pasi.review.server import ReviewServer

    with ReviewServer(GradeBook(folder, content)) as server:
        print(f"{server.address}\nGrades are saved in {folder / TABLE}. End with Ctrl-C.", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print("\nended")
