"""How to correct a cell of the columns week, date and baseline that cannot be read."""

import re
from datetime import date, timedelta

from pasi.cohort.cell_numbers import number
from pasi.cohort.id_dates import DAY_0, SERIALS, whole_date, written_date
from pasi.cohort.look_alike import typed
from pasi.cohort.missing_codes import is_missing, is_missing_week

DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
ISO_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})[T ][\d:.,Z+-]+", re.ASCII)
COMPACT = re.compile(r"((?:19|20)\d{2})(0[1-9]|1[0-2])([0-2]\d|3[01])(?:\.0*)?", re.ASCII)
OTHER_DATE = re.compile(r"(\d{1,2})([./ -])(\d{1,2})\2(\d{4})", re.ASCII)  # day or month first
SERIAL = re.compile(r"[2-6]\d{4}(\.\d+)?", re.ASCII)  # days since 1900, as a spreadsheet counts them
SAS_DAY = re.compile(r"(?:1[4-9]|2[0-7])\d{3}(?:\.0*)?", re.ASCII)  # days since 1960, from 1998 to 2036
DAY_0_OF_SAS = date(1960, 1, 1)
PARTIAL = re.compile(r"\d{4}(?:-(?:\d{2}|UNK?|XX|--?))?(?:-(?:UNK?|XX|--?))?", re.ASCII | re.IGNORECASE)
# No hyphen before the number: Week-4 may be week 4 or four weeks before the baseline.
UNIT = re.compile(r"(?:w|wk|week)s?[ ._]*(\d+(?:\.\d+)?)|(-?\d+(?:\.\d+)?)\s*(?:w|wk|week)s?", re.ASCII | re.I)
BASELINE = ("baseline", "bl", "day 0", "day0", "d0")
MINUS = str.maketrans("\N{MINUS SIGN}\N{EN DASH}", "--")
EMPTY_CELL = "empty the cell: an empty cell stands for a value that is not known"


def fix_for_week(text: str) -> str:
    """How to correct a week."""
    bare = text.strip()
    if number(bare) is None and number(bare.replace(",", ".", 1)) is not None:
        return f"use a point: {bare.replace(',', '.')}"
    if number(plain := bare.translate(MINUS)) is not None and plain != bare:
        return f"write the minus as a hyphen: {plain}"
    if (named := week_in_words(bare)) is not None:
        return f"write the number alone: {named}"
    if is_missing_week(bare):
        return EMPTY_CELL
    if (day := number(bare)) is not None and is_day_number(day):
        shown = DAY_0 + timedelta(days=int(day))
        return f"put dates into a column date, as YYYY-MM-DD: {bare} is the day {shown} of a spreadsheet"
    if DATE.fullmatch(bare) or OTHER_DATE.fullmatch(bare):
        return "put dates into a column date, as YYYY-MM-DD"
    return "write the weeks since the baseline as a number: 0 at the baseline, below 0 before it"


def week_in_words(text: str) -> str | None:
    """The number of a week such as "Week 4", and 0 for the baseline; None for any other text."""
    if text.strip().casefold() in BASELINE:
        return "0"
    match = UNIT.fullmatch(text.strip())
    return match[1] or match[2] if match else None


def is_week_in_words(text: str) -> bool:
    """Whether a cell names a week or a visit: "Week 4", "Screening". A date is no such name, nor a code for none."""
    has_letter = re.search(r"[^\W\d_]", text)
    return bool(has_letter) and not is_missing(text) and written_date(text.strip().casefold()) is None


def is_day_number(value: float) -> bool:
    """Whether a number is one by which a spreadsheet counts a day from 2000 to 2035, and no number of weeks."""
    return int(value) in SERIALS


def fix_for_date(text: str) -> str:
    """How to correct a date."""
    bare = text.strip()
    if is_missing(bare):
        return EMPTY_CELL
    if DATE.fullmatch(bare):
        return "correct it: the calendar has no such day"
    if DATE.fullmatch(plain := typed(bare)):
        return f"type its digits and hyphens again: {plain}"
    if match := COMPACT.fullmatch(bare):
        return f"write dates as YYYY-MM-DD: {'-'.join(match.groups())}"
    if match := ISO_TIME.fullmatch(bare):
        return f"write the day alone: {match[1]}"
    if (day := whole_date(bare.casefold())) and day == whole_date(bare.casefold(), day_first=False):
        return f"write dates as YYYY-MM-DD: {day}"
    if PARTIAL.fullmatch(bare):
        return "write the day too, or empty the cell: without it, the date is not known"
    if not bare.strip("#"):
        return "a column of the spreadsheet was too narrow: make it wider, and save the table again"
    if SAS_DAY.fullmatch(bare):
        shown = DAY_0_OF_SAS + timedelta(days=int(float(bare)))
        return f"write dates as YYYY-MM-DD: as a number of days in SAS, {bare} is {shown} (format it by YYMMDD10.)"
    if SERIAL.fullmatch(bare):
        return "give the column the format YYYY-MM-DD in the spreadsheet, and save it again"
    if OTHER_DATE.fullmatch(bare):
        return "write dates as YYYY-MM-DD; in this form, day and month cannot be told apart"
    return "write dates as YYYY-MM-DD, such as 2023-01-28"


def fix_for_mark(text: str) -> str:
    """How to correct a mark of the baseline."""
    if is_missing(text):
        return "empty the cell, or write false: the baseline alone is marked, with true"
    return "write true in the rows of the baseline visit and false in all others, or rename the column"
