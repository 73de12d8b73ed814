"""Why visits are degraded or refused, in groups, each with what a person can do about it."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pasi.review.score_rows import ScoredVisit


class Kind(NamedTuple):
    """A kind of reason: how its text reads, its name, and what to do."""

    pattern: str
    name: str
    remedy: str


# Each reason belongs to the first kind that its text fits; the page lists them in this order.
KINDS = (
    Kind(
        r": no photo$",
        "A region has no photo",
        "Add the photo of this region to the table of photos. Nothing is put in its place.",
    ),
    Kind(
        r": no usable photo$",
        "A region has no usable photo",
        "Copy or take the photos of this region again; the other reasons of the visit say what is wrong with them.",
    ),
    Kind(
        r": photos? [\d, ]+ (is|are) unlike the training photos \(",
        "A photo is unlike those of the training",
        "Look at the photo: it may be a screenshot, filtered, of another camera or light, or of something else. "
        "Replace it where it is the wrong one. If it is the right one, this bundle cannot score it: have a person "
        "grade the visit.",
    ),
    Kind(
        r": unlike the training photos of .+, and more like those of ",
        "Photos look like those of another region",
        "Look whether regions were mixed up in the table of photos, and correct the column region.",
    ),
    Kind(
        r": photo \d+ is damaged",
        "A photo is damaged",
        "Copy the photo again from the camera, or export it again as JPEG.",
    ),
    Kind(
        r": photo \d+ (is too dark|is too bright|is blurred|shows nearly one colour)$",
        "A photo is too dark, too bright, blurred or of one colour",
        "It is left out. Take the photo again if that is still possible; where the visit has a score without it, look "
        "at that score yourself.",
    ),
    Kind(
        r": photo \d+ ",
        "A photo cannot be used",
        "Its reason in the table says what is wrong. Export it again as JPEG of 8 bits in sRGB, or use the original.",
    ),
    Kind(
        r": \d+ of the usual \d+ photos$",
        "A region has fewer photos than usual",
        "Add the missing photo if there is one. The score is of the photos that are there: look at it yourself.",
    ),
)
OTHER = Kind("", "Another reason", "Its text is in the table below.")


class Group(NamedTuple):
    """A kind of reason, and how many visits that are refused and degraded have it."""

    kind: Kind
    refused: int
    degraded: int


def kind_of(reason: str) -> Kind:
    """The kind of a reason.

    >>> kind_of("trunk: photo 2 is blurred").name
    'A photo is too dark, too bright, blurred or of one colour'
    """
    return next((kind for kind in KINDS if re.search(kind.pattern, reason)), OTHER)


def group_reasons(rows: Iterable[ScoredVisit]) -> Sequence[Group]:
    """The kinds that occur, in their order; a visit counts once for each of its kinds."""
    found = Counter((kind, row.status) for row in rows for kind in {kind_of(reason) for reason in row.reasons})
    groups = [Group(kind, found[kind, "refused"], found[kind, "degraded"]) for kind in (*KINDS, OTHER)]
    return [group for group in groups if group.refused or group.degraded]
