"""The line of photos.csv on which each photo stands, for messages of jobs that do not read the whole cohort."""

from itertools import groupby
from pathlib import Path

from pasi.cohort.photo_rows import clean_paths, read_photos


def photo_lines(photos_csv: str | Path) -> dict[tuple[str, str, str, int], int]:
    """The line of each photo by its subject, visit, region and slot; slots are in the order of the paths."""
    table = read_photos(photos_csv)
    paths = clean_paths(table.columns.get("photo", ()))
    ids = [table.columns.get(name, ()) for name in ("subject", "visit", "region")]
    rows = sorted(zip(*ids, paths, table.lines, strict=True))
    return {
        (*place, slot): line
        for place, group in groupby(rows, key=lambda row: row[:3])
        for slot, (*_, line) in enumerate(group)
    }
