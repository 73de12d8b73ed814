"""What a text quotes of a table: which row it may be of, and whether one has all of it."""

import pytest

from pasi.audit.claims import parse_best, parse_figures, quoted_contradictions
from pasi.audit.printed import printed
from pasi.audit.ranks import best_rows, in_order, is_ahead, rank_range
from pasi.audit.rows import ReportedRow
from pasi.errors import UsageError


def row(learner: str, **figures: str) -> ReportedRow:
    return ReportedRow(learner, (), {name: printed(text) for name, text in figures.items()})


ROWS = [row("a", mae="3.34", ccc="0.83"), row("b", mae="3.48", ccc="0.86"), row("c", mae="3.52")]


@pytest.mark.parametrize(
    "figures",
    [
        "MAE 3.3, CCC 0.83",
        "MAE 3.5, CCC 0.86",
        "mae=3.34",
        "MAE: 3.52, CCC: 0.91",  # c has no CCC that could be another
        "MAE 3.345, CCC 0.8",  # both ends of a range are in it
        "r 0.99, MAE 3.3",  # no row has an r
    ],
)
def test_figures_of_one_row(figures):
    assert list(quoted_contradictions(parse_figures(figures), ROWS)) == []


@pytest.mark.parametrize(
    ("figures", "text"),
    [
        ("MAE 3.346", "No row has MAE 3.346: MAE 3.346 is that of no row"),
        (
            "MAE 3.34, CCC 0.86",
            "No row has MAE 3.34 and CCC 0.86 together: MAE 3.34 is that of a, whose CCC is 0.83; CCC 0.86 is that of "
            "b",
        ),
        (
            "MAE 3.3, CCC 0.9, r 0.5",
            "No row has MAE 3.3, CCC 0.9 and r 0.5 together: MAE 3.3 is that of a, whose CCC is 0.83; CCC 0.9 is that "
            "of b; r 0.5 is that of no row",
        ),
    ],
)
def test_figures_of_no_row(figures, text):
    assert [one.text for one in quoted_contradictions(parse_figures(figures), ROWS)] == [text]


@pytest.mark.parametrize("text", ["", "MAE", "3.3", "MAE 3.3;CCC 0.8", "MAE 3,3", "kappa 0.3"])
def test_figures_that_are_not_understood(text):
    with pytest.raises(UsageError, match="is no figure such as"):
        parse_figures(text)


def test_a_learner_may_have_a_colon_in_its_name():
    assert parse_best("net: v2: MAE", [row("net: v2", mae="3")]).learner == "net: v2"


def test_equal_printed_values_leave_ranks_open_and_neighbours_do_not():
    rows = [row(name, mae=text) for name, text in (("a", "3.78"), ("b", "3.79"), ("c", "3.79"), ("d", "3.80"))]
    assert [tuple(rank_range(one, rows, "mae")) for one in rows] == [(1, 1), (2, 3), (2, 3), (4, 4)]
    assert [one.learner for one in best_rows(rows[1:])["mae"]] == ["b", "c"]
    assert not is_ahead(rows[0], row("x", ccc="0.9"), "mae")


def test_more_digits_in_one_table_decide_between_rows():
    fine, coarse = row("fine", mae="3.781"), row("coarse", mae="3.79")
    assert is_ahead(fine, coarse, "mae")
    assert not is_ahead(row("fine", mae="3.786"), coarse, "mae")


def test_without_a_mae_rows_are_ordered_by_the_next_metric_and_gaps_come_last():
    rows = [row("a", pcc="0.9"), row("b", ccc="0.80", pcc="0.8"), row("c", ccc="0.85")]
    assert [one.learner for one in in_order(rows)] == ["c", "b", "a"]
