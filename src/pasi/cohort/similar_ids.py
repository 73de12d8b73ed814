"""Subjects whose ids differ in zeros or separators alone: S1 and S001 may be two people, or one who was typed twice."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from pasi.cohort.csv_reader import CsvTable
from pasi.wording import counted, first_names

SHOWN = 5
SEPARATORS = re.compile(r"[-_.]+")
BETWEEN_KINDS = re.compile(r"(?<=[a-z])-(?=\d)|(?<=\d)-(?=[a-z])")
ZEROS = re.compile(r"(?<!\d)0+(?=\d)")


def similar_id_notes(table: CsvTable) -> Iterator[str]:
    """A note that asks whether such subjects of scores.csv are one person; none where both have the same visit."""
    subjects = table.columns["subject"]
    groups = list(_groups(dict.fromkeys(subjects)))
    if not groups:
        return
    visits: dict[str, set[str]] = defaultdict(set)
    for subject, visit in set(zip(subjects, table.columns["visit"], strict=True)):
        visits[subject].add(visit)
    apart = [group for group in groups if not _share_a_visit([visits[subject] for subject in group])]
    if apart:
        lines = (
            " and ".join(f"{name} (line {table.lines[subjects.index(name)]})" for name in group) for group in apart
        )
        who = "one person" if len(apart) == 1 else f"one person ({counted(len(apart), 'case')})"
        question = f"ids that differ in zeros or separators alone: are they {who}?"
        shown = first_names(lines, SHOWN)
        yield f"{Path(table.file).name}: {question} Then give the person one id in both tables: {shown}"


def _share_a_visit(visits: Sequence[Collection[str]]) -> bool:
    return sum(map(len, visits)) > len(set().union(*visits))


def _groups(subjects: Collection[str]) -> Iterator[Sequence[str]]:
    """Subjects with one form, in the order of the table."""
    told: set[str] = set()
    for form in (_without_zeros, _without_separators):
        found: dict[str, list[str]] = defaultdict(list)
        for subject in subjects:
            found[form(subject)].append(subject)
        for group in found.values():
            if len(group) > 1 and told.isdisjoint(group) and not _number_sites(group, form):
                told.update(group)
                yield group


def _without_zeros(subject: str) -> str:
    """The id without leading zeros of its numbers, with one kind of separator, and none between letters and digits."""
    return ZEROS.sub("", BETWEEN_KINDS.sub("", SEPARATORS.sub("-", subject.casefold())))


def _without_separators(subject: str) -> str:
    return SEPARATORS.sub("", subject.casefold())


def _number_sites(group: Sequence[str], form: object) -> bool:
    """Whether the ids may be numbers of sites and people with separators at different places: 1-11 and 11-1."""
    return form is _without_separators and all(map(SEPARATORS.search, group))
