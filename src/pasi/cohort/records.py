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
    """The grades of a region at a visit: `labels` in the order of the index; `week` None where none is given."""

    subject: str
    visit: str
    region: str
    week: float | None
    labels: tuple[float, ...]
    attributes: Mapping[str, str]  # those of arm, sex, age, site, skin_type that the table has


@dataclass(frozen=True)
class Cohort:
    """Regions with grades and photos, sorted by subject, visit in time, and region in the order of the index."""

    photos: tuple[Photo, ...]
    scores: tuple[Score, ...]
    root: Path
    notes: tuple[str, ...]  # what is left out or looks odd, and is no fault; they name no folder
    first_visits: Mapping[str, str]  # of each subject, even one that is left out: a later visit is no baseline
    unseen: tuple[Score, ...] = ()  # graded regions that are left out, because they have no photo
    surplus: int = 0  # photos that are left out, because their region has as many as the index allows
    unusable: tuple[Unusable, ...] = ()  # photos that are left out, because they cannot be used
