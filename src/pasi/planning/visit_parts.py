"""The new visits that `snakemake score` scores: in parts, each with a digest of what its photos hold.

They are read where a target needs scores, and nowhere else: no other call may be refused for them.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from pasi.bundle.part_names import part_names, visits_of_part
from pasi.bundle.photo_table import NewVisits, Reading, read_new_visits
from pasi.bundle.setting_names import SECTION
from pasi.cohort.visit_order import VisitNames
from pasi.config.settings import Settings
from pasi.provenance.photo_digests import PhotoDigests
from pasi.storage.hashing import value_digest

Digests = Callable[[Path, Sequence[str]], list[str]]  # of photos: from their folder and their paths


class VisitParts:
    """The visits of a table in parts of `size`; `digests` is asked once a part, and where the part is planned."""

    def __init__(self, found: NewVisits, size: int, digests: Digests):
        self.found, self.size, self.digests = found, size, digests
        self._rows: dict[str, str] = {}

    @property
    def names(self) -> list[str]:
        """The names of the parts."""
        return part_names(len(self.found.visits), self.size)

    def rows(self, part: str) -> str:
        """Digest of the rows of a part and of what its photos hold; their paths play no part."""
        if part not in self._rows:
            self._rows[part] = self._digest(part)
        return self._rows[part]

    @property
    def all_rows(self) -> list[str]:
        """The digests of all parts, by which a table of scores is of earlier photos though no part is there."""
        return [self.rows(part) for part in self.names]

    def _digest(self, part: str) -> str:
        visits = visits_of_part(self.found.visits, part, self.size)
        photos = [(visit.subject, visit.visit, photo) for visit in visits for photo in visit.photos]
        contents = self.digests(self.found.root, [photo.path for *_, photo in photos])
        return value_digest(
            [
                (subject, visit, photo.region, photo.slot, content)
                for (subject, visit, photo), content in zip(photos, contents, strict=True)
            ]
        )

    @property
    def courses(self) -> str:
        """Digest of the visits in their order, and of the order and the baseline of those of each subject."""
        lines = {subject: [line.order, line.baseline] for subject, line in self.found.timelines.items()}
        return value_digest([(visit.subject, visit.visit) for visit in self.found.visits], lines)


def read_visit_parts(settings: Settings, memory: Path, warn: Callable[[str], None] | None = None) -> VisitParts:
    """The visits of scoring.photos; raises InputError with every problem of the table.

    memory: the database of digests of photos (`pasi.provenance.photo_digests`); `warn` gets a text where it cannot be
    used.
    """
    scoring = settings.scoring
    root = None if scoring.photos_root is None else Path(scoring.photos_root)
    reading = Reading(root, VisitNames(scoring.visit_order, scoring.baseline), settings=SECTION)
    found = read_new_visits(str(scoring.photos), settings.index, settings.tiles.extra_photos, reading)
    return VisitParts(found, scoring.visits_per_job, lambda root, paths: PhotoDigests(memory, warn).digest(root, paths))
