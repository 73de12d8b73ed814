"""Who, when and where of a row: subjects, visits and regions in photos.csv and scores.csv."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from pasi.cohort.csv_reader import CsvTable
from pasi.errors import Problem
from pasi.wording import did_you_mean, quoted

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")  # no formula, no part of a path, no space (F28)

Variants = dict[tuple[str, str], list[tuple[CsvTable, int]]]  # rows by owner and spelling of an id


def region_visit_texts(table: CsvTable) -> list[str]:
    """Subject, visit and region of each row as one text, which is hashed once: "S01 V1 upper"."""
    columns = table.columns
    return list(map(" ".join, zip(columns["subject"], columns["visit"], columns["region"], strict=True)))


def check_ids(tables: Sequence[CsvTable], regions: Sequence[str]) -> Iterator[Problem]:
    """Every fault of the subjects, visits and regions of both tables; one problem for each value at fault."""
    for column in ("subject", "visit"):
        variants = _variants(tables, column)
        yield from _check_spellings(tables, column, variants)
        told = {value for _, value in variants}
        for table in tables:
            yield from _check_form(table, column, told)
    for table in tables:
        yield from _check_regions(table, regions)


def _variants(tables: Sequence[CsvTable], column: str) -> Variants:
    """Rows of ids that differ from another one in case or spaces alone, by owner and value.

    The owner is the subject of a visit: V1 of one subject and v1 of another are not mixed up.
    """
    values = set().union(*(table.columns[column] for table in tables))
    if len({value.strip().casefold() for value in values}) == len(values):
        return {}  # nothing to mix up: no look at the rows is needed
    spellings: dict[tuple[str, str], set[str]] = defaultdict(set)
    for table in tables:
        for owner, value in set(_owned(table, column)):
            spellings[owner, value.strip().casefold()].add(value)
    wanted = {(owner, value) for (owner, _), values in spellings.items() if len(values) > 1 for value in values}
    rows: Variants = defaultdict(list)
    for table in tables if wanted else ():
        for row, owned in enumerate(_owned(table, column)):
            if owned in wanted:
                rows[owned].append((table, row))
    return rows


def _owned(table: CsvTable, column: str) -> Iterator[tuple[str, str]]:
    owners = table.columns["subject"] if column == "visit" else [""] * len(table.lines)
    return zip(owners, table.columns[column], strict=True)


def _check_spellings(tables: Sequence[CsvTable], column: str, variants: Variants) -> Iterator[Problem]:
    """An id is written in one way: " S01" and "s01" are no other subjects than "S01" (F18); both lines are named."""
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for owner, value in variants:
        groups[owner, value.strip().casefold()].append(value)
    for (owner, _), values in groups.items():
        # The right one is probably valid and the most frequent; the first of equals.
        best = max(values, key=lambda value: (bool(ID.fullmatch(value)), len(variants[owner, value])))
        home, first = variants[owner, best][0]
        for value in (value for value in values if value != best):
            table, row = variants[owner, value][0]
            expected = f"{quoted(best)} as in {home.file}:{home.lines[first]}"
            yield table.problem(row, column, quoted(value), expected, "write one id in one way")


def _check_form(table: CsvTable, column: str, told: Collection[str]) -> Iterator[Problem]:
    """Ids are opaque, and harmless in every path and table."""
    values = table.columns[column]
    bad = {value for value in set(values) if not ID.fullmatch(value)} - set(told)
    for value, rows in _rows_of(values, bad).items():
        bare = value.strip()
        fix = f"write {quoted(bare)}" if ID.fullmatch(bare) else "rename it" if bare else "fill it in"
        expected = "up to 64 letters, digits, points, _ and -, a letter or digit first"
        yield table.problem(rows[0], column, _counted(value, rows), expected, fix)


def _check_regions(table: CsvTable, names: Sequence[str]) -> Iterator[Problem]:
    """Regions are those of the index."""
    values = table.columns["region"]
    for value, rows in _rows_of(values, set(values) - set(names)).items():
        fix = did_you_mean(value, names) or "rename it, or add it to index.regions"
        yield table.problem(rows[0], "region", _counted(value, rows), f"one of {', '.join(names)}", fix)


def _rows_of(values: Sequence[str], wanted: Collection[str]) -> dict[str, list[int]]:
    """The rows in which each of the wanted values stands; no pass over the table where none is wanted."""
    found: dict[str, list[int]] = defaultdict(list)
    for row, value in enumerate(values) if wanted else ():
        if value in wanted:
            found[value].append(row)
    return found


def _counted(value: str, rows: Sequence[int]) -> str:
    shown = quoted(value) if value else "an empty cell"
    return shown if len(rows) == 1 else f"{shown} in {len(rows)} rows"
