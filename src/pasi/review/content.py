"""What a page of review shows, as data: subjects, their visits in the order of time, photos, scores and notes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import Literal

from pasi.bundle.photo_table import NewVisits
from pasi.bundle.visit_photos import NewVisit, hash_photos
from pasi.cohort.visit_order import Timeline
from pasi.review.maps import MapSource, ShownMap
from pasi.review.pictures import Picture, PictureMaker
from pasi.review.score_rows import ScoredVisit
from pasi.review.trail_check import TrailCheck
from pasi.severity.index import SeverityIndex

Grading = Literal["signs", "score"]  # what a reader enters: a grade of each sign, or the whole score


@dataclass(frozen=True)
class ShownVisit:
    """A visit on the page. number: its own, over all subjects. week: None where it is not known."""

    number: int
    row: ScoredVisit
    week: float | None
    pictures: tuple[Picture, ...]
    maps: Mapping[str, ShownMap]
    notes: tuple[str, ...]

    @property
    def key(self) -> tuple[str, str]:
        """Subject and visit."""
        return self.row.subject, self.row.visit

    def of_region(self, region: str) -> list[Picture]:
        """The photos of a region, in the order in which they were tiled."""
        return [picture for picture in self.pictures if picture.region == region]


@dataclass(frozen=True)
class ShownSubject:
    """A subject with its visits, in the order of time where that `is_known`, else in that of the table."""

    number: int
    name: str
    visits: tuple[ShownVisit, ...]
    is_known: bool

    def number_of(self, visit: str) -> int | None:
        """The number of a visit by its name; None where the page has no such visit of this subject."""
        return next((own.number for own in self.visits if own.row.visit == visit), None)


@dataclass(frozen=True)
class ReviewContent:
    """All that a page shows. page: names the page, and its entries in a browser; learner, digest: of the bundle.

    judged: what the report of its run says; reasons: why. faces: what was found of faces on the photos, in words; ""
    where they were not looked for.
    """

    page: str
    index: SeverityIndex
    learner: str
    digest: str
    judged: str
    reasons: Sequence[str]
    grading: Grading
    subjects: tuple[ShownSubject, ...]
    has_trail: bool
    tile_size: int
    faces: str = ""

    @cached_property
    def visits(self) -> tuple[ShownVisit, ...]:
        """The visits of all subjects, by their numbers."""
        return tuple(visit for subject in self.subjects for visit in subject.visits)


@dataclass(frozen=True)
class Sources:
    """What the visits of a page are made of. bundle: digest of the bundle that gave the scores."""

    rows: Sequence[ScoredVisit]
    photos: NewVisits
    check: TrailCheck
    maker: PictureMaker
    regions: Sequence[str]
    bundle: str

    def subjects(self, progress: Callable[[int], None] = lambda done: None) -> tuple[ShownSubject, ...]:
        """The subjects in the order of scores.csv; writes their pictures. progress: called with the visits done."""
        by_subject: dict[str, list[ScoredVisit]] = {}
        for row in self.rows:
            by_subject.setdefault(row.subject, []).append(row)
        numbers = count()
        listed = {(visit.subject, visit.visit): visit for visit in self.photos.visits}
        found = []
        for place, (name, rows) in enumerate(by_subject.items()):
            line = self.photos.timelines.get(name)
            ordered, is_known = _in_time(rows, line)
            visits = []
            for row in ordered:
                visits.append(self._visit(next(numbers), row, listed.get((name, row.visit)), line))
                progress(visits[-1].number + 1)
            found.append(ShownSubject(place, name, tuple(visits), is_known))
        return tuple(found)

    def _visit(self, number: int, row: ScoredVisit, visit: NewVisit | None, line: Timeline | None) -> ShownVisit:
        week = None if line is None else line.weeks.get(row.visit)
        pictures = () if visit is None else self.maker.photos(number, visit)
        identities = [] if visit is None or self.maker.maps is None else hash_photos(visit, self.maker.root)
        notes = self.check.notes(row, visit, self.maker.root)
        source = MapSource(self.maker, self.regions, self.bundle)
        maps = source.maps(number, row, identities, is_scored=not notes)
        return ShownVisit(number, row, week, pictures, maps, notes)


def _in_time(rows: Sequence[ScoredVisit], line: Timeline | None) -> tuple[list[ScoredVisit], bool]:
    """The visits of a subject in the order of time, and whether that is known; else in the order of the table."""
    order = () if line is None else line.order
    if not all(row.visit in order for row in rows):
        return list(rows), False
    return sorted(rows, key=lambda row: order.index(row.visit)), True
