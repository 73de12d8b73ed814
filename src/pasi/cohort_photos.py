"""photos.csv: paths that stay under their folder, each photo once, no more photos than a region has."""

import os
import posixpath
import re
import stat
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from pasi.cohort_ids import keys
from pasi.csv_tables import CsvTable, quote, read_csv_table
from pasi.index import SeverityIndex
from pasi.problems import Problem, did_you_mean

COLUMNS = ("subject", "visit", "region", "photo")
# Plain paths, a part at a time; what begins with a point, is absolute or holds one of \\ and : needs a closer look.
PLAIN = re.compile(r"(?:[^./\\:\x00-\x1f\x7f][^/\\:\x00-\x1f\x7f]*/)*[^./\\:\x00-\x1f\x7f][^/\\:\x00-\x1f\x7f]*")
LEAVES = ("lies elsewhere by a link", "a photo under cohort.photos_root", "copy it there")


def read_photos(path: str | Path) -> CsvTable:
    """The columns of photos.csv."""
    return read_csv_table(path, COLUMNS)


def clean_paths(paths: Sequence[str]) -> list[str]:
    """./a//b.jpg as a/b.jpg; other paths, and those at fault, as they are."""
    return [path if PLAIN.fullmatch(path) or _path_fault(path) else posixpath.normpath(path) for path in paths]


def check_photos(table: CsvTable, paths: Sequence[str], index: SeverityIndex, extra_photos: str) -> Iterator[Problem]:
    """Every fault of the photos; `paths` are those of the table, cleaned.

    With `extra_photos` "first", more photos than the index gives a region are no fault (R8).
    """
    for row, path in enumerate(paths):
        fault = None if PLAIN.fullmatch(path) else _path_fault(path)
        if fault:
            yield table.problem(row, "photo", quote(path) if path else "an empty cell", *fault)
    yield from _check_repeats(table, paths)
    if extra_photos == "error":
        yield from _check_counts(table, index)


def _path_fault(path: str) -> tuple[str, str] | None:
    """What a path should be and how to make it so; None where by its looks it stays in its folder (F26)."""
    if not path:
        return "the path of a photo", "fill it in, or drop the row"
    if not path.isprintable():
        return "a path without control characters", "rename the photo"
    if "://" in path:
        return "a path on this machine, no URL", "fetch the photo first"
    if path.startswith(("/", "\\")) or path[1:2] == ":":
        return "a path from cohort.photos_root on", "set cohort.photos_root to the folder, and cut it off here"
    if "\\" in path:
        return "a path with /", f"write {quote(path.replace(chr(92), '/'))}"
    if ".." in path.split("/"):
        return "a path that stays in its folder", "set cohort.photos_root to the folder above"
    if path.endswith(("/", "/.")) or path == ".":
        return "the path of a photo, no folder", "name the photo"
    return None


def _check_repeats(table: CsvTable, paths: Sequence[str]) -> Iterator[Problem]:
    """No photo is listed twice."""
    if len(set(paths)) == len(paths):
        return
    first: dict[str, int] = {}
    for row, path in enumerate(paths):
        if first.setdefault(path, row) != row and path:
            expected = f"each photo once (it stands on line {table.lines[first[path]]})"
            yield table.problem(row, "photo", f"{quote(path)} again", expected, "drop one of the two rows")


def _check_counts(table: CsvTable, index: SeverityIndex) -> Iterator[Problem]:
    """No visit has more photos of a region than the index says."""
    most = {region.name: region.photos for region in index.regions}
    listed = keys(table)
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
            faults[folder] = None if _is_under(folder, base) else LEAVES
        fault = None if _path_fault(path) else faults[folder] or _file_fault(os.path.join(base, path), base)
        if fault:
            yield table.problem(row, "photo", f"{quote(path)}, which {fault[0]}", *fault[1:])


def _is_under(path: str, base: str) -> bool:
    return Path(os.path.realpath(path)).is_relative_to(base)


def _file_fault(path: str, base: str) -> tuple[str, str, str] | None:
    """What is wrong with a file: found, expected, fix; None where nothing is."""
    try:
        link = stat.S_ISLNK(os.lstat(path).st_mode)
        if link and not _is_under(path, base):
            return LEAVES
        return None if stat.S_ISREG(os.stat(path).st_mode) else ("is no regular file", "a photo", "drop the row")
    except OSError as error:
        folder, name = os.path.split(path)
        names = os.listdir(folder) if os.path.isdir(folder) else ()
        alike = [other for other in names if other.casefold() == name.casefold() and other != name]
        fix = did_you_mean(name, alike) or "copy it there, or drop the row"
        return f"cannot be opened ({error.strerror.lower()})", "a file under cohort.photos_root", fix
