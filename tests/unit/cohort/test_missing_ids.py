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
