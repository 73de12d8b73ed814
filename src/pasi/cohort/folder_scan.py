"""Making photos.csv from a folder: a pattern such as {subject}/{visit}/{region}*.jpg says what a path means."""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pasi.errors import PatternError

PATTERN_FIELDS = ("subject", "visit", "region")
PIECES = re.compile(r"\{(\w+)\}|(\*\*/|\*|\?)|([^{*?]+|\{)")
STARS = {"**/": "(?:.*/)?", "*": "[^/]*", "?": "[^/]"}
# A field ends where the text after it begins. Before a star there is no such text: there a region consists of letters
# (trunk1.jpg shows the trunk), a subject or visit of letters and digits.
BEFORE_STAR = {"subject": r"[^\W_]+", "visit": r"[^\W_]+", "region": r"[^\W\d_]+"}


@dataclass(frozen=True)
class PhotoTable:
    """rows: subject, visit, region and path of each photo, sorted by path; unmatched: every other file, sorted."""

    rows: tuple[tuple[str, str, str, str], ...]
    unmatched: tuple[str, ...]


def scan_folder(
    folder: str | Path, pattern: str, *, base: str | Path | None = None, regions: Sequence[str] = ()
) -> PhotoTable:
    """Photos under `folder` whose path, relative to it, matches `pattern`.

    {subject}, {visit} and {region}, once each, match a part of a name, * any part of one, ? one character, **/ any
    number of folders. The suffix matches in upper and lower case, because cameras write .JPG. Where `regions` are
    given, {region} matches one of them. Paths in the table are relative to `base`, the folder of the CSV (by default
    `folder`). Raises PatternError for a pattern without the three fields, for a missing folder, and where no file
    matches.
    """
    expression = compile_pattern(pattern, regions)
    folder = Path(folder).resolve()
    if not folder.is_dir():
        raise PatternError(f"{folder} is not a folder: give the folder of photos")
    base = folder if base is None else Path(base).resolve()
    if not folder.is_relative_to(base):
        raise PatternError(f"{folder} is not under {base}: write the table into a folder above the photos")
    rows: list[tuple[str, str, str, str]] = []
    unmatched: list[str] = []
    for path in _files(folder):
        written = (folder / path).relative_to(base).as_posix()
        if found := expression.fullmatch(path):
            subject, visit, region = found.group(*PATTERN_FIELDS)
            rows.append((subject, visit, region, written))
        else:
            unmatched.append(written)
    if not rows:
        raise PatternError(f'no file under {folder} matches "{pattern}": {_advice(unmatched)}')
    return PhotoTable(tuple(rows), tuple(unmatched))


def compile_pattern(pattern: str, regions: Sequence[str] = ()) -> re.Pattern[str]:
    """The regular expression of a pattern, for a whole path with /; each field is a named group."""
    pieces = [(match[1] or "", match[2] or "", match[3] or "") for match in PIECES.finditer(pattern)]
    fields = [field for field, _, _ in pieces if field]
    if sorted(fields) != sorted(PATTERN_FIELDS):
        named = ", ".join(f"{{{field}}}" for field in fields) or "no field"
        raise PatternError(f'"{pattern}" has {named}: it needs {{subject}}, {{visit}} and {{region}}, once each')
    stars = [*(star for _, star, _ in pieces[1:]), ""]
    expressions = [_piece(piece, star, regions) for piece, star in zip(pieces, stars, strict=True)]
    if text := pieces[-1][2]:
        stem, dot, suffix = text.rpartition(".")
        expressions[-1] = re.escape(stem + dot) + f"(?i:{re.escape(suffix)})" if dot else re.escape(text)
    return re.compile("".join(expressions))


def _advice(unmatched: Sequence[str]) -> str:
    """What to do where no file matches."""
    if not unmatched:
        return "there is no file; give the folder of photos"
    return f'adapt the pattern to the files, of which "{unmatched[0]}" is the first'


def _piece(piece: tuple[str, str, str], next_star: str, regions: Sequence[str]) -> str:
    """The expression of a piece, which is a field, a star or a text; `next_star` is the star after it, "" for none."""
    field, star, text = piece
    if text:
        return re.escape(text)
    if star:
        return STARS[star]
    if field == "region" and regions:
        longest_first = sorted(regions, key=len, reverse=True)
        return f"(?P<region>{'|'.join(map(re.escape, longest_first))})"
    return f"(?P<{field}>{BEFORE_STAR[field] if next_star else '[^/]+?'})"


def _files(folder: Path) -> Iterator[str]:
    """Paths of all files under `folder`, relative to it, sorted. A link to a folder is listed and not entered."""
    found = []
    for place, folders, files in os.walk(folder, onerror=_refuse_unreadable):
        links = [name for name in folders if os.path.islink(os.path.join(place, name))]
        found += [Path(place, name).relative_to(folder).as_posix() for name in [*files, *links]]
    yield from sorted(found)


def _refuse_unreadable(error: OSError) -> None:
    raise PatternError(f"{error.filename} cannot be read ({error.strerror}): check its permissions") from error
