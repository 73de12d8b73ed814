"""Making photos.csv from a folder: a pattern such as {subject}/{visit}/{region}*.jpg says what a path means."""

import os
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pasi.cohort.look_alike import readable_name
from pasi.cohort.photo_rows import UNPACK
from pasi.cohort.system_files import is_passed_over
from pasi.errors import PatternError
from pasi.imaging.photo_paths import HAS_CONTROL
from pasi.wording import counted, first_names

BACKSLASH = re.compile(r"\\")
PATTERN_FIELDS = ("subject", "visit", "region")
PIECES = re.compile(r"\{(\w+)\}|(\*\*/|\*|\?)|([^{*?]+|\{)")
STARS = {"**/": "(?:.*/)?", "*": "[^/]*", "?": "[^/]"}
# A field ends where the text after it begins. Before a star there is no such text: there a region consists of letters
# (trunk1.jpg shows the trunk), a subject or visit of letters and digits.
BEFORE_STAR = {"subject": r"[^\W_]+", "visit": r"[^\W_]+", "region": r"[^\W\d_]+"}


@dataclass(frozen=True)
class PhotoTable:
    """Subject, visit, region and path of each photo, and every other file under the folder; all sorted by path."""

    rows: tuple[tuple[str, str, str, str], ...]
    unmatched: tuple[str, ...]
    passed_over: tuple[str, ...]  # hidden files, and those that an operating system makes: no photos


def scan_folder(
    folder: str | Path, pattern: str, *, base: str | Path | None = None, regions: Sequence[str] = ()
) -> PhotoTable:
    """Photos under `folder` whose path, relative to it, matches `pattern`.

    {subject}, {visit} and {region}, once each, match a part of a name, * any part of one, ? one character, **/ any
    number of folders. The suffix matches in upper and lower case, because cameras write .JPG, and accents match in
    composed and in decomposed form, because disks of macOS keep the latter. Where `regions` are given, {region} matches
    one of them. Paths in the table are relative to `base`, the folder of the CSV (by default `folder`). Raises
    PatternError for a pattern without the three fields, for a missing folder, where no file matches, and for photos
    whose names no table can hold: those that are not UTF-8, and those with control characters or a backslash.
    """
    expression = compile_pattern(pattern, regions)
    spelt = {_composed(name): name for name in regions}
    folder = Path(folder).resolve()
    if not folder.is_dir():
        raise PatternError(f"{folder} is not a folder: give the folder of photos")
    base = folder if base is None else Path(base).resolve()
    if not folder.is_relative_to(base):
        raise PatternError(f"{folder} is not under {base}: write the table into a folder above the photos")
    rows: list[tuple[str, str, str, str]] = []
    unmatched: list[str] = []
    passed_over: list[str] = []
    for path in _files(folder):
        written = _as_utf8((folder / path).relative_to(base).as_posix())
        if is_passed_over(path):
            passed_over.append(written)
        elif found := expression.fullmatch(_composed(_as_utf8(path))):
            subject, visit, region = found.group(*PATTERN_FIELDS)
            rows.append((subject, visit, spelt.get(region, region), written))
        else:
            unmatched.append(written)
    if not rows:
        raise PatternError(
            f'no file under {folder} matches "{pattern}": {_advice(unmatched, passed_over, folder, base)}'
        )
    _refuse_other_encodings([row[-1] for row in rows])
    _refuse_names_of_no_table([row[-1] for row in rows])
    return PhotoTable(tuple(rows), tuple(unmatched), tuple(passed_over))


def compile_pattern(pattern: str, regions: Sequence[str] = ()) -> re.Pattern[str]:
    """The regular expression of a pattern, for a whole path with /; each field is a named group."""
    regions = [_composed(name) for name in regions]
    pieces = [(match[1] or "", match[2] or "", match[3] or "") for match in PIECES.finditer(_composed(pattern))]
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


def _advice(unmatched: Sequence[str], passed_over: Sequence[str], folder: Path, base: Path) -> str:
    """What to do where no file matches; paths relative to `base` are shown from `folder` on, where patterns begin."""
    if not unmatched and passed_over:
        hidden = f"hidden or of the system, such as {readable_name(passed_over[0])}"
        return f"{counted(len(passed_over), 'file')} there, all {hidden}; give the folder of photos"
    if not unmatched:
        return "there is no file; give the folder of photos"
    first = os.path.relpath(base / unmatched[0], folder)
    return f'adapt the pattern to the files, of which "{readable_name(first)}" is the first (both from that folder on)'


def _refuse_other_encodings(paths: Sequence[str]) -> None:
    """Raises PatternError for names with bytes that are not UTF-8, which Python holds as lone surrogates."""
    bad = [path for path in paths if any("\ud800" <= letter <= "\udfff" for letter in path)]
    if bad:
        names = first_names(map(readable_name, bad))
        advice = "rename them in UTF-8, for example by convmv -f cp1252 -t utf8 --notest"
        raise PatternError(f"{counted(len(bad), 'photo')} with bytes that are not UTF-8 in the name: {names}; {advice}")


def _refuse_names_of_no_table(paths: Sequence[str]) -> None:
    """Raises PatternError for names with control characters or a backslash, which `pasi check` refuses too."""
    for what, sign, advice in (("a control character", HAS_CONTROL, "rename them"), ("\\", BACKSLASH, UNPACK)):
        bad = [path for path in paths if sign.search(path)]
        if bad:
            names = first_names(map(readable_name, bad))
            raise PatternError(f"{counted(len(bad), 'photo')} with {what} in the name: {names}; {advice}")


def _as_utf8(path: str) -> str:
    """A path from the disk as a table holds it, whatever the encoding of the locale; other bytes as lone surrogates."""
    return path if path.isascii() else os.fsencode(path).decode("utf-8", "surrogateescape")


def _composed(text: str) -> str:
    """The text with composed accents (NFC)."""
    return unicodedata.normalize("NFC", text)


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
