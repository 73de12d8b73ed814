"""A visit as it is judged: by which photos it is scored and explained, or why it is neither.

All that scores a visit or explains its score begins here, so that both rest on the same photos.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from pasi.bundle.photo_checks import PhotoChecks
from pasi.bundle.scoring import Scorer
from pasi.bundle.visit_photos import NewVisit, SeenPhoto, judge_photos, see_photos


class JudgedVisit(NamedTuple):
    """Photos of a visit, those that are left out with their fault and without a tile; its status and the reasons for
    it; and how far its photos are from those of the training, None where no photo is left."""

    photos: list[SeenPhoto]
    status: str
    reasons: tuple[str, ...]
    unlikeness: float | None

    @property
    def is_refused(self) -> bool:
        """Whether it has no score, and so no map either."""
        return self.status == "refused"


def judge_visit(visit: NewVisit, root: Path, scorer: Scorer, checks: PhotoChecks) -> JudgedVisit:
    """Read the photos of a visit, check them, and judge the visit by them."""
    return judge_seen(see_photos(visit, root, scorer.preprocess.tiles), scorer, checks)


def judge_seen(photos: Sequence[SeenPhoto], scorer: Scorer, checks: PhotoChecks) -> JudgedVisit:
    """Judge a visit by its photos as they were read."""
    preprocess = scorer.preprocess
    checked = checks.check(photos, scorer.index.region_names, preprocess.tiles.fit)
    judgement = judge_photos(checked.photos, preprocess.usual, checked.unlike)
    return JudgedVisit(checked.photos, judgement.status, judgement.reasons, checked.unlikeness)
