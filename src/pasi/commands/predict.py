"""`pasi predict`: score new visits with a bundle."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from pasi.commands.arguments import Commands
from pasi.commands.bundle_codes import REFUSED, with_codes

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
    add("--visit-order", type=_names, default=(), metavar="NAMES", help=order)
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


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def run(options: argparse.Namespace) -> int:
    """Score the visits; returns 0, REFUSED, BAD_BUNDLE or NO_RESOURCES, and raises what ends with 2."""
    return with_codes("predict", options, _run)


def _run(options: argparse.Namespace) -> int:
    from tqdm import tqdm

    from pasi.bundle.face_detector import require_opencv
    from pasi.bundle.faces import NOT_CHECKED
    from pasi.bundle.load import load_bundle
    from pasi.bundle.occlusion import require_captum
    from pasi.bundle.photo_table import Reading
    from pasi.bundle.predict import predict, trail_of
    from pasi.cohort.visit_order import VisitNames
    from pasi.wording import counted

    if options.report is not None:
        _check_report(options)
    if options.explain is not None:
        require_captum()
    if options.faces:
        require_opencv()
    bundle = load_bundle(options.model, device=options.device)
    print(f"{options.model}: {bundle.scorer.model.learner}, digest {bundle.digest}; the golden visit is right")
    if bundle.differing:
        print(f"note: other versions than those that made the bundle: {bundle.differing}")
    reading = Reading(options.photos_root, VisitNames(options.visit_order, options.baseline))
    with tqdm(unit=" visits", disable=None) as bar:

        def show(done: int) -> None:
            bar.update(done - bar.n)

        found = predict(bundle, options.photos, options.out, reading, show)
    parts = [f"{found.statuses[status]} {status}" for status in ("ok", "degraded", "refused")]
    print(
        f"{options.out}: {counted(found.statuses.total(), 'visit')}: {', '.join(parts)}; {found.scored_now} scored now"
    )
    if options.cdisc:
        _write_cdisc(options, bundle, reading)
    faces = _list_faces(bundle, options, reading) if options.faces else None
    print(f"audit trail: {trail_of(options.out)}; faces: {faces(options.out) if faces else NOT_CHECKED}")
    if options.explain is not None:
        _explain(bundle, options, reading)
    if options.report is not None:
        _write_report(bundle, options, faces(Path(options.out.name)) if faces else "")
    failing = found.statuses["refused"] + (found.statuses["degraded"] if options.strict else 0)
    return REFUSED if failing else 0


def _check_report(options: argparse.Namespace) -> None:
    """Refuse a --report that would overwrite a table, or that lies in the bundle, before anything is scored."""
    from pasi.errors import UsageError

    page = options.report
    if page.suffix.lower() not in (".html", ".htm"):
        raise UsageError(f"--report {page} is no name of a page: end it with .html")
    if page.is_dir():
        raise UsageError(f"--report {page} is a folder: name a file in it, such as {page / 'report.html'}")
    if page.resolve().is_relative_to(options.model.resolve()):
        raise UsageError(f"--report {page} lies in the bundle, which nothing may be added to: name another place")


def _write_report(bundle: "Bundle", options: argparse.Namespace, faces: str) -> None:
    """Write the page about this call, last of all."""
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

    from tqdm import tqdm

    from pasi.bundle.face_detector import FaceDetector
    from pasi.bundle.faces import faces_text, list_faces
    from pasi.bundle.photo_table import read_new_visits

    visits = read_new_visits(options.photos, bundle.index, bundle.scorer.preprocess.extra_photos, reading)
    detector = FaceDetector()
    with tqdm(unit=" visits searched for faces", disable=None) as bar:

        def show(done: int) -> None:
            bar.update(done - bar.n)

        faces = list_faces(visits, options.out, bundle.digest, detector, show)
    return partial(faces_text, faces, detector.name)


def _explain(bundle: "Bundle", options: argparse.Namespace, reading: "Reading") -> None:
    """Write the maps of all visits of the table that are not refused."""
    from tqdm import tqdm

    from pasi.bundle.explain import explain_visits
    from pasi.bundle.photo_table import read_new_visits
    from pasi.wording import counted

    visits = read_new_visits(options.photos, bundle.index, bundle.scorer.preprocess.extra_photos, reading)
    with tqdm(unit=" visits explained", disable=None) as bar:

        def show(done: int) -> None:
            bar.update(done - bar.n)

        maps = explain_visits(bundle, visits, options.explain, show)
    print(
        f"{options.explain}: {counted(maps.made, 'map')} made now, {maps.kept} kept; {maps.quiet} of them say nothing"
    )
