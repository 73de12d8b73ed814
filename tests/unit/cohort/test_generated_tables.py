"""Generated tables: a sound trial gives no problem in any form, and a planted fault gives its problem and no other.

PASI_EXAMPLES=1000 tries so many trials for each class of fault; the everyday suite tries a few, the same each time.
"""

import os
import re
import shutil
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from cohort_tables import LEAF
from generated_tables import LABELS, Row, Table, Trial, trials
from pasi.cohort.missing_codes import CODES
from pasi.cohort.missing_ids import MOST_INITIALS
from pasi.cohort.reading import read_cohort
from pasi.errors import InputError
from pasi.wording import quoted

EXAMPLES = int(os.environ.get("PASI_EXAMPLES", "0"))
TRIED = settings(
    max_examples=EXAMPLES or 50,
    derandomize=not EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TABLES = ("photos.csv", "scores.csv")
ONE_WAY = "write one id in one way"
IDS = ("subject", "visit", "region")
LEFT_OUT = "fill it in, or drop the row: the region then counts as missing"


def as_text(cause: str) -> str:
    return f"{cause}: read and write the column as text"


@dataclass(frozen=True)
class Expected:
    """What a problem must say: file, line and column exactly, the beginning of what was found and of the fix."""

    file: str
    line: int | None
    column: str
    found: str
    fix: str


Planted = tuple[Trial, Expected]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("tables")


def problems(folder: Path, trial: Trial, *, files: bool = False) -> list[Expected]:
    """The problems of both tables, without the folder in their texts."""
    for name in TABLES:
        (folder / name).write_bytes(trial[name].data())
    try:
        read_cohort(folder / TABLES[0], folder / TABLES[1], None, LEAF, "error", check_files=files)
    except InputError as error:
        return [
            Expected(Path(each.file).name, each.line, each.column, each.found.replace(f"{folder}/", ""), each.fix)
            for each in error.problems
        ]
    return []


def check(found: Sequence[Expected], expected: Expected) -> None:
    """There is one problem, the expected one."""
    shown = "\n".join(map(str, found))
    assert len(found) == 1, shown
    assert (found[0].file, found[0].line, found[0].column) == (expected.file, expected.line, expected.column), shown
    assert found[0].found.startswith(expected.found), shown
    assert found[0].fix.startswith(expected.fix), shown


@TRIED
@given(trial=trials())
def test_sound_tables_have_no_problem_in_any_form(folder, trial):
    assert problems(folder, trial) == []


# Faults of the file.


@st.composite
def another_encoding(draw: st.DrawFn) -> Planted:
    trial, name = draw(trials()), draw(st.sampled_from(TABLES))
    encoding = draw(st.sampled_from(["utf-16", "utf-16-le", "utf-16-be"]))
    table = replace(trial[name], encoding=encoding)
    return trial.having(name, table), Expected(name, 1, "", "UTF-16 text", 'save it as "CSV UTF-8"')


@st.composite
def windows_letters(draw: st.DrawFn) -> Planted:
    trial, name = draw(trials()), draw(st.sampled_from(TABLES))
    row = draw(st.integers(0, len(trial[name].rows) - 1))
    letters = draw(st.sampled_from(["\u00e9", "\u00fc", "\u00df", "\u0160"]))
    plain = [tuple(cell.replace("\u00f6", "o") for cell in cells) for cells in trial[name].rows]
    table = replace(trial[name], rows=tuple(plain), encoding="cp1252").with_column("remark", lambda _: "")
    found = f'a byte that is not UTF-8 (0x{letters.encode("cp1252").hex().upper()}, "{letters}" in Windows-1252)'
    expected = Expected(name, table.line(row), "", found, 'save it as "CSV UTF-8"')
    return trial.having(name, table.changed({(row, "remark"): f"gr{letters}n"})), expected


@st.composite
def another_separator(draw: st.DrawFn) -> Planted:
    trial, name = draw(trials()), draw(st.sampled_from(TABLES))
    separator, shown = draw(st.sampled_from([(";", 'semicolons (";")'), ("\t", 'tabs ("\\t")'), ("|", 'bars ("|")')]))
    table = replace(trial[name], separator=separator)
    expected = Expected(name, 1, "", f"{shown} between the cells", "save it with commas between the cells")
    return trial.having(name, table), expected


@st.composite
def lines_above(draw: st.DrawFn) -> Planted:
    trial, name = draw(trials()), draw(st.sampled_from(TABLES))
    above = draw(
        st.sampled_from([("sep=,",), ("Export of 2024-02-01",), ("Trial 7", "", "by site"), ("Grades,,,,,,,",)])
    )
    found = f'"{above[0]}" above the header, which is on line {len(above) + 1}'
    fix = "delete line 1" if len(above) == 1 else f"delete lines 1 to {len(above)}"
    return trial.having(name, replace(trial[name], above=above)), Expected(name, 1, "", found, fix)


@st.composite
def spelling_of_header(draw: st.DrawFn) -> Planted:
    trial, name = draw(trials()), draw(st.sampled_from(TABLES))
    change = draw(st.sampled_from([str.upper, str.title, "\u00a0{}".format, "{} ".format, "\u200b{}".format]))
    table = trial[name]
    table = replace(table, header=tuple(change(column) if column else "" for column in table.header))
    return trial.having(name, table), Expected(name, 1, "", "the columns ", "write the names of columns exactly so")


@st.composite
def no_header(draw: st.DrawFn) -> Planted:
    trial, name = draw(trials()), draw(st.sampled_from(TABLES))
    table = trial[name]
    table = replace(table, header=table.rows[0], rows=table.rows[1:], blank=frozenset())
    return trial.having(name, table), Expected(
        name, 1, "", "no column of the table among", "write subject,visit,region,"
    )


@st.composite
def no_such_column(draw: st.DrawFn) -> Planted:
    trial, name = draw(trials()), draw(st.sampled_from(TABLES))
    column = draw(st.sampled_from(["subject", "visit", "region", trial[name].value]))
    table = trial[name].without_column(column)
    return trial.having(name, table), Expected(name, 1, column, "no such column among", "add the column")


@st.composite
def second_header(draw: st.DrawFn) -> Planted:
    trial, name = draw(trials()), draw(st.sampled_from(TABLES))
    kinds = draw(st.lists(st.sampled_from(sorted(LABELS)), min_size=1, max_size=2, unique=True))
    table = trial[name]
    rows = [tuple(LABELS[kind].get(column, "") for column in table.header) for kind in kinds]
    table = replace(table, rows=(*rows, *table.rows), blank=frozenset())
    lines = [table.line(row) for row in range(len(rows))]
    fix = f"delete line {lines[0]}" if len(rows) == 1 else f"delete lines {lines[0]} to {lines[1]}"
    return trial.having(name, table), Expected(name, lines[0], "", '"', f"a second header: {fix}")


@st.composite
def header_again(draw: st.DrawFn) -> Planted:
    trial, name = draw(trials()), draw(st.sampled_from(TABLES))
    table = trial[name]
    row = draw(st.integers(0, len(table.rows)))
    table = replace(table, rows=(*table.rows[:row], table.header, *table.rows[row:]))
    return trial.having(name, table), Expected(name, table.line(row), "", "the header again", "delete it")


@st.composite
def text_below(draw: st.DrawFn) -> Planted:
    trial, name = draw(trials()), draw(st.sampled_from(TABLES))
    table = trial[name]
    text = draw(st.sampled_from(["Total", "n = 12", "(12 rows affected)", "Source: eCRF"]))
    if draw(st.booleans()):
        row: Row = (text,)
    else:
        row = tuple(
            {"subject": text, "rust": draw(st.sampled_from(["", "2.25"]))}.get(name, "") for name in table.header
        )
    table = replace(table, rows=(*table.rows, row))
    expected = Expected(name, table.line(len(table.rows) - 1), "", "", "a note or a total below the table: delete it")
    return trial.having(name, table), expected


@st.composite
def totals_between(draw: st.DrawFn) -> Planted:
    trial, name = draw(trials()), draw(st.sampled_from(TABLES))
    table = trial[name]
    text = draw(st.sampled_from(["P01 Total", "Mean", "Teilergebnis", "Total 2"]))
    cells = {"subject": text, "visit": draw(st.sampled_from(["", "4"])), "rust": "20"}
    row = draw(st.integers(0, len(table.rows) - 1))
    rows = (*table.rows[:row], tuple(cells.get(name, "") for name in table.header), *table.rows[row:])
    table = replace(table, rows=rows, blank=frozenset())
    return trial.having(name, table), Expected(name, table.line(row), "", "", "totals: delete these lines")


@st.composite
def dropped_commas(draw: st.DrawFn) -> Planted:
    trial, name = draw(trials()), draw(st.sampled_from(TABLES))
    more = draw(st.integers(1, 2))
    table = trial[name]
    for number in range(more):
        table = table.with_column(f"remark {number}", lambda row: "" if row % 2 else "x")
    rows = draw(st.sets(st.sampled_from(range(1, len(table.rows), 2)), min_size=1))
    width = len(table.header)
    cells = [row[: width - more] if number in rows else row for number, row in enumerate(table.rows)]
    lines = sorted(map(table.line, rows))
    found = f"{width - more} cells" + (f" in {len(rows)} rows (lines {lines[0]}" if len(rows) > 1 else "")
    fix = (
        "a spreadsheet leaves out the last commas of a row that ends in empty cells: fill in or delete the last column"
    )
    if len(rows) == 1 and all(row[-1] for row in cells if len(row) == width):
        fix = f"add what is missing; {fix}"
    return trial.having(name, replace(table, rows=tuple(cells))), Expected(name, lines[0], "", found, fix)


@st.composite
def bare_decimal_commas(draw: st.DrawFn) -> Planted:
    trial = draw(trials())
    table, width = trial.scores, len(trial.scores.header)
    rows = draw(st.sets(st.integers(0, len(table.rows) - 1), min_size=1))
    place = table.place("rust")
    split = [
        (*row[:place], "2", "5", *row[place + 1 :]) if number in rows else row for number, row in enumerate(table.rows)
    ]
    fix = "put quotes round a cell"
    if not any(table.rows[row][-1] for row in rows):
        fix = "delete the comma behind the last cell; or "
    expected = Expected("scores.csv", min(map(table.line, rows)), "", f"{width + 1} cells", fix)
    return trial.having("scores.csv", replace(table, rows=tuple(split))), expected


@st.composite
def commas_at_the_end(draw: st.DrawFn) -> Planted:
    trial, name = draw(trials()), draw(st.sampled_from(TABLES))
    table = trial[name]
    rows = draw(st.sets(st.integers(0, len(table.rows) - 1), min_size=1))
    longer = [(*row, "") if number in rows else row for number, row in enumerate(table.rows)]
    found, fix = f"{len(table.header) + 1} cells", "delete the comma behind the last cell; or "
    expected = Expected(name, table.line(min(rows)), "", found, fix)
    return trial.having(name, replace(table, rows=tuple(longer))), expected


@st.composite
def row_numbers(draw: st.DrawFn) -> Planted:
    trial, name = draw(trials()), draw(st.sampled_from(TABLES))
    table, start = trial[name], draw(st.integers(0, 1))
    longer = replace(table, rows=tuple((str(number), *row) for number, row in enumerate(table.rows, start)))
    found = f"{len(table.header) + 1} cells in {len(table.rows)} rows"
    expected = Expected(name, table.line(0), "", found, "the first cell of each row has no header: delete it")
    return trial.having(name, longer), expected


# Faults of ids.


@st.composite
def rewritten_table(
    draw: st.DrawFn, schemes: Sequence[str], changes: Sequence[Callable[[str], str]], fix: str, column: str = "subject"
) -> Planted:
    """All ids of one table were rewritten, and the other table has them as they were.

    Of two spellings that may both be right, that of photos.csv is taken, which has more rows.
    """
    trial = draw(trials(**{f"{column}s": draw(st.sampled_from(schemes))}))
    name, change = draw(st.sampled_from(TABLES)), draw(st.sampled_from(changes))
    rewritten = [row for row, text in enumerate(trial[name].column(column)) if change(text) != text]
    trial = trial.having(name, trial[name].mapped(column, change))
    if change is str.lower and name == "photos.csv":
        name, rewritten = "scores.csv", list(range(len(trial.scores.rows)))
    table = trial[name]
    owners = table.column("subject") if column == "visit" else [""] * len(table.rows)
    pairs = {(owners[row], table.column(column)[row]) for row in rewritten}
    others = f" and {len(pairs) - 1} more {column}{'s' * (len(pairs) > 2)} like it" if len(pairs) > 1 else ""
    found = f"{quoted(table.column(column)[rewritten[0]])}{others}"
    return trial, Expected(name, table.line(rewritten[0]), column, found, fix)


@st.composite
def rewritten_rows(draw: st.DrawFn) -> Planted:
    """Some rows of one subject have its id without zeros, in one table or in both."""
    trial = draw(trials(subjects="zeros"))
    subject = draw(st.sampled_from(trial.scores.column("subject")))
    first = []
    for name in draw(st.sampled_from([TABLES, TABLES[:1], TABLES[1:]])):
        rows = [row for row, text in enumerate(trial[name].column("subject")) if text == subject]
        changed = draw(st.sets(st.sampled_from(rows), min_size=1, max_size=len(rows) - 1))
        trial = trial.having(name, trial[name].changed({(row, "subject"): subject.lstrip("0") for row in changed}))
        first.append((name, trial[name].line(min(changed))))
    return trial, Expected(*first[0], "subject", f'"{subject.lstrip("0")}"', as_text("leading zeros were lost"))


@st.composite
def rewritten_visit(draw: st.DrawFn) -> Planted:
    """One row has its visit as 1.0, and other rows of the visit have it as 1."""
    trial, name = draw(trials(visits="numbers")), draw(st.sampled_from(TABLES))
    table = trial[name]
    row = draw(st.integers(0, len(table.rows) - 1))
    text = f"{table.column('visit')[row]}.0"
    expected = Expected(name, table.line(row), "visit", f'"{text}"', as_text('a ".0" was added'))
    return trial.having(name, table.changed({(row, "visit"): text})), expected


@st.composite
def harmful_id(draw: st.DrawFn) -> Planted:
    """A subject, or a visit of it, has an id that cannot be in a path."""
    trial, name = draw(trials()), draw(st.sampled_from(TABLES))
    column = draw(st.sampled_from(["subject", "visit"]))
    table = trial[name]
    ids = [(row[table.place("subject")], row[table.place(column)]) for row in table.rows]
    one = draw(st.sampled_from(ids))
    text = draw(st.sampled_from(["a b", "=1+1", "../x", "\u00dc1", "x" * 65, "\u0416\u0416"]))
    rows = [row for row, each in enumerate(ids) if each == one]
    expected = Expected(name, table.line(rows[0]), column, f'"{text[:60]}', "rename it")
    return trial.having(name, table.changed({(row, column): text for row in rows})), expected


@st.composite
def merged_cells(draw: st.DrawFn) -> Planted:
    """A subject stands in the first of its rows alone."""
    trial, name = draw(trials()), draw(st.sampled_from(TABLES))
    table = trial[name]
    table = replace(table, rows=tuple(sorted(table.rows, key=lambda row: row[table.place("subject")])))
    subjects = table.column("subject")
    rows = [row for row in range(1, len(subjects)) if subjects[row] == subjects[row - 1]]
    found = f"an empty cell in {len(rows)} rows"
    expected = Expected(name, table.line(rows[0]), "subject", found, "fill it in; of merged cells only the first")
    return trial.having(name, table.changed({(row, "subject"): "" for row in rows})), expected


@st.composite
def other_ids(draw: st.DrawFn) -> Planted:
    """The tables have no subject in common, or no visit."""
    trial, name = draw(trials()), draw(st.sampled_from(TABLES))
    column = draw(st.sampled_from(["subject", "visit"]))
    trial = trial.having(name, trial[name].mapped(column, "X{}".format))
    values = list(dict.fromkeys(trial.photos.column(column)))
    others = f" and {len(values) - 1} more {column}{'s' * (len(values) > 2)}" if len(values) > 1 else ""
    found = f'"{values[0]}"{others}, none of which is in scores.csv'
    return trial, Expected("photos.csv", trial.photos.line(0), column, found, f"write each {column} in one way")


@st.composite
def wrong_region(draw: st.DrawFn) -> Planted:
    trial, name = draw(trials()), draw(st.sampled_from(TABLES))
    row = draw(st.integers(0, len(trial[name].rows) - 1))
    old = trial[name].column("region")[row]
    kinds = [(old.upper(), f'did you mean "{old}"?'), ("knee", "rename it, or add it"), ("", "rename it, or add it")]
    text, fix = draw(st.sampled_from(kinds))
    table = trial[name].changed({(row, "region"): text})
    found = f'"{text}"' if text else "an empty cell"
    return trial.having(name, table), Expected(name, table.line(row), "region", found, fix)


@st.composite
def no_grades(draw: st.DrawFn) -> Planted:
    """A subject, a visit of a subject or a region of a visit has photos and no grades."""
    trial = draw(trials())
    photos, scores = ([names_of(row, table) for row in table.rows] for table in (trial.photos, trial.scores))
    gone = draw(st.sampled_from(scores))[: draw(st.integers(1, 3))]
    kept = [names for names in scores if names[: len(gone)] != gone]
    while len(gone) > 1 and not any(names[: len(gone) - 1] == gone[:-1] for names in kept):
        gone = gone[:-1]  # that was the only visit of its subject
    rows = [row for row, names in enumerate(photos) if names[: len(gone)] == gone]
    left = tuple(row for row in trial.scores.rows if names_of(row, trial.scores) in kept)
    trial = trial.having("scores.csv", replace(trial.scores, rows=left, blank=frozenset()))
    found = f"{' '.join(gone)} without grades"
    column = IDS[len(gone) - 1]
    return trial, Expected("photos.csv", trial.photos.line(rows[0]), column, found, "add it, or drop the photos")


def names_of(row: Row, table: Table) -> Row:
    """Subject, visit and region of a row."""
    return tuple(row[table.place(name)] for name in IDS)


@st.composite
def row_twice(draw: st.DrawFn) -> Planted:
    trial, name = draw(trials()), draw(st.sampled_from(TABLES))
    row = draw(st.integers(0, len(trial[name].rows) - 1))
    table = replace(trial[name], rows=(*trial[name].rows, trial[name].rows[row]))
    if name == "scores.csv":
        column, found = "region", f"{' '.join(names_of(table.rows[row], table))} again with the same grades"
    else:
        column, found = "photo", f'"{table.column("photo")[row]}" again'
    expected = Expected(name, table.line(len(table.rows) - 1), column, found, "drop one of the two rows")
    return trial.having(name, table), expected


ZEROS, EXPONENT = as_text("leading zeros were lost"), as_text("it was written as a number with an exponent")
POINT_ZERO, DATE = as_text('a ".0" was added'), as_text("a spreadsheet made a date of it")


# Ids that name nobody, and ids of which dates were made.

MISSING_IDS = ("NA", "nan", "NULL", "None", "unknown", "#N/A", "N/A", ".", "-", "-99", "?", "missing")


@st.composite
def missing_id(draw: st.DrawFn) -> Planted:
    """In one table a subject, or a visit of it, is not known; where all ids are initials, NA may be one of them."""
    trial, name = draw(trials()), draw(st.sampled_from(TABLES))
    column, text = draw(st.sampled_from(["subject", "visit"])), draw(st.sampled_from(MISSING_IDS))
    planted = plant_id(trial, name, column, draw(st.integers(0, 99)), text)
    table = planted[0][name]
    others = {row[table.place(column)] for row in table.rows} - {text}
    assume(not all(other.isalpha() and len(other) <= MOST_INITIALS for other in others))
    return planted


@st.composite
def number_for_missing_id(draw: st.DrawFn) -> Planted:
    """A number stands among ids with letters."""
    trial = draw(trials(subjects=draw(st.sampled_from(["letters", "dashes", "mixed case"]))))
    text = draw(st.sampled_from(["999", "888", "77", "9999"]))
    return plant_id(trial, draw(st.sampled_from(TABLES)), "subject", draw(st.integers(0, 99)), text)


def plant_id(trial: Trial, name: str, column: str, number: int, text: str) -> Planted:
    """The text in place of a subject, or of a visit of a subject."""
    table = trial[name]
    ids = [(row[table.place("subject")], row[table.place(column)]) for row in table.rows]
    rows = [row for row, each in enumerate(ids) if each == ids[number % len(ids)]]
    expected = Expected(name, table.line(rows[0]), column, f'"{text}"', f"give the {column}: {text} stands for")
    return trial.having(name, table.changed({(row, column): text for row in rows})), expected


SITES = {"1-1": date(2024, 1, 1), "1-2": date(2024, 1, 2), "12-3": date(2024, 12, 3)}  # the month first
DATE_FORMS = ("%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%d-%b-%Y", "%Y-%m-%d 00:00:00")


@st.composite
def dates_of_visits(draw: st.DrawFn) -> Planted:
    """A spreadsheet has made dates with a year of the visits of one table."""
    form = draw(st.sampled_from(DATE_FORMS))
    return draw(rewritten_table(["pairs"], [lambda text: SITES[text].strftime(form)], DATE, "visit"))


@st.composite
def days_as_numbers(draw: st.DrawFn) -> Planted:
    """A spreadsheet has made dates of the subjects of one table, and the table holds them as numbers of days."""
    trial, name = draw(trials(subjects="pairs")), draw(st.sampled_from(TABLES))
    trial = trial.having(name, trial[name].mapped("subject", lambda text: str(45291 + int(text.split("-")[1]))))
    table = trial[name]
    found = quoted(table.column("subject")[0])
    return trial, Expected(name, table.line(0), "subject", found, "a spreadsheet made a date of it (45")


@st.composite
def fifteen_digits(draw: st.DrawFn) -> Planted:
    """Excel has cut the numbers of one table to 15 digits, or has written them with an exponent."""
    trial, name = draw(trials(subjects="eighteen digits")), draw(st.sampled_from(TABLES))
    change = draw(st.sampled_from([lambda text: f"{text[:15]}000", lambda text: f"{int(text):.5E}"]))
    trial = trial.having(name, trial[name].mapped("subject", change))
    table = trial[name]
    fix = "a spreadsheet keeps 15 digits of a number at most"
    return trial, Expected(name, table.line(0), "subject", quoted(table.column("subject")[0]), fix)


@st.composite
def pasted_twice(draw: st.DrawFn) -> Planted:
    trial, name = draw(trials()), draw(st.sampled_from(TABLES))
    table = replace(trial[name], rows=trial[name].rows * 2)
    column, fix = ("region", "a table pasted twice") if name == "scores.csv" else ("photo", "rows pasted twice")
    return trial.having(name, table), Expected(name, table.line(len(table.rows) // 2), column, "", fix)


# Faults of weeks and dates.


@st.composite
def missing_weeks(draw: st.DrawFn) -> Planted:
    """Every row of a visit has a code in place of its week."""
    trial = draw(trials())
    table, code = trial.scores, draw(st.sampled_from(["-99", "-88", "-888", "777", "888", "999", "NA", "unk", "N.A."]))
    names = [names_of(row, table)[:2] for row in table.rows]
    one = draw(st.sampled_from(names))
    rows = [row for row, each in enumerate(names) if each == one]
    table = table.changed({(row, "week"): code for row in rows})
    return trial.having("scores.csv", table), Expected(
        "scores.csv", table.line(rows[0]), "week", f'"{code}"', "empty the cell"
    )


@st.composite
def named_months(draw: st.DrawFn) -> Planted:
    """All dates of scores.csv have the names of months."""
    trial, form = draw(trials()), draw(st.sampled_from(["%d-%b-%Y", "%d%b%Y", "%d %B %Y"]))
    table, start = trial.scores, date(2021, 1, 28)
    days = [start + timedelta(weeks=int(week)) for week in table.column("week")]
    table = table.with_column("date", lambda row: days[row].strftime(form))
    fix = f"write dates as YYYY-MM-DD: {days[0]}"
    return trial.having("scores.csv", table), Expected("scores.csv", table.line(0), "date", '"', fix)


# Faults of grades.


@st.composite
def faulty_grades(draw: st.DrawFn) -> Planted:
    """All grades have a fault of one kind, in several texts."""
    texts, fix = draw(
        st.sampled_from(
            [
                (
                    ("clear", "mild", "severe"),
                    "correct the grade: write it as a number",
                ),
                (("10%", "30 %", "55.5%"), "correct the grade: it is no share in per cent"),
                (("5", "4.25", "60"), "correct the grade"),
                (("1-Jan", "02-Feb", "2021-03-01"), "a spreadsheet made a date of it"),
                (('="1"', "\u00a02", "'3"), "write "),
                (("=B1", "=SUM(A1:A3)", "=A1"), "save the values of the spreadsheet"),
            ]
        )
    )
    trial = draw(trials())
    table = trial.scores.changed({(row, "rust"): texts[row % 3] for row in range(len(trial.scores.rows))})
    found = ", ".join(map(quoted, texts[: len(table.rows)]))
    return trial.having("scores.csv", table), Expected("scores.csv", table.line(0), "rust", found, fix)


NUMBERS_FOR_MISSING = ("-9", "-99", "99", "-999", "999", "-999.0", "888", "777", "97", "-9999")
BAD_GRADES = {
    "mild": "correct the grade: write it as a number",
    "30%": "correct the grade: it is no share in per cent",
    "4.5": "correct the grade",
    "1_0": "correct the grade",
    "inf": "correct the grade",
    "-1": "correct the grade; where -1 means a missing one, drop the row",
    "5-Jan": "a spreadsheet made a date of it",
    "01. Mai": "a spreadsheet made a date of it",
    "#REF!": "a formula of the spreadsheet has failed",
    "=B2": "save the values of the spreadsheet",
    "=A2+1": "save the values of the spreadsheet",
    "2\u00a0": "write 2 without anything around it",
    '="2"': "write 2 without anything around it",
}


@st.composite
def missing_codes(draw: st.DrawFn) -> Planted:
    words = ["", *sorted(CODES), *map(str.upper, sorted(CODES))]
    code = draw(st.sampled_from([*words, *NUMBERS_FOR_MISSING, ".A", "._"]))
    return draw(same_grade(code, f'"{code}"' if code else "an empty cell", LEFT_OUT))


@st.composite
def same_grade(draw: st.DrawFn, text: str, found: str, fix: str) -> Planted:
    """The same text in place of the grade of some rows."""
    trial = draw(trials())
    rows = draw(st.sets(st.integers(0, len(trial.scores.rows) - 1), min_size=1))
    table = trial.scores.changed({(row, "rust"): text for row in rows})
    lines = sorted(map(table.line, rows))
    several = f" in {len(lines)} rows (lines {', '.join(map(str, lines[:10]))}" if len(lines) > 1 else ""
    expected = Expected("scores.csv", lines[0], "rust", found + several if found else "", fix)
    return trial.having("scores.csv", table), expected


@st.composite
def bad_grade(draw: st.DrawFn) -> Planted:
    trial, text = draw(trials()), draw(st.sampled_from(sorted(BAD_GRADES)))
    row = draw(st.integers(0, len(trial.scores.rows) - 1))
    table = trial.scores.changed({(row, "rust"): text})
    expected = Expected("scores.csv", table.line(row), "rust", '"', BAD_GRADES[text])
    return trial.having("scores.csv", table), expected


# Faults of paths.


@st.composite
def companion_files(draw: st.DrawFn) -> Planted:
    """Rows for the companion files of macOS, with the ids that a pattern makes of their names."""
    trial = draw(trials())
    table = trial.photos
    ids = {"subject": ".", "visit": "P01"}
    rows = [
        tuple({**ids, "region": f"V1_{row}", "photo": f"flat/._{row}.jpg"}.get(name, "") for name in table.header)
        for row in range(draw(st.integers(1, 5)))
    ]
    table = replace(table, rows=(*rows, *table.rows))
    fix = "drop the row, or write the table by pasi table"
    expected = Expected("photos.csv", table.line(0), "photo", '"flat/._0.jpg"', fix)
    return trial.having("photos.csv", table), expected


MIESIACE = {"1-1": "01-sty", "1-2": "02-sty", "12-3": "03-gru"}
MONTHS = {"1-1": "1-Jan", "1-2": "2-Jan", "12-3": "3-Dec"}
MONATE = {"1-1": "01. Jan", "1-2": "01. Feb", "12-3": "12. Mrz"}


def unpadded(text: str) -> str:
    return text.lstrip("0")


FAULTS = {
    "another encoding": another_encoding(),
    "letters of Windows-1252": windows_letters(),
    "another separator": another_separator(),
    "lines above the header": lines_above(),
    "spelling of the header": spelling_of_header(),
    "no header": no_header(),
    "no such column": no_such_column(),
    "second header": second_header(),
    "header again": header_again(),
    "text below": text_below(),
    "totals between rows": totals_between(),
    "dropped commas": dropped_commas(),
    "bare decimal commas": bare_decimal_commas(),
    "commas at the end": commas_at_the_end(),
    "row numbers": row_numbers(),
    "zeros lost in a table": rewritten_table(["zeros"], [unpadded], ZEROS),
    "zeros lost in some rows": rewritten_rows(),
    "zeros of visits lost": rewritten_table(["zeros"], [unpadded], ZEROS, "visit"),
    ".0 added": rewritten_table(["whole", "from 98"], ["{}.0".format, "{}.00".format], POINT_ZERO),
    ".0 added to visits": rewritten_table(["numbers"], ["{}.0".format], POINT_ZERO, "visit"),
    ".0 added to one visit": rewritten_visit(),
    "exponent": rewritten_table(
        ["hundred thousands"], [lambda text: f"{int(text):.0e}", lambda text: f"{int(text):.2E}"], EXPONENT
    ),
    "code read with an exponent": rewritten_table(
        ["codes"],
        [lambda text: str(int(float(text))) if "E" in text else text],
        as_text("it was read as a number with an exponent"),
    ),
    "thousands": rewritten_table(
        ["thousands"],
        [lambda text: f"{int(text):,}", lambda text: f"{int(text):,}".replace(",", ".")],
        as_text("it was formatted as a number"),
    ),
    "dates": rewritten_table(["pairs"], [MONTHS.__getitem__, MONATE.__getitem__, MIESIACE.__getitem__], DATE, "visit"),
    "case": rewritten_table(["letters", "codes", "dashes"], [str.lower], ONE_WAY),
    "what surrounds an id": rewritten_table(
        ["letters", "zeros", "whole", "mixed case"],
        [" {}".format, "{} ".format, '="{}"'.format, "'{}".format, "\u200b{}".format],
        ONE_WAY,
    ),
    "harmful id": harmful_id(),
    "missing id": missing_id(),
    "number for a missing id": number_for_missing_id(),
    "dates of visits": dates_of_visits(),
    "days as numbers": days_as_numbers(),
    "fifteen digits": fifteen_digits(),
    "pasted twice": pasted_twice(),
    "missing weeks": missing_weeks(),
    "names of months": named_months(),
    "faulty grades": faulty_grades(),
    "merged cells": merged_cells(),
    "other ids": other_ids(),
    "wrong region": wrong_region(),
    "no grades": no_grades(),
    "row twice": row_twice(),
    "missing codes": missing_codes(),
    "decimal commas": same_grade("2,5", "", "use a point: 2.5"),
    "bad grade": bad_grade(),
    "companion files": companion_files(),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_gives_its_problem_and_no_other(folder, name):
    @TRIED
    @given(planted=FAULTS[name])
    def try_fault(planted: Planted) -> None:
        check(problems(folder, planted[0]), planted[1])

    try_fault()


ACCENTS = ("differs in the form of its accents (NFC/NFD)", "write the table from the names on the disk")
INVISIBLE = ("differs in spaces, dashes", "did you mean")
BYTES = ("differs in the encoding of its characters", "rename the files")
DISKS: dict[str, tuple[str, Callable[[str], bytes], tuple[str, str]]] = {
    "decomposed": ("f\u00fcnf", lambda name: unicodedata.normalize("NFD", name).encode(), ACCENTS),
    "composed": ("fu\u0308nf", lambda name: unicodedata.normalize("NFC", name).encode(), ACCENTS),
    "Korean": ("\ud55c\uae00", lambda name: unicodedata.normalize("NFD", name).encode(), ACCENTS),
    "Windows-1252": ("gr\u00fcn", lambda name: name.encode("cp1252"), BYTES),
    "replaced": ("gr\ufffdn", lambda name: name.replace("\ufffd", "\u00fc").encode("cp1252"), BYTES),
    "read twice": ("gr\u00fcn", lambda name: name.encode().decode("cp1252").encode(), BYTES),
    "hyphens": ("a-b c", lambda name: name.replace("-", "\u2011").encode(), INVISIBLE),
    "narrow spaces": ("a-b c", lambda name: name.replace(" ", "\u202f").encode(), INVISIBLE),
    "Cyrillic": ("abc", lambda name: name.replace("c", "\u0441").encode(), ("differs in letters of", "did you mean")),
    "case": ("img", lambda name: name.upper().encode(), ("cannot be opened (no such file", "did you mean")),
    "ending": ("img", lambda name: name.replace(".jpg", ".jpeg").encode(), ("differs in its ending", "did you mean")),
    "folder": ("img", lambda name: b"elsewhere/" + name.encode(), ("none of which is under", "set cohort.photos_root")),
}


@pytest.mark.parametrize("kind", DISKS)
def test_photos_under_another_name_are_one_problem(tmp_path, kind):
    name, change, (found, fix) = DISKS[kind]

    @TRIED
    @given(trial=trials())
    def try_disk(trial: Trial) -> None:
        root = tmp_path / "disk"
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir()
        photos = trial.photos.mapped("photo", lambda path: re.sub("([^/]*)$", rf"{name}_\1", path, count=1))
        trial = trial.having("photos.csv", photos)
        for path in photos.column("photo"):
            folder, file = path.rsplit("/", 1)
            place = os.path.join(os.fsencode(root / folder), change(file))
            os.makedirs(os.path.dirname(place), exist_ok=True)
            Path(os.fsdecode(place)).touch()
        (problem,) = problems(root, trial, files=True)
        assert (problem.file, problem.line, problem.column) == ("photos.csv", photos.line(0), "photo")
        assert found in problem.found
        assert problem.fix.startswith(fix)

    try_disk()


NASTY = (
    "",
    " ",
    "001",
    "1",
    "1.0",
    "1E5",
    "1e+05",
    "1,000",
    "1.000",
    "1-Jan",
    "MAR1",
    "NA",
    ".",
    "-99",
    "2,5",
    "2",
    "top",
)
NASTIER = (
    "base",
    "subject",
    "Total",
    "\u0661",
    "\u200b",
    "'1",
    '="1"',
    "\ufffd",
    "\ud55c",
    "a/._b.jpg",
    "..",
    "x" * 70,
    "\0",
)


@TRIED
@given(
    tables=st.tuples(*[st.lists(st.lists(st.sampled_from(NASTY + NASTIER), min_size=3, max_size=5), max_size=6)] * 2),
    files=st.booleans(),
)
def test_any_cells_are_read_or_refused_and_raise_nothing_else(folder, tables, files):
    headers = ("subject", "visit", "region", "photo"), ("subject", "visit", "region", "rust")
    photos, scores = (Table(header, tuple(map(tuple, rows))) for header, rows in zip(headers, tables, strict=True))
    assert all(problem.fix for problem in problems(folder, Trial(photos, scores), files=files))
