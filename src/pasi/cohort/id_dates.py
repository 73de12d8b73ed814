"""Dates that a spreadsheet makes of ids such as 1-2, 01-02-003 and MAR1: 2-Jan, 2025-01-02, 1/2/2025, 45659.

All texts here are in lower case. Whether day or month stands first differs between the languages of spreadsheets, in
the id that is read as well as in the date that is written, so there are four readings of all dates of a column.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product
from typing import NamedTuple

# English, German, French, Spanish, Italian, Dutch and Portuguese, without accents.
NAMES = """
jan january januar janv janvier ene enero gen gennaio januari janeiro
feb february februar fevr fevrier febrero febbraio februari fev fevereiro
mar march mrz marz mars marzo mrt maart marco
apr april avr avril abr abril aprile
may mai mayo mag maggio mei maio
jun june juni juin junio giu giugno junho
jul july juli juil juillet julio lug luglio julho
aug august aout ago agosto augustus
sep sept september septembre septiembre set settembre setembro
oct october okt oktober octobre octubre ott ottobre out outubro
nov november novembre noviembre novembro
dec december dez dezember decembre dic diciembre dicembre dezembro
"""
MONTHS = {name: month for month, line in enumerate(NAMES.strip().split("\n"), 1) for name in line.split(" ")}
YEAR_FIRST = re.compile(r"(\d{4})([-./])(\d{1,2})\2(\d{1,2})(?:[ t]0?0:00(?::00(?:\.0+)?)?)?", re.ASCII)
YEAR_LAST = re.compile(r"(\d{1,2})(?:([-./ ])(\d{1,2})\2(\d{4})|/(\d{1,2})/(\d{2}))", re.ASCII)
NAMED = re.compile(r"(\d{1,2})[-. /]{0,2}([^\W\d_]+)\.?[-. /]{0,2}(\d{4}|\d{2})")
DAY_AND_MONTH = re.compile(r"(\d{1,2})[-. ]{1,2}([^\W\d_]+)\.?")
MONTH_AND_NUMBER = re.compile(r"([^\W\d_]+)\.?[- ](\d{1,2}|\d{4})")  # of the day, or the year
SERIAL = re.compile(r"(\d{5})(?:\.0)?", re.ASCII)
DAY_0 = date(1899, 12, 30)  # of the serial numbers of spreadsheets
SERIALS = range((date(2000, 1, 1) - DAY_0).days, (date(2036, 1, 1) - DAY_0).days)
MARKS = "-./ "
DIGITS = "0123456789"


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


def month_number(name: str) -> int | None:
    """The number of a month whose name is written out or short, None for any other word."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return MONTHS.get("".join(letter for letter in plain if not unicodedata.combining(letter)))


def written_date(text: str, *, day_first: bool = True) -> Day | None:
    """The date in a text, None for any other text; `day_first` says what 1/2/2025 is."""
    if text[:1] not in DIGITS and "-" not in text and " " not in text:
        return None  # most ids, which need not be searched
    found: re.Match[str] | None
    month: int | None
    if found := YEAR_FIRST.fullmatch(text):
        return _day(int(found[1]), int(found[3]), int(found[4]))
    if found := YEAR_LAST.fullmatch(text):
        one, two = int(found[1]), int(found[3] or found[5])
        month_last = (day_first and two <= 12) or one > 12
        month, day = (two, one) if month_last else (one, two)
        return _day(_whole_year(found[4] or found[6]), month, day)
    if (found := NAMED.fullmatch(text)) and (month := month_number(found[2])):
        return _day(_whole_year(found[3]), month, int(found[1]))
    if (found := DAY_AND_MONTH.fullmatch(text)) and (month := month_number(found[2])):
        return Day(None, month, int(found[1]))
    if (found := MONTH_AND_NUMBER.fullmatch(text)) and (month := month_number(found[1])):
        return Day(None, month, int(found[2]))
    return None


def serial_date(text: str) -> Day | None:
    """The date from 2000 to 2035 that a spreadsheet shows as this number of days; None for any other text."""
    found = SERIAL.fullmatch(text)
    if not found or int(found[1]) not in SERIALS:
        return None
    day = DAY_0 + timedelta(days=int(found[1]))
    return Day(day.year, day.month, day.day)


def whole_date(text: str, *, day_first: bool = True) -> str | None:
    """A date that has its year, as YYYY-MM-DD; None for any other text."""
    found = written_date(text, day_first=day_first)
    return f"{found.year:04}-{found.month:02}-{found.day:02}" if found and found.year else None


def ids_of_date(text: str, order: DateOrder) -> Iterator[str]:
    """The ids of which a spreadsheet makes this date.

    1-2 and 01-02 become 2-Jan or 2025-01-02, 01-02-003 becomes 2003-01-02, and MAR1 becomes 1-Mar.
    """
    found = written_date(text, day_first=order.day_first)
    if not found:
        return
    year, month, day = found
    pair = (month, day) if order.month_leads else (day, month)
    yield from _joined(*map(_numbers, pair))
    if year:
        years = tuple(dict.fromkeys((str(year), *_numbers(year % 100))))
        yield from _joined(*map(_numbers, pair), years)
        if order.month_leads:
            yield from _joined(years, *map(_numbers, pair))
    elif order.month_leads:
        yield from _joined(_numbers(month), (str(day), f"20{day:02}"))
    for name in (name for name, number in MONTHS.items() if number == month):
        yield from (f"{name}{mark}{number}" for mark in ("", "-") for number in _numbers(day))


def _day(year: int, month: int, day: int) -> Day | None:
    return Day(year, month, day) if 1 <= month <= 12 and 1 <= day <= 31 else None


def _whole_year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _numbers(number: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys((f"{number:02}", str(number), f"{number:03}")))


def _joined(*parts: tuple[str, ...]) -> Iterator[str]:
    """Every way of writing these parts with one mark between them."""
    for mark in MARKS:
        yield from map(mark.join, product(*parts))
