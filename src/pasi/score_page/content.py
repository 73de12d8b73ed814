"""What the page shows of one call: the rows of its table, the bundle that gave them, and when they were scored."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pasi.bundle.audit_trail import AuditTrail
from pasi.bundle.layout import CARD
from pasi.bundle.load import Bundle
from pasi.bundle.manifest import read_verified
from pasi.bundle.predict import trail_of
from pasi.review.score_rows import ScoredVisit, read_score_rows
from pasi.score_page.card_sections import NOTHING, Section, read_sections
from pasi.severity.index import SeverityIndex
from pasi.storage.hashing import file_sha256

FIGURES, TRAINED_ON = "How good it was, by visit", "What it was trained on"  # sections of the model card


@dataclass(frozen=True)
class Origin:
    """The bundle behind a table. about: of its manifest. differing: versions that differ here, in words.

    judged: what the report of its run says; reasons: why. figures, trained_on: sections of its model card.
    """

    learner: str
    digest: str
    networks: int
    about: Mapping[str, Any]
    differing: str
    judged: str
    reasons: Sequence[str]
    figures: Section = NOTHING
    trained_on: Section = NOTHING

    @property
    def synthetic(self) -> bool | None:
        """Whether it was trained on simulated subjects; None for a bundle that does not say."""
        found = self.about.get("synthetic")
        return found if isinstance(found, bool) else None

    @property
    def maker(self) -> str:
        """The version of this package that made it; "" where the bundle does not say."""
        return str(self.about.get("versions", {}).get("one-step-pasi", ""))


@dataclass(frozen=True)
class ScorePage:
    """All that the page shows.

    table: name and SHA-256 of the table of scores. scored: when the first and the last of its rows were scored, as the
    audit trail says. faces: what was found of faces, in words; "" where none were looked for.
    """

    index: SeverityIndex
    origin: Origin
    rows: Sequence[ScoredVisit]
    table: tuple[str, str]
    scored: tuple[str, str] | None
    faces: str

    @property
    def counts(self) -> Counter[str]:
        """Visits by status."""
        return Counter(row.status for row in self.rows)

    def values(self, name: str) -> list[float]:
        """A column of the visits that have a score."""
        return [row.numbers[name] for row in self.rows if row.score is not None and name in row.numbers]


def read_page(bundle: Bundle, out: Path, faces: str) -> ScorePage:
    """What the page shows of the table `out`, which `bundle` has just written."""
    rows = read_score_rows(out, bundle.index)
    lines = AuditTrail(trail_of(out), bundle.digest).lines
    digest = file_sha256(out)
    return ScorePage(bundle.index, read_origin(bundle), rows, (out.name, digest), _scored(rows, lines, bundle), faces)


def read_origin(bundle: Bundle) -> Origin:
    """What the page says of a bundle."""
    files = bundle.manifest.files
    card = read_verified(bundle.folder, CARD, bundle.manifest).decode("utf-8", "replace") if CARD in files else ""
    sections = read_sections(card)
    return Origin(
        learner=bundle.scorer.model.learner,
        digest=bundle.digest,
        networks=len(bundle.scorer.model.networks),
        about=bundle.manifest.about,
        differing=bundle.differing,
        judged=bundle.judged,
        reasons=bundle.verdict.reasons,
        figures=sections.get(FIGURES, NOTHING),
        trained_on=sections.get(TRAINED_ON, NOTHING),
    )


def _scored(rows: Sequence[ScoredVisit], lines: Sequence[Mapping[str, Any]], bundle: Bundle) -> tuple[str, str] | None:
    """When the first and the last row were scored. A call that scores nothing anew finds the same."""
    wanted = {(row.subject, row.visit) for row in rows}
    when = {
        (line["subject"], line["visit"]): str(line["when"])
        for line in lines
        if line["event"] == "result" and line["bundle"] == bundle.digest
    }
    found = sorted(time for visit, time in when.items() if visit in wanted)
    return (found[0], found[-1]) if found else None
