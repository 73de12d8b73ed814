"""The check that every photo has grades: each region of photos.csv must have a row in scores.csv."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence

from pasi.cohort.csv_reader import CsvTable
from pasi.cohort.identifiers import IDS, region_visit_texts, unnamed_rows
from pasi.cohort.similar_ids import are_similar_ids, are_similar_visits
from pasi.cohort.spellings import ID, Spellings
from pasi.errors import Problem
from pasi.severity.index import SeverityIndex
from pasi.wording import counted, first_names, quoted

SHOWN = 3  # ids of the other table that a problem shows
DEPTHS = range(1, len(IDS) + 1)
Names = tuple[str, ...]  # subject, visit and region, or the first one or two of these


def check_pairs(photos: CsvTable, scores: CsvTable, index: SeverityIndex, spellings: Spellings) -> Iterator[Problem]:
    """Problems of photos without grades: one for each subject, visit or region that scores.csv lacks.

    Where the tables have no subject in common, or no visit, this is one problem. What follows from a fault that
    `check_ids` reports is skipped: a wrong spelling, or an id in scores.csv that may be meant to be the one that lacks.
    """
    if unnamed_rows(scores) or set(region_visit_texts(photos)) <= set(region_visit_texts(scores)):
        return
    photos, scores = spellings.mended(photos), spellings.mended(scores)
    wanted = _sound_rows(photos, index)
    known = list(dict.fromkeys(_rows(scores)))
    for place, column in enumerate(IDS[:2]):
        here, there = (list(dict.fromkeys(names[place] for names in rows)) for rows in (wanted, known))
        if here and all(map(ID.fullmatch, there)) and set(here).isdisjoint(there):
            yield _nothing_in_common(photos, wanted, (here, there), scores.file, column)
            return
    missing = _missing(wanted, known, index)
    for place, name in _lacking_everywhere(missing, known):
        rows = {names: row for names, row in missing.items() if len(names) == place + 1 and names[place] == name}
        missing = {names: row for names, row in missing.items() if names not in rows}
        owners = counted(len(rows), IDS[place - 1] if place == 1 else "visit")
        found = f"{name} of {owners} without grades, and in no row of {scores.file}"
        fix = next(
            (fix for names in rows if (fix := _similar(names, wanted, known))), "add the rows, or drop the photos"
        )
        yield photos.problem(min(rows.values()), IDS[place], found, f"rows with grades in {scores.file}", fix)
    for names, row in missing.items():
        fix = _similar(names, wanted, known) or "add it, or drop the photos"
        expected = f"a row with grades in {scores.file}"
        yield photos.problem(row, IDS[len(names) - 1], f"{' '.join(names)} without grades", expected, fix)


def _lacking_everywhere(missing: Collection[Names], known: Collection[Names]) -> Iterator[tuple[int, str]]:
    """Column and name of each visit and region that is missing in several places, and that no row of scores.csv has."""
    counts = Counter((len(names) - 1, names[-1]) for names in missing if len(names) > 1)
    held = {(place, names[place]) for names in known for place in (1, 2)}
    yield from (each for each, count in counts.items() if count > 1 and each not in held)


def _similar(names: Names, wanted: Collection[Names], known: Collection[Names]) -> str:
    """The question whether a subject or visit without grades is one without photos and with a similar id, or ""."""
    *owner, name = names
    if len(names) == len(IDS):
        return ""
    depth, alike = len(owner), are_similar_visits if owner else are_similar_ids
    used = {each[depth] for each in wanted if [*each[:depth]] == owner}
    spare = dict.fromkeys(each[depth] for each in known if [*each[:depth]] == owner and each[depth] not in used)
    other = next((each for each in spare if alike(name, each)), "")
    return f"if {quoted(other)} there is the same {IDS[depth]}, write one id in both tables" if other else ""


def _rows(table: CsvTable) -> Iterator[Names]:
    return zip(*(table.columns[name] for name in IDS), strict=True)


def _sound_rows(table: CsvTable, index: SeverityIndex) -> dict[Names, int]:
    """The first row of each subject, visit and region without a faulty id."""
    rows: dict[Names, int] = {}
    for row, names in enumerate(_rows(table)):
        if not _faulty_place(names, index):
            rows.setdefault(names, row)
    return rows


def _faulty_place(names: Names, index: SeverityIndex) -> int:
    """1, 2 or 3 where the subject, visit or region is the first faulty id of a row; 0 where all are sound."""
    sound = (*map(ID.fullmatch, names[:2]), names[2] in index.region_names)
    return next((place for place, good in enumerate(sound, start=1) if not good), 0)


def _missing(wanted: dict[Names, int], known: Collection[Names], index: SeverityIndex) -> dict[Names, int]:
    """What of the `wanted` is not `known`, each subject, visit or region once, with its first row.

    Each faulty id that is known may be the wrong spelling of one that lacks, which is then reported already.
    """
    prefixes = {names[:depth] for names in known for depth in DEPTHS}
    faulty: dict[Names, set[str]] = defaultdict(set)
    for names in known:
        if place := _faulty_place(names, index):
            faulty[names[: place - 1]].add(names[place - 1])
    missing: dict[Names, int] = {}
    explained: set[Names] = set()
    for names, row in wanted.items():
        lacking = next((names[:depth] for depth in DEPTHS if names[:depth] not in prefixes), None)
        if lacking is None or lacking in missing or lacking in explained:
            continue
        if faulty[lacking[:-1]]:
            faulty[lacking[:-1]].pop()
            explained.add(lacking)
        else:
            missing[lacking] = row
    return missing


def _nothing_in_common(
    photos: CsvTable, wanted: dict[Names, int], ids: tuple[Sequence[str], Sequence[str]], file: str, column: str
) -> Problem:
    """The problem of tables whose subjects, or visits, are all different; `ids` are those of photos and of scores."""
    here, there = ids
    others = f" and {counted(len(here) - 1, f'more {column}')}" if len(here) > 1 else ""
    found = f"{quoted(here[0])}{others}, none of which is in {file}"
    expected = f"{column}s as there, such as {first_names(map(quoted, there), SHOWN)}"
    fix = f"write each {column} in one way in both tables"
    return photos.problem(min(wanted.values()), column, found, expected, fix)
