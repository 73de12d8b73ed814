"""Rows that hold labels or totals in place of values: second headers of every kind, subtotals and means."""

import re
from collections.abc import Callable, Collection
from itertools import pairwise

from pasi.cohort.cell_numbers import number
from pasi.cohort.csv_reader import CsvTable
from pasi.cohort.csv_widths import TOTALS
from pasi.cohort.identifiers import IDS
from pasi.cohort.look_alike import appearance

MOST_HEADERS = 3  # that may stand below the first, or below the table: names, labels and types
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


def last_labels(table: CsvTable, regions: Collection[str], has_value: HasValue, others: Collection[int]) -> list[int]:
    """The last rows, as far as they hold labels in every cell."""
    found: list[int] = []
    for row in (row for row in reversed(range(len(table.lines))) if row not in others):
        is_full = all(cells[row].strip() for cells in table.columns.values())
        if len(found) == MOST_HEADERS or table.columns["region"][row] in regions or not is_full:
            break
        if not _is_unlike_a_row(table, row, has_value):
            break
        found.insert(0, row)
    return found if len(found) + len(others) < len(table.lines) else []


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
