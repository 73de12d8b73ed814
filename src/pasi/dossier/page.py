"""The dossier as one HTML page: what is where, the credibility record, and both checklists."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pasi.dossier.checklist import Answered
from pasi.dossier.evidence import Run
from pasi.dossier.statements import Status
from pasi.pages.shell import Assets, page_environment
from pasi.storage.atomic import atomic_write

PACKAGE = "pasi.dossier"


class Part(NamedTuple):
    """A part of the page: a checklist or the record, with its source and the file that holds it as a table."""

    name: str
    source: str
    file: str
    answers: Sequence[Answered]

    @property
    def counts(self) -> Mapping[str, int]:
        """How many items have each status, in the order of Status; those of none are left out."""
        found = Counter(one.answer.status for one in self.answers)
        return {str(status): found[status] for status in Status if found[status]}

    @property
    def anchor(self) -> str:
        """Where the part begins in the page."""
        return Path(self.file).stem


def write_page(run: Run, parts: Sequence[Part], path: Path) -> None:
    """Write the page, whole or not at all. All text from tables and config is escaped."""
    template = page_environment(PACKAGE).get_template("dossier.html.jinja")
    page = template.render(**Assets.of(PACKAGE).shell(), run=run, parts=parts)
    with atomic_write(path) as temporary:
        temporary.write_text(page, encoding="utf-8")
