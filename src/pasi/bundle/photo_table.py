"""Reading the photos.csv of new visits: as a cohort's is read, and without grades."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from pasi.bundle.setting_names import ARGUMENTS, SettingNames
from pasi.bundle.visit_photos import ListedPhoto, NewVisit
from pasi.cohort.csv_reader import CsvTable, read_csv_table
from pasi.cohort.extra_rows import without_extra_photos
from pasi.cohort.identifiers import check_ids
from pasi.cohort.lost_ids import find_lost_ids, lost_id_problems
from pasi.cohort.missing_ids import find_missing_ids, missing_id_problems, without_ids
from pasi.cohort.photo_places import check_photo_files
from pasi.cohort.photo_rows import COLUMNS, check_photos, clean_paths
from pasi.cohort.settings import VISIT_COLUMNS, ExtraPhotos
from pasi.cohort.spellings import find_spellings
from pasi.cohort.visit_cells import read_visits
from pasi.cohort.visit_checks import check_visits
from pasi.cohort.visit_order import NOT_NAMED, Timeline, VisitNames, timelines
from pasi.errors import InputError, Problem
from pasi.severity.index import SeverityIndex
from pasi.storage.tables import Columns


@dataclass(frozen=True)
class NewVisits:
    """The visits of a table in the order of their first rows, and the order and baseline of each subject's visits."""

    visits: tuple[NewVisit, ...]
    root: Path
    timelines: Mapping[str, Timeline]


@dataclass(frozen=True)
class Reading:
    """How a table is read. photos_root: the folder of the photos, None for that of the table. names: what the call says
    of the order of visits and of the baseline (docs/visits.md). without_photos: whether a photo may be missing, as on a
    page that says so. settings: how the caller gives all of this, for messages."""

    photos_root: Path | None = None
    names: VisitNames = NOT_NAMED
    without_photos: bool = False
    settings: SettingNames = ARGUMENTS


def read_new_visits(
    source: str | Path | Columns, index: SeverityIndex, extra_photos: ExtraPhotos, reading: Reading
) -> NewVisits:
    """The visits of photos.csv, or of a table with its columns: subject, visit, region, photo, and optionally week,
    date and baseline.

    A region keeps as many photos as the index allows, in the order of their paths. Raises InputError with every
    problem.
    """
    if isinstance(source, str | Path):
        absent = f"correct the path of {reading.settings.table}"
        table, folder = read_csv_table(source, COLUMNS, VISIT_COLUMNS, if_absent=absent), Path(source).parent
    else:
        table, folder = _as_table(source), Path()
    root = reading.photos_root or folder
    problems = [*table.problems]
    if not table.columns:
        raise InputError(problems)
    table, extra = without_extra_photos(table, index)
    missing = find_missing_ids([table])
    lost = find_lost_ids([without_ids(table, missing)])
    unknown = {**missing, "subject": missing["subject"].union(*(each.values for each in lost))}
    problems += [*extra, *missing_id_problems([table], missing), *lost_id_problems([table], lost)]
    named = without_ids(table, unknown)
    bad_ids = [*check_ids([named], find_spellings([named]), unknown, index.region_names)]
    problems += bad_ids
    paths = clean_paths(named.columns["photo"])
    problems += check_photos(named, paths, index, extra_photos, root)
    if not reading.without_photos:
        problems += check_photo_files(named, paths, root)
    if not any(problem.column in ("subject", "visit") for problem in bad_ids):
        problems += check_visits(named, reading.names)
    if problems:
        named_here = map(reading.settings.in_problem, problems)
        raise InputError(sorted(named_here, key=lambda problem: problem.line or 0))
    return NewVisits(tuple(_visits(named, paths, index)), root, timelines(read_visits(named), reading.names))


def _as_table(columns: Columns) -> CsvTable:
    """A table in memory; its rows are counted from 1, and a cell that is no text counts as what it prints."""
    if lacking := [name for name in COLUMNS if name not in columns]:
        expected = f"the columns {', '.join(COLUMNS)}"
        raise InputError([Problem("table", None, lacking[0], "no such column", expected, "add it")])
    names = [name for name in (*COLUMNS, *VISIT_COLUMNS) if name in columns]
    cells = {name: ["" if cell is None or cell != cell else str(cell) for cell in columns[name]] for name in names}
    rows = len(cells["subject"])
    if not rows:
        raise InputError([Problem("table", None, "", "no row", "a row or more", "fill the table")])
    return CsvTable("table", range(1, rows + 1), cells)


def _visits(table: CsvTable, paths: Sequence[str], index: SeverityIndex) -> list[NewVisit]:
    """The visits in the order of their first rows."""
    regions = {region.name: (place, region.photos) for place, region in enumerate(index.regions)}
    columns = table.columns
    ids = list(zip(columns["subject"], columns["visit"], strict=True))
    first = {visit: place for place, visit in reversed(list(enumerate(ids)))}
    rows = sorted(range(len(paths)), key=lambda row: (first[ids[row]], regions[columns["region"][row]][0], paths[row]))
    found = []
    for visit, own in groupby(rows, key=ids.__getitem__):
        photos: list[ListedPhoto] = []
        for region, listed in groupby(own, key=columns["region"].__getitem__):
            kept = zip(range(regions[region][1]), listed, strict=False)
            photos += [ListedPhoto(region, slot, paths[row]) for slot, row in kept]
        found.append(NewVisit(*visit, tuple(photos)))
    return found
