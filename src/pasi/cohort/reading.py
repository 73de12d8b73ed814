"""Reading photos.csv and scores.csv together: the photos and the grades of each region at each visit."""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from pasi.cohort.cell_numbers import numbers
from pasi.cohort.csv_reader import CsvTable
from pasi.cohort.extra_rows import without_extra_photos, without_extra_scores
from pasi.cohort.identifiers import check_ids, region_visit_texts
from pasi.cohort.look_alike import appearance
from pasi.cohort.pairing import check_pairs
from pasi.cohort.photo_places import check_photo_files
from pasi.cohort.photo_rows import check_photos, clean_paths, read_photos
from pasi.cohort.records import UNITS, Cohort, Photo, Score
from pasi.cohort.score_rows import ATTRIBUTES, area_notes, check_scores, read_scores
from pasi.cohort.settings import ExtraPhotos
from pasi.cohort.spellings import find_spellings
from pasi.cohort.visit_cells import read_visits
from pasi.cohort.visit_checks import check_visits
from pasi.cohort.visit_notes import visit_notes
from pasi.cohort.visit_order import NOT_NAMED, VisitNames, timelines
from pasi.errors import InputError, Problem
from pasi.severity.index import SeverityIndex
from pasi.wording import first_names, quoted

RowOrder = tuple[str, float, list[str | int], str, int]  # subject, week, visit by its numbers, visit, region


def read_cohort(
    photos_csv: str | Path,
    scores_csv: str | Path,
    photos_root: str | Path | None,
    index: SeverityIndex,
    extra_photos: ExtraPhotos,
    *,
    check_files: bool = False,
    visits: VisitNames | None = NOT_NAMED,
) -> Cohort:
    """Read and check both tables; with `photos_root` None the photos lie under the folder of photos.csv.

    A region without a photo is left out with a note (F19). With `extra_photos` "first", a region keeps the first of its
    photos by path, as many as the index allows; with "error", more are a problem (R8). With `check_files`, the photos
    must exist, which planning does not ask for. `visits` is what the config says of the order of visits and the
    baseline; with None, neither is looked at. Raises InputError with every problem of both tables.
    """
    root = Path(photos_csv).parent if photos_root is None else Path(photos_root)
    photos, scores = read_photos(photos_csv), read_scores(scores_csv, index)
    problems = [*photos.problems, *scores.problems]
    if photos.columns:
        photos, extra = without_extra_photos(photos, index)
        problems += extra
    if scores.columns:
        scores, extra = without_extra_scores(scores, index)
        problems += extra
    tables = [table for table in (photos, scores) if table.columns]
    spellings = find_spellings(tables)
    bad_ids = list(check_ids(tables, spellings, index.region_names))
    problems += bad_ids
    paths = clean_paths(photos.columns.get("photo", ()))
    if photos.columns:
        problems += check_photos(photos, paths, index, extra_photos)
        problems += check_photo_files(photos, paths, root) if check_files else []
    if scores.columns:
        problems += check_scores(scores, index)
        if visits is not None and not any(problem.column in ("subject", "visit") for problem in bad_ids):
            problems += check_visits(scores, visits)  # a visit that is spelt in two ways would look like two
    if len(tables) == 2 and not (photos.problems or scores.problems):  # a row that was not read is not missing
        problems += check_pairs(photos, scores, index, spellings)
    if problems:
        raise InputError(sorted(problems, key=lambda problem: _place_in_listing(problem, photos.file)))
    cohort = _assemble(photos, scores, paths, index, root)
    return cohort if visits is None else _with_timelines(cohort, scores, visits)


def _place_in_listing(problem: Problem, first: str) -> tuple[bool, bool, int]:
    """A sort key for problems: those of a whole table or its header, then of rows of the file `first`, then of others.

    A listing shows only the first problems, and the cause of the others should be among them.
    """
    line = problem.line or 0
    return line > 1, problem.file != first, line


def _assemble(photos: CsvTable, scores: CsvTable, paths: Sequence[str], index: SeverityIndex, root: Path) -> Cohort:
    """The cohort of two tables that have no fault."""
    graded = sorted(_parse_scores(scores, index), key=_place_of_row(index))
    shown = _arrange(photos, paths, graded, index)
    seen = {" ".join(photo[:3]) for photo in shown if photo.slot == 0}
    present: list[Score] = []
    absent: list[Score] = []
    for score in graded:
        (present if " ".join(score[:3]) in seen else absent).append(score)
    notes = [*_ignored(photos), *_ignored(scores), *area_notes(scores, index)]
    surplus = len(paths) - len(shown)
    if surplus:
        left = f"{surplus} of {len(paths)} photos left out, more than index.regions gives a region"
        notes.append(f"{Path(photos.file).name}: {left} (tiles.extra_photos: first)")
    notes += [
        f"{Path(scores.file).name}: {left}, for want of a photo: {names}" for left, names in _left_out(graded, present)
    ]
    return Cohort(tuple(shown), tuple(present), root, tuple(notes), {}, {}, tuple(absent), surplus)


def _with_timelines(cohort: Cohort, table: CsvTable, names: VisitNames) -> Cohort:
    """The cohort with the order and the baseline of the visits of each subject, and with weeks from dates."""
    lines = timelines(read_visits(table), names)

    def timed(scores: Sequence[Score]) -> tuple[Score, ...]:
        weeks = [lines[score.subject].weeks[score.visit] for score in scores]
        pairs = zip(scores, weeks, strict=True)
        return tuple(score if score.week == week else score._replace(week=week) for score, week in pairs)

    return replace(
        cohort,
        scores=timed(cohort.scores),
        unseen=timed(cohort.unseen),
        notes=(*cohort.notes, *visit_notes(table.file, lines, names)),
        baselines=MappingProxyType({subject: line.baseline for subject, line in lines.items() if line.baseline}),
        orders=MappingProxyType({subject: line.order for subject, line in lines.items() if line.order}),
    )


def _left_out(graded: Sequence[Score], present: Sequence[Score]) -> Iterator[tuple[str, str]]:
    """For subjects, visits and regions: a text of how many have grades and are not `present`, and names of them."""
    for depth, unit in enumerate(UNITS, start=1):
        every = list(dict.fromkeys(_name(score, depth) for score in graded))
        kept = {_name(score, depth) for score in present}
        lost = [name for name in every if name not in kept]
        if lost:
            yield f"{len(lost)} of {len(every)} {unit} left out", first_names(lost, most=10)


def _name(score: Score, depth: int) -> str:
    """The subject of a row, or with `depth` 2 its visit too, and with 3 its region."""
    return " ".join((score.subject, score.visit, score.region)[:depth])


def _parse_scores(table: CsvTable, index: SeverityIndex) -> Iterator[Score]:
    """The rows of scores.csv, in the order of the file."""
    count = len(table.lines)
    ids = [table.columns[name] for name in ("subject", "visit", "region")]
    weeks = numbers(table.columns.get("week", [""] * count))
    labels = zip(*(numbers(table.columns[name]) for name in index.label_names), strict=True)
    names = [name for name in ATTRIBUTES if name in table.columns]
    values = list(zip(*(table.columns[name] for name in names), strict=True)) or [()] * count
    attributes = {row: MappingProxyType(dict(zip(names, row, strict=True))) for row in set(values)}
    return map(Score, *ids, weeks, labels, map(attributes.__getitem__, values))


def _place_of_row(index: SeverityIndex) -> Callable[[Score], RowOrder]:
    """A sort key for rows: subject, week where there is one, visit with numbers in their order, region.

    It knows neither dates nor the config, so that these train nothing again; what happened when is no matter of rows.
    """
    regions = {name: place for place, name in enumerate(index.region_names)}
    natural = cache(_natural)

    def place(score: Score) -> RowOrder:
        week = -math.inf if score.week is None else score.week
        return score.subject, week, natural(score.visit), score.visit, regions[score.region]

    return place


def _natural(name: str) -> list[str | int]:
    """A sort key that reads digits in a name as numbers, so that V2 comes before V10."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]


def _arrange(table: CsvTable, paths: Sequence[str], graded: Sequence[Score], index: SeverityIndex) -> list[Photo]:
    """Photos in the order of their scores and then of their paths; a region keeps as many as the index allows."""
    places = {" ".join(score[:3]): place for place, score in enumerate(graded)}
    place_of = [places[key] for key in region_visit_texts(table)]
    rows = sorted(range(len(paths)), key=paths.__getitem__)
    rows.sort(key=place_of.__getitem__)  # a stable sort: photos of one place keep the order of their paths
    most = {region.name: region.photos for region in index.regions}
    photos = []
    for place, group in groupby(rows, key=place_of.__getitem__):
        subject, visit, region = graded[place][:3]
        for slot, row in zip(range(most[region]), group, strict=False):
            photos.append(Photo(subject, visit, region, slot, paths[row], table.lines[row]))
    return photos


def _ignored(table: CsvTable) -> Iterator[str]:
    """A note that names the columns that nothing reads, where there are any."""
    optional = () if "photo" in table.columns else {"week", *ATTRIBUTES} - set(table.columns)
    shown = [
        quoted(name) + (f" (did you mean {quoted(appearance(name))}?)" if appearance(name) in optional else "")
        for name in table.ignored
    ]
    if shown:
        yield f"{Path(table.file).name}: columns that nothing reads: {', '.join(shown)}"


def score_table(cohort: Cohort, index: SeverityIndex) -> dict[str, Any]:
    """The columns of cohort/scores.parquet: ids, week, visit_order, baseline, grades, composite, attributes.

    One row a subject, visit and region, in the order of the cohort; numbers are float64, everything else is text. week
    is NaN where it is not known. visit_order is the place of the visit among those of its subject in time, from 0, and
    NaN where that is not known. baseline names the subject's baseline visit, "" where there is none. composite follows
    Equation 1.
    """
    scores = cohort.scores
    places = {(subject, visit): place for subject, order in cohort.orders.items() for place, visit in enumerate(order)}
    labels = np.array([score.labels for score in scores], dtype=np.float64).reshape(-1, len(index.labels))
    weeks = [math.nan if score.week is None else score.week for score in scores]
    return {
        "subject": [score.subject for score in scores],
        "visit": [score.visit for score in scores],
        "week": np.array(weeks, dtype=np.float64),
        "visit_order": np.array([places.get(score[:2], math.nan) for score in scores], dtype=np.float64),
        "baseline": [cohort.baselines.get(score.subject, "") for score in scores],
        "region": [score.region for score in scores],
        **dict(zip(index.label_names, labels.T, strict=True)),
        "composite": index.composite(labels),
        **{name: [score.attributes[name] for score in scores] for name in (scores[0].attributes if scores else ())},
    }
