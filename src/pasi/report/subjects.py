"""Section 7, Cohort and split: the flow, the subjects at their baseline, and how even the parts are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pasi.report.cells import Line
from pasi.report.checks import balances, cohort_flow
from pasi.report.content import ReportContent

PARTS = ("all", "train", "test")
NUMBERS = ("age", "baseline index")


@dataclass(frozen=True)
class Trait:
    """An attribute and group with its line by part; None where a part has no subject of it."""

    attribute: str
    group: str
    lines: Sequence[Line | None]

    @property
    def is_number(self) -> bool:
        """Whether it is described by mean and SD, and not counted."""
        return self.attribute in NUMBERS


def subjects_section(content: ReportContent) -> dict[str, Any]:
    """The variables of the section's template."""
    shown = [part for part in PARTS if content.lines("characteristics", part=part)]
    return {
        "flow": cohort_flow(content),
        "notes": [str(note) for table in (content.notes, content.copies) for note in table["note"]],
        "traits": traits(content, shown),
        "trait_parts": shown,
        "balances": balances(content.balance),
    }


def traits(content: ReportContent, parts: Sequence[str]) -> list[Trait]:
    """The rows of characteristics.csv by attribute and group, one line a part."""
    by_place: dict[tuple[str, str], dict[str, Line]] = {}
    for row in content.lines("characteristics"):
        by_place.setdefault((str(row["attribute"]), str(row["group"])), {})[str(row["part"])] = row
    order = list(dict.fromkeys(attribute for attribute, _ in by_place))
    places = sorted(by_place, key=lambda place: (order.index(place[0]), place[1]))
    return [Trait(*place, [by_place[place].get(part) for part in parts]) for place in places]
