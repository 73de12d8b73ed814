"""Subjects of which a spreadsheet has left too little: one problem that names the cause, and not what follows."""

import pytest

from cohort_tables import problem_texts

AS_TEXT = 'read and write the column as text (Excel: import it as Text; pandas: dtype=str; R: colClasses="character")'
FROM_SOURCE = f"take the ids from their source, and {AS_TEXT}"
DIGITS = f"a spreadsheet keeps 15 digits of a number at most, and fewer with an exponent: {FROM_SOURCE}"


def problems(folder, photos: str, scores: str) -> list[str]:
    """The problems of two tables, given as subjects, each with its visit behind a slash."""
    rows = [[pair.replace("/", ",") for pair in table.split()] for table in (photos, scores)]
    seen = [f"{row},top,{number}.jpg" for number, row in enumerate(rows[0])]
    return problem_texts(folder, seen, [f"{row},top,1" for row in rows[1]])


@pytest.mark.parametrize(
    ("short", "ids"),
    [
        ("314159265358979000", "314159265358979323 314159265358979338"),  # cut, as Excel does
        ("314159265358980000", "314159265358979623 314159265358979738"),  # rounded, as a float is
        ("2.71828E+11", "271828182845 271828182899"),
    ],
)
def test_numbers_that_lost_digits_are_one_problem(tmp_path, short, ids):
    """Two people have one id, and no row is to be dropped."""
    one, other = ids.split()
    assert problems(tmp_path, f"{one}/V1 {other}/V1", f"{short}/V1 {short}/V1") == [
        f'scores.csv:2  subject  found "{short}", expected the id as it was, such as "{one}" in photos.csv:2  {DIGITS}'
    ]


def test_both_tables_are_named(tmp_path):
    rows = "271828182845/V1 271828182899/V1 2.71828E+11/V2 2.71828E+11/V2"
    assert problems(tmp_path, rows, rows) == [
        'photos.csv:4  subject  found "2.71828E+11" (in scores.csv:4 too), expected the id as it was, '
        f'such as "271828182845" in photos.csv:2  {DIGITS}'
    ]


def test_numbers_that_lost_digits_in_both_tables_are_no_repeated_rows(tmp_path):
    rows = "314159265358979000/V1 314159265358979000/V1"
    assert problems(tmp_path, rows, rows) == [
        'photos.csv:2  subject  found "314159265358979000" (in scores.csv:2 too), expected the id as it was  ' + DIGITS
    ]


@pytest.mark.parametrize(("ids", "days"), [("03-04 03-05", "45720 45721"), ("03-04-001 03-04-002", "36955.0 37320.0")])
def test_days_as_numbers_among_ids_of_site_and_number_are_one_problem(tmp_path, ids, days):
    (one, two), (day, other) = ids.split(), days.split()
    shown = {"45720": "2025-03-04", "36955.0": "2001-03-05"}[day]
    expected = f'expected the id as it was, such as "{one}" in photos.csv:2  '
    fix = f"a spreadsheet made a date of it ({day} is {shown}): {FROM_SOURCE}"
    assert problems(tmp_path, f"{one}/V1 {two}/V1", f"{day}/V1 {other}/V1") == [
        f'scores.csv:2  subject  found "{day}" and 1 more subject like it, {expected}{fix}'
    ]
    rows = f"{one}/V1 {two}/V1 {day}/V2 {other}/V2"
    assert problems(tmp_path, rows, rows) == [
        f'photos.csv:4  subject  found "{day}" and 1 more subject like it (in scores.csv:4 too), {expected}{fix}'
    ]


@pytest.mark.parametrize(
    "subjects",
    [
        "2024011500000010 2024011500000011 2024011500000012",  # the tenth of a scheme of 16 digits
        "314159265358979000",
        "45720 45721 45722",
        "03-04 45720",  # two schemes, and both have the visit
        "1E5 100001 100002",
        "40000-1 03-04",
    ],
)
def test_ids_of_a_sound_scheme_have_lost_nothing(tmp_path, subjects):
    rows = " ".join(f"{subject}/V1" for subject in subjects.split())
    assert problems(tmp_path, rows, rows) == []


def test_a_number_that_lost_digits_at_one_visit_is_told_though_others_share_its_first_digits(tmp_path):
    ids = ["86753098675309017", "86753098675309025"]
    rows = " ".join(f"{subject}/V{visit}" for subject in ids for visit in (1, 2) if (subject, visit) != (ids[0], 2))
    scores = f"{rows} 86753098675309000/V2"
    assert problems(tmp_path, scores, scores)[0].startswith(
        'photos.csv:5  subject  found "86753098675309000" (in scores.csv:5 too), expected the id as it was, such as '
    )


def test_dates_as_names_of_visits_that_became_exponents_are_one_problem(tmp_path):
    photos = "A/2.02209E+07 A/2.02209E+07 B/2.02209E+07 B/2.02209E+07"
    assert problems(tmp_path, photos, "A/20220908 A/20220922 B/20220908 B/20220922") == [
        f'photos.csv:2  visit  found "2.02209E+07", expected the id as it was  {DIGITS}'
    ]
