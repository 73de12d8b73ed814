"""How much the tables of a cohort hold, and how much of that no run sees."""

from collections import Counter
from collections.abc import Iterable, Sequence

from pasi.cohort.records import UNITS, Cohort, Score
from pasi.severity.index import SeverityIndex


def cohort_counts(cohort: Cohort, index: SeverityIndex) -> dict[str, int]:
    """What the tables hold, and how many visits lack a region with grades and a photo, for which they get no index."""
    usable, unseen = ([score[:2] for score in scores] for scores in (cohort.scores, cohort.unseen))
    return {**_held(cohort), "incomplete visits": incomplete_visits(usable, len(index.regions), others=unseen)}


def incomplete_visits(rows: Iterable[tuple[str, str]], regions: int, *, others: Iterable[tuple[str, str]] = ()) -> int:
    """Number of visits that have fewer than `regions` rows, and so no value of the index.

    rows: subject and visit of each region that has grades and a photo. others: visits that count as incomplete if they
    have no row at all.
    """
    counts = Counter(dict.fromkeys(others, 0))
    counts.update(rows)
    return sum(count < regions for count in counts.values())


def left_out_counts(cohort: Cohort) -> dict[str, int]:
    """What of the tables no run sees: subjects and visits without any photo, regions without one, surplus photos."""
    held, used = _held(cohort), _count_units(cohort.scores)
    return {**{unit: held[unit] - used[unit] for unit in UNITS}, "photos": cohort.surplus}


def count_table(cohort: Cohort) -> dict[str, list[str] | list[int]]:
    """The columns of cohort/counts.csv: unit (subjects, visits, regions, photos), held by the tables, left out."""
    held, lost = _held(cohort), left_out_counts(cohort)
    return {"unit": list(lost), "held": [held[unit] for unit in lost], "left_out": list(lost.values())}


def _held(cohort: Cohort) -> dict[str, int]:
    """What the tables hold, whether a run sees it or not."""
    return {**_count_units([*cohort.scores, *cohort.unseen]), "photos": len(cohort.photos) + cohort.surplus}


def _count_units(scores: Sequence[Score]) -> dict[str, int]:
    return {unit: len({score[:depth] for score in scores}) for depth, unit in enumerate(UNITS, start=1)}
