"""Checks of what identifies a row of photos.csv and scores.csv: its subject, visit and region."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from pasi.cohort.csv_reader import CsvTable
from pasi.cohort.look_alike import ACCENTS, difference
from pasi.cohort.missing_codes import FAILED, is_ditto
from pasi.cohort.rewritten_ids import AS_TEXT, cause, number_format, unwrapped
from pasi.cohort.spellings import ID, Place, SpelledId, Spellings
from pasi.errors import Problem
from pasi.wording import counted, did_you_mean, quoted

IDS = ("subject", "visit", "region")
SIGNS = re.compile(r"[^A-Za-z0-9._-]+")
MANY = 3  # faulty ids of one table that are listed one by one; more are one problem
Pair = tuple[SpelledId, str, Place]  # an id, one of its wrong spellings and the first row of it


def unnamed_rows(table: CsvTable) -> list[int]:
    """Rows that lack a subject, visit or region; they cannot be compared with others."""
    texts = [table.columns[name] for name in IDS]
    if all(cell.strip() for column in texts for cell in set(column)):
        return []
    return [row for row, cells in enumerate(zip(*texts, strict=True)) if not all(map(str.strip, cells))]


def region_visit_texts(table: CsvTable) -> list[str]:
    """Subject, visit and region of each row as one text ("S01 V1 upper"): a text keeps its hash, a tuple does not."""
    columns = table.columns
    return list(map(" ".join, zip(columns["subject"], columns["visit"], columns["region"], strict=True)))


def check_ids(
    tables: Sequence[CsvTable], spellings: Spellings, unknown: Mapping[str, Collection[str]], regions: Sequence[str]
) -> Iterator[Problem]:
    """Problems of the subjects, visits and regions of both tables, whose `spellings` were looked for.

    `unknown` holds by column what names nobody, and is reported already.

    One problem for each faulty value, and one for all values of a table that have the same fault.
    """
    yield from _check_spellings(spellings)
    for column in ("subject", "visit"):
        reported = {value for spelt in spellings.ids if spelt.column == column for value in spelt.places}
        yield from _check_form(tables, column, {*reported, *unknown[column]})
    for table in tables:
        yield from _check_regions(table, regions)


def _check_spellings(spellings: Spellings) -> Iterator[Problem]:
    """Problems of ids with several spellings: " S01" and "s01" are the subject "S01" (F18). Both lines are named.

    Where a table has only wrong spellings of a kind (all its leading zeros were lost), this is one problem, and so are
    all visits of a kind. Where it has both, there is one problem for each id, because each must be checked.
    """
    kinds: dict[tuple[str, ...], list[Pair]] = defaultdict(list)
    for spelt in spellings.ids:
        for value in (value for value in spelt.places if value != spelt.best):
            place = spelt.places[value][0]
            mixed = _files(spelt, value) & _files(spelt, spelt.best) or len(_files(spelt, value)) > 1
            each = (spelt.owner, value) if mixed else ()
            reason = cause(value, spelt.best)
            each = () if reason and spelt.column == "visit" else each
            kinds[spelt.column, place.table.file, str(reason), *each].append((spelt, value, place))
    for pairs in kinds.values():
        yield _spelling_problem(pairs)


def _files(spelt: SpelledId, value: str) -> set[str]:
    """The tables that hold an id in one of its spellings."""
    return {place.table.file for place in spelt.places[value]}


def _spelling_problem(pairs: Sequence[Pair]) -> Problem:
    """The problem of the pair that stands first in the table, with the number of the others."""
    spelt, value, place = min(pairs, key=lambda pair: pair[2].row)
    reason = cause(value, spelt.best)
    expected = f"{quoted(spelt.best)} as in {spelt.places[spelt.best][0]}"
    fix = f"{reason}: {AS_TEXT}" if reason else "write one id in one way"
    if not value.isascii() and (kind := difference(value, spelt.best)):
        fix = f"{fix}; the two differ in {kind}"
    found = _several(value, len({(other.owner, other.best) for other, *_ in pairs}), spelt.column)
    others = (there for other, text, _ in pairs for there in other.places[text] if there.table.file != place.table.file)
    if there := min(others, key=lambda there: there.row, default=None):
        found += f" (in {there} too)"
    return place.table.problem(place.row, spelt.column, found, expected, fix)


def _several(value: str, count: int, column: str) -> str:
    """The first of `count` faulty ids, with the number of the others."""
    return quoted(value) + (f" and {counted(count - 1, f'more {column}')} like it" if count > 1 else "")


def _check_form(tables: Sequence[CsvTable], column: str, reported: Collection[str]) -> Iterator[Problem]:
    """Problems of ids that could do harm in a path, a table or a spreadsheet, unless they are `reported` already.

    All ids with one fault are one problem, which names the first row of each table.
    """
    every = set[str]().union(*(table.columns[column] for table in tables))
    bad = {value for value in every if not ID.fullmatch(value)} - set(reported)
    kinds: dict[str, dict[str, list[Place]]] = defaultdict(lambda: defaultdict(list))
    for table in tables:
        for value, rows in rows_of(table.columns[column], bad).items():
            kinds[_kind_of_fault(value)][value] += (Place(table, row) for row in rows)
    for kind, places in kinds.items():
        yield _form_problem(column, places, _fix_for_id(kind, places, every))


def _form_problem(column: str, places: Mapping[str, Sequence[Place]], fix: str) -> Problem:
    """The problem of ids with one fault, at the first of them."""
    value, rows = next(iter(places.items()))
    first = rows[0]
    here = [row for row in rows if row.table.file == first.table.file]
    found = _several(value, len(places), column) if len(places) > 1 else _found(value, here)
    others = (place for each in places.values() for place in each if place.table.file != first.table.file)
    if there := min(others, key=lambda place: place.row, default=None):
        found += f" (in {there} too)"
    expected = "up to 64 letters, digits, points, _ and -, a letter or digit first"
    return first.table.problem(first.row, column, found, expected, fix)


def _kind_of_fault(value: str) -> str:
    """Which fault an id has, so that one cause is one problem: "number", "wrapped", "empty", a sign, and so on."""
    if number_format(value):
        return "number"
    if FAILED.fullmatch(value.strip()):
        return "error"
    if value and not value.strip("#"):
        return "narrow"
    text = unwrapped(value)
    if not text:
        return "empty"
    if ID.fullmatch(text):
        return "wrapped"
    return (
        f"sign {next((sign for sign in text if not ID.fullmatch('0' + sign)), 'first' if len(text) < 65 else 'long')}"
    )


def _fix_for_id(kind: str, places: Mapping[str, Sequence[Place]], every: set[str]) -> str:
    """What to do about ids with one fault, which stand at these places among `every` id."""
    value, rows = next(iter(places.items()))
    if kind == "number":
        return f"{number_format(value)}: {AS_TEXT}"
    if kind == "wrapped":
        return f"write {quoted(unwrapped(value))}"
    if kind == "empty":
        return "fill it in; of merged cells only the first has the text" if len(rows) > 1 else "fill it in"
    if kind == "error":
        return "a formula of the spreadsheet has failed: take the id from its source"
    if kind == "narrow":
        return "a column of the spreadsheet was too narrow: make it wider, and save the table again"
    foreign = [letter for letter in value if unicodedata.name(letter, "").startswith(("CYRILLIC", "GREEK"))]
    if foreign:
        return f"rename it; {quoted(foreign[0])} is {unicodedata.name(foreign[0])}"
    return f"rename it{_example(value, places, every)}"


def _example(value: str, ids: Collection[str], every: set[str]) -> str:
    """How an id may be written: as one that differs by such signs alone, or with hyphens if no two become one by that.

    What stands first is left to the user: -4 is not 4.
    """
    if not ID.fullmatch(value[:1]) or not value.isascii():
        return ""
    alike = [other for other in every - set(ids) if _letters(other) == _letters(value) and ID.fullmatch(other)]
    if len(alike) == 1:
        return f"; if it is {quoted(alike[0])}, write that"
    plain = {each: SIGNS.sub("-", each).rstrip("-") for each in every}
    counts = Counter(map(str.casefold, plain.values()))
    if any(counts[plain[each].casefold()] > 1 or not ID.fullmatch(plain[each]) for each in ids):
        return ""
    return f" in both tables, for example to {plain[value]}"


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text).casefold()


def _check_regions(table: CsvTable, names: Sequence[str]) -> Iterator[Problem]:
    """Problems of regions that the index does not have."""
    values = table.columns["region"]
    for value, rows in rows_of(values, set(values) - set(names)).items():
        fix = did_you_mean(value, names) or "rename it, or add it to index.regions"
        if is_ditto(value):
            fix = f"repeat the region in each row: {value.strip()} stands for that of the row above"
        if any(difference(value, name) == ACCENTS for name in names):
            fix = f"write it as in index.regions; it differs in {ACCENTS}"
        yield table.problem(rows[0], "region", _found(value, rows), f"one of {', '.join(names)}", fix)


def rows_of(values: Sequence[str], wanted: Collection[str]) -> dict[str, list[int]]:
    """The rows that hold each of the `wanted` values; where none is wanted, the table is not searched."""
    found: dict[str, list[int]] = defaultdict(list)
    for row, value in enumerate(values) if wanted else ():
        if value in wanted:
            found[value].append(row)
    return found


def _found(value: str, rows: Sequence[object]) -> str:
    """A value as a problem shows it, with the number of its rows where there are several."""
    shown = quoted(value) if value else "an empty cell"
    return shown if len(rows) == 1 else f"{shown} in {len(rows)} rows"
