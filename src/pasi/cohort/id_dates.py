"""Dates that a spreadsheet makes of ids such as 1-2, 01-02-003 and MAR1: 2-Jan, 2025-01-02, 1/2/2025, 45659.

All texts here are in lower case. Whether day or month stands first differs between the languages of spreadsheets, in
the id that is read as well as in the date that is written, so there are four readings of all dates of a column.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import product
from typing import NamedTuple

from pasi.cohort.month_names import MONTHS, ROMAN

YEAR_FIRST = re.compile(
    r"(\d{4})([-./])(\d{1,2})\2(\d{1,2})(?:[ t]0?0:00(?::00(?:\.0+)?)?(?:z|[+-]00:?00)?)?", re.ASCII
)
YEAR_LAST = re.compile(r"(\d{1,2})(?:([-./ ])(\d{1,2})\2(\d{4})|/(\d{1,2})/(\d{2}))", re.ASCII)
NAMED = re.compile(r"(\d{1,2})[-. /]{0,2}([^\W\d_]+)\.?[-. /]{0,2}(\d{4}|\d{2})")
DAY_AND_MONTH = re.compile(r"(\d{1,2})[-. /]{1,2}([^\W\d_]+)\.?")
MONTH_AND_NUMBER = re.compile(r"([^\W\d_]+)(?:\.|\.?[- ])(\d{1,2}|\d{4})")  # of the day, or the year
WITH_SIGNS = re.compile(r"(?:(\d{4})[年년] ?)?(\d{1,2})[月월] ?(\d{1,2})[日일]", re.ASCII)  # Chinese, Japanese, Korean
SERIAL = re.compile(r"(\d{5})(?:\.0)?", re.ASCII)
DAY_0 = date(1899, 12, 30)  # of the serial numbers of spreadsheets
SERIALS = range((date(2000, 1, 1) - DAY_0).days, (date(2036, 1, 1) - DAY_0).days)
MARKS = "-./ "
DIGITS = "0123456789"
LETTERS = str.maketrans("ıłđø", "ildo")  # that are no letter with an accent


class Day(NamedTuple):
    """A date; `year` is None where the text has none."""

    year: int | None
    month: int
    day: int


class DateOrder(NamedTuple):
    """One reading of dates: whether 1/2/2025 is in February, and whether the id 1-2 became a date in January."""

    day_first: bool
    month_leads: bool


ORDERS = tuple(map(DateOrder, (True, False, True, False), (True, True, False, False)))


def month_numbers(name: str) -> tuple[int, ...]:
    """The numbers of the months that a written or short name may stand for; none for any other word."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(LETTERS))
    return MONTHS.get("".join(letter for letter in plain if not unicodedata.combining(letter)), ())


def written_date(text: str, *, day_first: bool = True) -> Day | None:
    """The first of `written_dates`, None where there is none."""
    return next(iter(written_dates(text, day_first=day_first)), None)


def written_dates(text: str, *, day_first: bool = True) -> list[Day]:
    """The dates that a text may be, several where its month has another name in another language, none for other texts.

    `day_first` says what 1/2/2025 is.
    """
    if text[:1] not in DIGITS and not any(mark in text for mark in MARKS):
        return []  # most ids, which need not be searched
    found: re.Match[str] | None
    if found := YEAR_FIRST.fullmatch(text):
        return _days(found[1], [int(found[3])], found[4])
    if found := WITH_SIGNS.fullmatch(text):
        return _days(found[1], [int(found[2])], found[3])
    if found := YEAR_LAST.fullmatch(text):
        one, two = int(found[1]), int(found[3] or found[5])
        month_last = (day_first and two <= 12) or one > 12
        month, day = (two, one) if month_last else (one, two)
        return _days(found[4] or found[6], [month], day)
    if found := NAMED.fullmatch(text):
        return _days(found[3], _months_behind_day(found[2]), found[1])
    if found := DAY_AND_MONTH.fullmatch(text):
        return [Day(None, month, int(found[1])) for month in _months_behind_day(found[2])]
    if found := MONTH_AND_NUMBER.fullmatch(text):
        return [Day(None, month, int(found[2])) for month in month_numbers(found[1])]
    return []


def serial_date(text: str) -> Day | None:
    """The date from 2000 to 2035 that a spreadsheet shows as this number of days; None for any other text."""
    found = SERIAL.fullmatch(text)
    if not found or int(found[1]) not in SERIALS:
        return None
    day = DAY_0 + timedelta(days=int(found[1]))
    return Day(day.year, day.month, day.day)


def whole_date(text: str, *, day_first: bool = True) -> str | None:
    """A date that has its year, as YYYY-MM-DD; None for any other text, and where its month is uncertain."""
    found = written_dates(text, day_first=day_first)
    return f"{found[0].year:04}-{found[0].month:02}-{found[0].day:02}" if len(found) == 1 and found[0].year else None


def ids_of_date(text: str, order: DateOrder) -> Iterator[str]:
    """The ids of which a spreadsheet makes this date.

    1-2 and 01-02 become 2-Jan or 2025-01-02, 01-02-003 becomes 2003-01-02, MAR1 becomes 1-Mar, and 10-51 or OCT51
    becomes Oct-51 or 1951-10-01.
    """
    for day in written_dates(text, day_first=order.day_first):
        yield from _ids_of_day(day, order)


def _ids_of_day(date_made: Day, order: DateOrder) -> Iterator[str]:
    year, month, day = date_made
    pair = (month, day) if order.month_leads else (day, month)
    yield from _joined(*map(_numbers, pair))
    if year:
        years = tuple(dict.fromkeys((str(year), *_numbers(year % 100))))
        yield from _joined(*map(_numbers, pair), years)
        if order.month_leads:
            yield from _joined(years, *map(_numbers, pair))
        if day == 1:  # 10-51 is no day of a year, but the month of one: 1951-10-01
            yield from _joined(_numbers(month), years)
            yield from (f"{name}{mark}{year % 100:02}" for name in _names(month) for mark in ("", "-"))
    elif order.month_leads:
        yield from _joined(_numbers(month), (str(day), f"20{day:02}"))
    for name in _names(month):
        yield from (f"{name}{mark}{number}" for mark in ("", "-") for number in _numbers(day))


def _names(month: int) -> Iterator[str]:
    return (name for name, numbers in MONTHS.items() if month in numbers)


def _months_behind_day(name: str) -> tuple[int, ...]:
    """The months of a name, or of a Roman numeral; such a numeral in front of a number is rather a visit, as in V-1."""
    return (ROMAN[name],) if name in ROMAN else month_numbers(name)


def _days(year: str | None, months: Iterable[int], day: int | str) -> list[Day]:
    """The dates of this day in each of the months, where there are such days."""
    whole = _whole_year(year) if year else None
    return [Day(whole, month, int(day)) for month in months if 1 <= month <= 12 and 1 <= int(day) <= 31]


def _whole_year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _numbers(number: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys((f"{number:02}", str(number), f"{number:03}")))


def _joined(*parts: tuple[str, ...]) -> Iterator[str]:
    """Every way of writing these parts with one mark between them."""
    for mark in MARKS:
        yield from map(mark.join, product(*parts))
