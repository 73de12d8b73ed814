"""The parts of a large table of new visits; it loads no network, because a plan needs it."""

from collections.abc import Sequence

from pasi.bundle.visit_photos import NewVisit


def part_names(visits: int, size: int) -> list[str]:
    """The names of the parts of `size` visits, the last one of fewer.

    >>> part_names(5, 2), part_names(4, 2)
    (['000', '001', '002'], ['000', '001'])
    """
    return [f"{number:03d}" for number in range(-(-visits // size))]


def visits_of_part(visits: Sequence[NewVisit], part: str, size: int) -> Sequence[NewVisit]:
    """The visits of a part, in the order of the table."""
    start = int(part) * size
    return visits[start : start + size]
