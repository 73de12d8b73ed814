"""Rows of labels, formats, examples and totals are one problem each, wherever they stand."""

import pytest

from cohort_tables import problem_texts

PHOTOS = ["A,V1,top,a.jpg", "B,V1,top,b.jpg"]
HEADER = "subject,visit,region,week,rust"
SCORES = ["A,V1,top,0,1", "B,V1,top,0,2"]


@pytest.mark.parametrize(
    "row",
    ["$12,$8.,$char10.,8.,3.1", "1,2,3,4,5", "e.g. A,e.g. V1,top?,0,0-4", "id,visit,region,0,0", "z.B. A,V9,oben,0,3"],
)
def test_numbers_below_the_header_may_be_part_of_a_second_header(tmp_path, row):
    (problem,) = problem_texts(tmp_path, PHOTOS, [HEADER, row, *SCORES])
    assert problem.startswith("scores.csv:2  found ")
    assert problem.endswith("a second header: delete line 2")


@pytest.mark.parametrize("row", ["3,1,leaf,0,1", "1,1,leaf,0,1", "P-1,V9,leaf,0,3"])
def test_a_first_row_with_a_wrong_region_is_a_row(tmp_path, row):
    problems = problem_texts(tmp_path, PHOTOS, [HEADER, row, *SCORES])
    assert problems[0].startswith('scores.csv:2  region  found "leaf"')


def test_labels_may_stand_below_the_table(tmp_path):
    (problem,) = problem_texts(tmp_path, PHOTOS, [HEADER, *SCORES, "PERSON,VISITNAME,LOC,WK,GRADE"])
    assert problem == (
        'scores.csv:4  found "PERSON", "VISITNAME", "LOC", ..., expected a row of the table  '
        "labels below the table: delete line 4"
    )


@pytest.mark.parametrize("words", ["A Total,B Total,Grand Total", "A Summe,B Summe,Gesamtergebnis", "Mean,SD,n ="])
def test_totals_between_the_rows_are_one_problem(tmp_path, words):
    one, two, three = words.split(",")
    scores = [HEADER, SCORES[0], f"{one},,,,20", SCORES[1], f"{two},,top,,30", f"{three},,,,50"]
    (problem,) = problem_texts(tmp_path, PHOTOS, scores)
    assert problem == (
        f'scores.csv:3  found "{one}", "", "", ... in 3 rows (lines 3, 5, 6), expected a row of the table  '
        "totals: delete these lines"
    )


def test_a_count_of_photos_below_the_table_is_a_total(tmp_path):
    (problem,) = problem_texts(tmp_path, [*PHOTOS, "Total,2,,"], [HEADER, *SCORES])
    assert problem == (
        'photos.csv:4  found "Total", "2", "", ..., expected a row of the table  '
        "a note or a total below the table: delete it"
    )


def test_a_subject_may_be_called_total(tmp_path):
    assert problem_texts(tmp_path, ["Total,V1,top,a.jpg"], ["Total,V1,top,1"]) == []


def test_a_second_export_with_a_byte_order_mark_repeats_the_header(tmp_path):
    again = "\ufeff" + '"subject","visit","region","week","rust"'
    (problem,) = problem_texts(tmp_path, PHOTOS, [HEADER, SCORES[0], again, SCORES[1]])
    assert problem.startswith("scores.csv:3  found the header again, expected a row of the table  delete it")


@pytest.mark.parametrize("row", ["NA,NA,NA,NA,NA", "-,-,-,-,-", ",,,,n.a.", ".,,,4,", "n/a,,,,0-4"])
@pytest.mark.parametrize("place", [1, 2])
def test_a_row_without_ids_and_values_is_one_problem(tmp_path, row, place):
    rows = [*SCORES[:place], row, *SCORES[place:]]
    (text,) = problem_texts(tmp_path, PHOTOS, [HEADER, *rows])
    assert text.startswith(f"scores.csv:{place + 2}  found ")
    assert text.endswith(("a row without ids and values: delete it", "a note or a total below the table: delete it"))


@pytest.mark.parametrize("row", ["A,V2,,8,", "A,V2,not done,8,NA", "A,V2,NA,NA,NA", "A,V2,missed,,"])
def test_a_row_of_a_visit_that_was_missed_is_one_problem(tmp_path, row):
    (text,) = problem_texts(tmp_path, PHOTOS, [HEADER, SCORES[0], row, SCORES[1]])
    assert text.startswith('scores.csv:3  found "A", "V2", ')
    assert text.endswith("a visit that was missed has no row: delete the line, or fill it in")


def test_a_row_that_lacks_its_region_alone_is_to_be_filled_in(tmp_path):
    texts = problem_texts(tmp_path, PHOTOS, [HEADER, SCORES[0], "A,V2,,8,3", SCORES[1]])
    assert [text.split(", expected")[0] for text in texts] == ["scores.csv:3  region  found an empty cell"]


@pytest.mark.parametrize("row", ["Person,Termin,Ort,Woche,Rost", "text,text,text,integer,integer"])
def test_labels_between_the_rows_are_one_problem(tmp_path, row):
    photos = [*PHOTOS, "C,V1,top,c.jpg"]
    (text,) = problem_texts(tmp_path, photos, [HEADER, *SCORES, row, "C,V1,top,0,1"])
    assert text.startswith("scores.csv:4  found ")
    assert text.endswith("labels between the rows: delete line 4")


def test_six_rows_below_the_header_are_one_problem(tmp_path):
    rows = [f"name{n},label{n},type{n},unit{n},range{n}" for n in range(6)]
    (text,) = problem_texts(tmp_path, PHOTOS, [HEADER, *rows, *SCORES])
    assert text.endswith("a second header: delete lines 2 to 7")
