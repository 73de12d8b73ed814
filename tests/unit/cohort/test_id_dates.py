"""Dates that spreadsheets make of ids, in several languages and orders."""

import pytest

from cohort_tables import problem_texts
from pasi.cohort.id_dates import ORDERS, ids_of_date, month_numbers, serial_date, whole_date, written_date

MONTHS = [
    ("janv", (1,)),
    ("F\u00e9vr", (2,)),
    ("ao\u00fbt", (8,)),
    ("okt", (10,)),
    ("Pa\u017a", (10,)),
    ("KAS", (11,)),
    ("Kas\u0131m", (11,)),
    ("ru\u0142", ()),
    ("hein\u00e4", (7,)),
    ("szept", (9,)),
    ("lis", (10, 11)),
    ("x", ()),
    ("xiii", ()),
]
CAUSE = "a spreadsheet made a date of it"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-03-04", (2025, 3, 4)),
        ("2025-03-04 00:00:00", (2025, 3, 4)),
        ("2025-03-04t00:00:00z", (2025, 3, 4)),
        ("4.3.2025", (2025, 3, 4)),
        ("04/03/25", (2025, 3, 4)),
        ("31/12/2025", (2025, 12, 31)),
        ("12/31/2025", (2025, 12, 31)),
        ("04-mar-2025", (2025, 3, 4)),
        ("04mar25", (2025, 3, 4)),
        ("4 m\u00e4rz 2025", (2025, 3, 4)),
        ("04-mars", (None, 3, 4)),
        ("04-d\u00e9c.", (None, 12, 4)),
        ("ago-04", (None, 8, 4)),
        ("m\u00e1rc.4", (None, 3, 4)),
        ("04/mrt", (None, 3, 4)),
        ("4-iii", (None, 3, 4)),
        ("3\u67084\u65e5", (None, 3, 4)),
        ("2025\ub144 3\uc6d4 4\uc77c", (2025, 3, 4)),
        ("2025-13-04", None),
        ("40/40/2025", None),
        ("04-foo", None),
        ("v-1", None),
        ("1.2.3", None),
    ],
)
def test_dates_are_read_with_the_day_first(text, day):
    assert written_date(text) == day


def test_the_month_may_stand_first():
    assert (whole_date("4/3/2025"), whole_date("4/3/2025", day_first=False)) == ("2025-03-04", "2025-04-03")
    assert whole_date("04-mars") is None


def test_days_as_numbers_are_dates_from_2000_to_2035():
    assert serial_date("36526") == (2000, 1, 1)
    assert serial_date("49674.0") == (2035, 12, 31)
    assert (serial_date("36525"), serial_date("49675"), serial_date("036526")) == (None, None, None)


@pytest.mark.parametrize(("name", "months"), MONTHS)
def test_months_have_names_in_several_languages(name, months):
    assert month_numbers(name) == months


def test_ids_of_a_date_have_its_day_and_month_in_either_order():
    month_leads, day_leads = (set(ids_of_date("2025-03-04", order)) for order in (ORDERS[0], ORDERS[2]))
    assert {"03-04", "3-4", "03-04-025", "25-03-04", "mar4"} <= month_leads
    assert {"04-03", "4.3", "04-03-2025"} <= day_leads
    assert "04-03" not in month_leads


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("03-04", "2025-03-04"),
        ("03-04", "04.03.2025"),
        ("03-04", "3/4/2025"),
        ("3-4", "4-Mar-25"),
        ("03-04", "04-mars"),
        ("08-17", "17-ago"),
        ("11-02-007", "2007-11-02"),
        ("11-02-2007", "2007-02-11"),
        ("2023-05-06", "06.05.2023"),
        ("oct9", "2025-10-09"),
        ("06-07", "07-cze"),
        ("06-07", "7.kes\u00e4"),
        ("07-06", "06-Tem"),
        ("10-02", "02-lis"),
        ("11-02", "02-lis"),
        ("2025-10-02", "02-lis-2025"),
        ("8-9", "9-VIII"),
        ("ara5", "05-Ara"),
    ],
)
@pytest.mark.parametrize("column", ["subject", "visit"])
def test_an_id_of_which_a_date_was_made_is_told(tmp_path, one, other, column):
    """In one row among others, and in one of the two tables."""
    cell, changed = (f"S,{name}" if column == "visit" else f"{name},V{{}}" for name in (one, other))
    photos = [f"{cell},top,a.jpg".format(1), f"{changed},base,b.jpg".format(2)]
    scores = [f"{cell},top,1".format(1), f"{changed},base,1".format(2)]
    rows = problem_texts(tmp_path, photos, scores)
    assert [row.split("  ")[:2] for row in rows] == [["photos.csv:3", column]]
    assert f'"{one}" as in photos.csv:2  {CAUSE}' in rows[0]
    rows = problem_texts(tmp_path, photos[:1], [f"{changed},top,1".format(1)])
    assert [row.split("  ")[:2] for row in rows] == [["scores.csv:2", column]]
    assert f'"{one}" as in photos.csv:2  {CAUSE}' in rows[0]


def test_one_reading_of_dates_explains_a_column(tmp_path):
    """With the month first, each of these is another id of the table."""
    ids, dates = ("01-02", "02-01", "02-03", "03-02"), ("01.02.2025", "02.01.2025", "02.03.2025", "03.02.2025")
    photos = [f"{name},V1,top,{name}.jpg" for name in ids]
    rows = problem_texts(tmp_path, photos, [f"{name},V1,top,1" for name in dates])
    assert len(rows) == 1
    assert '"01.02.2025" and 3 more subjects like it' in rows[0]


@pytest.mark.parametrize(
    "ids",
    [
        ("03-04", "2025-03-04"),
        ("2025-03-04", "2025-04-03", "04-03-2026"),
        ("01-02-2023", "02-01-2023"),
        ("mar-1", "mar-2"),
        ("1.2.3", "1.2.2003"),
    ],
)
def test_dates_of_which_both_have_the_visit_are_two_ids(tmp_path, ids):
    rows = [(subject, visit) for subject in ids for visit in ids]
    photos = [f"{subject},{visit},top,{subject}/{visit}.jpg" for subject, visit in rows]
    assert problem_texts(tmp_path, photos, [f"{subject},{visit},top,1" for subject, visit in rows]) == []


@pytest.mark.parametrize(("made", "original"), [("1937-09-01", "9-37"), ("1-Sep-37", "09-37"), ("Nov-82", "NOV82")])
def test_an_id_may_have_become_the_month_of_a_year(tmp_path, made, original):
    """A number over 31 is no day, so that a spreadsheet takes it for a year."""
    rows = problem_texts(tmp_path, [f"{original},1,top,a.jpg"], [f"{made},1,top,1"])
    assert len(rows) == 1
    assert f'found "{made}", expected "{original}" as in photos.csv:2  a spreadsheet made a date of it' in rows[0]
