"""Records of a cohort: a photo, the grades of a region at a visit, and the cohort that holds them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

UNITS = ("subjects", "visits", "regions")  # each identified by the first one, two or three fields of a Score


class Photo(NamedTuple):
    """A photo. `slot` numbers the photos of one region at one visit from 0, in the order of their paths."""

    subject: str
    visit: str
    region: str
    slot: int
    path: str  # under the root of the cohort
    line: int  # of photos.csv


class Unusable(NamedTuple):
    """A photo that is left out, because its file is not one that can be used (tiles.unusable: leave_out)."""

    subject: str
    visit: str
    region: str
    slot: int
    fault: str  # as PhotoError has it: "is ...", "has ..."


class Score(NamedTuple):
    """The grades of a region at a visit: `labels` in the order of the index; `week` None where it is not known."""

    subject: str
    visit: str
    region: str
    week: float | None
    labels: tuple[float, ...]
    attributes: Mapping[str, str]  # those of arm, sex, age, site, skin_type that the table has


@dataclass(frozen=True)
class Cohort:
    """Regions with grades and photos, sorted by subject, visit, and region in the order of the index.

    The rows of a subject's visits are sorted by week where it has weeks, else by name, and for display alone: the order
    in time is that of `orders`.
    """

    photos: tuple[Photo, ...]
    scores: tuple[Score, ...]
    root: Path
    notes: tuple[str, ...]  # what is left out or looks odd, and is no fault; they name no folder
    baselines: Mapping[str, str]  # the visit of each subject that has one, even a visit that is left out
    orders: Mapping[str, tuple[str, ...]]  # the visits of each subject in time, left out or not; none where unknown
    unseen: tuple[Score, ...] = ()  # graded regions that are left out, because they have no photo
    surplus: int = 0  # photos that are left out, because their region has as many as the index allows
    unusable: tuple[Unusable, ...] = ()  # photos that are left out, because they cannot be used
