"""scores.csv: grades, repeated rows, weeks, attributes, and notes. Dates and baselines: test_visit_order.py."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohort_tables import PASI, problem_texts, read
from pasi.cohort.cell_numbers import number
from pasi.cohort.reading import read_cohort
from pasi.errors import InputError
from pasi.severity.index import Label, Region, SeverityIndex

PHOTOS = ["A,1,top,a.jpg", "A,1,base,b.jpg"]
WORD = (
    "correct the grade: write it as a number; where this stands for a missing one, drop the row: the region then "
    "counts as missing"
)
GRADE = "a number from 0 to 4"
LEAVE_OUT = "drop the row: the region then counts as missing"
MISSING = f"fill it in, or {LEAVE_OUT}; drop its photos too"
DATE = "a spreadsheet made a date of it: enter the grade in a column that is formatted as text"


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ('"3,5"', f'"3,5", expected {GRADE}  use a point: 3.5'),
        ("nan", f'"nan", expected {GRADE}  {MISSING}'),
        (
            "inf",
            f'"inf", expected {GRADE}  {WORD}',
        ),
        ("1e999", f'"1e999", expected {GRADE}  correct the grade'),
        ("1_0", f'"1_0", expected {GRADE}  correct the grade'),
        (
            "mild",
            f'"mild", expected {GRADE}  {WORD}',
        ),
        ("30%", f'"30%", expected {GRADE}  correct the grade: it is no share in per cent'),
        ("4.1", f'"4.1", expected {GRADE}  correct the grade'),
        ("-1", f'"-1", expected {GRADE}  correct the grade; where -1 means a missing one, {LEAVE_OUT}'),
        ("", f"an empty cell, expected {GRADE}  {MISSING}"),
        ("-99", f'"-99", expected {GRADE}  {MISSING}'),
        ("None", f'"None", expected {GRADE}  correct the grade; where None means a missing one, {LEAVE_OUT}'),
        (".B", f'".B", expected {GRADE}  {MISSING}'),
        ("\u2013", f'"\u2013", expected {GRADE}  {MISSING}'),
        ("3\u00a0", f'"3\\xa0", expected {GRADE}  write 3 without anything around it'),
        ("3. Mai", f'"3. Mai", expected {GRADE}  {DATE}'),
        (
            "#DIV/0!",
            f'"#DIV/0!", expected {GRADE}  a formula of the spreadsheet has failed: mend it there, or enter the grade',
        ),
    ],
)
def test_grades_are_those_of_the_index(tmp_path, cell, fault):
    scores = ["A,1,top,1", f"A,1,base,{cell}"]
    assert problem_texts(tmp_path, PHOTOS, scores) == [f"scores.csv:3  rust  found {fault}"]


@pytest.mark.parametrize(
    ("cell", "fix"), [('"3,0"', "use a point: 3.0"), ('"3,5"', "correct the grade"), ('"5,0"', "correct the grade")]
)
def test_a_decimal_comma_is_cured_only_into_a_grade_that_the_index_allows(tmp_path, cell, fix):
    (tmp_path / "p.csv").write_text("subject,visit,region,photo\nA,1,upper,a.jpg\n")
    (tmp_path / "s.csv").write_text(
        f"subject,visit,region,erythema,induration,desquamation,area\nA,1,upper,{cell},1,1,1\n"
    )
    with pytest.raises(InputError) as error:
        read_cohort(tmp_path / "p.csv", tmp_path / "s.csv", None, PASI, "error")
    assert [problem.fix for problem in error.value.problems] == [fix]


@pytest.mark.parametrize(
    ("cells", "shown", "fix"),
    [
        (
            "clear much some few",
            '"clear", "much", "some", ...',
            WORD,
        ),
        ("6 5 6 44", '"6", "5", "44"', "correct the grade"),
        ("7 7 7 7", '"7"', f"correct the grade; where 7 means a missing one, {LEAVE_OUT}"),
        ("10% 5% 5% 0%", '"10%", "5%", "0%"', "correct the grade: it is no share in per cent"),
        ("3-Feb 3-Feb 1-Feb 3-Feb", '"3-Feb", "1-Feb"', DATE),
        ("'1 '1 '2 '3", '"\'1", "\'2", "\'3"', "write 1 without anything around it"),
        ("=B1 =A1 =B1 =B1", '"=B1", "=A1"', "save the values of the spreadsheet in place of its formulas"),
        ("1..2 1..2 1..2 1..2", '"1..2"', "correct the grade"),
    ],
)
def test_faulty_grades_of_one_cause_are_one_problem(tmp_path, cells, shown, fix):
    names = [(subject, region) for subject in "AB" for region in ("top", "base")]
    photos = [f"{subject},1,{region},{subject}/{region}.jpg" for subject, region in names]
    scores = [f"{subject},1,{region},{cell}" for (subject, region), cell in zip(names, cells.split(), strict=True)]
    assert problem_texts(tmp_path, photos, scores) == [
        f"scores.csv:2  rust  found {shown} in 4 rows (lines 2, 3, 4, 5), expected {GRADE}  {fix}"
    ]


def test_causes_that_differ_are_told_apart(tmp_path):
    rows = problem_texts(tmp_path, PHOTOS, ["A,1,top,mild", "A,1,base,6"])
    assert [row.split("  ")[0] for row in rows] == ["scores.csv:2", "scores.csv:3"]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_are_read_as_written(value):
    assert number(repr(value)) == value
    assert number(f" {value!r} ") == value


def test_a_region_scored_twice_is_told_with_both_lines(tmp_path):
    scores = ["A,1,top,1", "A,1,base,1", "A,1,top,1", "A,1,base,2"]
    once = "expected one row a subject, visit and region (it stands on line {})  drop one of the two rows"
    assert problem_texts(tmp_path, PHOTOS, scores) == [
        f"scores.csv:4  region  found A 1 top again with the same grades, {once.format(2)}",
        f"scores.csv:5  region  found A 1 base again with other grades, {once.format(3)}",
    ]


def test_a_table_pasted_twice_is_one_problem(tmp_path):
    rows = ["A,1,top,1", "A,1,base,2"]
    assert problem_texts(tmp_path, PHOTOS, rows * 2) == [
        "scores.csv:4  region  found A 1 top again with the same grades, and others in this way, in 2 rows (lines "
        "4, 5), expected one row a subject, visit and region (it stands on line 2)  a table pasted twice: drop these "
        "rows"
    ]
    assert problem_texts(tmp_path, PHOTOS, [*rows, "A,1,top,3", "A,1,base,3"]) == [
        "scores.csv:4  region  found A 1 top again with other grades, and others in this way, in 2 rows (lines 4, 5), "
        "expected one row a subject, visit and region (it stands on line 2)  "
        "correct the ids, or drop one of each two rows"
    ]


def test_photos_pasted_twice_are_one_problem(tmp_path):
    photos = [f"A,{visit},{region},{visit}{region}.jpg" for visit in (1, 2) for region in ("top", "base")]
    scores = [f"A,{visit},{region},1" for visit in (1, 2) for region in ("top", "base")]
    assert problem_texts(tmp_path, photos * 2, scores) == [
        'photos.csv:6  photo  found "1top.jpg" again, and others in this way, in 4 rows (lines 6, 7, 8, 9), '
        "expected each photo once (it stands on line 2)  rows pasted twice: drop these"
    ]


@pytest.mark.parametrize(
    ("weeks", "problems"),
    [
        ("0 0 4", []),
        ("- - -", []),
        ("-2 -2 1.5", []),
        ("0 1 4", ['scores.csv:3  week  found "1", expected "0" as on line 2 for A 1  one visit has one week']),
        (
            "0 - 4",
            [
                'scores.csv:3  week  found an empty cell, expected "0" as on line 2 for A 1  '
                "one visit has one week: repeat it in each row"
            ],
        ),
        (
            "0 0 -",
            [
                "scores.csv:4  week  found an empty cell, expected a week, as A has on line 2  "
                "fill in the week of each visit of the subject, or list the visits in cohort.visit_order"
            ],
        ),
        (
            "4 4 4.0",
            [
                "scores.csv:4  week  found 2 in week 4, expected another week than 1 on line 2  "
                "correct one of the two visits, or list the visits in cohort.visit_order"
            ],
        ),
        (
            "0 0 four",
            [
                'scores.csv:4  week  found "four", expected a number, or nothing  '
                "write the weeks since the baseline as a number: 0 at the baseline, below 0 before it"
            ],
        ),
        ('0 0 "4,5"', ['scores.csv:4  week  found "4,5", expected a number, or nothing  use a point: 4.5']),
    ],
)
def test_weeks_make_one_time_axis(tmp_path, weeks, problems):
    cells = ["" if week == "-" else week for week in weeks.split()]
    rows = ["A,1,top,1", "A,1,base,1", "A,2,top,1"]
    scores = ["subject,visit,region,rust,week", *(f"{row},{cell}" for row, cell in zip(rows, cells, strict=True))]
    assert problem_texts(tmp_path, [*PHOTOS, "A,2,top,c.jpg"], scores) == problems


def test_attributes_are_short_and_harmless(tmp_path):
    scores = ["subject,visit,region,rust,arm,site", "A,1,top,1,=cmd(),Köln", f"A,1,base,1,,{'x' * 65}"]
    expected = "expected up to 64 characters on one line, none of = + - @ first  shorten or rename it"
    assert problem_texts(tmp_path, PHOTOS, scores) == [
        f'scores.csv:2  arm  found "=cmd()", {expected}',
        f'scores.csv:3  site  found "{"x" * 60}...", {expected}',
    ]


@pytest.mark.parametrize("cell", ["=1+1", "@x", "+1", "-1", "\t=1", "\r=1", "\n=1"])
def test_no_attribute_is_a_formula_to_a_spreadsheet(tmp_path, cell):
    rows = problem_texts(tmp_path, PHOTOS, ["subject,visit,region,rust,arm", f'A,1,top,1,"{cell}"', "A,1,base,1,"])
    assert [row.split(", expected")[0] for row in rows] == [
        f'scores.csv:2  arm  found "{cell.encode("unicode_escape").decode()}"'
    ]


def test_attributes_are_carried(tmp_path):
    cohort = read(tmp_path, PHOTOS, ["subject,visit,region,rust,sex,arm", "A,1,top,1,f,x", "A,1,base,1,f,"])
    assert [dict(score.attributes) for score in cohort.scores] == [{"arm": "x", "sex": "f"}, {"arm": "", "sex": "f"}]


def test_area_without_signs_is_worth_a_look(tmp_path):
    (tmp_path / "p.csv").write_text(
        "subject,visit,region,photo\nA,1,upper,a.jpg\nA,1,trunk,b.jpg\nA,1,lower,c.jpg\nB,1,lower,d.jpg\n"
    )
    (tmp_path / "s.csv").write_text(
        "subject,visit,region,erythema,induration,desquamation,area\n"
        "A,1,upper,0,0,0,1\nA,1,trunk,0,0,0,0\nA,1,lower,0,1,0,0\nB,1,lower,0,1,0,6\n"
    )
    cohort = read_cohort(tmp_path / "p.csv", tmp_path / "s.csv", None, PASI, "error")
    assert cohort.notes == ("s.csv: area is 0 and a sign is not, or the other way round: 2 of 4 rows, lines 2, 4",)


def test_one_code_of_a_missing_grade_is_one_problem_with_all_its_lines(tmp_path):
    (tmp_path / "p.csv").write_text("subject,visit,region,photo\nA,1,upper,a.jpg\n")
    (tmp_path / "s.csv").write_text(
        "subject,visit,region,erythema,induration,desquamation,area\n"
        "A,1,upper,NA,NA,NA,NA\nA,1,trunk,0,0,999,0\nA,1,lower,NA,1,,2\nB,1,lower,1,1,1,\n"
    )
    with pytest.raises(InputError) as error:
        read_cohort(tmp_path / "p.csv", tmp_path / "s.csv", None, PASI, "error")
    assert [(problem.line, problem.column, problem.found) for problem in error.value.problems] == [
        (2, "erythema, induration, desquamation, area", '"NA" in 2 rows (lines 2, 4)'),
        (3, "desquamation", '"999"'),
        (4, "desquamation, area", "an empty cell in 2 rows (lines 4, 5)"),
    ]
    assert {problem.fix for problem in error.value.problems} == {MISSING}


def test_decimal_commas_are_one_problem(tmp_path):
    scores = ['A,1,top,"1,5"', 'A,1,base,"0,25"', "A,2,top,1.5"]
    assert problem_texts(tmp_path, [*PHOTOS, "A,2,top,c.jpg"], scores) == [
        'scores.csv:2  rust  found decimal commas such as "1,5" in 2 rows (lines 2, 3), '
        f"expected {GRADE}  use a point: 1.5"
    ]


def test_a_number_that_a_scale_has_is_no_code(tmp_path):
    (tmp_path / "p.csv").write_text("subject,visit,region,photo\nA,1,leaf,a.jpg\n")
    (tmp_path / "s.csv").write_text("subject,visit,region,share\nA,1,leaf,99\n")
    index = SeverityIndex("", "", (Label("share", 100, 1),), None, (Region("leaf", 1, 1),), (), 1, ())
    cohort = read_cohort(tmp_path / "p.csv", tmp_path / "s.csv", None, index, "error")
    assert cohort.scores[0].labels == (99,)


def test_a_missing_attribute_that_begins_like_a_formula_is_to_be_emptied(tmp_path):
    scores = ["subject,visit,region,rust,age", "A,1,top,1,-99", "A,1,base,1,-99"]
    assert problem_texts(tmp_path, PHOTOS, scores) == [
        'scores.csv:2  age  found "-99" in 2 rows (lines 2, 3), '
        "expected up to 64 characters on one line, none of = + - @ first  empty the cell"
    ]


def test_a_column_that_nothing_reads_is_noted_with_the_one_that_is_probably_meant(tmp_path):
    """A mark in Baseline is passed over, and another visit may be the baseline."""
    head = "subject,visit,region,rust,Week,Note,DATE,Baseline"
    cohort = read(tmp_path, PHOTOS, [head, "A,1,top,1,4,x,,true", "A,1,base,1,4,x,,true"])
    assert cohort.notes == (
        'scores.csv: columns that nothing reads: "Week" (did you mean "week"?), "Note", '
        '"DATE" (did you mean "date"?), "Baseline" (did you mean "baseline"?)',
    )


WORDS = """
#NV|#N/D|#I/T|\\N|(null)|<NULL>|not assessable|not evaluated|not_available|NotDone|not performed|refused|n.b.
nicht beurteilbar|Unk.|ND (photo missing)|[not done]|Not-Done|NA (see note 3)|withdrawn|no disponible
"""


@pytest.mark.parametrize("cell", WORDS.strip().replace("\n", "|").split("|"))
def test_a_missing_grade_in_words_is_missing(tmp_path, cell):
    fix = f"fill it in, or {LEAVE_OUT}; drop its photos too"
    assert problem_texts(tmp_path, ["A,1,top,a.jpg"], [f"A,1,top,{cell}"]) == [
        f'scores.csv:2  rust  found "{cell}", expected {GRADE}  {fix}'
    ]


@pytest.mark.parametrize("cell", ["#REF!", "#VALUE!", "#\u00bfNOMBRE?", "#WERT!", "Err:502"])
def test_the_error_of_a_formula_is_no_grade(tmp_path, cell):
    (row,) = problem_texts(tmp_path, ["A,1,top,a.jpg"], [f"A,1,top,{cell}"])
    assert row.endswith("a formula of the spreadsheet has failed: mend it there, or enter the grade")


def test_ditto_marks_are_no_grades(tmp_path):
    photos = ["A,1,top,a.jpg", "A,1,base,b.jpg"]
    (row,) = problem_texts(tmp_path, photos, ["A,1,top,1", 'A,1,base,""""'])
    assert row.endswith("repeat the grade in each row: this stands for that of the row above")
