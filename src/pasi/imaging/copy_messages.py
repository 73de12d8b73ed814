"""What is said of photos that show one picture: a problem for each picture, or a note within a visit."""

from collections.abc import Iterable, Mapping, Sequence

from pasi.errors import Problem
from pasi.imaging.copies import Copy
from pasi.imaging.tile_store import Key, place_of
from pasi.wording import counted, first_names

ONE_SUBJECT, ONE_VISIT = "photos of one subject only", "another photo at each visit"
PLACEHOLDER = 3  # subjects under which a picture is rather a placeholder than a slip
DROP_ALL = "probably a placeholder for photos that are missing: drop all its rows, or put the photos in its place"


def copy_problems(copies: Iterable[Copy], file: str, lines: Mapping[Key, int]) -> list[Problem]:
    """A problem for each picture that is under several subjects or visits; `lines` are those of photos in `file`."""
    groups: dict[Key, list[Copy]] = {}
    for copy in copies:
        if not copy.is_note:
            groups.setdefault(copy.first, []).append(copy)
    return [_problem(group, file, lines) for group in groups.values()]


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
