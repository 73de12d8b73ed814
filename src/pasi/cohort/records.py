"""What a cohort is: photos and grades of regions at visits."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

UNITS = ("subjects", "visits", "regions")  # told by the first one, two and three fields of a score


class Photo(NamedTuple):
    """A photo: `slot` counts the photos of its subject, visit and region from 0, in the order of their paths."""

    subject: str
    visit: str
    region: str
    slot: int
    path: str  # under the root of the cohort
    line: int  # of photos.csv


class Score(NamedTuple):
    """The grades of a region at a visit, in the order of the index's `labels`; week None where none is given."""

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
    notes: tuple[str, ...]  # what is left out or worth a look, and no fault; names no folder
    first_visits: Mapping[str, str]  # of each subject, whether or not it is left out: a later one is no baseline
    unseen: tuple[Score, ...] = ()  # left out, for want of a photo
    surplus: int = 0  # photos left out, for there are enough
