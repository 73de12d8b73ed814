"""What is said of photos that show one picture: a problem for each picture, or a note within a visit."""

from collections.abc import Iterable, Mapping, Sequence

from pasi.errors import Problem
from pasi.imaging.copies import Copy
from pasi.imaging.photo_faults import line_ranges
from pasi.imaging.tile_store import Key, place_of
from pasi.wording import counted, first_names

ONE_SUBJECT, ONE_VISIT = "photos of one subject only", "another photo at each visit"
FOLDER = 3  # pictures of one subject or visit under another one from which on they are rather a copied folder
PLACEHOLDER = 3  # subjects under which a picture is rather a placeholder than a slip
DROP_ALL = "probably a placeholder for photos that are missing: drop all its rows, or put the photos in its place"


def copy_problems(copies: Iterable[Copy], file: str, lines: Mapping[Key, int]) -> list[Problem]:
    """A problem for each picture that is under several subjects or visits, and one for a folder that was copied.

    lines: those of photos in `file`.
    """
    groups: dict[Key, list[Copy]] = {}
    for copy in copies:
        if not copy.is_note:
            groups.setdefault(copy.first, []).append(copy)
    moves: dict[tuple[str, ...], list[Copy]] = {}  # what one folder that was copied explains
    for group in groups.values():
        if len(group) == 1:
            moves.setdefault(_move(group[0]), []).append(group[0])
    folders = [move for move in moves.values() if len(move) >= FOLDER]
    explained = {copy.first for move in folders for copy in move}
    alone = [group for first, group in groups.items() if first not in explained]
    return [_folder_problem(move, file, lines) for move in folders] + [_problem(group, file, lines) for group in alone]


def _move(copy: Copy) -> tuple[str, ...]:
    """From which subject to which other one a picture was copied, or from which visit of a subject to which other."""
    (subject, visit), (other, other_visit) = copy.first[:2], copy.key[:2]
    return (subject, other) if subject != other else (subject, visit, other_visit)


def _folder_problem(copies: Sequence[Copy], file: str, lines: Mapping[Key, int]) -> Problem:
    """The problem of several pictures of one subject or visit that are those of another one."""
    ways = {copy.how for copy in copies}
    how = ways.pop() if len(ways) == 1 else "shows the same picture as"
    one_subject = len(_move(copies[0])) > 2
    own, other = (_visits(keys, lines) for keys in ([copy.key for copy in copies], [copy.first for copy in copies]))
    found = f"{counted(len(copies), 'photo')} of {own}, each of which {how} one of {other}"
    what = "visit" if one_subject else "subject"
    fix = f"probably a folder that was copied: put the photos of the right {what} there, or drop these rows"
    numbers = [lines[copy.key] for copy in copies if copy.key in lines]
    return Problem(file, min(numbers, default=None), "photo", found, ONE_VISIT if one_subject else ONE_SUBJECT, fix)


def _visits(keys: Sequence[Key], lines: Mapping[Key, int]) -> str:
    """The visits of photos of one subject, with their lines."""
    named = first_names(dict.fromkeys(key[1] for key in keys))
    numbers = sorted(lines[key] for key in keys if key in lines)
    return f"{keys[0][0]} {named}" + (f" (lines {', '.join(line_ranges(numbers))})" if numbers else "")


def _problem(copies: Sequence[Copy], file: str, lines: Mapping[Key, int]) -> Problem:
    """The problem of the copies of one picture."""
    copy = copies[0]
    subjects = {copy.first[0], *(one.key[0] for one in copies)}
    found = f"{place_of(copy.key)} {copy.how} {_place_with_line(copy.first, lines)}"
    if len(copies) > 1:
        others = first_names((_place_with_line(one.key, lines) for one in copies), most=10)
        of = counted(len(subjects), "subject")
        found = (
            f"one picture in {_place_with_line(copy.first, lines)} and {len(copies):,} more photos, of {of}: {others}"
        )
    if len(subjects) >= PLACEHOLDER:
        fix = DROP_ALL
    else:
        wrong = "visit" if len(subjects) == 1 else "subject"
        fix = (
            f"drop the photo that is under the wrong {wrong}"
            if len(copies) == 1
            else f"drop those under the wrong {wrong}"
        )
    expected = ONE_VISIT if len(subjects) == 1 else ONE_SUBJECT
    return Problem(file, lines.get(copy.key), "photo", found, expected, fix)


def copy_note(copy: Copy, file: str, lines: Mapping[Key, int]) -> str:
    """The note of a copy within one visit, whose photos are all used."""
    return f"{file}: {_place_with_line(copy.key, lines)} {copy.how} {_place_with_line(copy.first, lines)}"


def _place_with_line(key: Key, lines: Mapping[Key, int]) -> str:
    return f"{place_of(key)} (line {lines[key]})" if key in lines else place_of(key)
