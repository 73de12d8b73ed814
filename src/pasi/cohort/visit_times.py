"""Problems of the times of visits: some of a subject without a week or date, or two at one time."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise

from pasi.cohort.csv_reader import CsvTable
from pasi.cohort.similar_ids import are_similar_visits
from pasi.cohort.visit_cells import Visit
from pasi.cohort.visit_order import VisitNames, clocks, time_keys
from pasi.errors import Problem
from pasi.wording import first_names

# Days 0 and 1 of spreadsheets, databases and programs, and their last days.
PLACEHOLDERS = "1899-12-30 1899-12-31 1900-01-01 1904-01-01 1960-01-01 1970-01-01 1753-01-01 0001-01-01 9999-12-31"
MOST_YEARS = 20  # between two visits of one subject that follow one another
DAYS_OF_YEAR = 365.25


def check_order(table: CsvTable, subjects: Mapping[str, Sequence[Visit]], names: VisitNames) -> Iterator[Problem]:
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
    yield from _far_dates(table, list(subjects.values()))
    for clock, pairs in gaps.items():
        yield _gap(table, clock, pairs)
    for pairs in _alike_ties(ties):
        yield _tie(table, pairs)


def _far_dates(table: CsvTable, subjects: Sequence[Sequence[Visit]]) -> Iterator[Problem]:
    """Problems of a date that lies decades off the others of its subject, one for each such date.

    It is a day that a program writes for none (1900-01-01), a year of another calendar, or a slip. Nothing is said of
    dates that are all shifted, as in a public trial.
    """
    days = sorted(visit.date.toordinal() for visits in subjects for visit in visits if visit.date is not None)
    usual = days[len(days) // 2] if days else 0
    found: dict[date, list[tuple[Visit, Visit]]] = defaultdict(list)
    for visits in subjects:
        dated = [(abs(visit.date.toordinal() - usual), visit.date, visit) for visit in visits if visit.date is not None]
        _, near, other = min(dated, default=(0, None, None))
        for _, day, visit in dated:
            if near and other and abs((day - near).days) > MOST_YEARS * DAYS_OF_YEAR:
                found[day].append((visit, other))
    for day, pairs in found.items():
        visit, other = pairs[0]
        years = abs((day - (other.date or day)).days) / DAYS_OF_YEAR
        said = in_visits(f"{visit.name} on {day}", table, [odd for odd, _ in pairs])
        expected = f"a date near that of {other.name} ({other.date} on line {table.lines[other.row]})"
        fix = f"correct the year, which is {years:.0f} off; where {day} stands for a date that is not known, empty it"
        yield table.problem(visit.row, "date", said, expected, fix)


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
    found = in_visits("an empty cell", table, [visit for visit, _ in pairs])
    fix = f"fill in the {clock} of each visit of the subject, or list the visits in cohort.visit_order"
    if are_similar_visits(visit.name, given.name):
        fix = f"{_one_name(visit, given)}; else fill in the {clock}"
    return table.problem(visit.row, clock, found, expected, fix)


def in_visits(found: str, table: CsvTable, visits: Sequence[Visit]) -> str:
    """What was found, with the number of visits and the first of their lines where it is several."""
    if len(visits) == 1:
        return found
    lines = first_names((str(table.lines[visit.row]) for visit in visits), most=10)
    return f"{found}, and so for {len(visits)} visits (lines {lines})"


def _one_name(one: Visit, other: Visit) -> str:
    return f"if {one.name} and {other.name} are one visit, give it one name in both tables"


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
        names = ("alike",) if are_similar_visits(first.name, second.name) else (first.name, second.name)
        kinds[clock, *((first.date,) if is_moment else names)].append((first, second))
    yield from kinds.values()


def _tie(table: CsvTable, pairs: Sequence[tuple[Visit, Visit]]) -> Problem:
    pairs = [(one, two) if one.row < two.row else (two, one) for one, two in pairs]
    first, second = min(pairs, key=lambda pair: pair[1].row)
    clock = _clock(first, second)
    expected = f"another {clock} than {first.name} on line {table.lines[first.row]}"
    fix = "correct one of the two visits, or list the visits in cohort.visit_order"
    if are_similar_visits(first.name, second.name):
        fix = f"{_one_name(first, second)}; else correct the {clock} of one of them"
    if clock == "date" and str(second.date) in PLACEHOLDERS:
        fix = f"empty the cells: {second.date} stands for a date that is not known"
    found = in_visits(f"{second.name} {time_text(second, clock)}", table, [visit for _, visit in pairs])
    return table.problem(second.row, clock, found, expected, fix)


def time_text(visit: Visit, clock: str) -> str:
    """When a visit was, in words: "in week 4", "on 2023-01-28"."""
    return f"in week {visit.week:g}" if clock == "week" else f"on {visit.date}"
