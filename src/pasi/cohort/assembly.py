"""The cohort of two tables that have no fault: what is seen, what is left out, and the notes about both."""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path
from types import MappingProxyType

from pasi.cohort.cell_numbers import numbers
from pasi.cohort.csv_reader import CsvTable
from pasi.cohort.identifiers import region_visit_texts
from pasi.cohort.look_alike import appearance
from pasi.cohort.records import UNITS, Cohort, Photo, Score
from pasi.cohort.score_rows import area_notes
from pasi.cohort.settings import ATTRIBUTES, VISIT_COLUMNS
from pasi.cohort.similar_ids import similar_id_notes
from pasi.severity.index import SeverityIndex
from pasi.wording import first_names, quoted

RowOrder = tuple[str, float, list[str | int], str, int]  # subject, week, visit by its numbers, visit, region


def assemble(photos: CsvTable, scores: CsvTable, paths: Sequence[str], index: SeverityIndex, root: Path) -> Cohort:
    """The cohort of two tables that have no fault."""
    graded = sorted(_parse_scores(scores, index), key=_place_of_row(index))
    shown = _arrange(photos, paths, graded, index)
    seen = {" ".join(photo[:3]) for photo in shown if photo.slot == 0}
    present: list[Score] = []
    absent: list[Score] = []
    for score in graded:
        (present if " ".join(score[:3]) in seen else absent).append(score)
    notes = [*_ignored(photos), *_ignored(scores), *area_notes(scores, index), *similar_id_notes(scores)]
    surplus = len(paths) - len(shown)
    if surplus:
        left = f"{surplus} of {len(paths)} photos left out, more than index.regions gives a region"
        notes.append(f"{Path(photos.file).name}: {left} (tiles.extra_photos: first)")
    notes += [
        f"{Path(scores.file).name}: {left}, for want of a photo: {names}" for left, names in _left_out(graded, present)
    ]
    return Cohort(tuple(shown), tuple(present), root, tuple(notes), {}, {}, tuple(absent), surplus)


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
    optional = () if "photo" in table.columns else {*VISIT_COLUMNS, *ATTRIBUTES} - set(table.columns)
    shown = [
        quoted(name) + (f" (did you mean {quoted(appearance(name))}?)" if appearance(name) in optional else "")
        for name in table.ignored
    ]
    if shown:
        yield f"{Path(table.file).name}: columns that nothing reads: {', '.join(shown)}"
