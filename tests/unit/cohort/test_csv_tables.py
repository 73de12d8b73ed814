"""CSV files that users write: encodings, separators, headers, quotes, and lines as an editor counts them."""

import pytest
from hypothesis import given
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
            ["t.csv:1  found a broken row (',' expected after '\"'), expected quotes in pairs  mend its quotes"],
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
            ["t.csv:3  found a broken row (unexpected end of data), expected quotes in pairs  mend its quotes"],
        ),
        (
            "id,grade\r\nA,1\r\nGr\u00fcn,2\r\n".encode("latin-1"),
            ['t.csv:3  found a byte that is not UTF-8 (0xFC), expected UTF-8 text  save it as "CSV UTF-8"'],
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


@given(st.binary(max_size=200))
def test_nothing_is_raised_whatever_the_bytes(tmp_path_factory, data):
    table = read(tmp_path_factory.mktemp("csv"), data)
    assert table.columns or table.problems
    assert all(len(column) == len(table.lines) for column in table.columns.values())


def test_messages_show_what_is_invisible():
    assert quoted("a\x00b\u202e") == '"a\\x00b\\u202e"'
    assert quoted("x" * 99) == f'"{"x" * 60}..."'
    assert first_names([str(number) for number in range(12)], most=10) == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, ..."
