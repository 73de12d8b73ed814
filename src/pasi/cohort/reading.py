"""Reading photos.csv and scores.csv together: the photos and the grades of each region at each visit."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from pasi.cohort.assembly import assemble
from pasi.cohort.csv_reader import CsvTable
from pasi.cohort.extra_rows import without_extra_photos, without_extra_scores
from pasi.cohort.identifiers import check_ids
from pasi.cohort.lost_ids import find_lost_ids, lost_id_problems
from pasi.cohort.missing_ids import UnknownIds, find_missing_ids, missing_id_problems, without_ids
from pasi.cohort.pairing import check_pairs
from pasi.cohort.photo_places import check_photo_files
from pasi.cohort.photo_rows import check_photos, clean_paths, read_photos
from pasi.cohort.records import Cohort, Score
from pasi.cohort.score_rows import check_scores, read_scores
from pasi.cohort.settings import ExtraPhotos
from pasi.cohort.spellings import find_spellings
from pasi.cohort.visit_cells import read_visits
from pasi.cohort.visit_checks import check_visits
from pasi.cohort.visit_notes import visit_notes
from pasi.cohort.visit_order import NOT_NAMED, VisitNames, timelines
from pasi.errors import InputError, Problem
from pasi.severity.index import SeverityIndex


def read_cohort(
    photos_csv: str | Path,
    scores_csv: str | Path,
    photos_root: str | Path | None,
    index: SeverityIndex,
    extra_photos: ExtraPhotos,
    *,
    check_files: bool = False,
    visits: VisitNames | None = NOT_NAMED,
) -> Cohort:
    """Read and check both tables; with `photos_root` None the photos lie under the folder of photos.csv.

    A region without a photo is left out with a note (F19). With `extra_photos` "first", a region keeps the first of its
    photos by path, as many as the index allows; with "error", more are a problem (R8). With `check_files`, the photos
    must exist, which planning does not ask for. `visits` is what the config says of the order of visits and the
    baseline; with None, neither is looked at. Raises InputError with every problem of both tables.
    """
    root = Path(photos_csv).parent if photos_root is None else Path(photos_root)
    photos, scores, problems = _read_tables(photos_csv, scores_csv, index)
    tables = [table for table in (photos, scores) if table.columns]
    unknown, bad_ids = _unknown_ids(tables)
    photos, scores = (without_ids(table, unknown) if table.columns else table for table in (photos, scores))
    spellings = find_spellings([table for table in (photos, scores) if table.columns])
    bad_ids += check_ids(tables, spellings, unknown, index.region_names)
    problems += bad_ids
    paths = clean_paths(photos.columns.get("photo", ()))
    if photos.columns:
        problems += check_photos(photos, paths, index, extra_photos, root)
        problems += check_photo_files(photos, paths, root) if check_files else []
    if scores.columns:
        problems += check_scores(scores, index)
        if visits is not None and not any(problem.column in ("subject", "visit") for problem in bad_ids):
            problems += check_visits(scores, visits)  # a visit that is spelt in two ways would look like two
    if len(tables) == 2 and not (photos.problems or scores.problems):  # a row that was not read is not missing
        problems += check_pairs(photos, scores, index, spellings)
    if problems:
        raise InputError(sorted(problems, key=lambda problem: _place_in_listing(problem, photos.file)))
    cohort = assemble(photos, scores, paths, index, root)
    return cohort if visits is None else _with_timelines(cohort, scores, visits)


def _read_tables(
    photos_csv: str | Path, scores_csv: str | Path, index: SeverityIndex
) -> tuple[CsvTable, CsvTable, list[Problem]]:
    """Both tables without the rows that are none of this cohort, and the problems found so far."""
    photos, scores = read_photos(photos_csv), read_scores(scores_csv, index)
    problems = [*photos.problems, *scores.problems]
    if not photos.columns and not scores.columns and _are_swapped(photos_csv, scores_csv, index):
        found, fix = f"the table of grades, and that of photos in {scores_csv}", "swap cohort.photos and cohort.scores"
        return photos, scores, [Problem(str(photos_csv), 1, "", found, "the two tables the other way round", fix)]
    if photos.columns:
        photos, extra = without_extra_photos(photos, index)
        problems += extra
    if scores.columns:
        scores, extra = without_extra_scores(scores, index)
        problems += extra
    return photos, scores, problems


def _are_swapped(photos_csv: str | Path, scores_csv: str | Path, index: SeverityIndex) -> bool:
    """Whether each table is sound in place of the other."""
    return bool(read_photos(scores_csv).columns and read_scores(photos_csv, index).columns)


def _unknown_ids(tables: Sequence[CsvTable]) -> tuple[UnknownIds, list[Problem]]:
    """Ids that name nobody, because they are missing or have lost digits, and the problems of these."""
    missing = find_missing_ids(tables)
    lost = find_lost_ids([without_ids(table, missing) for table in tables])
    problems = [*missing_id_problems(tables, missing), *lost_id_problems(tables, lost)]
    gone = {name: missing[name].union(*(each.values for each in lost if each.column == name)) for name in missing}
    return gone, problems


def _place_in_listing(problem: Problem, first: str) -> tuple[bool, bool, int]:
    """A sort key for problems: those of a whole table or its header, then of rows of the file `first`, then of others.

    A listing shows only the first problems, and the cause of the others should be among them.
    """
    line = problem.line or 0
    return line > 1, problem.file != first, line


def _with_timelines(cohort: Cohort, table: CsvTable, names: VisitNames) -> Cohort:
    """The cohort with the order and the baseline of the visits of each subject, and with weeks from dates."""
    lines = timelines(read_visits(table), names)

    def timed(scores: Sequence[Score]) -> tuple[Score, ...]:
        weeks = [lines[score.subject].weeks[score.visit] for score in scores]
        pairs = zip(scores, weeks, strict=True)
        return tuple(score if score.week == week else score._replace(week=week) for score, week in pairs)

    return replace(
        cohort,
        scores=timed(cohort.scores),
        unseen=timed(cohort.unseen),
        notes=(*cohort.notes, *visit_notes(table.file, lines, names)),
        baselines=MappingProxyType({subject: line.baseline for subject, line in lines.items() if line.baseline}),
        orders=MappingProxyType({subject: line.order for subject, line in lines.items() if line.order}),
    )
