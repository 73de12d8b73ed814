"""Rows that hold labels or totals in place of values: second headers of every kind, subtotals and means."""

import re
from collections.abc import Callable, Collection, Sequence
from itertools import pairwise

from pasi.cohort.cell_numbers import number
from pasi.cohort.csv_reader import CsvTable
from pasi.cohort.csv_widths import TOTALS
from pasi.cohort.identifiers import IDS
from pasi.cohort.look_alike import appearance
from pasi.cohort.missing_codes import is_missing

MOST_HEADERS = 6  # that may stand below the first: names, labels, types, units, examples
MOST_LABELS = 20  # rows of labels elsewhere that are looked for
FILE_NAME = re.compile(r".*\.[A-Za-z0-9]{2,4}", re.DOTALL)
FORMAT = re.compile(r"\$(?:char)?\d*\.?", re.IGNORECASE)  # of SAS, for a text
EXAMPLE = re.compile(r"(?:e\.? ?g\.?|example|ex\.|z\.? ?b\.|beispiel|exemple|ejemplo|esempio)[ :]", re.IGNORECASE)
DIGITS = "0123456789"
HasValue = Callable[[int], bool]  # whether a row has a grade, or the path of a photo


def second_headers(
    table: CsvTable, regions: Collection[str], has_value: HasValue, others: Collection[int]
) -> list[int]:
    """The first rows, as far as they hold labels, units, types, formats, numbers of columns, or an example."""
    found: list[int] = []
    for row in (row for row in range(len(table.lines)) if row not in others):
        if len(found) == MOST_HEADERS or table.columns["region"][row] in regions:
            break
        if not (_is_described(table, row) or _is_unlike_a_row(table, row, has_value)):
            break
        found.append(row)
    return found if len(found) + len(others) < len(table.lines) else []


def other_labels(table: CsvTable, regions: Collection[str], has_value: HasValue, others: Collection[int]) -> list[int]:
    """Rows between and below the others that hold labels in every cell."""
    found: list[int] = []
    for row in odd_rows(table, regions):
        is_full = row not in others and all(cells[row].strip() for cells in table.columns.values())
        if is_full and _is_unlike_a_row(table, row, has_value):
            found.append(row)
        if len(found) == MOST_LABELS:
            break
    return found if len(found) + len(others) < len(table.lines) else []


def odd_rows(table: CsvTable, regions: Collection[str]) -> list[int]:
    """Rows without a region of the index."""
    return [row for row, region in enumerate(table.columns["region"]) if region not in regions]


def empty_rows(
    table: CsvTable, regions: Collection[str], values: Sequence[Sequence[str]]
) -> tuple[list[int], list[int]]:
    """Rows without ids and value, and those of a subject without region and value, as for a visit that was missed.

    `values` holds the columns of grades, or that of photos. A code for a missing value is none.
    """
    nobody, missed = [], []
    for row in odd_rows(table, regions):
        subject, visit, region = (not (cell := table.columns[name][row]).strip() or is_missing(cell) for name in IDS)
        if subject and visit and not any(number(cells[row]) is not None or _names_file(cells[row]) for cells in values):
            nobody.append(row)
        elif region and not subject and all(not cells[row].strip() or is_missing(cells[row]) for cells in values):
            missed.append(row)
    return (nobody, missed) if len(nobody) + len(missed) < len(table.lines) else ([], [])


def _names_file(cell: str) -> bool:
    return bool(FILE_NAME.fullmatch(cell.strip()))


def summary_rows(table: CsvTable) -> list[int]:
    """Rows that lack a visit or region, and have a total in place of another id: "S001 Total", "Mean"."""
    columns = [table.columns[name] for name in IDS]
    texts = {text for column in columns for text in column if " " in text or text[-1:] not in DIGITS}  # no usual id
    words = {text for text in texts if is_total(text)}
    if not words:
        return []
    rows = enumerate(zip(*columns, strict=True))
    return [row for row, cells in rows if not words.isdisjoint(cells) and not all(map(str.strip, cells))]


def is_total(text: str) -> bool:
    """Whether a text names a total or a mean, alone or with an id: "Total", "S001 Total"."""
    words = [word.strip(":.=") for word in text.casefold().split()]
    return bool(words) and (words[0] in TOTALS or words[-1] in TOTALS)


def _is_unlike_a_row(table: CsvTable, row: int, has_value: HasValue) -> bool:
    """Whether a row has no value and no week, and its ids stand in no other row."""
    weeks = table.columns.get("week")
    if has_value(row) or (weeks is not None and number(weeks[row]) is not None):
        return False
    ids = ((table.columns[name], table.columns[name][row]) for name in IDS)
    return not any(text.strip() and column.count(text) > 1 for column, text in ids)


def _is_described(table: CsvTable, row: int) -> bool:
    """Whether a row has numbers that are none of the table: formats of SAS, numbers of columns, an example, a scale."""
    subject, visit, region = (table.columns[name][row].strip() for name in IDS)
    if appearance(region) == "region" or EXAMPLE.match(subject) or EXAMPLE.match(region):
        return True
    if FORMAT.fullmatch(subject) and FORMAT.fullmatch(visit):
        return True
    places = [number(cells[row]) for cells in table.columns.values()]
    ascending = (left is not None and right is not None and left < right for left, right in pairwise(places))
    return places[0] in (0, 1) and all(ascending)
