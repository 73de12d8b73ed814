"""photos.csv: paths that stay under their folder, each photo once, no more photos than a region has."""

import os
import posixpath
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from pasi.cohort.csv_reader import CsvTable, read_csv_table
from pasi.cohort.identifiers import region_visit_texts
from pasi.errors import Problem
from pasi.imaging.photo_paths import LEAVES, PLAIN, file_fault, is_under, path_fault
from pasi.severity.index import SeverityIndex
from pasi.wording import quoted

COLUMNS = ("subject", "visit", "region", "photo")


def read_photos(path: str | Path) -> CsvTable:
    """The columns of photos.csv."""
    return read_csv_table(path, COLUMNS)


def clean_paths(paths: Sequence[str]) -> list[str]:
    """./a//b.jpg as a/b.jpg; other paths, and those at fault, as they are."""
    return [path if PLAIN.fullmatch(path) or path_fault(path) else posixpath.normpath(path) for path in paths]


def check_photos(table: CsvTable, paths: Sequence[str], index: SeverityIndex, extra_photos: str) -> Iterator[Problem]:
    """Every fault of the photos; `paths` are those of the table, cleaned.

    With `extra_photos` "first", more photos than the index gives a region are no fault (R8).
    """
    for row, path in enumerate(paths):
        fault = None if PLAIN.fullmatch(path) else path_fault(path)
        if fault:
            yield table.problem(row, "photo", quoted(path) if path else "an empty cell", *fault)
    yield from _check_repeats(table, paths)
    if extra_photos == "error":
        yield from _check_counts(table, index)


def _check_repeats(table: CsvTable, paths: Sequence[str]) -> Iterator[Problem]:
    """No photo is listed twice."""
    if len(set(paths)) == len(paths):
        return
    first: dict[str, int] = {}
    for row, path in enumerate(paths):
        if first.setdefault(path, row) != row and path:
            expected = f"each photo once (it stands on line {table.lines[first[path]]})"
            yield table.problem(row, "photo", f"{quoted(path)} again", expected, "drop one of the two rows")


def _check_counts(table: CsvTable, index: SeverityIndex) -> Iterator[Problem]:
    """No visit has more photos of a region than the index says."""
    most = {region.name: region.photos for region in index.regions}
    listed = region_visit_texts(table)
    regions = dict(zip(listed, table.columns["region"], strict=True))
    surplus = {key: count for key, count in Counter(listed).items() if count > most.get(regions[key], count)}
    for key, count in surplus.items():
        found, expected = f"{count} photos of {key}", f"at most {most[regions[key]]} (index.regions)"
        fix = "drop some, or set tiles.extra_photos: first"
        yield table.problem(listed.index(key), "photo", found, expected, fix)


def check_photo_files(table: CsvTable, paths: Sequence[str], root: Path) -> Iterator[Problem]:
    """Every photo is there, is a regular file, and does not lie outside `root` by way of a symbolic link (F26)."""
    if not root.is_dir():
        yield Problem(table.file, None, "photo", f"no folder {root}", "the photos' folder", "set cohort.photos_root")
        return
    base, faults = os.path.realpath(root), {}
    for row, path in enumerate(paths):
        folder = os.path.join(base, os.path.dirname(path))
        if folder not in faults:  # a folder holds many photos, and one look at it is enough
            faults[folder] = None if is_under(folder, base) else LEAVES
        fault = None if path_fault(path) else faults[folder] or file_fault(os.path.join(base, path), base)
        if fault:
            yield table.problem(row, "photo", f"{quoted(path)}, which {fault[0]}", *fault[1:])
