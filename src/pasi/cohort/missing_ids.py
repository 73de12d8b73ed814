"""What stands in place of a subject or visit that is not known: NA, nan, 999. Each would become a person or a visit."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from pasi.cohort.cell_numbers import number
from pasi.cohort.csv_reader import CsvTable
from pasi.cohort.look_alike import appearance
from pasi.cohort.missing_codes import INITIALS, is_missing
from pasi.cohort.spellings import ID

NAMED = ("subject", "visit")
MissingIds = Mapping[str, frozenset[str]]  # by column, the texts that stand for an id that is not known


def find_missing_ids(tables: Sequence[CsvTable]) -> MissingIds:
    """By column, the texts of either table that stand for an id that is not known; empty cells are not among them."""
    return {name: frozenset().union(*(_missing(frozenset(table.columns[name])) for table in tables)) for name in NAMED}


def without_missing_ids(table: CsvTable, missing: MissingIds) -> CsvTable:
    """The table with empty cells in place of the `missing` ids, so that no later check takes them for one person."""
    columns = dict(table.columns)
    for name in (name for name in NAMED if not missing[name].isdisjoint(columns[name])):
        columns[name] = ["" if text in missing[name] else text for text in columns[name]]
    return replace(table, columns=columns)


def fix_for_missing_id(text: str, column: str) -> str:
    """What to do about a text that stands for an id that is not known."""
    fix = f"give the {column}: {text.strip()} stands for one that is not known"
    if ID.fullmatch(text) and _may_be_an_id(text):
        return f"{fix}; where it is the name of a {column}, write it in the form of the others"
    return fix


def _missing(values: Collection[str]) -> frozenset[str]:
    """Codes for missing values. One that may be an id as well counts only where no other id has its form."""
    codes = {value for value in values if value.strip() and (is_missing(value) or appearance(value) in ("none", "nil"))}
    others = set(filter(str.strip, values)) - codes
    return frozenset(code for code in codes if not (ID.fullmatch(code) and _may_be_an_id(code) and _fits(code, others)))


def _may_be_an_id(code: str) -> bool:
    """Whether a code is a number, or may be somebody's initials."""
    return number(code) is not None or appearance(code) in INITIALS


def _fits(code: str, others: Collection[str]) -> bool:
    """Whether an id of the column has the form of the code: a number, or no digit. A code alone fits, too."""
    if number(code) is not None:
        return not others or any(number(other) is not None for other in others)
    return not others or any(not any(map(str.isdigit, other)) for other in others)
