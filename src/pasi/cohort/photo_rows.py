"""Checks of photos.csv: paths stay under their folder, a photo is listed once, no region has too many of them."""

import os
import posixpath
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from pathlib import Path

from pasi.cohort.csv_reader import CsvTable, read_csv_table
from pasi.cohort.identifiers import MANY, region_visit_texts, unnamed_rows
from pasi.cohort.missing_codes import is_missing
from pasi.cohort.settings import ExtraPhotos
from pasi.errors import Problem
from pasi.imaging.photo_paths import PLAIN, path_fault
from pasi.severity.index import SeverityIndex
from pasi.wording import counted, first_names, in_rows, quoted

UNPACK = "unpack the archive again by unzip, which makes folders of them, or rename the files"
BACKSLASH = ("a name on the disk without \\", UNPACK)
COLUMNS = ("subject", "visit", "region", "photo")


def read_photos(path: str | Path) -> CsvTable:
    """The columns of photos.csv."""
    return read_csv_table(path, COLUMNS)


def clean_paths(paths: Sequence[str]) -> list[str]:
    """Paths in their shortest form: ./a//b.jpg becomes a/b.jpg. Paths with a fault stay as they are."""
    return [path if PLAIN.fullmatch(path) or path_fault(path) else posixpath.normpath(path) for path in paths]


def check_photos(
    table: CsvTable, paths: Sequence[str], index: SeverityIndex, extra_photos: ExtraPhotos, root: Path
) -> Iterator[Problem]:
    """Every fault of the rows; `paths` are those of the table under `root`, as `clean_paths` returns them.

    With `extra_photos` "first", more photos of a region than the index allows are no fault (R8).
    """
    yield from _check_texts(table, paths, root)
    yield from _check_repeats(table, paths)
    if extra_photos == "error":
        missing = missing_paths(paths)
        none = [row for row, path in enumerate(paths) if path in missing]
        yield from _check_counts(table.without({*unnamed_rows(table), *_repeats(paths), *none}), index)


def missing_paths(paths: Sequence[str]) -> set[str]:
    """The texts among the paths that stand for a photo that is not known: NA, ND."""
    without_ending = {path for path in paths if path[-4:-3] != "." and path[-5:-4] != "."}  # quick, for most have one
    return {path for path in without_ending if any(map(str.isalpha, path)) and is_missing(path)}


def _check_texts(table: CsvTable, paths: Sequence[str], root: Path) -> Iterator[Problem]:
    """A problem for each kind of path that is none of a photo in the folder, at the first row that has it.

    The disk is asked only whether a name with a backslash is on it: Windows has none, and its archives write one for /.
    """
    kinds: dict[str, list[tuple[int, str]]] = {}
    missing = missing_paths(paths)
    for row, path in enumerate(paths):
        if path in missing:
            kinds.setdefault("a photo", []).append((row, f"name it, or drop the row: {path} stands for none"))
        elif fault := path_fault(path):
            fault = BACKSLASH if "\\" in path and _is_on_disk(root / path) else fault
            kinds.setdefault(fault[0], []).append((row, fault[1]))
    for expected, rows in kinds.items():
        first, fix = rows[0]
        yield several_problem(table, [row for row, _ in rows], paths[first], "", expected, fix)


def _is_on_disk(place: Path) -> bool:
    try:
        return os.path.lexists(place)
    except ValueError:  # NUL
        return False


def several_problem(table: CsvTable, rows: Sequence[int], path: str, fault: str, expected: str, fix: str) -> Problem:
    """One problem of the photos in `rows`, of which the first has this path; `fault` goes on from "which ..."."""
    lines = [table.lines[row] for row in rows]
    found = quoted(path) if path else in_rows("an empty cell", lines)
    if path and len(rows) > 1:
        found += f" and {counted(len(rows) - 1, 'more photo')} (lines {first_names(map(str, lines), most=10)})"
    if fault:
        found += f", each of which {fault}" if len(rows) > 1 else f", which {fault}"
    return table.problem(rows[0], "photo", found, expected, fix)


def _check_repeats(table: CsvTable, paths: Sequence[str]) -> Iterator[Problem]:
    """Problems of photos that are listed again: one each, or one for all rows of a kind if these are many.

    A row with the same ids is there twice, and one of both can go. With other ids, it is another row with a wrong path.
    """
    repeats = _repeats(paths)
    ids = region_visit_texts(table) if repeats else []
    for same in (True, False):
        rows = [row for row, earlier in repeats.items() if (ids[row] == ids[earlier]) == same]
        alike = len(rows) > MANY
        for row in rows[:1] if alike else rows:
            expected = f"each photo once (it stands on line {table.lines[repeats[row]]})"
            found = f"{quoted(paths[row])} again" if same else f"{quoted(paths[row])} again with other ids"
            fix = "drop one of the two rows" if same else _fix_for_other_ids(paths[row])
            if alike:
                found = in_rows(f"{found}, and others in this way,", [table.lines[each] for each in rows])
                fix = "rows pasted twice: drop these" if same else fix
            yield table.problem(row, "photo", found, expected, fix)


def _fix_for_other_ids(path: str) -> str:
    if "/" in path:
        return "correct the path or the ids of one of the two rows"
    return "write the path with its folders, from cohort.photos_root on, or write the table by pasi table"


def _repeats(paths: Sequence[str]) -> dict[int, int]:
    """Rows of photos that are listed again, each with the row where the photo stands first."""
    if len(set(paths)) == len(paths):
        return {}
    first: dict[str, int] = {}
    none = {"", *missing_paths(paths)}
    rows = ((row, first.setdefault(path, row)) for row, path in enumerate(paths) if path not in none)
    return {row: earlier for row, earlier in rows if earlier != row}


def _check_counts(table: CsvTable, index: SeverityIndex) -> Iterator[Problem]:
    """Problems of visits with more photos of a region than the index allows, one for each region.

    Where a region has too many, photos that stand in two formats are one problem and count once.
    """
    most = {region.name: region.photos for region in index.regions}
    listed = region_visit_texts(table)
    regions = dict(zip(listed, table.columns["region"], strict=True))
    surplus = {key: count for key, count in Counter(listed).items() if count > most.get(regions[key], count)}
    if surplus and (twins := _twins(table, listed, surplus)):
        yield _twins_problem(table, twins)
        yield from _check_counts(table.without(set(twins)), index)
        return
    for key, count in surplus.items():
        found, expected = f"{count} photos of {key}", f"at most {most[regions[key]]} (index.regions)"
        fix = "drop some, or set tiles.extra_photos: first"
        yield table.problem(listed.index(key), "photo", found, expected, fix)


def _twins(table: CsvTable, listed: Sequence[str], surplus: Container[str]) -> dict[int, int]:
    """Rows of photos that a region with too many has under another ending already, each with the row of that one."""
    first: dict[tuple[str, str], int] = {}
    names = (posixpath.splitext(path)[0].casefold() for path in table.columns["photo"])
    rows = [(row, key) for row, key in enumerate(zip(listed, names, strict=True)) if key[0] in surplus]
    return {row: earlier for row, key in rows if (earlier := first.setdefault(key, row)) != row}


def _twins_problem(table: CsvTable, twins: Mapping[int, int]) -> Problem:
    """One problem of all photos that stand in two formats."""
    (row, earlier), lines = next(iter(twins.items())), [table.lines[row] for row in twins]
    paths = table.columns["photo"]
    found = f"{quoted(paths[row])} beside {quoted(paths[earlier])} (line {table.lines[earlier]})"
    if len(twins) > 1:
        found = in_rows(f"{found}, and others in this way,", lines)
    fix = "keep one of the two formats, and drop the rows of the other"
    return table.problem(row, "photo", found, "each photo in one format", fix)
