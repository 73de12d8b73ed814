"""How to correct a cell of the columns week, date and baseline that cannot be read."""

import re

from pasi.cohort.cell_numbers import number
from pasi.cohort.id_dates import whole_date
from pasi.cohort.missing_codes import is_missing, is_missing_week

DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
ISO_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})[T ][\d:.,Z+-]+", re.ASCII)
OTHER_DATE = re.compile(r"(\d{1,2})([./ -])(\d{1,2})\2(\d{4})", re.ASCII)  # day or month first
SERIAL = re.compile(r"[2-6]\d{4}(\.0)?", re.ASCII)  # days since 1900, as a spreadsheet counts them
# No hyphen before the number: Week-4 may be week 4 or four weeks before the baseline.
UNIT = re.compile(r"(?:w|wk|week)s?[ ._]*(\d+(?:\.\d+)?)|(-?\d+(?:\.\d+)?)\s*(?:w|wk|week)s?", re.ASCII | re.I)
MINUS = str.maketrans("\N{MINUS SIGN}\N{EN DASH}", "--")
EMPTY_CELL = "empty the cell: an empty cell stands for a value that is not known"


def fix_for_week(text: str) -> str:
    """How to correct a week."""
    bare = text.strip()
    if number(bare) is None and number(bare.replace(",", ".", 1)) is not None:
        return f"use a point: {bare.replace(',', '.')}"
    if number(plain := bare.translate(MINUS)) is not None and plain != bare:
        return f"write the minus as a hyphen: {plain}"
    if match := UNIT.fullmatch(bare):
        return f"write the number alone: {match[1] or match[2]}"
    if is_missing_week(bare):
        return EMPTY_CELL
    if DATE.fullmatch(bare) or OTHER_DATE.fullmatch(bare):
        return "put dates into a column date, as YYYY-MM-DD"
    return "write the weeks since the baseline as a number: 0 at the baseline, below 0 before it"


def fix_for_date(text: str) -> str:
    """How to correct a date."""
    bare = text.strip()
    if is_missing(bare):
        return EMPTY_CELL
    if DATE.fullmatch(bare):
        return "correct it: the calendar has no such day"
    if match := ISO_TIME.fullmatch(bare):
        return f"write the day alone: {match[1]}"
    if (day := whole_date(bare.casefold())) and day == whole_date(bare.casefold(), day_first=False):
        return f"write dates as YYYY-MM-DD: {day}"
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
