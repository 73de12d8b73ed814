"""CSV files that users write: encodings, separators, headers, quotes, and lines as an editor counts them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pasi.cohort.csv_reader import read_csv_table
from pasi.wording import first_names, quoted


def read(tmp_path, data: bytes | str, **columns):
    path = tmp_path / "t.csv"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return read_csv_table(path, **({"required": ("id", "grade")} | columns))


def problem_texts(table) -> list[str]:
    return ["  ".join(problem.cells()).replace(f"{table.file}", "t.csv") for problem in table.problems]


def test_columns_and_lines(tmp_path):
    table = read(tmp_path, "id,note,grade\nA,x,1\nB,y,2\n", optional=("week",))
    assert table.columns == {"id": ["A", "B"], "grade": ["1", "2"]}
    assert table.lines == [2, 3]
    assert table.ignored == ("note",)
    assert table.problems == ()


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_those_of_an_editor(tmp_path, end):
    """A quoted cell may span lines, and lines without text are skipped."""
    rows = ["id,note,grade", f'A,"two{end}lines",1', "", ",,", "B,,2", ""]
    table = read(tmp_path, end.join(rows))
    assert table.columns["id"] == ["A", "B"]
    assert table.lines == [2, 6]


def test_byte_order_mark_is_no_part_of_the_header(tmp_path):
    assert read(tmp_path, b"\xef\xbb\xbfid,grade\nA,1\n").columns["id"] == ["A"]


def test_columns_without_a_name_do_not_matter(tmp_path):
    assert read(tmp_path, "id,grade,,\nA,1,,\n").problems == ()


@pytest.mark.parametrize(
    ("data", "problems"),
    [
        ("", ["t.csv:1  found no header, expected the columns id, grade  add the header"]),
        ("id,grade\n", ["t.csv  found no row below the header, expected a row or more  fill the table"]),
        (
            "id;grade\nA;1,5\n",
            [
                't.csv:1  found semicolons (";") between the cells, expected commas  '
                "save it with commas between the cells and points in the numbers (R: write.csv; LibreOffice: the field "
                "delimiter; Excel: the list separator of the system)"
            ],
        ),
        (
            "ID,gade\nA,1\n",
            [
                't.csv:1  id  found no such column among ID, gade, expected this column  rename the column "ID"',
                't.csv:1  grade  found no such column among ID, gade, expected this column  rename the column "gade"',
            ],
        ),
        (
            '"id"x,grade\nA,1\n',
            ["t.csv:1  found a broken row (',' expected after '\"'), expected quotes in pairs  close its quotes"],
        ),
        (
            "id,x\nA,1\n",
            ["t.csv:1  grade  found no such column among id, x, expected this column  add the column"],
        ),
        (
            "id,grade,id\nA,1,A\n",
            ["t.csv:1  id  found the column 2 times, expected one column of this name  keep one"],
        ),
        (
            "id,grade\nA,7,5\nB\nC,1\n",
            [
                "t.csv:2  found 3 cells, expected 2, as in the header  put quotes round a cell that holds a comma, "
                "and write decimals with a point",
                "t.csv:3  found 1 cells, expected 2, as in the header  add what is missing",
            ],
        ),
        (
            'id,grade\nA,1\n"B,2\nC,3\n',
            ["t.csv:3  found a broken row (unexpected end of data), expected quotes in pairs  close its quotes"],
        ),
        (
            "id,grade\r\nA,1\r\nGr\u00fcn,2\r\n".encode("latin-1"),
            [
                't.csv:3  found a byte that is not UTF-8 (0xFC, "\u00fc" in Windows-1252), expected UTF-8 text  '
                'save it as "CSV UTF-8"'
            ],
        ),
        (
            "id,grade\nA,1\n".encode("utf-16"),
            ['t.csv:1  found UTF-16 text, expected UTF-8 text  save it as "CSV UTF-8"'],
        ),
    ],
)
def test_faults_of_form_are_told(tmp_path, data, problems):
    assert problem_texts(read(tmp_path, data)) == problems


@pytest.mark.parametrize(
    ("data", "separator"),
    [
        ('"id";"grade"\n"A";1,5\n', 'semicolons (";")'),  # write.csv2 of R
        ('"id";"note";"grade"\n"A";"x, y";1\n', 'semicolons (";")'),
        ("id;grade;size, in cm\nA;1;2\n", 'semicolons (";")'),
        ("id\tgrade\nA\t1\n", 'tabs ("\\t")'),
        ("id|grade\nA|1\n", 'bars ("|")'),
        ('"ID";"Grade"\n"A";1\n', 'semicolons (";")'),
    ],
)
def test_another_separator_is_told_by_name_whatever_the_quotes(tmp_path, data, separator):
    table = read(tmp_path, data)
    assert [problem.found for problem in table.problems] == [f"{separator} between the cells"]
    assert table.problems[0].line == 1


@pytest.mark.parametrize("data", ['id,grade,"a;b;c;d"\nA,1,x\n', 'id,"x\n;;;;",grade\nA,x,1\n'])
def test_a_separator_inside_a_cell_is_none(tmp_path, data):
    assert read(tmp_path, data).problems == ()


@pytest.mark.parametrize(
    ("data", "found", "fix"),
    [
        (b"PK\x03\x04\x14\0", "a workbook or another archive (ZIP)", 'save it as "CSV UTF-8"'),
        (b"\xd0\xcf\x11\xe0\xa1", "a workbook of an old Excel", 'save it as "CSV UTF-8"'),
        (b"\x1f\x8b\x08\0", "a compressed file (gzip, or R's .rds)", 'unpack it, or save it as "CSV UTF-8"'),
        (b"\n<!DOCTYPE html><html>", "a web page or XML", "open it in a browser"),
        (
            b"version https://git-lfs.github.com/spec/v1\noid x\n",
            "a pointer of Git LFS",
            "fetch the table: git lfs pull",
        ),
        ("id,grade\nA,1\n".encode("utf-16-le"), "UTF-16 text", 'save it as "CSV UTF-8"'),
    ],
)
def test_another_kind_of_file_is_told_by_name(tmp_path, data, found, fix):
    (problem,) = read(tmp_path, data).problems
    assert problem.found.startswith(found)
    assert problem.fix.startswith(fix)


def test_several_marks_and_blank_lines_above_the_header_do_no_harm(tmp_path):
    table = read(tmp_path, b"\xef\xbb\xbf\xef\xbb\xbf\r\n\r\nid,grade\r\nA,1\r\n")
    assert (table.columns["id"], table.lines, table.problems) == (["A"], [4], ())


WIDE = "id,grade,note\n"


@pytest.mark.parametrize(
    ("data", "problems"),
    [
        (
            f"{WIDE}A,1,x\nB,1,\nC,1\nD,1\n",
            [
                "t.csv:4  found 2 cells in 2 rows (lines 4, 5), expected 3, as in the header  a spreadsheet leaves out "
                'the last commas of a row that ends in empty cells: fill in or delete the last column "note"'
            ],
        ),
        (
            "note,id,grade\nx,A,1\ny,B\nz,C\n",
            [
                "t.csv:3  found 2 cells in 2 rows (lines 3, 4), expected 3, as in the header  a spreadsheet leaves out "
                'the last commas of a row that ends in empty cells: fill in the last column "grade", or drop these rows'
            ],
        ),
        (
            f"{WIDE}A,1,x\nB,1\nC,1,z\n",
            [
                "t.csv:3  found 2 cells, expected 3, as in the header  add what is missing; a spreadsheet leaves out "
                'the last commas of a row that ends in empty cells: fill in or delete the last column "note"'
            ],
        ),
        (
            "id,grade\n1,A,3\n2,B,4\n",
            [
                "t.csv:2  found 3 cells in 2 rows (lines 2, 3), expected 2, as in the header  the first cell of each "
                "row has no header: delete it (R: row.names=FALSE; pandas: index=False)"
            ],
        ),
        (
            "id,grade\nA,1\nn = 1\n",
            [
                't.csv:3  found "n = 1", expected 2 cells, as in the header  '
                "a note or a total below the table: delete it"
            ],
        ),
        (
            "Trial 7\n\nid,grade\nA,1\n",
            ['t.csv:1  found "Trial 7" above the header, which is on line 3, expected the header  delete lines 1 to 2'],
        ),
        (
            "sep=;\nid;grade\nA;1\n",
            [
                't.csv:1  found semicolons (";") between the cells, expected commas  save it with commas between the '
                "cells and points in the numbers (R: write.csv; LibreOffice: the field delimiter; Excel: the list "
                "separator of the system)",
            ],
        ),
        (
            "A,1\nB,2\n",
            [
                "t.csv:1  found no column of the table among A, 1, expected the columns id, grade  "
                "write id,grade above the rows, or rename the columns"
            ],
        ),
        (
            "ID, Grade ,Week\nA,1,0\n",
            [
                't.csv:1  found the columns "ID", " Grade ", "Week", expected id, grade, week  '
                "write the names of columns exactly so"
            ],
        ),
    ],
)
def test_one_cause_is_one_problem(tmp_path, data, problems):
    assert problem_texts(read(tmp_path, data, optional=("week",))) == problems


def test_a_column_whose_accents_are_in_another_form_is_told_so(tmp_path):
    table = read(tmp_path, "id,ro\u0308te\nA,1\n", required=("id", "r\u00f6te"))
    assert [problem.fix for problem in table.problems] == [
        'rename the column "ro\u0308te", which differs in the form of its accents (NFC/NFD)'
    ]


def test_sound_rows_beside_broken_ones_are_read(tmp_path):
    """So that all problems come at once."""
    table = read(tmp_path, "id,grade\nA,7,5\nC,1\n")
    assert (table.columns["id"], table.lines) == (["C"], [3])


def test_missing_file_is_told_with_the_command_that_makes_one(tmp_path):
    table = read_csv_table(tmp_path / "no.csv", ["id"])
    (problem,) = table.problems
    assert problem.found == "no such file or directory"
    assert problem.fix == "correct the path in the config; the synthetic trial is made by: pasi simulate"
    assert table.columns == {}


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_nothing_is_raised_whatever_the_bytes(tmp_path_factory, data):
    table = read(tmp_path_factory.mktemp("csv"), data)
    assert table.columns or table.problems
    assert all(len(column) == len(table.lines) for column in table.columns.values())


def test_messages_show_what_is_invisible():
    assert quoted("a\x00b\u202e") == '"a\\x00b\\u202e"'
    assert quoted("x" * 99) == f'"{"x" * 60}..."'
    assert first_names([str(number) for number in range(12)], most=10) == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, ..."


@pytest.mark.parametrize(
    ("data", "found", "fix"),
    [
        ("id,grade\nA,1\nB,2\n".encode("utf-32"), "UTF-32 text", 'save it as "CSV UTF-8"'),
        (b"SAS     SAS     SASLIB", "a data set of SAS (sas7bdat)", "export it as CSV"),
        (b"$FL2@(#) SPSS DATA FILE", "a data set of SPSS (sav)", "export it as CSV"),
        (b"{\\rtf1\\ansi id,grade}", "a text document (RTF)", 'save it as "CSV UTF-8"'),
        (
            b"id,grade\nA,1\n<<<<<<< HEAD\nB,2\n",
            '"<<<<<<< HEAD", the mark of a conflict in git',
            "resolve the conflict",
        ),
        (b"id,grade\nA,1\n>>>>>>> other\n", '">>>>>>> other", the mark of a conflict in git', "resolve the conflict"),
        (b'"id,grade"\n"A,1"\n', "each line in quotes as a whole", "delete the quotes at both ends of each line"),
        (b'id,grade\n"A \\"x\\"",1\n', "a broken row", "write a quote in a cell twice"),
        (b"A,1,4\nB,2,8\n", "no column of the table among", "write id,grade above the rows"),
    ],
)
def test_other_forms_of_files_are_named(tmp_path, data, found, fix):
    (problem,) = read(tmp_path, data, optional=("week",)).problems
    assert problem.found.startswith(found)
    assert problem.fix.startswith(fix)


@pytest.mark.parametrize("end", ["\x1a", "\n\x1a", "\r\n\x1a\r\n"])
def test_the_mark_at_the_end_of_a_text_for_dos_is_no_row(tmp_path, end):
    table = read(tmp_path, f"id,grade\nA,1{end}")
    assert (table.columns["grade"], table.problems) == (["1"], ())


def test_a_line_of_equal_signs_in_a_cell_is_no_conflict(tmp_path):
    assert read(tmp_path, 'id,grade,note\nA,1,"x\n=======\ny"\n').problems == ()


def test_a_table_under_a_name_in_another_case_is_named(tmp_path):
    (tmp_path / "SCORES.CSV").write_text("a\n")
    (problem,) = read_csv_table(tmp_path / "scores.csv", ["a"]).problems
    assert problem.fix == 'did you mean "SCORES.CSV"?'
    (problem,) = read_csv_table(tmp_path / "photos.csv", ["a"]).problems
    assert problem.fix.startswith("correct the path in the config")


COMMAS = (
    "save it with commas between the cells and points in the numbers (R: write.csv; LibreOffice: the field delimiter; "
    "Excel: the list separator of the system)"
)
BETWEEN = "a comment, a page number or a total between the rows: delete these lines"


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (
            "id,grade\nA,1\nB;2\nC;3\n",
            "t.csv:3  found semicolons between the cells in 2 rows (lines 3, 4), expected "
            "commas, as in the header  write commas in these lines too",
        ),
        (
            "id,grade,z\nA,1,\nB\t2\t0\n",
            "t.csv:3  found tabs between the cells, expected commas, as in the header  write commas in these lines too",
        ),
        (
            "id,grade,z\nA;1,5;0\nB,1,0\n",
            "t.csv:2  found semicolons between the cells, expected commas, as in the header  "
            "write commas in these lines too",
        ),
        (
            "id,grade\nA,1\nPage 1 of 2\nB,2\nPage 2 of 2\n",
            f't.csv:3  found "Page 1 of 2" in 2 rows (lines 3, 5), expected 2 cells, as in the header  {BETWEEN}',
        ),
        ("id,grade\nA,1\n#B\nB,2\n", f't.csv:3  found "#B", expected 2 cells, as in the header  {BETWEEN}'),
        ("id,grade\n-----\nB,2\n", f't.csv:2  found "-----", expected 2 cells, as in the header  {BETWEEN}'),
        ('"id" "grade"\n"1" "A" 2\n', f't.csv:1  found spaces (" ") between the cells, expected commas  {COMMAS}'),
        ("id      grade\nA       2\n", f't.csv:1  found spaces (" ") between the cells, expected commas  {COMMAS}'),
        ("id^grade\nA^2\n", f't.csv:1  found carets ("^") between the cells, expected commas  {COMMAS}'),
        (
            '"id", "grade"\n"A", "2"\n',
            't.csv:1  found a space before a quote in ""id", "grade"", expected quotes right '
            "behind the commas  delete the spaces that stand behind commas",
        ),
        (
            "\u201cid\u201d,\u201cgrade\u201d\n\u201cA\u201d,\u201c2\u201d\n",
            "t.csv:1  found curly or other quotes round "
            'the cells, expected no quotes, or the plain ones (")  replace them in a text editor (word processors make '
            "them), or save the table again as CSV UTF-8",
        ),
        (
            "'id','grade'\n'A','2'\n",
            "t.csv:1  found single quotes (') round the cells, expected no quotes, or double "
            'ones (")  save it again as CSV UTF-8',
        ),
        (
            "id (text),grade [0-4]\nA,1\n",
            't.csv:1  found the columns "id (text)", "grade [0-4]", expected id, grade  '
            "write the names of columns exactly so",
        ),
        (
            "id,grade (0-4)\nA,1\n",
            "t.csv:1  grade  found no such column among id, grade (0-4), expected this column  "
            'rename the column "grade (0-4)"',
        ),
    ],
)
def test_signs_round_and_between_cells_are_one_problem(tmp_path, data, problem):
    assert problem_texts(read(tmp_path, data)) == [problem]


@pytest.mark.parametrize("sign", ["\uff0c", "\u060c", "~", "\x1f", "#"])
def test_any_sign_between_the_cells_is_named(tmp_path, sign):
    (text,) = problem_texts(read(tmp_path, "id,grade\nA,1\nB,2\n".replace(",", sign)))
    assert text.startswith(f"t.csv:1  found {quoted(sign)} between the cells, expected commas  save it with commas")


@pytest.mark.parametrize("end", ["\x85", "\u2028", "\v", "\f"])
def test_lines_that_end_otherwise_are_one_problem(tmp_path, end):
    (text,) = problem_texts(read(tmp_path, end.join(["id,grade", "A,1", "B,2"])))
    assert text.startswith("t.csv:1  found lines that end in ")


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b'[{"id": "A", "grade": 1}]', "JSON"), (b'{"id": "A"}\n{"id": "B"}\n', "JSON"),
        (b"<table><tr><td>id</td></tr></table>", "a web page or XML"), (b"BZh91AY&SY\x01\x02", "bzip2"),
        (b"\xfd7zXZ\0\x01", "xz"), (b"ARROW1\0\0\x01", "Feather"), (b"\x89HDF\r\n\x1a\n", "HDF5"),
        (b"SQLite format 3\0\1", "SQLite"), (b"RDX3\nX\n", "data file of R"), (b"\x80\x04\x95\x0c\0", "pickle"),
        (b"/annex/objects/MD5-s9--t.csv\n", "git-annex"), (b"\0" * 700, "nothing but zeros"),
        (b"id,grade\nA,1\n" + b"\0" * 90, "bytes that are zero (NUL)"),
        (b"id,grade\nA,1\n" + "B,2\n".encode("utf-16-le"), "bytes that are zero (NUL)"),
    ],
)  # fmt: skip
def test_what_is_no_text_or_no_table_is_one_problem(tmp_path, data, found):
    (text,) = problem_texts(read(tmp_path, data))
    assert found in text


@pytest.mark.parametrize("name", ["BZh", "ARROW1", "RDA", "PAR1", "version", "7z"])
def test_a_column_may_have_the_name_of_a_format(tmp_path, name):
    assert problem_texts(read(tmp_path, f"{name},id,grade\nx,A,1\n")) == []


def test_a_header_in_another_language_is_one_problem(tmp_path):
    table = read(tmp_path, "Kennung,Visite,Ort,Note\nA,1,x,2\n", required=("subject", "visit", "place", "grade"))
    assert problem_texts(table) == [
        "t.csv:1  found no such columns among Kennung, Visite, Ort, Note, expected the columns subject, visit, place, "
        'grade  rename "Visite" to visit; rename the columns that hold subject, place, grade too, or add them'
    ]


def test_empty_rows_of_another_width_above_the_header_do_no_harm(tmp_path):
    assert problem_texts(read(tmp_path, ",,,,\nid,grade\nA,1\n")) == []
