"""The page as HTML: one file that asks for nothing from a network and runs nothing."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pasi.pages.shell import Assets, page_environment
from pasi.review.render import points
from pasi.review.score_rows import ScoredVisit
from pasi.score_page import histogram
from pasi.score_page.content import ScorePage
from pasi.score_page.histogram import Histogram
from pasi.score_page.reasons import group_reasons
from pasi.storage.atomic import atomic_write
from pasi.wording import MINUS, counted

PACKAGE = "pasi.score_page"
SOURCES = {"form_action": "'none'", "base_uri": "'none'"}
NEAR = 0.8  # of the limit, from which on a visit is listed although it is scored
MOST = 30  # visits in the list of those that are unlike the training photos


def render_page(page: ScorePage) -> str:
    """The page as text; whatever comes from tables or a bundle is escaped."""
    environment = page_environment(PACKAGE)
    environment.filters |= {"points": points, "change": lambda value: points(value, sign="+")}
    environment.filters |= {"whole": lambda value: f"{value:.0f}".replace("-", MINUS), "clock": clock}
    environment.globals |= {"counted": counted, "sizes": histogram}
    template = environment.get_template("page.html.jinja")
    return template.render(**Assets.of(PACKAGE).shell(**SOURCES), **_variables(page))


def write_page(page: ScorePage, path: Path) -> None:
    """Write the page, whole or not at all."""
    with atomic_write(path) as temporary:
        temporary.write_text(render_page(page), encoding="utf-8")


def reached(row: ScoredVisit, thresholds: Sequence[int]) -> str:
    """Which thresholds of improvement a visit reaches; "" where its row does not say."""
    known = [own for own in thresholds if f"response_{own}" in row.numbers]
    return ", ".join(f"{own}%" for own in known if row.numbers[f"response_{own}"]) or ("none" if known else "")


def clock(when: str) -> str:
    """A time of the audit trail as people write it.

    >>> clock("2026-11-28T12:11:03+00:00")
    '2026-11-28 12:11:03 UTC'
    """
    return when.replace("T", " ").replace("+00:00", " UTC")


def _variables(page: ScorePage) -> dict[str, Any]:
    index = page.index
    far = sorted(
        (row for row in page.rows if row.numbers.get("unlikeness", 0.0) >= NEAR),
        key=lambda row: -row.numbers["unlikeness"],
    )
    return {
        "page": page,
        "index": index,
        "counts": page.counts,
        "groups": group_reasons(page.rows),
        "pictures": _pictures(page),
        "compared": any("unlikeness" in row.numbers for row in page.rows),
        "unlike": sum(row.numbers["unlikeness"] > 1 for row in far),
        "far": far,
        "most": MOST,
        "has_change": any(row.baseline for row in page.rows),
        "reached": lambda row: reached(row, index.responses),
    }


def _pictures(page: ScorePage) -> list[Histogram]:
    """Histograms of the scores, of the widths of their intervals and of the spread; of those that the table has."""
    ends = [row.numbers for row in page.rows if row.score is not None and {"low_90", "high_90"} <= row.numbers.keys()]
    widths = [own["high_90"] - own["low_90"] for own in ends]
    unit = page.index.unit
    found = (
        Histogram.of("Scores", unit, page.values("score")),
        Histogram.of("Widths of the 90% intervals", unit, widths),
        Histogram.of("Spread among networks", unit, page.values("spread")),
    )
    return [one for one in found if one is not None]
