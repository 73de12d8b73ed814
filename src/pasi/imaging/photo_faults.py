"""The listing of photos that cannot be used: one problem for each fault, however many photos have it."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import count, groupby
from typing import NamedTuple

from pasi.errors import Problem
from pasi.wording import counted, first_names


class FaultyPhoto(NamedTuple):
    """A photo that cannot be used: its name in messages, its line in photos.csv, and fault and fix of PhotoError."""

    name: str
    line: int
    fault: str
    fix: str


def fault_problems(photos: Iterable[FaultyPhoto], file: str, expected: str) -> list[Problem]:
    """A problem for each fault, at the first line that has it; all lines are given, and the first names."""
    groups: dict[tuple[str, str], list[FaultyPhoto]] = {}
    for photo in photos:
        groups.setdefault((photo.fault, photo.fix), []).append(photo)
    problems = [_problem(sorted(group, key=lambda photo: photo.line), file, expected) for group in groups.values()]
    return sorted(problems, key=lambda problem: problem.line or 0)


def _problem(photos: Sequence[FaultyPhoto], file: str, expected: str) -> Problem:
    first = photos[0]
    found = f"{first.name}, which {first.fault}"
    if len(photos) > 1:
        names = first_names(photo.name for photo in photos)
        lines = ", ".join(line_ranges(photo.line for photo in photos))
        found = f"{counted(len(photos), 'photo')}, each of which {first.fault}: {names} (lines {lines})"
    return Problem(file, first.line, "photo", found, expected, first.fix)


def line_ranges(numbers: Iterable[int]) -> Iterator[str]:
    """Ascending numbers, those that follow one another as a range: 2, 3, 4, 7 gives "2-4", "7"."""
    steps = count()
    for _, group in groupby(numbers, key=lambda number: number - next(steps)):
        first, *rest = group
        yield f"{first}-{rest[-1]}" if rest else str(first)
