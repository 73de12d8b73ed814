"""Each contradiction, on both sides of its condition: the printed digits decide, and nothing beyond them."""

from dataclasses import replace

import pytest

from pasi.audit.findings import Claims, audit_tables
from pasi.audit.printed import printed
from pasi.audit.reading import ReportedTable
from pasi.audit.rows import JudgedVisits, ReportedRow

VISITS = JudgedVisits(34, ccc_divisor=0)
RESNET = {"mae": "3.336", "mse": "27.191", "pcc": "0.900", "ccc": "0.830"}


def row(learner: str = "net", **figures: str) -> ReportedRow:
    return ReportedRow(learner, (), {name: printed(text) for name, text in figures.items()})


def audit(*rows: ReportedRow, visits: JudgedVisits = VISITS, claims: Claims | None = None):
    return audit_tables([ReportedTable("a.csv", rows, rows)], visits, claims or Claims())


def kinds(*rows: ReportedRow, visits: JudgedVisits = VISITS) -> list[str]:
    return [one.kind for one in audit(*rows, visits=visits).contradictions]


@pytest.mark.parametrize(
    ("feasible", "infeasible", "kind"),
    [
        # RMSE of 27.195 is 5.21488, and 5.215 stands for 5.2145 and more.
        ({"mae": "5.215", "mse": "27.19"}, {"mae": "5.216", "mse": "27.19"}, "mae_above_rmse"),
        ({"mae": "5.2", "rmse": "5.1"}, {"mae": "5.3", "rmse": "5.1"}, "mae_above_rmse"),
        # 34 x 1.05^2 = 37.485
        ({"mae": "1.0", "mse": "37.5"}, {"mae": "1.0", "mse": "37.6"}, "mse_above_n_mae"),
        ({"ccc": "0.84", "pcc": "0.83"}, {"ccc": "0.85", "pcc": "0.83"}, "ccc_above_r"),
        ({"ccc": "-0.84", "pcc": "-0.83"}, {"ccc": "-0.85", "pcc": "-0.83"}, "ccc_above_r"),
        ({"ccc": "0.00", "pcc": "-0.30"}, {"ccc": "0.01", "pcc": "-0.30"}, "signs_differ"),
        ({"mse": "27.2", "rmse": "5.2"}, {"mse": "27.2", "rmse": "5.3"}, "rmse_is_not_root"),
        ({"pcc": "1.00"}, {"pcc": "1.01"}, "impossible_value"),
        ({"mae": "-0.0"}, {"mae": "-0.1"}, "impossible_value"),
    ],
)
def test_a_row_that_contradicts_itself(feasible, infeasible, kind):
    assert kinds(row(**feasible)) == []
    assert kinds(row(**infeasible)) == [kind]


def test_percentages_are_named_as_such_and_nothing_else_is_said_of_the_row():
    (found,) = audit(row(mae="3.3", ccc="83")).contradictions
    assert found.text == "net: CCC 83 cannot be: CCC is from -1 to 1; if it is a percentage, write it as a share"


def test_a_covariance_over_n_minus_1_is_named_where_it_explains_a_ccc_above_r():
    near, far = audit(row(ccc="0.850", pcc="0.830")), audit(row(ccc="0.890", pcc="0.830"))
    assert "A covariance over n - 1 beside variances over n does this" in near.contradictions[0].text
    assert far.contradictions[0].text.endswith("the CCC is r times a factor up to 1")


def test_rows_of_different_visits():
    """MSE 250 in place of 25: by itself the row is fine, but its observed scores have a larger spread."""
    same = {"mae": "3.0", "pcc": "0.90", "ccc": "0.85"}
    assert kinds(row("a", mse="25.0", **same), row("b", mse="26.0", **same)) == []
    found = audit(row("a", mse="25.0", **same), row("b", mse="250.0", **same))
    assert [one.kind for one in found.contradictions] == ["different_visits"]
    assert found.contradictions[0].learners == ("b", "a")
    assert found.observed.empty


def test_a_bias_that_the_other_rows_force_and_the_mae_does_not_allow():
    """mnasnet1_0 of the paper has a bias of 3.4 at least, because the other row fixes the spread."""
    pinned = row("pin", mse="27.191", pcc="0.8600", ccc="0.8600")  # s_y = 10.0 or so, no bias
    narrow = {"mse": "98.28", "pcc": "0.83", "ccc": "0.22"}
    assert kinds(pinned, row(mae="7.24", **narrow)) == []
    assert kinds(pinned, row(mae="3.00", **narrow)) == ["no_bias_fits"]


def test_a_spread_that_the_scale_does_not_have():
    assert kinds(row(**RESNET), visits=replace(VISITS, maximum=14.1)) == []  # s_y from 6.98
    assert kinds(row(**RESNET), visits=replace(VISITS, maximum=13.9)) == ["beyond_the_scale"]


def test_two_tables_that_differ():
    tables = [ReportedTable(name, (row(mae=text),), (row(mae=text),)) for name, text in (("a", "3.34"), ("b", "3.336"))]
    assert audit_tables(tables, VISITS, Claims()).contradictions == []
    tables[1] = ReportedTable("b", (row(mae="3.346"),), (row(mae="3.346"),))
    (found,) = audit_tables(tables, VISITS, Claims()).contradictions
    assert (found.kind, found.text) == ("tables_differ", "net: the tables print different values of MAE")


def test_both_divisors_of_the_ccc_are_allowed_for_unless_one_is_named():
    """Over n - 1 a shift weighs less, so the CCC of a shifted row is higher, and no MSE and r fit it over n."""
    visits = JudgedVisits(3)
    shifted = row(mae="2.0000", mse="4.0000", pcc="1.0000", ccc="0.3333")  # 1, 2, 3 against 3, 4, 5: ddof 1
    assert kinds(shifted, visits=visits) == []
    assert audit(shifted, visits=visits).observed.low < (2 / 3) ** 0.5 < audit(shifted, visits=visits).observed.high


def test_a_row_that_contradicts_itself_has_no_say_in_what_follows():
    found = audit(row("good", **RESNET), row("bad", mae="9.0", mse="4.0", pcc="0.9", ccc="0.8"))
    assert [one.row.learner for one in found.implied] == ["good"]
    assert found.set_aside == ["bad"]
    assert found.observed == audit(row("good", **RESNET)).observed


def test_what_depends_on_zeros_that_were_lost_is_marked():
    table = ReportedTable("a.csv", (row(ccc="0.850", pcc="0.830"),), (row(ccc="0.85", pcc="0.83"),))
    short = ReportedTable("a.csv", (row(ccc="0.850", pcc="0.800"),), (row(ccc="0.850", pcc="0.8"),))
    certain, uncertain = (audit_tables([one], VISITS, Claims()) for one in (table, short))
    assert len(certain.contradictions) == len(uncertain.contradictions) == 1
    assert not certain.of_decimals
    assert uncertain.of_decimals == set(uncertain.contradictions)
