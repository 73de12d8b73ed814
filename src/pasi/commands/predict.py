"""`pasi predict`: score new visits with a bundle."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from pasi.commands.arguments import Commands, names
from pasi.commands.bundle_codes import REFUSED, with_codes
from pasi.commands.places import PHOTOS_ROOT, refuse_file, refuse_folder, require_folder
from pasi.commands.progress import progress_bar
from pasi.errors import UsageError
from pasi.training.instructions import restart_pinned

if TYPE_CHECKING:
    from pasi.bundle.load import Bundle
    from pasi.bundle.photo_table import Reading


def add_parser(commands: Commands) -> None:
    """Declare the sub-command and its options."""
    parser = commands.add_parser("predict", help="score new visits with a bundle that `snakemake bundle` wrote")
    add = parser.add_argument
    add("--model", type=Path, required=True, metavar="BUNDLE", help="folder of the bundle")
    add("--photos", type=Path, required=True, metavar="CSV", help="table of the photos: subject, visit, region, photo")
    add(
        "--out",
        type=Path,
        required=True,
        metavar="CSV",
        help="table of scores to write; its audit trail lies beside it",
    )
    add("--photos-root", type=Path, metavar="DIR", help="folder of the photos (default: that of the table)")
    add("--baseline", metavar="VISIT", help="name of the baseline visit (default: by the columns of docs/visits.md)")
    order = "names of all visits in the order of time, separated by commas"
    add("--visit-order", type=names, default=(), metavar="NAMES", help=order)
    add("--device", choices=("auto", "cpu", "cuda"), default="auto", help="where to compute (default: %(default)s)")
    add("--cdisc", type=Path, metavar="DIR", help="folder for the scores as CDISC-style tables, too (docs/dossier.md)")
    add("--study", metavar="ID", help="identifier of the study in these tables (default: NOT STATED)")
    maps = "folder for a map of each region, which shows what its score rests on (extra [explain])"
    add("--explain", type=Path, metavar="DIR", help=maps)
    faces = "list the photos on which a face is found, beside the table of scores (extra [faces])"
    add("--faces", action="store_true", help=faces)
    report = "page about this call: what was scored and refused, and by which bundle (docs/scoring.md)"
    add("--report", type=Path, metavar="HTML", help=report)
    add("--strict", action="store_true", help="end with 3 where a visit is degraded, too")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Score the visits; returns 0, REFUSED, BAD_BUNDLE or NO_RESOURCES, and raises what ends with 2."""
    return with_codes("predict", options, _run)


def _run(options: argparse.Namespace) -> int:
    _compute_as_trained(options.model)  # before anything loads numpy or torch

    from pasi.bundle.face_detector import require_opencv
    from pasi.bundle.load import load_bundle
    from pasi.bundle.missing_changes import changes_text
    from pasi.bundle.occlusion import require_captum
    from pasi.bundle.photo_table import Reading
    from pasi.bundle.predict import predict
    from pasi.bundle.setting_names import OPTIONS
    from pasi.bundle.visit_photos import statuses_text
    from pasi.cohort.visit_order import VisitNames

    _check_options(options)
    if options.explain is not None:
        require_captum()
    if options.faces:
        require_opencv()
    bundle = load_bundle(options.model, device=options.device)
    print(f"{options.model}: {bundle.scorer.model.learner}, digest {bundle.digest}; the golden visit is right")
    print(bundle.verdict.in_short(bundle.scorer.model.learner))
    if bundle.differing:
        print(f"note: other versions than those that made the bundle: {bundle.differing}")
    reading = Reading(options.photos_root, VisitNames(options.visit_order, options.baseline), settings=OPTIONS)
    with progress_bar("visits") as show:
        found = predict(bundle, options.photos, options.out, reading, show)
    print(f"{options.out}: {statuses_text(found.statuses)}; {found.scored_now} scored now")
    _write_beside(options, bundle, reading)
    if missing := changes_text(found.missing_changes, options.baseline):
        print(missing)
    failing = found.statuses["refused"] + (found.statuses["degraded"] if options.strict else 0)
    return REFUSED if failing else 0


def _compute_as_trained(bundle: Path) -> None:
    """Start this process anew where the networks were trained with pinned instructions, and it lacks them."""
    try:
        wanted = json.loads((bundle / "model.json").read_bytes())["arithmetic"]["instructions"]
    except (OSError, ValueError, KeyError, TypeError):  # no bundle, or a damaged one: opening it says so
        return
    restart_pinned(wanted)


def _check_options(options: argparse.Namespace) -> None:
    """Refuse what would end the call after visits were scored, and what it would pass over."""
    refuse_folder("--out", options.out)
    for option, folder in (("--cdisc", options.cdisc), ("--explain", options.explain)):
        refuse_file(option, folder)
    require_folder("--photos-root", options.photos_root, PHOTOS_ROOT)
    if options.study is not None and options.cdisc is None:
        raise UsageError("--study names the study in the tables of --cdisc: give --cdisc DIR too, or leave --study out")
    if options.report is not None:
        _check_report(options.report, options.model)


def _check_report(page: Path, model: Path) -> None:
    """Refuse a --report that would overwrite a table, or that lies in the bundle."""
    if page.suffix.lower() not in (".html", ".htm"):
        raise UsageError(f"--report {page} is no name of a page: end it with .html")
    if page.is_dir():
        raise UsageError(f"--report {page} is a folder: name a file in it, such as {page / 'report.html'}")
    if page.resolve().is_relative_to(model.resolve()):
        raise UsageError(f"--report {page} lies in the bundle, which nothing may be added to: name another place")


def _write_beside(options: argparse.Namespace, bundle: "Bundle", reading: "Reading") -> None:
    """Write what was asked for beside the table of scores, the page about it last."""
    from pasi.bundle.faces import NOT_CHECKED
    from pasi.bundle.predict import trail_of

    if options.cdisc:
        _write_cdisc(options, bundle, reading)
    faces = _list_faces(bundle, options, reading) if options.faces else None
    print(f"audit trail: {trail_of(options.out)}; faces: {faces(options.out) if faces else NOT_CHECKED}")
    if options.explain is not None:
        _explain(bundle, options, reading)
    if options.report is not None:
        _write_report(bundle, options, faces(Path(options.out.name)) if faces else "")


def _write_report(bundle: "Bundle", options: argparse.Namespace, faces: str) -> None:
    """Write the page about this call."""
    from pasi.score_page.content import read_page
    from pasi.score_page.render import write_page

    write_page(read_page(bundle, options.out, faces), options.report)
    print(f"{options.report}: the page about this call")


def _write_cdisc(options: argparse.Namespace, bundle: "Bundle", reading: "Reading") -> None:
    """Write the table of scores as CDISC-style tables into the folder --cdisc."""
    from pasi.bundle.photo_table import read_new_visits
    from pasi.dossier.cdisc import NO_STUDY, write_cdisc
    from pasi.dossier.new_scores import new_assessments, new_responses
    from pasi.dossier.run_scores import predictor_of
    from pasi.storage.tables import read_table

    index, evaluator = bundle.index, predictor_of(bundle.scorer.model.learner)
    lines = read_new_visits(options.photos, index, bundle.scorer.preprocess.extra_photos, reading).timelines
    table = read_table(options.out)
    rows = new_assessments(table, lines, index, evaluator), new_responses(table, lines, index, evaluator)
    write_cdisc(*rows, index, options.study or NO_STUDY, options.cdisc)
    print(f"{options.cdisc}: rs.csv, supprs.csv, adresp.csv")


def _list_faces(bundle: "Bundle", options: argparse.Namespace, reading: "Reading") -> Callable[[Path], str]:
    """Write the list of photos that show a face; returns what says in words what it holds, for a name of the table."""
    from functools import partial

    from pasi.bundle.face_detector import FaceDetector
    from pasi.bundle.faces import faces_text, list_faces
    from pasi.bundle.photo_table import read_new_visits

    visits = read_new_visits(options.photos, bundle.index, bundle.scorer.preprocess.extra_photos, reading)
    detector = FaceDetector()
    with progress_bar("visits searched for faces") as show:
        faces = list_faces(visits, options.out, bundle.digest, detector, show)
    return partial(faces_text, faces, detector.name)


def _explain(bundle: "Bundle", options: argparse.Namespace, reading: "Reading") -> None:
    """Write the maps of all visits of the table that are not refused."""
    from pasi.bundle.explain import explain_visits
    from pasi.bundle.photo_table import read_new_visits
    from pasi.wording import counted

    visits = read_new_visits(options.photos, bundle.index, bundle.scorer.preprocess.extra_photos, reading)
    with progress_bar("visits explained") as show:
        maps = explain_visits(bundle, visits, options.explain, show)
    print(
        f"{options.explain}: {counted(maps.made, 'map')} made now, {maps.kept} kept; {maps.quiet} of them say nothing"
        + (f"; {counted(maps.removed, 'map')} of refused visits removed" if maps.removed else "")
    )
