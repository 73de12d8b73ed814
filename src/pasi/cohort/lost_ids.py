"""Ids of which a spreadsheet has left too little to know them by: days as numbers, and numbers that lost digits.

An id such as 01-02 becomes the day 45659, which several ids may have become. Of a number a spreadsheet keeps 15 digits,
and an exponent keeps fewer, so several people may have one id.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pasi.cohort.csv_reader import CsvTable
from pasi.cohort.id_dates import serial_date
from pasi.cohort.identifiers import region_visit_texts
from pasi.cohort.rewritten_ids import AS_TEXT, PAIR, bare, group_keys
from pasi.cohort.spellings import Place
from pasi.errors import Problem
from pasi.wording import counted, quoted

DIGITS = "a spreadsheet keeps 15 digits of a number at most, and fewer with an exponent"
WITH_EXPONENT = re.compile(r"(\d)(?:\.(\d+))?e\+(\d{1,2})", re.ASCII)
KEPT = 15


class LostIds(NamedTuple):
    """Subjects, or visits, with one cause: `values` are theirs, `original` is a row with an id that is as it was."""

    column: str
    values: frozenset[str]
    original: Place | None
    cause: str


class Rounded(NamedTuple):
    """A number that has lost digits: its value, how many digits it has, and how many of them are known."""

    value: int
    length: int
    known: int


def find_lost_ids(tables: Sequence[CsvTable]) -> list[LostIds]:
    """The subjects of each cause, for each cause that there is."""
    subjects = {value: bare(value) for value in set().union(*(table.columns["subject"] for table in tables))}
    return [*_serials(tables, subjects), *_shortened(tables, subjects), *_shortened_visits(tables)]


def lost_id_problems(tables: Sequence[CsvTable], lost: Sequence[LostIds]) -> Iterator[Problem]:
    """One problem for each cause; it names a row of each table."""
    for column, values, original, cause in lost:
        places = list(filter(None, (_first_place(table, values, column) for table in tables)))
        table, row = places[0]
        found = quoted(table.columns[column][row])
        if len(values) > 1:
            found += f" and {counted(len(values) - 1, f'more {column}')} like it"
        if len(places) > 1:
            found += f" (in {places[1]} too)"
        shown = f" such as {quoted(original.table.columns['subject'][original.row])} in {original}" if original else ""
        fix = f"{cause}: take the ids from their source, and {AS_TEXT}"
        yield table.problem(row, column, found, f"the id as it was{',' if shown else ''}{shown}", fix)


def _first_place(table: CsvTable, values: frozenset[str], column: str = "subject") -> Place | None:
    return next((Place(table, row) for row, value in enumerate(table.columns[column]) if value in values), None)


def _serials(tables: Sequence[CsvTable], subjects: dict[str, str]) -> Iterator[LostIds]:
    """Days as numbers among ids such as 01-02, if no visit of a table has ids of both forms."""
    days = {value: day for value, text in subjects.items() if (day := serial_date(text))}
    pairs = frozenset(value for value, text in subjects.items() if PAIR.fullmatch(text))
    if days and pairs and not _meet(tables, frozenset(days), pairs):
        first, day = next(iter(sorted(days.items())))
        shown = f"{day.year}-{day.month:02}-{day.day:02}"
        original = next(filter(None, (_first_place(table, pairs) for table in tables)))
        yield LostIds("subject", frozenset(days), original, f"a spreadsheet made a date of it ({first} is {shown})")


def _meet(tables: Sequence[CsvTable], some: frozenset[str], others: frozenset[str]) -> bool:
    """Whether both kinds of ids stand in one visit and region of a table; they are ids of two schemes then."""
    for table in tables:
        rows = list(zip(*(table.columns[name] for name in ("subject", "visit", "region")), strict=True))
        if {row[1:] for row in rows if row[0] in some} & {row[1:] for row in rows if row[0] in others}:
            return True
    return False


def _shortened(tables: Sequence[CsvTable], subjects: dict[str, str]) -> Iterator[LostIds]:
    """Numbers that have lost digits: another id is one of theirs that has them, or a visit has several rows of them."""
    rounded = {value: number for value, text in subjects.items() if (number := _rounded(text))}
    if not rounded:
        return
    origins: dict[Rounded, set[str]] = defaultdict(set)
    forms = {(number.length, number.known) for number in rounded.values()}
    for value, text in subjects.items():
        for form in forms if text.isdecimal() and text.isascii() else ():
            for left in _shortenings(text, *form):
                origins[Rounded(left, *form)].add(value)
    # One that has a row beside each of its origins is an id of its own, such as 100 among 101 and 102.
    found = frozenset(
        value
        for value, number in rounded.items()
        if any(not _meet(tables, frozenset((value,)), frozenset((origin,))) for origin in origins.get(number, ()))
    )
    whole = frozenset().union(*(origins[rounded[value]] for value in found))
    if found:
        yield LostIds("subject", found, next(filter(None, (_first_place(table, whole) for table in tables))), DIGITS)
    elif doubled := _repeated(tables) & set(rounded):
        yield LostIds("subject", frozenset(doubled), None, DIGITS)


def _shortened_visits(tables: Sequence[CsvTable]) -> Iterator[LostIds]:
    """Visits such as 2.0231E+07, which may be several, where no other visit is that number."""
    visits = set[str]().union(*(table.columns["visit"] for table in tables))
    if not any("e+" in visit.casefold() for visit in visits):
        return
    keys = group_keys(visits)
    counts = Counter(keys.values())
    found = frozenset(visit for visit in visits if counts[keys[visit]] == 1 and _rounded(bare(visit)))
    if found:
        yield LostIds("visit", found, None, DIGITS)


def _rounded(text: str) -> Rounded | None:
    """The number of an id that may have lost digits; None for any other id."""
    if found := WITH_EXPONENT.fullmatch(text):
        digits, exponent = found[1] + (found[2] or ""), int(found[3])
        known = len(digits)
        return Rounded(int(digits) * 10 ** (exponent + 1 - known), exponent + 1, known) if exponent >= known else None
    if text.isdecimal() and text.isascii() and len(text) > KEPT and not text[KEPT:].strip("0"):
        return Rounded(int(text), len(text), KEPT)
    return None


def _shortenings(text: str, length: int, known: int) -> Iterator[int]:
    """What is left of a number with so many digits if so many are known, rounded and cut; nothing if it loses none."""
    if len(text) == length and text[known:].strip("0"):
        unit = 10 ** (length - known)
        yield from (int(text) // unit * unit, (int(text) + unit // 2) // unit * unit)


def _repeated(tables: Sequence[CsvTable]) -> set[str]:
    """Subjects with several rows of one region and visit in scores.csv, where each should have one row."""
    tables = [table for table in tables if "photo" not in table.columns]
    counts = [(table, Counter(region_visit_texts(table))) for table in tables]
    return {text.split(" ", 1)[0] for _, count in counts for text, number in count.items() if number > 1}
