"""Whether rows and photos are those that the audit trail beside scores.csv knows."""

import math
from dataclasses import dataclass
from pathlib import Path

from pasi.bundle.audit_trail import AuditTrail
from pasi.bundle.predict import trail_of
from pasi.bundle.visit_photos import NewVisit, hash_photos
from pasi.review.score_rows import ScoredVisit

NO_TRAIL = "no audit trail lies beside the scores: whether these photos were scored, and by this bundle, is not checked"
OTHER_PHOTOS = "the photos are not those that were scored by this bundle (audit trail)"
OTHER_ROW = "the row of the scores is not that of the audit trail"
NO_PHOTOS = "the table of photos has no such visit"
CLOSE = 1e-6  # points; both were written from one number


@dataclass(frozen=True)
class TrailCheck:
    """The trail beside a table of scores; None where there is none."""

    trail: AuditTrail | None

    @classmethod
    def beside(cls, scores: Path, bundle: str) -> "TrailCheck":
        """The trail of a table; raises DamagedFileError where its chain is broken. bundle: digest of the bundle."""
        path = trail_of(scores)
        return cls(AuditTrail(path, bundle) if path.is_file() else None)

    def notes(self, row: ScoredVisit, visit: NewVisit | None, root: Path) -> tuple[str, ...]:
        """What is wrong with a visit by the trail; `visit` is None where the table of photos lacks it."""
        if visit is None:
            return (NO_PHOTOS,)
        if self.trail is None:
            return ()
        entry = self.trail.find(row.subject, row.visit, hash_photos(visit, root))
        if entry is None:
            return (OTHER_PHOTOS,)
        score = (entry["scores"] or {}).get("score")
        same = row.score is score is None or (
            row.score is not None and score is not None and math.isclose(row.score, score, rel_tol=0, abs_tol=CLOSE)
        )
        return () if same and row.status == entry["status"] else (OTHER_ROW,)
