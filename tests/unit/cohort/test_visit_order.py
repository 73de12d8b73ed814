"""Order and baseline of visits: what gives them, what contradicts, and what is never guessed."""

import random
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cohort_tables import LEAF, problem_texts, read
from pasi.cohort.missing_codes import is_missing
from pasi.cohort.records import Cohort
from pasi.cohort.score_table import score_table
from pasi.cohort.visit_order import VisitNames

HEAD = "subject,visit,region,rust"


def table(columns: str, *rows: str) -> list[str]:
    """Rows such as "A V1 0" as a table of one region, with the named columns behind subject and visit; - is empty."""
    cells = [["" if cell == "-" else cell for cell in row.split()] for row in rows]
    return [f"{HEAD},{columns}".rstrip(","), *(",".join([*row[:2], "top", "1", *row[2:]]) for row in cells)]


def photos(scores: list[str]) -> list[str]:
    return [f"{','.join(row.split(',')[:2])},top,{number}.jpg" for number, row in enumerate(scores[1:])]


def cohort(folder, columns: str, *rows: str, order: tuple[str, ...] = (), baseline: str | None = None) -> Cohort:
    scores = table(columns, *rows)
    return read(folder, photos(scores), scores, visits=VisitNames(order, baseline))


def problems(folder, columns: str, *rows: str, order: tuple[str, ...] = (), baseline: str | None = None) -> list[str]:
    scores = table(columns, *rows)
    return problem_texts(folder, photos(scores), scores, visits=VisitNames(order, baseline))


class TestOrder:
    @pytest.mark.parametrize("names", ["T0 T3 end", "14-03-2021 09-04-2021 02-05-2021", "V1 V2 V3"])
    def test_names_give_no_order(self, tmp_path, names):
        """Neither course nor response, and a note; but rows keep a stable order for display."""
        found = cohort(tmp_path, "", *(f"A {name}" for name in names.split()))
        assert (found.orders, found.baselines) == ({}, {})
        assert found.notes == (
            "scores.csv: the order of visits is not known for 1 of 1 subject with several visits, which get no course "
            "and no response. Names of visits give no order. Add a column week (0 at the baseline), or give the order "
            "by a column date (YYYY-MM-DD) or cohort.visit_order, and the baseline by a column baseline or "
            "cohort.baseline",
        )
        columns = score_table(found, LEAF)
        assert np.isnan(columns["visit_order"]).all()
        assert columns["baseline"] == ["", "", ""]

    def test_weeks_give_an_order(self, tmp_path):
        found = cohort(tmp_path, "week", "A end 12", "A start 0", "A mid 6.5")
        assert found.orders == {"A": ("start", "mid", "end")}
        assert found.baselines == {"A": "start"}
        assert found.notes == ()

    def test_dates_give_an_order_across_years_and_months(self, tmp_path):
        found = cohort(tmp_path, "date", "A a 2024-01-02", "A b 2023-12-30", "A c 2024-01-01")
        assert found.orders == {"A": ("b", "c", "a")}
        assert found.baselines == {}

    def test_the_config_gives_an_order(self, tmp_path):
        found = cohort(tmp_path, "", "A end", "A start", "B mid", "B start", order=("start", "mid", "end"))
        assert found.orders == {"A": ("start", "end"), "B": ("start", "mid")}

    def test_one_visit_needs_no_order_and_no_note(self, tmp_path):
        found = cohort(tmp_path, "", "A only", "B only")
        assert found.orders == {"A": ("only",), "B": ("only",)}
        assert found.notes == ()

    def test_subjects_without_weeks_are_named(self, tmp_path):
        found = cohort(tmp_path, "week", "A x 0", "A y 1", "B x -", "B y -")
        assert found.orders == {"A": ("x", "y")}
        assert "not known for 1 of 2 subjects with several visits (B), which get no course" in found.notes[0]

    def test_a_list_orders_visits_of_one_week_and_visits_without_a_week(self, tmp_path):
        found = cohort(tmp_path, "week", "A x 0", "A y 0", "A extra -", order=("x", "extra", "y"))
        assert found.orders == {"A": ("x", "extra", "y")}
        assert problems(tmp_path, "week", "A x 0", "A y 0") == [
            "scores.csv:3  week  found y in week 0, expected another week than x on line 2  "
            "correct one of the two visits, or list the visits in cohort.visit_order"
        ]

    def test_dates_order_visits_of_one_week(self, tmp_path):
        found = cohort(tmp_path, "week,date", "A x 4 2022-05-03", "A y 4 2022-05-01", "A z 0 2022-04-04")
        assert found.orders == {"A": ("z", "y", "x")}

    def test_two_visits_on_one_day_have_no_order(self, tmp_path):
        assert problems(tmp_path, "date", "A x 2022-05-03", "A y 2022-05-03") == [
            "scores.csv:3  date  found y on 2022-05-03, expected another date than x on line 2  "
            "correct one of the two visits, or list the visits in cohort.visit_order"
        ]

    def test_dates_at_some_visits_only(self, tmp_path):
        assert problems(tmp_path, "date", "A x 2022-05-03", "A y -", "B x -", "B y -") == [
            "scores.csv:3  date  found an empty cell, expected a date, as A has on line 2  "
            "fill in the date of each visit of the subject, or list the visits in cohort.visit_order"
        ]

    @pytest.mark.parametrize("columns", ["date", "baseline", "date,baseline"])
    def test_rows_do_not_move_for_dates_baselines_or_the_config(self, tmp_path, columns):
        """Labels have the order of rows, and whatever moves them trains everything again."""
        cells = {"date": ["2020-01-09", "2020-01-01", "2020-01-05"], "baseline": ["no", "yes", "no"]}
        rows = [" ".join(row) for row in zip(*(cells[name] for name in columns.split(",")), strict=True)]
        named = [f"A {name} {row}" for name, row in zip(("V1", "V2", "V10"), rows, strict=True)]
        found = cohort(tmp_path, columns, *named, order=("V2", "V10", "V1"))
        assert [score.visit for score in found.scores] == ["V1", "V2", "V10"]
        assert found.orders == {"A": ("V2", "V10", "V1")}


class TestContradictions:
    def test_weeks_and_dates(self, tmp_path):
        rows = "A x 0 2022-05-03", "A y 4 2022-04-01", "B x 0 2022-05-03", "B y 4 2022-06-01"
        assert problems(tmp_path, "week,date", *rows) == [
            "scores.csv:3  week  found y in week 4 after x in week 0 on line 2, "
            "expected the order of the dates, 2022-04-01 before 2022-05-03  correct the weeks or the dates"
        ]

    def test_a_list_that_contradicts_is_one_cause(self, tmp_path):
        rows = [f"{subject} {visit} {week}" for subject in "ABC" for visit, week in (("x", 0), ("y", 4))]
        assert problems(tmp_path, "week", *rows, order=("y", "x")) == [
            "scores.csv:3  week  found y in week 4 after x in week 0 on line 2 (so in 3 subjects, lines 3, 5, 7), "
            "expected the order of cohort.visit_order, which has y before x  correct the weeks, or cohort.visit_order"
        ]

    def test_equal_times_do_not_contradict(self, tmp_path):
        assert problems(tmp_path, "week,date", "A x 0 2022-05-03", "A y 0 2022-05-04", "A z 1 2022-05-08") == []

    def test_a_visit_that_the_list_lacks(self, tmp_path):
        rows = "A start", "A W4", "A end", "B W4", "B start"
        assert problems(tmp_path, "", *rows, order=("start", "W-4")) == [
            'scores.csv:3  visit  found "W4" in 2 rows, expected a visit of cohort.visit_order  did you mean "W-4"? '
            "Write one name in both places",
            'scores.csv:4  visit  found "end" in 1 row, expected a visit of cohort.visit_order  '
            "add it there in its place",
        ]

    def test_visits_that_the_list_spells_otherwise_are_one_problem_with_the_baseline(self, tmp_path):
        rows = "A Wk1", "A Wk02", "A end", "B Wk1"
        assert problems(tmp_path, "", *rows, order=("wk1", "WK2", "end"), baseline="wk1") == [
            'scores.csv:2  visit  found "Wk1", "Wk02" in 3 rows, expected visits of cohort.visit_order, which has '
            '"wk1", "WK2"  write these names in one way in the table, in cohort.visit_order and in cohort.baseline'
        ]

    def test_a_planned_visit_that_the_table_lacks_is_no_problem(self, tmp_path):
        assert problems(tmp_path, "", "A start", "A end", order=("start", "mid", "end")) == []

    def test_a_visit_spelt_in_two_ways_is_told_once(self, tmp_path):
        found = problems(tmp_path, "week", "A start 0", "A Start 0", "A end 4")
        assert [text.split("  ")[1] for text in found] == ["visit"]


class TestCells:
    @pytest.mark.parametrize(
        ("cell", "fix"),
        [
            ("17.03.2021", "write dates as YYYY-MM-DD: 2021-03-17"),
            ("3/17/2021", "write dates as YYYY-MM-DD: 2021-03-17"),
            ("05-04-2021", "write dates as YYYY-MM-DD; in this form, day and month cannot be told apart"),
            ("2021-02-29", "correct it: the calendar has no such day"),
            ("2021-03-17T00:00:00", "write the day alone: 2021-03-17"),
            ("44272", "give the column the format YYYY-MM-DD in the spreadsheet, and save it again"),
            ("17MAR2021", "write dates as YYYY-MM-DD: 2021-03-17"),
            ("NA", "empty the cell: an empty cell stands for a value that is not known"),
        ],
    )
    def test_a_date_in_another_form(self, tmp_path, cell, fix):
        assert problems(tmp_path, "date", f"A x {cell}", "A y 2021-06-01") == [
            f'scores.csv:2  date  found "{cell}", expected a date as YYYY-MM-DD, or nothing  {fix}'
        ]

    def test_dates_of_one_form_are_one_problem(self, tmp_path):
        found = problems(
            tmp_path, "date", *(f"{subject} x {day}.03.2021" for subject, day in zip("ABC", (17, 18, 19), strict=True))
        )
        assert [text.split(", expected")[0] for text in found] == [
            'scores.csv:2  date  found "17.03.2021" and the like in 3 rows'
        ]

    @pytest.mark.parametrize(
        ("cell", "fix"),
        [
            ("Week_4", "write the number alone: 4"),
            ("w-2", "write the weeks since the baseline as a number: 0 at the baseline, below 0 before it"),
            ("12wk", "write the number alone: 12"),
            ("\N{MINUS SIGN}4", "write the minus as a hyphen: -4"),
            ("BL", "write the number alone: 0"),
            ("-99", "empty the cell: an empty cell stands for a value that is not known"),
            ("NA", "empty the cell: an empty cell stands for a value that is not known"),
            ("2021-03-17", "put dates into a column date, as YYYY-MM-DD"),
        ],
    )
    def test_a_week_that_is_no_number(self, tmp_path, cell, fix):
        """No message asks for weeks to be dropped or for visits to be renamed."""
        assert problems(tmp_path, "week", f"A x {cell}", "A y 6") == [
            f'scores.csv:2  week  found "{cell}", expected a number, or nothing  {fix}'
        ]

    def test_weeks_with_a_word_are_one_problem(self, tmp_path):
        found = problems(
            tmp_path, "week", *(f"{subject} x week{week}" for subject, week in zip("ABC", (0, 4, 16), strict=True))
        )
        assert [text.split(", expected")[0] for text in found] == [
            'scores.csv:2  week  found "week0" and the like in 3 rows'
        ]

    def test_cells_that_were_merged_in_a_spreadsheet_are_one_problem(self, tmp_path):
        rows = [f"A,{visit},{region},1,{week}" for visit, week in (("x", 0), ("y", 2)) for region in ("top", "base")]
        merged = [row.rpartition(",")[0] + "," if ",base," in row else row for row in rows]
        pictures = [f"A,{visit},{region},{visit}{region}.jpg" for visit in "xy" for region in ("top", "base")]
        assert problem_texts(tmp_path, pictures, [f"{HEAD},week", *merged]) == [
            'scores.csv:3  week  found an empty cell in 2 rows, expected "0" as on line 2 for A x  '
            "one visit has one week: repeat it in each row"
        ]


class TestBaseline:
    def test_a_visit_before_week_0_is_no_baseline(self, tmp_path):
        found = cohort(tmp_path, "week", "A pre -3", "A day0 0", "A later 5", "B pre -2", "B later 5", "C pre -2")
        assert found.baselines == {"A": "day0", "B": "pre", "C": "pre"}
        assert found.notes == (
            "scores.csv: 1 of 5 visits are before the baseline and have no improvement: A pre",
            "scores.csv: the baseline of 1 of 2 subjects with several visits is before week 0: B pre (week -2)",
        )

    def test_weeks_above_0_alone_have_no_baseline(self, tmp_path):
        found = cohort(tmp_path, "week", "A x 1", "A y 4", "B x 0", "B y 4")
        assert found.baselines == {"B": "x"}
        assert found.notes == (
            "scores.csv: there is no baseline for 1 of 2 subjects with several visits (A), which get no response. None "
            "of their visits is known to be the last one at week 0 or before: name the baseline by a column baseline "
            "(true or false) or by cohort.baseline",
        )

    def test_without_weeks_it_is_not_guessed(self, tmp_path):
        found = cohort(tmp_path, "date", "A x 2020-01-01", "A y 2020-02-01")
        assert found.baselines == {}
        assert found.notes[0].endswith(
            "which get no response. Without weeks, it is not guessed: name the baseline by a column baseline (true or "
            "false) or by cohort.baseline"
        )

    def test_a_visit_without_a_week_that_may_be_at_week_0_leaves_it_open(self, tmp_path):
        rows = "A x -1", "A y -", "A z 3"
        assert cohort(tmp_path, "week", *rows, order=("x", "y", "z")).baselines == {}
        assert cohort(tmp_path, "week", *rows, order=("y", "x", "z")).baselines == {"A": "x"}

    @pytest.mark.parametrize(
        ("yes", "no"), [("true", "false"), ("TRUE", "FALSE"), ("1", "0"), ("yes", "no"), ("Y", "-")]
    )
    def test_a_column_marks_it(self, tmp_path, yes, no):
        found = cohort(tmp_path, "week,baseline", f"A x 0 {no}", f"A y 2 {yes}", f"B x 0 {no}", f"B y 2 {no}")
        assert found.baselines == {"A": "y"}
        assert found.notes == (
            "scores.csv: there is no baseline for 1 of 2 subjects with several visits (B), which get no response. The "
            "column baseline marks none of their visits",
            "scores.csv: 1 of 4 visits are before the baseline and have no improvement: A x",
        )

    def test_an_empty_column_says_nothing(self, tmp_path):
        assert cohort(tmp_path, "week,baseline", "A x 0 -", "A y 2 -").baselines == {"A": "x"}

    def test_the_config_names_it(self, tmp_path):
        found = cohort(tmp_path, "week", "A x 0", "A y 2", "B x 0", "B z 2", baseline="y")
        assert found.baselines == {"A": "y"}
        assert found.notes[0].endswith("They have no visit y, which cohort.baseline names")

    def test_weeks_come_from_dates_and_a_baseline(self, tmp_path):
        rows = "A x 2020-02-25", "A y 2020-03-03", "A z 2020-03-14"  # 2020 has a 29 February
        found = cohort(tmp_path, "date", *rows, baseline="y")
        np.testing.assert_allclose([score.week for score in found.scores], [-1, 0, 11 / 7])
        assert [score.week for score in cohort(tmp_path, "date", *rows).scores] == [None, None, None]

    @pytest.mark.parametrize(
        ("rows", "named", "problem"),
        [
            (
                ("A x 0 true", "A y 2 true"),
                None,
                "scores.csv:3  baseline  found y as a baseline of A, expected one baseline of A (x on line 2)  "
                "write true for one visit and false for others",
            ),
            (
                ("A x 0 false", "A y 2 no"),
                None,
                "scores.csv  baseline  found no row with true, expected true in the rows of each baseline  "
                "mark the baseline of each subject, or drop the column",
            ),
            (
                ("A x 0 true", "A y 2 -", "B x 0 true", "B y 2 -"),
                "y",
                "scores.csv:2  baseline  found x as the baseline of 2 subjects, expected y, which cohort.baseline names"
                "  correct the column, or set cohort.baseline: null",
            ),
            (
                ("A x 0 22.4", "A y 2 7.1"),
                None,
                'scores.csv:2  baseline  found "22.4" and the like in 2 rows, expected true or false  '
                "write true in the rows of the baseline visit and false in all others, or rename the column",
            ),
            (
                ("A x 0 -", "A y 2 -"),
                "X1",
                'scores.csv  visit  found no visit "X1", expected the visit that cohort.baseline names, one of x, y  '
                'did you mean "x"?',
            ),
        ],
    )
    def test_contradictions(self, tmp_path, rows, named, problem):
        assert problems(tmp_path, "week,baseline", *rows, baseline=named) == [problem]

    def test_rows_of_one_visit_agree(self, tmp_path):
        rows = [f"{HEAD},week,baseline", "A,x,top,1,0,true", "A,x,base,1,0,false", "A,y,top,1,2,false"]
        assert problem_texts(tmp_path, ["A,x,top,a.jpg", "A,x,base,b.jpg", "A,y,top,c.jpg"], rows) == [
            'scores.csv:3  baseline  found "false", expected "true" as on line 2 for A x  '
            "mark all rows of the baseline visit alike"
        ]


@st.composite
def trials(draw) -> tuple[list[list[str]], tuple[str, ...]]:
    """Sound visits of some subjects as cells: subject, visit, week, date; and the names of visits in time.

    The names sort in any other way than the visits do.
    """
    name = st.from_regex(r"[A-Z][A-Za-z0-9]{0,4}", fullmatch=True).filter(lambda name: not is_missing(name))
    names = draw(st.lists(name, min_size=2, max_size=5))
    names = list({name.casefold(): name for name in names}.values())
    if len(names) < 2:
        names = ["end", "begin"]
    gaps = draw(st.lists(st.integers(1, 60), min_size=len(names), max_size=len(names)))
    start = draw(st.integers(0, len(names) - 1))
    days = np.cumsum(gaps) - np.cumsum(gaps)[start]
    rows = []
    for subject in draw(st.lists(st.sampled_from("ABCDEF"), min_size=1, max_size=4, unique=True)):
        first = date(2019, 1, 1) + timedelta(days=draw(st.integers(0, 900)))
        for name, day in zip(names, days.tolist(), strict=True):
            rows.append([subject, name, f"{day / 7:.6f}", str(first + timedelta(days=day))])
    return rows, tuple(names)


@settings(deadline=None)
@given(
    trials(),
    st.sampled_from(["week", "date", "list", "week date", "week list", "date list", "week date list"]),
    st.randoms(),
)
def test_sound_tables_give_their_order_whatever_says_it(tmp_path_factory, trial, clocks, rng):
    """No false alarm, and the order of the trial, whichever of weeks, dates and the config give it."""
    rows, names = trial
    columns = [number for number, name in ((2, "week"), (3, "date")) if name in clocks.split()]
    texts = [" ".join([*row[:2], *(row[number] for number in columns)]) for row in rows]
    random.Random(rng.random()).shuffle(texts)
    heads = ",".join({2: "week", 3: "date"}[number] for number in columns)
    order = names if "list" in clocks else ()
    found = cohort(tmp_path_factory.mktemp("trial"), heads, *texts, order=order)
    assert set(found.orders.values()) == {names}
    start = next(row[1] for row in rows if float(row[2]) == 0)
    assert set(found.baselines.values()) == ({start} if "week" in clocks else set())


@settings(deadline=None)
@given(trials(), st.data())
def test_a_planted_contradiction_is_found_at_its_line(tmp_path_factory, trial, data):
    """The dates of two neighbours are exchanged: their subject is reported, and no other one."""
    rows, names = trial
    subjects = list(dict.fromkeys(row[0] for row in rows))
    subject, place = data.draw(st.sampled_from(subjects)), data.draw(st.integers(0, len(names) - 2))
    at = next(number for number, row in enumerate(rows) if row[0] == subject) + place
    rows[at][3], rows[at + 1][3] = rows[at + 1][3], rows[at][3]
    found = problems(tmp_path_factory.mktemp("trial"), "week,date", *map(" ".join, rows))
    assert f"scores.csv:{at + 3}  week  found {rows[at + 1][1]} in week" in "\n".join(found)
    assert all("correct the weeks or the dates" in text for text in found)
    lines = {int(text.split("  ")[0].removeprefix("scores.csv:")) - 2 for text in found}
    assert {rows[line][0] for line in lines} == {subject}


class TestMissingTimes:
    @pytest.mark.parametrize("code", ["-99", "-88", "-888.0", "777", "888", "9999", "NA", "unk", "N.A.", ".A", "-"])
    def test_codes_of_missing_weeks_are_no_weeks(self, tmp_path, code):
        """A week of -88 would be a visit before the baseline, one of 888 a visit after 17 years."""
        rows = [f"{HEAD},week", "A,V1,top,1,0", f"A,V2,top,1,{code}", "A,V3,top,1,8"]
        assert problem_texts(tmp_path, photos(rows), rows) == [
            f'scores.csv:3  week  found "{code}", expected a number, or nothing  '
            "empty the cell: an empty cell stands for a value that is not known"
        ]

    @pytest.mark.parametrize("week", ["-9", "-8", "-7", "-1", "77", "88", "96", "97", "98", "99"])
    def test_weeks_that_trials_have_are_weeks(self, tmp_path, week):
        assert problems(tmp_path, "week", "A V1 0", f"A V2 {week}") == []

    @pytest.mark.parametrize("code", ["NA", "n/a", ".", "unk"])
    def test_a_missing_mark_is_told_so(self, tmp_path, code):
        assert problems(tmp_path, "week,baseline", "A V1 0 true", f"A V2 8 {code}") == [
            f'scores.csv:3  baseline  found "{code}", expected true or false  '
            "empty the cell, or write false: the baseline alone is marked, with true"
        ]


class TestOneCause:
    def test_two_visits_in_one_week_of_several_subjects(self, tmp_path):
        rows = ["A scr 0", "A base 0", "A end 8", "B scr 0", "B base 0", "C scr 0"]
        assert problems(tmp_path, "week", *rows) == [
            "scores.csv:3  week  found base in week 0, and so for 2 visits (lines 3, 6), expected another week than "
            "scr on line 2  correct one of the two visits, or list the visits in cohort.visit_order"
        ]

    def test_one_date_for_all_visits(self, tmp_path):
        rows = [f"{subject} {visit} 1970-01-01" for subject in "AB" for visit in ("V1", "V2", "V3")]
        assert problems(tmp_path, "date", *rows) == [
            "scores.csv:3  date  found V2 on 1970-01-01, and so for 4 visits (lines 3, 4, 6, 7), expected another date "
            "than V1 on line 2  empty the cells: 1970-01-01 stands for a date that is not known"
        ]

    @pytest.mark.parametrize("day", ["1900-01-01", "9999-12-31", "0021-03-02", "2564-03-02"])
    def test_a_date_decades_off_is_no_date_of_a_visit(self, tmp_path, day):
        """One such date would put its visit before the baseline, or behind all others."""
        rows = ["A V1 2021-02-03", f"A V2 {day}", "A V3 2021-05-03", "B V1 2021-02-03", f"B V2 {day}"]
        (text,) = problems(tmp_path, "date", *rows)
        assert text.startswith(f"scores.csv:3  date  found V2 on {day}, and so for 2 visits (lines 3, 6), expected ")
        assert f"where {day} stands for a date that is not known, empty it" in text

    def test_visits_some_years_apart_are_sound(self, tmp_path):
        assert problems(tmp_path, "date", "A V1 2004-02-03", "A V2 2013-02-03", "A V3 2021-05-03") == []

    @pytest.mark.parametrize(("months", "days"), [("0 1 2", "05-02 06-03 07-02"), ("-1 0 6", "01-20 02-20 08-20")])
    def test_weeks_that_are_months_are_told_by_the_dates(self, tmp_path, months, days):
        pairs = enumerate(zip(months.split(), days.split(), strict=True))
        (text,) = problems(tmp_path, "week,date", *(f"A V{place} {month} 2022-{day}" for place, (month, day) in pairs))
        assert text.endswith(
            "expected weeks since the baseline  if the column counts months, write weeks: a month has 52 / 12 of them; "
            "else correct the weeks or the dates"
        )

    def test_dates_in_another_order_are_told_and_no_months(self, tmp_path):
        rows = ["A V1 0 2022-05-02", "A V2 2 2022-08-30", "A V3 3 2022-07-25"]
        (text,) = problems(tmp_path, "week,date", *rows)
        assert text.endswith("correct the weeks or the dates")
        assert "expected the order of the dates" in text

    def test_weeks_that_are_months_are_told_by_the_names(self, tmp_path):
        assert len(problems(tmp_path, "week", "A Month0 0", "A Month2 2", "A Month5 5")) == 1
        assert problems(tmp_path, "week", "A Month0 0", "A Month2 9", "A Month5 22") == []
        assert problems(tmp_path, "week", "A M0 0", "A M2 2", "A M5 5") == []

    def test_names_of_visits_in_the_column_week_are_one_problem(self, tmp_path):
        rows = [f"{HEAD},week", *(f"A,V{place},top,1,{name}" for place, name in enumerate(["Scr.", "BL", "Week 9"]))]
        (text,) = problem_texts(tmp_path, photos(rows), rows)
        assert text.startswith('scores.csv:2  week  found "Scr." and the like in 3 rows, expected a number, or nothing')

    def test_marks_in_another_language_are_one_problem(self, tmp_path):
        (text,) = problems(tmp_path, "week,baseline", "A V1 0 VRAI", "A V2 9 FAUX")
        assert text.startswith('scores.csv:2  baseline  found "VRAI" and the like in 2 rows')

    @pytest.mark.parametrize(
        ("day", "fix"),
        [
            ("20210609", "write dates as YYYY-MM-DD: 2021-06-09"),
            ("2021\u201106\u201109", "type its digits and hyphens again: 2021-06-09"),
            ("44356.75", "give the column the format YYYY-MM-DD in the spreadsheet, and save it again"),
        ],
    )
    def test_dates_in_other_forms_have_their_fix(self, tmp_path, day, fix):
        rows = [f"{HEAD},date", f"A,V1,top,1,{day}"]
        (text,) = problem_texts(tmp_path, photos(rows), rows)
        assert text.endswith(fix)

    def test_days_from_1970_on_may_be_dates(self, tmp_path):
        """Dates of a public trial are shifted, so that it may begin on day 0."""
        assert problems(tmp_path, "date", "A V1 1970-01-01", "A V2 1970-02-26", "B V1 1970-01-01") == []

    def test_a_visit_without_a_week_in_several_subjects(self, tmp_path):
        rows = ["A V1 0", "A V2 -", "B V1 0", "B V2 -", "C V1 0", "C V2 4"]
        assert problems(tmp_path, "week", *rows) == [
            "scores.csv:3  week  found an empty cell, and so for 2 visits (lines 3, 5), expected a week, as A has on "
            "line 2  fill in the week of each visit of the subject, or list the visits in cohort.visit_order"
        ]

    def test_two_baselines_of_several_subjects(self, tmp_path):
        rows = [f"{subject} {visit} {week} yes" for subject in "AB" for visit, week in (("V1", 0), ("V2", 4))]
        assert problems(tmp_path, "week,baseline", *rows) == [
            "scores.csv:3  baseline  found V2 as a baseline of A, and so for 2 visits (lines 3, 5), expected one "
            "baseline of A (V1 on line 2)  write true for one visit and false for others"
        ]

    @pytest.mark.parametrize("days", ["03-Feb-2021 17-Mar-2021", "03FEB2021 17MAR2021"])
    def test_dates_with_names_of_months(self, tmp_path, days):
        rows = [HEAD + ",date", *(f"A,V{number},top,1,{day}" for number, day in enumerate(days.split(), 1))]
        (row,) = problem_texts(tmp_path, photos(rows), rows)
        assert row == (
            f'scores.csv:2  date  found "{days.split()[0]}" and the like in 2 rows, expected a date as YYYY-MM-DD, or '
            "nothing  write dates as YYYY-MM-DD: 2021-02-03"
        )


DAYS = "if the column counts days, divide it by 7; else correct the weeks or the dates"


def timed(folder, *rows: str, column: str = "date"):
    """The problems of visits of the subject S (or that before a slash), each "name week date"."""
    scores, photos = [], []
    for number, row in enumerate(rows):
        name, week, *date = row.split()
        subject, visit = name.split("/") if "/" in name else ("S", name)
        scores.append(",".join([subject, visit, "top", "1", week, *date]))
        photos.append(f"{subject},{visit},top,{number}.jpg")
    head = ["subject,visit,region,rust,week" + (f",{column}" if len(rows[0].split()) > 2 else "")]
    return problem_texts(folder, photos, [*head, *scores])


def test_weeks_that_are_days_are_told_once(tmp_path):
    rows = [
        f"{subject}/{row}" for subject in "AB" for row in ("V1 0 2024-03-04", "V2 21 2024-03-25", "V3 70 2024-05-13")
    ]
    (row,) = timed(tmp_path, *rows)
    found = "found V2 in week 21, 21 days after V1 in week 0, and so for 4 visits, expected weeks since the baseline"
    assert row == f"scores.csv:3  week  {found}  {DAYS}"


def test_weeks_with_dates_near_them_are_weeks(tmp_path):
    assert timed(tmp_path, "V1 0 2024-03-04", "V2 1 2024-03-05", "V3 4 2024-04-06", "V4 8 2024-05-01") == []


def test_weeks_that_are_seven_times_those_in_the_names_of_visits_are_days(tmp_path):
    (row,) = timed(tmp_path, "W0 0", "W3 21", "Week-10 70")
    found = "found W3 in week 21, and so for 2 visits, expected the week in the name of the visit"
    assert row == f"scores.csv:3  week  {found}  {DAYS}"
    assert timed(tmp_path, "W0 0", "W3 21", "W10 10") == []


def test_weeks_that_are_days_of_a_spreadsheet_are_told_once(tmp_path):
    (row,) = timed(tmp_path, "V1 45355", "V2 45376")
    assert row == (
        'scores.csv:2  week  found "45355" and the like in 2 rows, expected a number, or nothing  '
        "put dates into a column date, as YYYY-MM-DD: 45355 is the day 2024-03-04 of a spreadsheet"
    )


def test_one_visit_with_a_wrong_date_in_several_subjects_is_one_problem(tmp_path):
    rows = [f"{name}/{row}" for name in "AB" for row in ("V1 0 2024-03-04", "V2 3 2024-07-25", "V3 10 2024-05-13")]
    (row,) = timed(tmp_path, *rows)
    assert row.startswith(
        "scores.csv:4  week  found V3 in week 10 after V2 in week 3 on line 3 (so in 2 subjects, lines 4, 7)"
    )


def test_weeks_in_words_are_one_problem(tmp_path):
    (row,) = timed(tmp_path, "V1 Baseline", "V2 Week_4", "V3 12wk")
    found = 'found "Baseline" and the like in 3 rows, expected a number, or nothing'
    assert row == f"scores.csv:2  week  {found}  write the number alone: 0"


PARTIAL = "write the day too, or empty the cell: without it, the date is not known"


@pytest.mark.parametrize(
    ("cells", "fix"),
    [
        ("2024-03-UN 2024-05 2024", PARTIAL),
        ("2024-UNK-UNK 2024-03-XX 2024-03-UN", PARTIAL),
        ("##### ##### #####", "a column of the spreadsheet was too narrow: make it wider, and save the table again"),
        ("23439 23460 23509", "as a number of days in SAS, 23439 is 2024-03-04 (format it by YYMMDD10.)"),
    ],
)
def test_dates_without_a_day_are_one_problem(tmp_path, cells, fix):
    one, two, three = cells.split()
    (row,) = timed(tmp_path, f"V1 0 {one}", f"V2 3 {two}", f"V3 10 {three}")
    assert row.startswith(f'scores.csv:2  date  found "{one}"')
    assert row.endswith(fix)
