"""The folder of a page: nothing is written outside of it, and nothing in it that is not the page's own is touched."""

import re
import shutil
from pathlib import Path
from secrets import token_hex
from typing import Any

from pasi.cohort.system_files import is_system_file
from pasi.errors import UsageError
from pasi.storage.json_files import read_json, write_json
from pasi.wording import first_names

PAGE, PICTURES, UNFINISHED = "index.html", "photos", "photos.part"
ENTRIES, TABLE = "grades.json", "grades.csv"  # what --serve saves
MARK, LOCK = "review.json", "review.lock"
OWN = {PAGE, PICTURES, UNFINISHED, ENTRIES, TABLE, MARK, LOCK}
LEFT = re.compile(r"\.(index|grades|review)\.\d+\.part\.(html|json|csv)|review\.lock\.lease.*")  # of killed calls
KIND = "pasi review"


def open_folder(folder: Path) -> str:
    """Make the folder, or take one that an earlier call made; returns the page's name, which stays the same.

    Raises UsageError where there is anything else in it.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file: name a folder for the page with --out")
    if folder.is_dir() and (names := _foreign(folder)):
        raise UsageError(
            f"{folder} holds other things than a page of review ({first_names(names)}): name a new folder with --out"
        )
    folder.mkdir(parents=True, exist_ok=True)
    mark = folder / MARK
    if not mark.exists():
        write_json({"kind": KIND, "page": token_hex(16)}, mark)
    return _page_name(mark, read_json(mark))


def _foreign(folder: Path) -> list[str]:
    """Names of what is no page's: everything where the mark is missing, and links in the place of our files."""
    paths = sorted(folder.iterdir())
    is_ours = (folder / MARK).is_file() or all(LEFT.fullmatch(path.name) for path in paths)
    return [
        path.name
        for path in paths
        if not is_system_file(path.name)
        and (path.is_symlink() or not is_ours or not (path.name in OWN or LEFT.fullmatch(path.name)))
    ]


def _page_name(mark: Path, value: Any) -> str:
    page = value.get("page") if isinstance(value, dict) and value.get("kind") == KIND else None
    if not isinstance(page, str) or not re.fullmatch("[0-9a-f]+", page):
        raise UsageError(f"{mark} is not that of a page of review: name a new folder with --out")
    return page


def new_pictures(folder: Path) -> Path:
    """An empty folder for the pictures of a new page, which `replace_pictures` puts into place."""
    place = folder / UNFINISHED
    if place.exists():
        shutil.rmtree(place)
    place.mkdir()
    return place


def replace_pictures(folder: Path) -> None:
    """Put the new pictures in the place of those of before."""
    if (folder / PICTURES).exists():
        shutil.rmtree(folder / PICTURES)
    (folder / UNFINISHED).rename(folder / PICTURES)
