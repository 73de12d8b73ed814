"""What stands in place of a subject or visit that is not known: NA, nan, 999. Each would become a person or a visit."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product

from pasi.cohort.cell_numbers import number
from pasi.cohort.csv_reader import CsvTable
from pasi.cohort.look_alike import appearance
from pasi.cohort.missing_codes import INITIALS, is_ditto, is_missing, is_reason
from pasi.cohort.spellings import ID
from pasi.errors import Problem
from pasi.wording import in_rows, quoted

MOST_INITIALS = 4
DIGITS = "0123456789"
RATHER_MISSING = ("na", "unk")  # of the codes that may be initials
NAMED = ("subject", "visit")
# A visit may be named by its week: 88, 96.
NUMBERED = {"subject": frozenset[str](), "visit": frozenset(map(str, range(100)))}
UnknownIds = Mapping[str, frozenset[str]]  # by column, the texts that name nobody


def find_missing_ids(tables: Sequence[CsvTable]) -> UnknownIds:
    """By column, the texts of either table that stand for an id that is not known; empty cells are not among them."""
    return {
        name: frozenset[str]().union(*(_missing(frozenset(table.columns[name])) for table in tables)) - NUMBERED[name]
        for name in NAMED
    }


def without_ids(table: CsvTable, unknown: UnknownIds) -> CsvTable:
    """The table with empty cells in place of these ids, so that no later check takes them for one person."""
    columns = dict(table.columns)
    for name in (name for name in NAMED if not unknown[name].isdisjoint(columns[name])):
        columns[name] = ["" if text in unknown[name] else text for text in columns[name]]
    return replace(table, columns=columns)


def missing_id_problems(tables: Sequence[CsvTable], missing: UnknownIds) -> Iterator[Problem]:
    """A problem for each `missing` id of each table."""
    for table, column in product(tables, NAMED):
        for text in sorted(missing[column].intersection(table.columns[column])):
            rows = [row for row, value in enumerate(table.columns[column]) if value == text]
            found = in_rows(quoted(text), [table.lines[row] for row in rows])
            yield table.problem(rows[0], column, found, f"a {column}", _fix(text, column))


def _fix(text: str, column: str) -> str:
    """What to do about a text that stands for an id that is not known."""
    if is_ditto(text):
        return f"repeat the {column} in each row: {text.strip()} stands for that of the row above"
    fix = f"give the {column}: {text.strip()} stands for one that is not known"
    if ID.fullmatch(text) and _may_be_an_id(text) and appearance(text) not in RATHER_MISSING:
        return f"{fix}; where it is the name of a {column}, write it in the form of the others"
    return fix


def _missing(values: Collection[str]) -> frozenset[str]:
    """Codes for missing values. One that may be an id as well counts only where no other id has its form."""
    marks = {value for value in values if value[-1:] not in DIGITS and is_ditto(value)}  # most ids end in a digit
    codes = {value for value in values if value.strip() and (is_missing(value) or appearance(value) in ("none", "nil"))}
    codes -= {value for value in codes if is_reason(value)}
    doubtful = {code for code in codes if ID.fullmatch(code) and _may_be_an_id(code)}
    others = {value for value in values if ID.fullmatch(value)} - codes
    numbers = {code for code in doubtful if number(code) is not None}
    kept = {*_taken_numbers(numbers, others), *_taken_letters(doubtful - numbers, others | numbers)}
    return frozenset(codes - kept | marks)


def _may_be_an_id(code: str) -> bool:
    """Whether a code is a number, or may be somebody's initials."""
    return number(code) is not None or appearance(code) in INITIALS


def _taken_numbers(codes: Collection[str], others: Collection[str]) -> Collection[str]:
    """The codes that are ids: all of them where the others are fewer, or where one of these is a number."""
    return codes if len(codes) > len(others) or any(number(other) is not None for other in others) else ()


def _taken_letters(codes: Collection[str], others: Collection[str]) -> Collection[str]:
    """The codes that are ids: all of them where the others are fewer or have a few letters each, too.

    Most are ids if one of the others has; NA and UNK only if all have, because most often they are no id.
    """
    alike = [other.isalpha() and len(other) <= MOST_INITIALS for other in others]
    if len(codes) > len(others) or all(alike):
        return codes
    return [code for code in codes if any(alike) and appearance(code) not in RATHER_MISSING]
