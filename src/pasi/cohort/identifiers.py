"""Checks of what identifies a row of photos.csv and scores.csv: its subject, visit and region."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from pasi.cohort.csv_reader import CsvTable
from pasi.errors import Problem
from pasi.wording import did_you_mean, quoted

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")  # harmless in a path, a table and a spreadsheet (F28)

Variants = dict[tuple[str, str], list[tuple[CsvTable, int]]]  # rows by owner and spelling of an id


def region_visit_texts(table: CsvTable) -> list[str]:
    """Subject, visit and region of each row as one text ("S01 V1 upper"): a text keeps its hash, a tuple does not."""
    columns = table.columns
    return list(map(" ".join, zip(columns["subject"], columns["visit"], columns["region"], strict=True)))


def check_ids(tables: Sequence[CsvTable], regions: Sequence[str]) -> Iterator[Problem]:
    """Problems of the subjects, visits and regions of both tables, one for each faulty value."""
    for column in ("subject", "visit"):
        variants = _variants(tables, column)
        yield from _check_spellings(tables, column, variants)
        reported = {value for _, value in variants}
        for table in tables:
            yield from _check_form(table, column, reported)
    for table in tables:
        yield from _check_regions(table, regions)


def _variants(tables: Sequence[CsvTable], column: str) -> Variants:
    """Rows of each id that differs from another one only in case or in spaces around it, by owner and spelling.

    The owner of a visit is its subject, because V1 of one subject and v1 of another cannot be confused; that of a
    subject is "".
    """
    values = set().union(*(table.columns[column] for table in tables))
    if len({value.strip().casefold() for value in values}) == len(values):
        return {}  # no two ids can be confused, so the rows need not be searched
    spellings: dict[tuple[str, str], set[str]] = defaultdict(set)
    for table in tables:
        for owner, value in set(_with_owners(table, column)):
            spellings[owner, value.strip().casefold()].add(value)
    wanted = {(owner, value) for (owner, _), values in spellings.items() if len(values) > 1 for value in values}
    rows: Variants = defaultdict(list)
    for table in tables if wanted else ():
        for row, owned in enumerate(_with_owners(table, column)):
            if owned in wanted:
                rows[owned].append((table, row))
    return rows


def _with_owners(table: CsvTable, column: str) -> Iterator[tuple[str, str]]:
    """Owner and id of each row."""
    owners = table.columns["subject"] if column == "visit" else [""] * len(table.lines)
    return zip(owners, table.columns[column], strict=True)


def _check_spellings(tables: Sequence[CsvTable], column: str, variants: Variants) -> Iterator[Problem]:
    """Problems of ids with several spellings: " S01" and "s01" are the subject "S01" (F18). Both lines are named."""
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for owner, value in variants:
        groups[owner, value.strip().casefold()].append(value)
    for (owner, _), values in groups.items():
        # The intended spelling is probably valid and the most frequent; of equals, the first is taken.
        best = max(values, key=lambda value: (bool(ID.fullmatch(value)), len(variants[owner, value])))
        first_table, first_row = variants[owner, best][0]
        for value in (value for value in values if value != best):
            table, row = variants[owner, value][0]
            expected = f"{quoted(best)} as in {first_table.file}:{first_table.lines[first_row]}"
            yield table.problem(row, column, quoted(value), expected, "write one id in one way")


def _check_form(table: CsvTable, column: str, reported: Collection[str]) -> Iterator[Problem]:
    """Problems of ids that could do harm in a path, a table or a spreadsheet, unless they are `reported` already."""
    values = table.columns[column]
    bad = {value for value in set(values) if not ID.fullmatch(value)} - set(reported)
    for value, rows in _rows_of(values, bad).items():
        bare = value.strip()
        fix = f"write {quoted(bare)}" if ID.fullmatch(bare) else "rename it" if bare else "fill it in"
        expected = "up to 64 letters, digits, points, _ and -, a letter or digit first"
        yield table.problem(rows[0], column, _found(value, rows), expected, fix)


def _check_regions(table: CsvTable, names: Sequence[str]) -> Iterator[Problem]:
    """Problems of regions that the index does not have."""
    values = table.columns["region"]
    for value, rows in _rows_of(values, set(values) - set(names)).items():
        fix = did_you_mean(value, names) or "rename it, or add it to index.regions"
        yield table.problem(rows[0], "region", _found(value, rows), f"one of {', '.join(names)}", fix)


def _rows_of(values: Sequence[str], wanted: Collection[str]) -> dict[str, list[int]]:
    """The rows that hold each of the `wanted` values; where none is wanted, the table is not searched."""
    found: dict[str, list[int]] = defaultdict(list)
    for row, value in enumerate(values) if wanted else ():
        if value in wanted:
            found[value].append(row)
    return found


def _found(value: str, rows: Sequence[int]) -> str:
    """A value as a problem shows it, with the number of its rows where there are several."""
    shown = quoted(value) if value else "an empty cell"
    return shown if len(rows) == 1 else f"{shown} in {len(rows)} rows"
