"""Counts of a cohort: what its two tables hold, and how much of that a run leaves out."""

from collections import Counter
from collections.abc import Iterable, Sequence

from pasi.cohort.records import UNITS, Cohort, Score
from pasi.severity.index import SeverityIndex


def cohort_counts(cohort: Cohort, index: SeverityIndex) -> dict[str, int]:
    """What the tables hold, and how many visits lack a region with grades and a photo, for which they get no index."""
    usable, unseen = ([score[:2] for score in scores] for scores in (cohort.scores, cohort.unseen))
    return {**_count_tables(cohort), "incomplete visits": incomplete_visits(usable, len(index.regions), others=unseen)}


def incomplete_visits(rows: Iterable[tuple[str, str]], regions: int, *, others: Iterable[tuple[str, str]] = ()) -> int:
    """Number of visits that have fewer than `regions` rows, and so no value of the index.

    rows: subject and visit of each region that has grades and a photo. others: visits that count as incomplete if they
    have no row at all.
    """
    counts = Counter(dict.fromkeys(others, 0))
    counts.update(rows)
    return sum(count < regions for count in counts.values())


def left_out_counts(cohort: Cohort) -> dict[str, int]:
    """What a run leaves out of the tables: units without a photo, and photos that are surplus or cannot be used."""
    held, used = _count_tables(cohort), _count_units(cohort.scores)
    return {**{unit: held[unit] - used[unit] for unit in UNITS}, "photos": _lost_photos(cohort)}


def count_table(cohort: Cohort) -> dict[str, list[str] | list[int]]:
    """The columns of cohort/counts.csv.

    unit: "subjects", "visits", "regions", "photos". held: how many the tables hold. left_out: how many of those a run
    leaves out.
    """
    held, lost = _count_tables(cohort), left_out_counts(cohort)
    return {"unit": list(lost), "held": [held[unit] for unit in lost], "left_out": list(lost.values())}


def _count_tables(cohort: Cohort) -> dict[str, int]:
    """What the tables hold, whether or not a run leaves it out."""
    return {**_count_units([*cohort.scores, *cohort.unseen]), "photos": len(cohort.photos) + _lost_photos(cohort)}


def _lost_photos(cohort: Cohort) -> int:
    return cohort.surplus + len(cohort.unusable)


def _count_units(scores: Sequence[Score]) -> dict[str, int]:
    return {unit: len({score[:depth] for score in scores}) for depth, unit in enumerate(UNITS, start=1)}
