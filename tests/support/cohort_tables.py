"""Small cohort tables for tests: an index of one sign, one with signs and area, and the problems of two tables."""

from collections.abc import Sequence
from pathlib import Path

from pasi.cohort.reading import read_cohort
from pasi.cohort.records import Cohort
from pasi.cohort.visit_order import NOT_NAMED, VisitNames
from pasi.config.settings import read_settings
from pasi.errors import InputError
from pasi.severity.index import Label, Region, SeverityIndex

PASI = read_settings({}).index
LEAF = SeverityIndex(
    "Leaf", "grades", (Label("rust", 4, None),), None, (Region("top", 0.5, 2), Region("base", 0.5, 1)), (), 0.5, ()
)
PHOTOS = ["subject,visit,region,photo"]
SCORES = ["subject,visit,region,rust"]


def read(
    folder: Path,
    photos: Sequence[str],
    scores: Sequence[str],
    *,
    extra: str = "error",
    files: bool = False,
    visits: VisitNames = NOT_NAMED,
) -> Cohort:
    """The leaf cohort of two tables, given as rows without the header; a first row of another header replaces it."""
    for name, head, rows in (("photos.csv", PHOTOS, photos), ("scores.csv", SCORES, scores)):
        own = rows and rows[0].startswith("subject,")
        (folder / name).write_text("\n".join([*([] if own else head), *rows, ""]), encoding="utf-8")
    return read_cohort(
        folder / "photos.csv", folder / "scores.csv", None, LEAF, extra, check_files=files, visits=visits
    )


def problem_texts(folder: Path, photos: Sequence[str], scores: Sequence[str], **options) -> list[str]:
    """The problems of two tables, one text each, without the folder."""
    try:
        read(folder, photos, scores, **options)
    except InputError as error:
        return ["  ".join(problem.cells()).replace(f"{folder}/", "") for problem in error.problems]
    return []
