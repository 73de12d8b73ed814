"""Writing the checklists and the credibility record of a run, as tables and as one page."""

from collections.abc import Sequence
from pathlib import Path

from pasi.dossier import claim, credibility, tripod
from pasi.dossier.checklist import Item, answered, checklist_table
from pasi.dossier.evidence import Run
from pasi.dossier.page import Part, write_page
from pasi.storage.tables import write_table

PAGE = "dossier.html"
PARTS: Sequence[tuple[str, str, str, Sequence[Item]]] = (
    ("credibility.csv", credibility.NAME, credibility.SOURCE, credibility.STEPS),
    ("tripod_ai.csv", tripod.NAME, tripod.SOURCE, tripod.ITEMS),
    ("claim_2024.csv", claim.NAME, claim.SOURCE, claim.ITEMS),
)


def write_checklists(run: Run, folder: Path) -> None:
    """Write the tables of PARTS and the page into a folder."""
    parts = []
    for file, name, source, items in PARTS:
        found = answered(items, run)
        write_table(checklist_table(found), folder / file)
        parts.append(Part(name, source, file, found))
    write_page(run, parts, folder / PAGE)
