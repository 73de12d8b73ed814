"""Problems of the order of visits and of baselines: contradictory orders, two baselines, names that do not fit."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, pairwise

from pasi.cohort.csv_reader import CsvTable
from pasi.cohort.visit_cells import Visit, check_visit_cells, read_visits
from pasi.cohort.visit_order import VisitNames, by_subject, clocks, time_keys
from pasi.errors import Problem
from pasi.wording import counted, did_you_mean, first_names, quoted

# Days 0 and 1 of spreadsheets, databases and programs, and their last days.
PLACEHOLDERS = "1899-12-30 1899-12-31 1900-01-01 1904-01-01 1960-01-01 1970-01-01 1753-01-01 0001-01-01 9999-12-31"
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
        yield from _check_contradictions(table, subjects, names)
        yield from _check_order(table, subjects, names)
    if not any(problem.column == "baseline" for problem in bad_cells):
        yield from _check_baselines(table, visits, names)


def _check_names(table: CsvTable, names: VisitNames) -> Iterator[Problem]:
    """Problems of a list of visits that lacks one of the table, and of a baseline that the table does not have."""
    column = table.columns["visit"]
    known = list(dict.fromkeys(column))
    missing = set(known) - set(names.order) if names.order else set()
    for name in (name for name in known if name in missing):
        guess = did_you_mean(name, [other for other in names.order if other not in known])
        fix = f"{guess} Write one name in both places" if guess else "add it there in its place"
        found = f"{quoted(name)} in {counted(column.count(name), 'row')}"
        yield table.problem(column.index(name), "visit", found, "a visit of cohort.visit_order", fix)
    if names.baseline and names.baseline not in known and known:
        shown = first_names(known, most=8)
        fix = did_you_mean(names.baseline, known) or "correct cohort.baseline"
        found, expected = f"no visit {quoted(names.baseline)}", f"the visit that cohort.baseline names, one of {shown}"
        yield Problem(table.file, None, "visit", found, expected, fix)


def _check_order(table: CsvTable, subjects: Mapping[str, Sequence[Visit]], names: VisitNames) -> Iterator[Problem]:
    """Problems of subjects with times at some of their visits only, or with two visits at one time.

    The same two visits, or the same time, in several subjects is one problem.
    """
    gaps: dict[str, list[tuple[Visit, Visit]]] = defaultdict(list)
    ties: list[tuple[Visit, Visit]] = []
    for visits in subjects.values():
        keys = time_keys(visits, names)
        for clock, visit, given in _gaps(visits, names) if not keys and len(visits) > 1 else ():
            gaps[clock].append((visit, given))
        places = sorted(range(len(keys)), key=keys.__getitem__)
        ties += [(visits[one], visits[two]) for one, two in pairwise(places) if keys[one] == keys[two]]
    for clock, pairs in gaps.items():
        yield _gap(table, clock, pairs)
    for pairs in _alike_ties(ties):
        yield _tie(table, pairs)


def _gaps(visits: Sequence[Visit], names: VisitNames) -> Iterator[tuple[str, Visit, Visit]]:
    """The visits of a subject without a week, where others have one, and one of these; of dates if none has a week."""
    for clock, times in clocks(visits, names).items():
        given = [visit for visit, time in zip(visits, times, strict=True) if time is not None]
        for visit in (visit for visit, time in zip(visits, times, strict=True) if given and time is None):
            yield clock, visit, given[0]
        if given:
            return


def _gap(table: CsvTable, clock: str, pairs: Sequence[tuple[Visit, Visit]]) -> Problem:
    visit, given = pairs[0]
    expected = f"a {clock}, as {visit.subject} has on line {table.lines[given.row]}"
    found = _in_visits("an empty cell", table, [visit for visit, _ in pairs])
    fix = f"fill in the {clock} of each visit of the subject, or list the visits in cohort.visit_order"
    return table.problem(visit.row, clock, found, expected, fix)


def _in_visits(found: str, table: CsvTable, visits: Sequence[Visit]) -> str:
    """What was found, with the number of visits and the first of their lines where it is several."""
    if len(visits) == 1:
        return found
    lines = first_names((str(table.lines[visit.row]) for visit in visits), most=10)
    return f"{found}, and so for {len(visits)} visits (lines {lines})"


def _clock(first: Visit, second: Visit) -> str:
    """By which clock two visits are at one time."""
    return "week" if second.week is not None and second.week == first.week else "date"


def _alike_ties(ties: Sequence[tuple[Visit, Visit]]) -> Iterator[list[tuple[Visit, Visit]]]:
    """Pairs of visits at one time: those of the same date together, then those of the same two names."""
    moments = Counter((_clock(*pair), pair[0].date) for pair in ties)
    kinds: dict[tuple[object, ...], list[tuple[Visit, Visit]]] = defaultdict(list)
    for first, second in ties:
        clock = _clock(first, second)
        is_moment = clock == "date" and moments[clock, first.date] > 1
        kinds[clock, *((first.date,) if is_moment else (first.name, second.name))].append((first, second))
    yield from kinds.values()


def _tie(table: CsvTable, pairs: Sequence[tuple[Visit, Visit]]) -> Problem:
    pairs = [(one, two) if one.row < two.row else (two, one) for one, two in pairs]
    first, second = min(pairs, key=lambda pair: pair[1].row)
    clock = _clock(first, second)
    expected = f"another {clock} than {first.name} on line {table.lines[first.row]}"
    fix = "correct one of the two visits, or list the visits in cohort.visit_order"
    if clock == "date" and str(second.date) in PLACEHOLDERS:
        fix = f"empty the cells: {second.date} stands for a date that is not known"
    found = _in_visits(f"{second.name} {_time(second, clock)}", table, [visit for _, visit in pairs])
    return table.problem(second.row, clock, found, expected, fix)


def _time(visit: Visit, clock: str) -> str:
    """When a visit was, in words: "in week 4", "on 2023-01-28"."""
    return f"in week {visit.week:g}" if clock == "week" else f"on {visit.date}"


def _check_contradictions(
    table: CsvTable, subjects: Mapping[str, Sequence[Visit]], names: VisitNames
) -> Iterator[Problem]:
    """Problems of two visits that one clock has in another order than a second clock.

    A list of the config that contradicts the tables is one cause, however many subjects have the two visits.
    """
    found: dict[tuple[str, str, str, str], list[tuple[Visit, Visit]]] = {}
    for subject, own in subjects.items():
        times = clocks(own, names)
        for one, other in combinations(times, 2):
            for early, late in _inversions(times[one], times[other]):
                cause = (own[early].name, own[late].name) if other == "list" else (subject, str(early))
                found.setdefault((one, other, *cause), []).append((own[early], own[late]))
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
    more = f" (so in {len(pairs)} subjects)" if len(pairs) > 1 else ""
    line = f"on line {table.lines[early.row]}"
    found = f"{late.name} {_time(late, one)} after {early.name} {_time(early, one)} {line}{more}"
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
        found = _in_visits(f"{visit.name} as a baseline of {visit.subject}", table, [each for _, each in second])
        yield table.problem(visit.row, "baseline", found, expected, "write true for one visit and false for others")
    other = [visit for visit in marked if names.baseline and visit.name != names.baseline]
    if other:
        found = f"{other[0].name} as the baseline of {counted(len(other), 'subject')}"
        expected = f"{names.baseline}, which cohort.baseline names"
        fix = "correct the column, or set cohort.baseline: null"
        yield table.problem(other[0].row, "baseline", found, expected, fix)
