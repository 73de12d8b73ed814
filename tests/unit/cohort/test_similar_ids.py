"""Ids that differ in zeros, separators or look-alike signs alone are noted, unless both have the same region."""

import pytest

from cohort_tables import problem_texts, read


def notes(folder, *pairs: str) -> list[str]:
    rows = [pair.replace("/", ",") for pair in pairs]
    photos = [f"{row},top,{number}.jpg" for number, row in enumerate(rows)]
    cohort = read(folder, photos, [f"{row},top,1" for row in rows], visits=None)
    return list(cohort.notes)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("K007", "K7"),
        ("K-007", "K_007"),
        ("K-007", "K7"),
        ("02-033", "02033"),
        ("b.1", "B01"),
        ("02-033", "2-33"),
        ("02-033", "2033"),
        ("K007", "KO07"),
        ("K071", "K07l"),
        ("K007", "K007.0"),
    ],
)
def test_it_is_asked_whether_two_ids_are_one_person(tmp_path, one, other):
    assert notes(tmp_path, f"{one}/V1", f"{other}/V2") == [
        "scores.csv: ids that differ in zeros, separators, O for 0 or l for 1 alone: are they one person? Then give "
        f"the person one id in both tables: {one} (line 2) and {other} (line 3)"
    ]


def test_several_are_one_note(tmp_path):
    (note,) = notes(tmp_path, "K007/V1", "K7/V2", "K008/V1", "K8/V2", "K009/V1")
    assert "are they one person (2 cases)?" in note
    assert note.endswith("K007 (line 2) and K7 (line 3), K008 (line 4) and K8 (line 5)")


@pytest.mark.parametrize(
    "pairs",
    [
        "K7/V1 K007/V1",
        "K7/V1 K70/V2",
        "1-11/V1 11-1/V2 1-1/V2",
        "K7/V1 K7/V2",
        "A10/V1 A1/V2",
        "OL/V1 0L/V1",
        "LO/V1 IO/V2",
    ],
)
def test_ids_of_a_sound_scheme_are_not_noted(tmp_path, pairs):
    assert notes(tmp_path, *pairs.split()) == []


VISITS = "visits of one subject whose names differ in zeros, separators or the word alone: are they one visit?"


def two_visits(folder, one: str, other: str, regions: tuple[str, str], weeks: tuple[str, str] = ("", "")):
    places = zip((one, other), regions, weeks, strict=True)
    scores = [f"S,{visit},{region},1,{week}" for visit, region, week in places]
    photos = [f"S,{visit},{region},{visit}.jpg" for visit, region in zip((one, other), regions, strict=True)]
    return folder, photos, ["subject,visit,region,rust,week", *scores]


@pytest.mark.parametrize("other", ["V01", "V-1", "VISIT1", "Visit-01", "v_1", "V1.0"])
def test_it_is_asked_whether_two_visits_of_a_subject_are_one(tmp_path, other):
    (note,) = read(*two_visits(tmp_path, "V1", other, ("top", "base")), visits=None).notes
    assert note == (
        f"scores.csv: {VISITS} Then give the visit one name in both tables: S V1 (line 2) and {other} (line 3)"
    )


@pytest.mark.parametrize("other", ["V10", "W1", "V2", "1"])
def test_visits_with_another_number_or_word_are_two(tmp_path, other):
    assert read(*two_visits(tmp_path, "V1", other, ("top", "base")), visits=None).notes == ()


def test_two_visits_with_the_same_region_are_two(tmp_path):
    assert read(*two_visits(tmp_path, "W4", "W-4", ("top", "top")), visits=None).notes == ()


@pytest.mark.parametrize(
    ("weeks", "rest"), [("00", "else correct the week of one of them"), ("0 ", "else fill in the week")]
)
def test_an_order_of_two_names_of_one_visit_is_not_asked_for(tmp_path, weeks, rest):
    (row,) = problem_texts(*two_visits(tmp_path, "V1", "V01", ("top", "base"), tuple(weeks)))
    one, other = ("V1", "V01") if weeks == "00" else ("V01", "V1")
    assert row.endswith(f"if {one} and {other} are one visit, give it one name in both tables; {rest}")


def test_a_similar_id_explains_why_a_subject_has_no_grades(tmp_path):
    (row,) = problem_texts(tmp_path, ["K007,V1,top,a.jpg", "K8,V1,top,b.jpg"], ["KO07,V1,top,1", "K8,V1,top,1"])
    assert row.startswith("photos.csv:2  subject  found K007 without grades")
    assert row.endswith('if "KO07" there is the same subject, write one id in both tables')
    (row,) = problem_texts(tmp_path, ["K,V1,top,a.jpg", "K,V2,top,b.jpg"], ["K,V-1,top,1", "K,V2,top,1"])
    assert row.endswith('if "V-1" there is the same visit, write one id in both tables')
