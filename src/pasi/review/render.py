"""The page of review as HTML, rendered from its content."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pasi.pages.shell import Assets, page_environment
from pasi.review import course
from pasi.review.content import ReviewContent, ShownVisit
from pasi.review.entries import rater_columns
from pasi.review.page_folder import PAGE, PICTURES
from pasi.review.score_rows import ScoredVisit
from pasi.review.trail_check import NO_TRAIL
from pasi.storage.atomic import atomic_write
from pasi.wording import MINUS, counted

PACKAGE = "pasi.review"
# Pictures lie beside the page, also where it is opened as a file; a served page posts grades to its own server.
SOURCES = {"img_src": "'self' data:", "connect_src": "'self'", "form_action": "'none'", "base_uri": "'none'"}


def render_review(content: ReviewContent) -> str:
    """The page as text; whatever comes from tables is escaped."""
    environment = page_environment(PACKAGE)
    environment.filters |= {"points": points, "change": lambda value: points(value, sign="+")}
    environment.globals |= {"counted": counted, "course_of": course.course_of, "pictures": PICTURES}
    template = environment.get_template("review.html.jinja")
    return template.render(**Assets.of(PACKAGE).shell(**SOURCES), **_variables(content))


def write_page(content: ReviewContent, folder: Path) -> None:
    """Write the page into its folder, whole or not at all."""
    with atomic_write(folder / PAGE) as temporary:
        temporary.write_text(render_review(content), encoding="utf-8")


def points(value: float, *, sign: str = "") -> str:
    """A number of points with one decimal.

    >>> points(7.25), points(-0.04), points(3.0, sign="+")
    ('7.2', '0.0', '+3.0')
    """
    return format(round(value, 1) + 0.0, f"{sign}.1f").replace("-", MINUS)


def _variables(content: ReviewContent) -> dict[str, Any]:
    index = content.index
    return {
        "content": content,
        "index": index,
        "by_sign": content.grading == "signs",
        "no_trail": "" if content.has_trail else NO_TRAIL,
        "top": course.axis_top(content.subjects, index.maximum),
        "sizes": course,
        "data": _data(content),
        "alert": _alert,
        "response_text": lambda row: response_text(row, index.responses),
    }


def response_text(row: ScoredVisit, thresholds: Sequence[int]) -> str:
    """Which thresholds of improvement a visit reaches, in words; "" where its row does not say."""
    known = [own for own in thresholds if f"response_{own}" in row.numbers]
    reached = [f"{own}%" for own in known if row.numbers[f"response_{own}"]]
    return f"reaches {', '.join(reached) or 'none of the thresholds'}" if known else ""


def _alert(visit: ShownVisit) -> bool:
    """Whether a visit asks for attention before it is looked at."""
    return visit.row.status != "ok" or bool(visit.notes)


def _data(content: ReviewContent) -> dict[str, Any]:
    """What the script needs: the form of the table, and of each visit its ids and the subject's number."""
    index = content.index
    return {
        "page": content.page,
        "grading": content.grading,
        "columns": rater_columns(content.grading, index),
        "labels": index.label_names,
        "hasArea": index.area is not None,
        "regions": [{"name": region.name, "weight": region.weight} for region in index.regions],
        "maximum": index.maximum,
        "visits": [
            {"subject": visit.row.subject, "visit": visit.row.visit, "place": subject.number}
            for subject in content.subjects
            for visit in subject.visits
        ],
    }
