"""The header of a CSV table: on which line it stands, what separates its cells, and which columns it has."""

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice

from pasi.cohort.look_alike import ACCENTS, appearance, difference
from pasi.errors import Problem
from pasi.wording import did_you_mean, first_names, quoted

SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars", "^": "carets", " ": "spaces"}
CURLY = "\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb\u2039\u203a`"
LINE_ENDS = {"\x85": "U+0085", "\u2028": "U+2028", "\u2029": "U+2029", "\v": "vertical tabs", "\f": "form feeds"}
SIGN = re.compile(r"[^\w\s,'\"-]|[\x1c-\x1f]")
MOST_NAMES = 15  # of columns that one message shows
SEVERAL = 3  # so many missing columns are one problem
UNIT = re.compile(r"(?<=\w)[ _]*[(\[{].*$")
SEARCHED = 60_000  # characters of the file that are searched for a header
MOST_ABOVE = 20  # rows that may stand above a header
COMMAS = (
    "save it with commas between the cells and points in the numbers (R: write.csv; LibreOffice: the field delimiter; "
    "Excel: the list separator of the system)"
)


def layout_problems(file: str, text: str, required: Collection[str]) -> Iterator[Problem]:
    """Problems of another separator than commas, and of lines above the header.

    These are looked for before the rows are read: with a wrong separator, a table of quoted cells looks like broken
    quotes, and a title looks like a header that lacks every column.
    """
    if not re.search("[\r\n]", text) and (ends := next((end for end in LINE_ENDS if end in text), None)):
        yield Problem(file, 1, "", f"lines that end in {LINE_ENDS[ends]}", "line ends LF or CR LF", "save it again")
        return
    if _is_quoted_whole(text, required):
        fix = "delete the quotes at both ends of each line, and save it again as CSV UTF-8"
        yield Problem(file, 1, "", "each line in quotes as a whole", "a cell between commas", fix)
        return
    found = _find_header(text, required)
    if not found and (fault := _quotes_fault(text, required)):
        yield Problem(file, 1, "", *fault)
        return
    if not found and (sign := _other_separator(text, required)):
        yield Problem(file, 1, "", f"{quoted(sign)} between the cells", "commas", COMMAS)
        return
    separator = found[0] if found else _likely_separator(text, required)
    if separator != ",":
        shown = "\\t" if separator == "\t" else separator
        yield Problem(file, 1, "", f'{SEPARATORS[separator]} ("{shown}") between the cells', "commas", COMMAS)
    if found and found[1] > 1:
        above = next(line for line in text.splitlines() if line.strip())
        if above.strip() == f"sep={separator}" != "sep=,":
            return  # the line will be gone with the separator that it names
        reason = f"{quoted(above)} above the header, which is on line {found[1]}"
        lines = "line 1" if found[1] == 2 else f"lines 1 to {found[1] - 1}"
        yield Problem(file, 1, "", reason, "the header", f"delete {lines}")


def header_problems(
    file: str, header: Sequence[str], required: Collection[str], optional: Collection[str]
) -> list[Problem]:
    """Problems of the header: no text, a known column twice, a required column that is missing."""
    known = {*required, *optional}
    if not any(header):
        return [Problem(file, 1, "", "no header", f"the columns {', '.join(required)}", "add the header")]
    problems = [
        Problem(file, 1, name, f"the column {header.count(name)} times", "one column of this name", "keep one")
        for name in dict.fromkeys(header)
        if header.count(name) > 1 and name in known
    ]
    missing = [name for name in required if name not in header]
    spare = [name for name in header if name not in known]
    meant = {name: _meant(name, spare) for name in missing}
    if len(missing) == len(required) > 1 and not any(meant.values()):
        found = f"no column of the table among {_listed(header)}"
        fix = f"write {','.join(required)} above the rows, or rename the columns"
        if "week" in optional and len(header) > len(required):
            fix += "; each other column needs its name too, such as week"
        return [*problems, Problem(file, 1, "", found, f"the columns {', '.join(required)}", fix)]
    spelt = {name: other for name, other in meant.items() if other and _without_unit(other) == appearance(name)}
    if len(spelt) > 1:  # one cause: all names in capitals, with spaces, or with units
        spelt |= {name: other for name in optional for other in spare if name == appearance(other)}
        found, expected = f"the columns {', '.join(map(quoted, spelt.values()))}", ", ".join(spelt)
        problems.append(Problem(file, 1, "", found, expected, "write the names of columns exactly so"))
        missing = [name for name in missing if name not in spelt]
    if len(missing) >= SEVERAL:
        return [*problems, _missing_columns(file, header, {name: meant[name] for name in missing})]
    return [*problems, *(_missing_column(file, name, header, meant[name]) for name in missing)]


def _missing_columns(file: str, header: Sequence[str], meant: Mapping[str, str]) -> Problem:
    """One problem of all missing columns, as in a header in another language."""
    renamed = [f"{quoted(other)} to {name}" for name, other in meant.items() if other]
    others = [name for name, other in meant.items() if not other]
    fix = f"rename {', '.join(renamed)}" if renamed else "rename the columns that hold these, or add them"
    if renamed and others:
        fix += f"; rename the columns that hold {', '.join(others)} too, or add them"
    return Problem(file, 1, "", f"no such columns among {_listed(header)}", f"the columns {', '.join(meant)}", fix)


def _missing_column(file: str, name: str, header: Sequence[str], meant: str) -> Problem:
    fix = f"rename the column {quoted(meant)}" if meant else "add the column"
    if meant and difference(meant, name) == ACCENTS:
        fix = f"rename the column {quoted(meant)}, which differs in {ACCENTS}"
    return Problem(file, 1, name, f"no such column among {_listed(header)}", "this column", fix)


def _meant(name: str, spare: Sequence[str]) -> str:
    """The column of the file that is probably the required one, "" where none is."""
    same = [other for other in spare if _without_unit(other) == appearance(name)]
    return next(iter([*same, *(other for other in spare if did_you_mean(other, [name]))]), "")


def _without_unit(name: str) -> str:
    """What a column is called, without what stands in brackets behind it: "area (0-6)" is the area."""
    return UNIT.sub("", appearance(name))


def _listed(header: Sequence[str]) -> str:
    return first_names((quoted(name)[1:-1] for name in header), MOST_NAMES)


def _is_quoted_whole(text: str, required: Collection[str]) -> bool:
    """Whether the first line is one cell that holds the whole header: a table was pasted as text, and quoted again."""
    cells = next(csv.reader(text[:SEARCHED].splitlines()[:1]), [])
    if len(cells) != 1 or "," not in cells[0]:
        return False
    return set(map(appearance, required)) <= set(map(appearance, next(csv.reader(cells), [])))


def _quotes_fault(text: str, required: Collection[str]) -> tuple[str, str, str] | None:
    """What was found, is expected and mends it where the quotes round the cells are no quotes of CSV; else None."""
    wanted = set(map(appearance, required))
    for line in text[:SEARCHED].splitlines()[:MOST_ABOVE]:
        cells = line.split(",")
        plain = {appearance(cell).strip(f"\"' {CURLY}") for cell in cells}
        if wanted <= plain and not wanted <= set(map(appearance, next(csv.reader([line]), []))):
            if any(mark in line for mark in CURLY):
                fix = "replace them in a text editor (word processors make them), or save the table again as CSV UTF-8"
                return "curly or other quotes round the cells", 'no quotes, or the plain ones (")', fix
            if '"' in line:
                fix = "delete the spaces that stand behind commas"
                return f"a space before a quote in {quoted(line)}", "quotes right behind the commas", fix
            return "single quotes (') round the cells", 'no quotes, or double ones (")', "save it again as CSV UTF-8"
    return None


def _find_header(text: str, required: Collection[str]) -> tuple[str, int] | None:
    """Separator and line of the first row that holds all required columns, in whatever spelling; None if none does."""
    wanted = {appearance(name) for name in required}
    for separator in (",", *SEPARATORS):
        file = io.StringIO(text[:SEARCHED], newline="")
        reader = csv.reader(file, delimiter=separator, skipinitialspace=separator == " ")
        line = 1
        try:
            for row in islice(reader, MOST_ABOVE):
                if wanted <= set(map(appearance, row)):
                    return separator, line
                if line > 1 or "".join(row).strip():  # blank lines above a header do no harm
                    line = reader.line_num + 1
        except csv.Error:
            continue
    return None


def _other_separator(text: str, required: Collection[str]) -> str:
    """A sign that divides one of the first lines into all required columns, such as a full-width comma; "" for none."""
    wanted = {appearance(name) for name in required}
    for line in text[:SEARCHED].splitlines()[:MOST_ABOVE]:
        for sign in dict.fromkeys(SIGN.findall(line)):
            if wanted <= {appearance(cell).strip("\"' ") for cell in line.split(sign)}:
                return str(sign)
    return ""


def _likely_separator(text: str, required: Collection[str]) -> str:
    """What divides the first line, whose cells may be in quotes, into the most cells; commas if they give a column."""
    line = text[:SEARCHED].splitlines()[:1]
    cells = {separator: next(csv.reader(line, delimiter=separator), []) for separator in (",", *SEPARATORS)}
    del cells[" "]  # a title has spaces too
    most = max(cells, key=lambda separator: len(cells[separator]))
    return "," if set(required) & set(cells[","]) or len(cells[most]) <= max(1, len(cells[","])) else most
