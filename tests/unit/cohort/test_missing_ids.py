"""Texts that stand in place of an id that is not known are refused, and ids that only look like them are taken."""

import pytest

from cohort_tables import problem_texts

PHOTOS = "{0},{1},top,{0}/{1}.jpg"
SCORES = "{0},{1},top,1"


def problems(folder, *pairs: str, seen: str = "") -> list[str]:
    """The problems of a trial of these subjects and visits, of which photos.csv has `seen`, or all."""
    rows = [pair.split() for pair in pairs]
    photos = [pair.split() for pair in seen.split(", ")] if seen else rows
    return problem_texts(folder, [PHOTOS.format(*row) for row in photos], [SCORES.format(*row) for row in rows])


@pytest.mark.parametrize(
    "code", ["NA", "nan", "NULL", "None", "Unknown", "missing", "#N/A", "N/A", ".", "-", "-99", "?"]
)
def test_a_missing_subject_is_no_person(tmp_path, code):
    expected = f'found "{code}", expected a subject  give the subject: {code} stands for one that is not known'
    assert problems(tmp_path, "K7 V1", f"{code} V2") == [
        f"photos.csv:3  subject  {expected}",
        f"scores.csv:3  subject  {expected}",
    ]


def test_a_missing_visit_is_no_visit(tmp_path):
    expected = (
        'found "NA" in 2 rows (lines 3, 4), expected a visit  give the visit: NA stands for one that is not known'
    )
    assert problems(tmp_path, "K7 V1", "K7 NA", "K8 NA") == [
        f"photos.csv:3  visit  {expected}",
        f"scores.csv:3  visit  {expected}",
    ]


def test_what_follows_from_a_missing_subject_is_not_told(tmp_path):
    """Neither the photos without grades, nor the region that seems to be there twice."""
    found = problems(tmp_path, "K7 V1", "NA V1", "NA V1", seen="K7 V1, K8 V1")
    assert [row.split("  ")[0] for row in found] == ["scores.csv:3"]


@pytest.mark.parametrize("code", ["999", "99", "888", "777.0", "ND", "unk", "nil"])
def test_a_code_that_may_be_an_id_is_refused_among_ids_of_another_form(tmp_path, code):
    found = problems(tmp_path, "K7 V1", "K8 V1", f"{code} V2")
    fix = f"give the subject: {code} stands for one that is not known"
    assert [row.split("  ")[0] for row in found] == ["photos.csv:4", "scores.csv:4"]
    assert all(row.split("  ")[3].startswith(fix) for row in found)


@pytest.mark.parametrize(
    "subjects", ["1 99 100", "777 888 999", "97 98", "ND AB XY", "NE NI", "99", "1.1 99", "S99 S999", "NA1 NA2", "0 S1"]
)
def test_ids_of_one_form_are_ids(tmp_path, subjects):
    assert problems(tmp_path, *(f"{subject} {visit}" for subject in subjects.split() for visit in ("BL", "UN"))) == []


def test_visits_may_have_the_numbers_of_weeks(tmp_path):
    assert problems(tmp_path, "K7 BL", "K7 W4", "K7 W8", "K7 88", "K8 BL") == []
    assert len(problems(tmp_path, "K7 BL", "K7 999", "K8 BL")) == 2


def test_initials_among_numbers_are_no_id(tmp_path):
    assert len(problems(tmp_path, "98 V1", "99 V1", "NA V1")) == 2


def test_several_codes_among_few_ids_are_ids(tmp_path):
    assert problems(tmp_path, "K7 V1", "97 V1", "98 V1", "99 V1") == []


@pytest.mark.parametrize("code", ["NotDone", "not_available", "<NULL>", "(null)", "#NV", "#N/D", "#I/T", "\\N", "Unk."])
def test_codes_of_programs_and_phrases_name_nobody(tmp_path, code):
    first = problems(tmp_path, "K7 V1", f"{code} V2")[0]
    assert first.endswith(f"give the subject: {code} stands for one that is not known")


@pytest.mark.parametrize("mark", ['"', "do.", "idem", "\u3003", "Dito"])
@pytest.mark.parametrize("column", ["subject", "visit"])
def test_ditto_marks_are_one_problem(tmp_path, mark, column):
    cell = '""""' if mark == '"' else mark
    row = f"{cell},V2,top,2" if column == "subject" else f"K7,{cell},base,2"
    photos = ["K7,V1,top,a.jpg", "K7,V1,base,b.jpg", "K7,V2,top,c.jpg"]
    (problem,) = problem_texts(tmp_path, photos, ["K7,V1,top,1", row, row.replace("base", "top").replace("V2", "V3")])
    fix = f"repeat the {column} in each row: {mark} stands for that of the row above"
    assert problem == f'scores.csv:3  {column}  found "{mark}" in 2 rows (lines 3, 4), expected a {column}  {fix}'


@pytest.mark.parametrize("visit", ["withdrawn", "missed", "dropout"])
def test_a_visit_may_have_the_name_of_a_reason(tmp_path, visit):
    assert problems(tmp_path, f"K7 {visit}") == []


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("#REF!", "a formula of the spreadsheet has failed: take the id from its source"),
        ("#####", "a column of the spreadsheet was too narrow: make it wider, and save the table again"),
    ],
)
def test_errors_of_a_spreadsheet_are_no_ids(tmp_path, text, fix):
    assert [row.split("  ")[-1] for row in problems(tmp_path, f"{text} V1", seen="K7 V1")] == [fix]
