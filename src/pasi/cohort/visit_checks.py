"""Problems of the order of visits and of baselines: contradictory orders, two baselines, names that do not fit."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, pairwise

from pasi.cohort.csv_reader import CsvTable
from pasi.cohort.look_alike import appearance
from pasi.cohort.visit_cells import Visit, check_visit_cells, read_visits
from pasi.cohort.visit_order import VisitNames, by_subject, clocks
from pasi.cohort.visit_times import check_order, in_visits, time_text
from pasi.cohort.visit_units import check_units
from pasi.errors import Problem
from pasi.wording import counted, did_you_mean, first_names, quoted

LEADING_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
FIX = {
    ("week", "date"): "correct the weeks or the dates",
    ("week", "list"): "correct the weeks, or cohort.visit_order",
    ("date", "list"): "correct the dates, or cohort.visit_order",
}


def check_visits(table: CsvTable, names: VisitNames) -> Iterator[Problem]:
    """Every problem of weeks, dates, baselines, and of the names of visits in the config."""
    bad_cells = list(check_visit_cells(table))
    bad_names = list(_check_names(table, names))
    yield from bad_cells
    yield from bad_names
    visits = read_visits(table)
    subjects = by_subject(visits)
    if not any(problem.column in ("week", "date") for problem in bad_cells) and not bad_names:
        # Days or months in place of weeks leave the order as it is; where it differs, single dates or weeks are wrong.
        yield from list(_check_contradictions(table, subjects, names)) or check_units(table, subjects)
        yield from check_order(table, subjects, names)
    if not any(problem.column == "baseline" for problem in bad_cells):
        yield from _check_baselines(table, visits, names)


def _check_names(table: CsvTable, names: VisitNames) -> Iterator[Problem]:
    """Problems of a list of visits that lacks one of the table, and of a baseline that the table does not have."""
    column = table.columns["visit"]
    known = list(dict.fromkeys(column))
    missing = [name for name in known if name not in names.order] if names.order else []
    spelt = _other_spellings(missing, [name for name in names.order if name not in known])
    if len(spelt) > 1:
        lines = [row for row, name in enumerate(column) if name in spelt]
        found = f"{first_names(map(quoted, spelt))} in {counted(len(lines), 'row')}"
        expected = f"visits of cohort.visit_order, which has {first_names(map(quoted, spelt.values()))}"
        fix = "write these names in one way in the table and in cohort.visit_order"
        if names.baseline:
            fix = "write these names in one way in the table, in cohort.visit_order and in cohort.baseline"
        yield table.problem(lines[0], "visit", found, expected, fix)
        missing = [name for name in missing if name not in spelt]
    for name in missing:
        guess = did_you_mean(name, [other for other in names.order if other not in known])
        fix = f"{guess} Write one name in both places" if guess else "add it there in its place"
        found = f"{quoted(name)} in {counted(column.count(name), 'row')}"
        yield table.problem(column.index(name), "visit", found, "a visit of cohort.visit_order", fix)
    is_told = len(spelt) > 1 and names.baseline in spelt.values()
    if names.baseline and names.baseline not in known and known and not is_told:
        shown = first_names(known, most=8)
        fix = did_you_mean(names.baseline, known) or "correct cohort.baseline"
        found, expected = f"no visit {quoted(names.baseline)}", f"the visit that cohort.baseline names, one of {shown}"
        yield Problem(table.file, None, "visit", found, expected, fix)


def _other_spellings(missing: Sequence[str], listed: Sequence[str]) -> dict[str, str]:
    """Each of the visits that a list lacks with the one of the list that differs in case, spaces or zeros alone."""
    by_look = {LEADING_ZEROS.sub("", appearance(name)): name for name in listed}
    looks = {name: LEADING_ZEROS.sub("", appearance(name)) for name in missing}
    return {name: by_look[look] for name, look in looks.items() if look in by_look}


def _check_contradictions(
    table: CsvTable, subjects: Mapping[str, Sequence[Visit]], names: VisitNames
) -> Iterator[Problem]:
    """Problems of two visits that one clock has in another order than a second clock.

    The same two visits in several subjects are one cause: a list of the config, or the date that one visit was given.
    """
    found: dict[tuple[str, str, str, str], list[tuple[Visit, Visit]]] = {}
    for own in subjects.values():
        times = clocks(own, names)
        for one, other in combinations(times, 2):
            for early, late in _inversions(times[one], times[other]):
                cause = (one, other, own[early].name, own[late].name)
                found.setdefault(cause, []).append((own[early], own[late]))
    for (one, other, *_), pairs in found.items():
        yield _contradiction(table, one, other, pairs)


def _inversions(times: Sequence[float | None], others: Sequence[float | None]) -> Iterator[tuple[int, int]]:
    """Places of neighbours in the order of `times` that have the other order in `others`."""
    both = zip(times, others, strict=True)
    known = [(time, other, place) for place, (time, other) in enumerate(both) if time is not None and other is not None]
    for (time, other, place), (later, before, next_place) in pairwise(sorted(known)):
        if time < later and before < other:
            yield place, next_place


def _contradiction(table: CsvTable, one: str, other: str, pairs: Sequence[tuple[Visit, Visit]]) -> Problem:
    early, late = pairs[0]
    line = f"on line {table.lines[early.row]}"
    found = f"{late.name} {time_text(late, one)} after {early.name} {time_text(early, one)} {line}"
    if len(pairs) > 1:
        lines = first_names((str(table.lines[visit.row]) for _, visit in pairs), most=10)
        found += f" (so in {len(pairs)} subjects, lines {lines})"
    if other == "list":
        expected = f"the order of cohort.visit_order, which has {late.name} before {early.name}"
    else:
        expected = f"the order of the dates, {late.date} before {early.date}"
    return table.problem(late.row, one, found, expected, FIX[one, other])


def _check_baselines(table: CsvTable, visits: Sequence[Visit], names: VisitNames) -> Iterator[Problem]:
    """Problems of a column that marks no visit, of two baselines of a subject, of marks that the config contradicts."""
    marked = [visit for visit in visits if visit.marked]
    if not marked and any(text.strip() for text in table.columns.get("baseline", ())):
        fix = "mark the baseline of each subject, or drop the column"
        yield Problem(table.file, None, "baseline", "no row with true", "true in the rows of each baseline", fix)
    second = [(own[0], visit) for own in by_subject(marked).values() for visit in own[1:]]
    if second:
        first, visit = second[0]
        expected = f"one baseline of {visit.subject} ({first.name} on line {table.lines[first.row]})"
        found = in_visits(f"{visit.name} as a baseline of {visit.subject}", table, [each for _, each in second])
        yield table.problem(visit.row, "baseline", found, expected, "write true for one visit and false for others")
    other = [visit for visit in marked if names.baseline and visit.name != names.baseline]
    if other:
        found = f"{other[0].name} as the baseline of {counted(len(other), 'subject')}"
        expected = f"{names.baseline}, which cohort.baseline names"
        fix = "correct the column, or set cohort.baseline: null"
        yield table.problem(other[0].row, "baseline", found, expected, fix)
