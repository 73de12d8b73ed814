"""Checks of where the photos of photos.csv are: each path names a regular file inside the folder of photos (F26)."""

import errno
import os
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from pasi.cohort.csv_reader import CsvTable
from pasi.cohort.look_alike import ACCENTS, BYTES, CASE
from pasi.cohort.photo_lookup import BACKSLASHES, FolderNames, find_look_alike
from pasi.cohort.photo_rows import UNPACK, missing_paths, several_problem
from pasi.errors import Problem
from pasi.imaging.photo_paths import LEAVES, file_fault, is_under, path_fault
from pasi.wording import counted, quoted

SINGLE = 10  # photos with one fault that are listed one by one
UNEXPANDED = re.compile(r"~[^/]*/|\$\w|\$\{|%\w+%")
Faulty = dict[tuple[str, str, str], list[int]]  # rows by what is found, what is expected, and the fix
RENAME = {
    ACCENTS: "write the table from the names on the disk (pasi table), or rename the files (convmv)",
    BYTES: "rename the files (convmv), or unpack them again in their encoding (unzip -O cp850)",
    BACKSLASHES: UNPACK,
}


def check_photo_files(table: CsvTable, paths: Sequence[str], root: Path) -> Iterator[Problem]:
    """Problems of photos that are missing, are no regular file, or lie outside `root` by a symbolic link (F26).

    Where all are missing, and where several names differ from those on the disk in the same way, this is one problem.
    """
    if not root.is_dir():
        yield Problem(table.file, None, "photo", f"no folder {root}", "the photos' folder", "set cohort.photos_root")
        return
    base, faults = os.path.realpath(root), {}
    missing, nameless = [], []
    unknown = missing_paths(paths)  # reported already
    unusable: Faulty = defaultdict(list)
    for row, path in enumerate(paths):
        if not _has_name(path):
            nameless.append(row)
            continue
        folder = os.path.join(base, os.path.dirname(path))
        if folder not in faults:  # a folder holds many photos, and is checked once
            faults[folder] = None if is_under(folder, base) else LEAVES
        if path_fault(path) or path in unknown:
            continue
        if not faults[folder] and not os.path.lexists(os.path.join(base, path)):
            missing.append(row)
            continue
        fault = faults[folder] or file_fault(os.path.join(base, path), base)
        if fault:
            unusable[fault].append(row)
    yield from _fault_problems(table, paths, unusable)
    yield from _check_missing(table, paths, missing, base)
    if nameless:
        several = f" and {counted(len(nameless) - 1, 'more photo')}" if len(nameless) > 1 else ""
        found = f"{quoted(paths[nameless[0]])}{several}, with letters that {sys.getfilesystemencoding()} lacks"
        fix = "set the locale to one of UTF-8, for example by: export LC_ALL=C.UTF-8"
        yield table.problem(nameless[0], "photo", found, "names in the encoding of this locale", fix)


def _check_missing(table: CsvTable, paths: Sequence[str], missing: Sequence[int], base: str) -> Iterator[Problem]:
    """Problems of photos that are not there, those with a look-alike on the disk by what this differs in."""
    folders: dict[str, FolderNames] = {}
    kinds: dict[str, list[tuple[int, str]]] = defaultdict(list)
    unexpanded = [row for row in missing if UNEXPANDED.match(paths[row])]
    gone = []
    for row in sorted({*missing} - {*unexpanded}):
        if alike := find_look_alike(base, paths[row], folders):
            kinds[alike[1]].append((row, alike[0]))
        else:
            gone.append(row)
    if unexpanded:
        found = "is not there: ~ and variables are not expanded in a table"
        fix = "set cohort.photos_root to the folder that this stands for, and remove it here"
        yield several_problem(table, unexpanded, paths[unexpanded[0]], found, "a file under cohort.photos_root", fix)
    for kind, rows in kinds.items():
        yield _look_alike_problem(table, paths, kind, rows)
    if len(gone) == len(paths) > 1 and _is_absent(os.path.join(base, paths[0])):
        found = f"{quoted(paths[0])} and {counted(len(gone) - 1, 'more photo')}, none of which is under {base}"
        fix = "set cohort.photos_root to the folder in which these paths begin"
        yield table.problem(gone[0], "photo", found, "files under cohort.photos_root", fix)
        return
    faults: Faulty = defaultdict(list)
    for row in gone:
        faults[file_fault(os.path.join(base, paths[row]), base) or ("", "", "")].append(row)
    yield from _fault_problems(table, paths, faults)


def _fault_problems(table: CsvTable, paths: Sequence[str], faults: Faulty) -> Iterator[Problem]:
    """A problem for each photo, or for each fault that more than SINGLE photos share."""
    for fault, rows in faults.items():
        parts = [rows] if len(rows) > SINGLE else [[row] for row in rows]
        yield from (several_problem(table, part, paths[part[0]], *fault) for part in parts)


def _look_alike_problem(table: CsvTable, paths: Sequence[str], kind: str, rows: Sequence[tuple[int, str]]) -> Problem:
    """The problem of photos whose names differ from those on the disk in one way, in the first row of them."""
    row, other = rows[0]
    several = len(rows) > 1
    shown = quoted(paths[row]) + (f" and {counted(len(rows) - 1, 'more photo')}, each of" if several else ",")
    if kind == CASE:
        found, expected = "which cannot be opened (no such file or directory)", "a file under cohort.photos_root"
    else:
        found, expected = f"which differs in {kind} from the file on the disk", "a name as on the disk"
    name = os.path.basename(other) if os.path.dirname(other) == os.path.dirname(paths[row]) else other
    fix = RENAME.get(kind, f"did you mean {quoted(name)}?")
    return table.problem(row, "photo", f"{shown} {found}", expected, fix)


def _has_name(path: str) -> bool:
    """Whether the encoding of the locale has every letter of a path; outside UTF-8 it may not."""
    try:
        os.fsencode(path)
    except UnicodeEncodeError:
        return False
    return True


def _is_absent(place: str) -> bool:
    """Whether there is no such file, rather than one that cannot be reached."""
    try:
        os.lstat(place)
    except OSError as error:
        return error.errno in (errno.ENOENT, errno.ENOTDIR)
    return False
