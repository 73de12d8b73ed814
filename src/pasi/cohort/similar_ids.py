"""Ids that differ in zeros, separators or look-alike signs alone: S1 and S001 may be two people, or one typed twice."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

from pasi.cohort.csv_reader import CsvTable
from pasi.wording import counted, first_names

SHOWN = 5
SEPARATORS = re.compile(r"[-_.]+")
BETWEEN_KINDS = re.compile(r"(?<=[a-z])-(?=\d)|(?<=\d)-(?=[a-z])")
ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
DECIMAL = re.compile(r"\.0+$")  # of a data frame, as in S001.0
HAS_DIGIT = re.compile(r"\d")
LOOK_ALIKE = str.maketrans("oli", "011")
WORD = re.compile(
    r"(visite?|vis|v|weeks?|wk|woche|w|months?|mon|m|days?|d)[-_.]*(?=\d)"
)  # before the number of a visit


def similar_id_notes(table: CsvTable) -> Iterator[str]:
    """A note that asks whether such subjects of scores.csv are one person, and one for the visits of a subject.

    None where both have the same region of a visit, or of the visits the same region: they are two then.
    """
    name = Path(table.file).name
    if lines := [_shown("", group) for group in _similar_subjects(table)]:
        who = "one person" if len(lines) == 1 else f"one person ({counted(len(lines), 'case')})"
        question = f"ids that differ in zeros, separators, O for 0 or l for 1 alone: are they {who}?"
        yield f"{name}: {question} Then give the person one id in both tables: {first_names(lines, SHOWN)}"
    if lines := [_shown(f"{subject} ", group) for subject, group in _similar_visits(table)]:
        which = "one visit" if len(lines) == 1 else f"one visit ({counted(len(lines), 'case')})"
        question = f"visits of one subject whose names differ in zeros, separators or the word alone: are they {which}?"
        yield f"{name}: {question} Then give the visit one name in both tables: {first_names(lines, SHOWN)}"


def are_similar_ids(one: str, other: str) -> bool:
    """Whether two ids differ in zeros, separators or look-alike signs alone."""
    return any(_groups((one, other), ID_FORMS))


def are_similar_visits(one: str, other: str) -> bool:
    """Whether the names of two visits may mean one visit: V1, V01, V-1 and VISIT1."""
    return any(_groups((one, other), VISIT_FORMS))


def _shown(owner: str, group: Sequence[tuple[str, int]]) -> str:
    return owner + " and ".join(f"{name} (line {line})" for name, line in group)


def _similar_subjects(table: CsvTable) -> Iterator[list[tuple[str, int]]]:
    """Subjects that may be one person, each with its first line."""
    subjects = table.columns["subject"]
    groups = list(_groups(dict.fromkeys(subjects), ID_FORMS))
    if not groups:
        return
    held: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for subject, *place in set(zip(*(table.columns[name] for name in ("subject", "visit", "region")), strict=True)):
        held[subject].add(tuple(place))
    for group in groups:
        if not _share([held[subject] for subject in group]):
            yield [(subject, table.lines[subjects.index(subject)]) for subject in group]


def _similar_visits(table: CsvTable) -> Iterator[tuple[str, list[tuple[str, int]]]]:
    """Subject and visits that may be one visit, each with its first line."""
    if not any(_groups(dict.fromkeys(table.columns["visit"]), VISIT_FORMS)):
        return
    held: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    first: dict[tuple[str, str], int] = {}
    rows = zip(*(table.columns[name] for name in ("subject", "visit", "region")), table.lines, strict=True)
    for subject, visit, region, line in rows:
        held[subject][visit].add(region)
        first.setdefault((subject, visit), line)
    for subject, visits in held.items():
        for group in _groups(visits, VISIT_FORMS):
            if not _share([visits[visit] for visit in group]):
                yield subject, [(visit, first[subject, visit]) for visit in group]


def _share(places: Sequence[Collection[object]]) -> bool:
    return sum(map(len, places)) > len(set().union(*places))


def _groups(names: Collection[str], forms: Sequence[Callable[[str], str]]) -> Iterator[Sequence[str]]:
    """Names with one form, in the order of the table."""
    told: set[str] = set()
    for form in forms:
        found: dict[str, list[str]] = defaultdict(list)
        for name in names:
            found[form(name)].append(name)
        for group in found.values():
            if len(group) > 1 and told.isdisjoint(group) and not _number_sites(group, form):
                told.update(group)
                yield group


def _without_zeros(name: str) -> str:
    """The id without leading zeros of its numbers, with one kind of separator, and none between letters and digits."""
    text = DECIMAL.sub("", name.casefold())
    return ZEROS.sub("", BETWEEN_KINDS.sub("", SEPARATORS.sub("-", text)))


def _without_separators(name: str) -> str:
    return ZEROS.sub("", SEPARATORS.sub("", name.casefold()))


def _in_digits(name: str) -> str:
    """The id with digits in place of the letters that look like them; an id of letters alone stays as it is."""
    text = name.casefold()
    return text.translate(LOOK_ALIKE) if HAS_DIGIT.search(text) else text


def _without_word(name: str) -> str:
    """The name of a visit with one letter in place of the word before its number."""
    return WORD.sub(lambda match: match[1][0], _without_zeros(name), count=1)


def _number_sites(group: Sequence[str], form: object) -> bool:
    """Whether the ids may be numbers of sites and people with separators at different places: 1-11 and 11-1."""
    return form is _without_separators and all(map(SEPARATORS.search, group))


ID_FORMS = (_without_zeros, _without_separators, _in_digits)
VISIT_FORMS = (_without_zeros, _without_separators, _without_word)
