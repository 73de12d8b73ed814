"""Counts of a cohort: what its two tables hold, and how much of that a run leaves out."""

from collections import Counter
from collections.abc import Sequence

from pasi.cohort.records import UNITS, Cohort, Score
from pasi.severity.index import SeverityIndex


def cohort_counts(cohort: Cohort, index: SeverityIndex) -> dict[str, int]:
    """Subjects, visits, regions and photos in the tables, and the incomplete visits among them.

    A visit is incomplete where a region of the index lacks grades or a photo; it then has no severity index.
    """
    usable = Counter(score[:2] for score in cohort.scores)
    visits = {score[:2] for score in (*cohort.scores, *cohort.unseen)}
    incomplete = sum(usable[visit] < len(index.regions) for visit in visits)
    return {**_count_tables(cohort), "incomplete visits": incomplete}


def left_out_counts(cohort: Cohort) -> dict[str, int]:
    """What a run leaves out of the tables: subjects, visits and regions without a photo, and surplus photos."""
    held, used = _count_tables(cohort), _count_units(cohort.scores)
    return {**{unit: held[unit] - used[unit] for unit in UNITS}, "photos": cohort.surplus}


def count_table(cohort: Cohort) -> dict[str, list[str] | list[int]]:
    """The columns of cohort/counts.csv.

    unit: "subjects", "visits", "regions", "photos". held: how many the tables hold. left_out: how many of those a run
    leaves out.
    """
    held, lost = _count_tables(cohort), left_out_counts(cohort)
    return {"unit": list(lost), "held": [held[unit] for unit in lost], "left_out": list(lost.values())}


def _count_tables(cohort: Cohort) -> dict[str, int]:
    """What the tables hold, whether or not a run leaves it out."""
    return {**_count_units([*cohort.scores, *cohort.unseen]), "photos": len(cohort.photos) + cohort.surplus}


def _count_units(scores: Sequence[Score]) -> dict[str, int]:
    return {unit: len({score[:depth] for score in scores}) for depth, unit in enumerate(UNITS, start=1)}
