"""Ids that stand in several spellings in photos.csv and scores.csv, and the spelling that each of them should have."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, repeat
from typing import NamedTuple

from pasi.cohort.csv_reader import CsvTable
from pasi.cohort.id_dates import ORDERS, DateOrder
from pasi.cohort.rewritten_ids import group_keys, has_dates, is_sure, originality

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")  # harmless in a path, a table and a spreadsheet (F28)


class Place(NamedTuple):
    """A row of a table, counted from 0."""

    table: CsvTable
    row: int

    def __str__(self) -> str:
        return f"{self.table.file}:{self.table.lines[self.row]}"


@dataclass(frozen=True)
class SpelledId:
    """A subject, or a visit of the subject `owner`, in several spellings; `places` holds the rows of each of them."""

    column: str
    owner: str
    best: str
    places: Mapping[str, Sequence[Place]]


@dataclass(frozen=True)
class Spellings:
    """All ids with several spellings, and the best spelling of each of these by column, owner and spelling."""

    ids: tuple[SpelledId, ...] = ()
    best: Mapping[tuple[str, str, str], str] = field(default_factory=dict)

    def intended(self, subject: str, visit: str) -> tuple[str, str]:
        """Subject and visit in their best spelling."""
        subject = self.best.get(("subject", "", subject), subject)
        return subject, self.best.get(("visit", subject, visit), visit)

    def mended(self, table: CsvTable) -> CsvTable:
        """The table with the best spelling of all its subjects and visits."""
        if not self.ids:
            return table
        pairs = list(map(self.intended, table.columns["subject"], table.columns["visit"]))
        subjects, visits = ([pair[place] for pair in pairs] for place in (0, 1))
        return replace(table, columns={**table.columns, "subject": subjects, "visit": visits})


def find_spellings(tables: Sequence[CsvTable]) -> Spellings:
    """Ids that differ only in case, in what surrounds them, or in what a program makes of a number (F18).

    A visit belongs to its subject, because V1 of one subject and v1 of another cannot be confused.
    """
    subjects = list(_spelled_ids(tables, "subject", Spellings()))
    known = Spellings(tuple(subjects), _best(subjects))
    every = (*subjects, *_spelled_ids(tables, "visit", known))
    return Spellings(every, _best(every))


def _best(ids: Sequence[SpelledId]) -> dict[tuple[str, str, str], str]:
    return {(spelled.column, spelled.owner, value): spelled.best for spelled in ids for value in spelled.places}


def _spelled_ids(tables: Sequence[CsvTable], column: str, known: Spellings) -> Iterator[SpelledId]:
    """The ids of a column with several spellings; `known` holds those of subjects, which own the visits.

    Where ids may be dates, these have several readings: the one that explains the most ids comes first, and what it
    explains is not reported again.
    """
    values = set().union(*(table.columns[column] for table in tables))
    readings = [
        list(_spelled_in(tables, column, known, order))
        for order in (ORDERS if has_dates(values) else ORDERS[:1])
        if len(set(group_keys(values, order).values())) < len(values)  # else no two ids can be confused
    ]
    readings.sort(key=len, reverse=True)
    explained: set[tuple[str, str]] = set()
    for spelled in chain.from_iterable(readings):
        pairs = {(spelled.owner, value) for value in spelled.places}
        if explained.isdisjoint(pairs):
            explained |= pairs
            yield spelled


def _spelled_in(tables: Sequence[CsvTable], column: str, known: Spellings, order: DateOrder) -> Iterator[SpelledId]:
    """The ids with several spellings in one reading of dates."""
    for (owner, key), places in _groups(tables, column, known, order).items():
        if all(is_sure(value, key) for value in places) or not _stand_side_by_side(places, column):
            yield SpelledId(column, owner, _best_of(places), places)


def _groups(
    tables: Sequence[CsvTable], column: str, known: Spellings, order: DateOrder
) -> dict[tuple[str, str], dict[str, list[Place]]]:
    """By owner and key, the spellings of each id that has several, with the rows of each of these."""
    owned: dict[str, set[str]] = defaultdict(set)
    for table in tables:
        for owner, value in set(_with_owners(table, column, known)):
            owned[owner].add(value)
    keys = {owner: group_keys(owned[owner], order) for owner in owned}
    counts = Counter((owner, key) for owner in keys for key in keys[owner].values() if key)
    groups: dict[tuple[str, str], dict[str, list[Place]]] = defaultdict(lambda: defaultdict(list))
    for table in tables if max(counts.values(), default=0) > 1 else ():
        for row, (owner, value) in enumerate(_with_owners(table, column, known)):
            key = keys[owner][value]
            if counts[owner, key] > 1:
                groups[owner, key][value].append(Place(table, row))
    return groups


def _stand_side_by_side(places: Mapping[str, Sequence[Place]], column: str) -> bool:
    """Whether one table has two spellings for the same region of the same visit: they are two ids then.

    The numbered ids 1.1 and 1.10 both have a row of each region; of one rewritten id each row has one spelling.
    """
    others = [name for name in ("visit", "region") if name != column]
    rows = Counter(
        place
        for spelt in places.values()
        for place in {(table.file, *(table.columns[name][row] for name in others)) for table, row in spelt}
    )
    return max(rows.values()) > 1


def _best_of(places: Mapping[str, Sequence[Place]]) -> str:
    """The spelling that is valid, then the original, then the most frequent; of equals, the first."""
    return max(places, key=lambda value: (bool(ID.fullmatch(value)), originality(value), len(places[value])))


def _with_owners(table: CsvTable, column: str, known: Spellings) -> Iterator[tuple[str, str]]:
    """Owner and id of each row: a visit belongs to its subject, a subject to nothing."""
    if column == "subject":
        return zip(repeat(""), table.columns["subject"])
    owners = (known.best.get(("subject", "", subject), subject) for subject in table.columns["subject"])
    return zip(owners, table.columns[column], strict=True)
