"""Published tables are read under common names, and refused with every fault at once."""

import pytest

from pasi.audit.columns import is_learner, metric_of
from pasi.audit.reading import read_tables
from pasi.errors import InputError


def read(tmp_path, text: str):
    place = tmp_path / "table.csv"
    place.write_text(text, encoding="utf-8")
    return read_tables([place])[0]


def faults(tmp_path, text: str) -> list[tuple]:
    with pytest.raises(InputError) as raised:
        read(tmp_path, text)
    return [(one.line, one.column, one.found, one.expected, one.fix) for one in raised.value.problems]


@pytest.mark.parametrize(
    ("name", "metric"),
    [
        *(("MAE", "mae"), ("Mean absolute error", "mae"), ("mae [points]", "mae"), ("MSE", "mse"), ("RMSE", "rmse")),
        *(("r", "pcc"), ("R", "pcc"), ("PCC", "pcc"), ("Pearson", "pcc"), ("Pearson\u2019s r", "pcc")),
        *(("CCC", "ccc"), ("Lin's CCC", "ccc"), ("concordance correlation coefficient", "ccc")),
        *(("R2", None), ("R\u00b2", None), ("Spearman", None), ("ICC", None), ("n", None)),
    ],
)
def test_names_of_metrics(name, metric):
    assert metric_of(name) == metric


@pytest.mark.parametrize("name", ["learner", "Model", "METHOD", ""])
def test_names_of_the_learners(name):
    assert is_learner(name)


def test_any_columns_in_any_order_and_a_cell_without_a_number(tmp_path):
    table = read(tmp_path, "CCC,Model,note,MAE\n0.83,a,x,3.336\n,b,y,NA\n")
    assert [(row.learner, list(row.metrics)) for row in table.rows] == [("a", ["mae", "ccc"]), ("b", [])]
    assert table.rows[0].places == (f"{tmp_path}/table.csv:2",)
    assert table.ignored == ("note",)


def test_numbers_have_the_decimals_of_their_column_or_their_own(tmp_path):
    table = read(tmp_path, "model,r,MSE\na,0.9,27.191\nb,0.896,23\n")
    assert [row.metrics["pcc"].text for row in table.rows] == ["0.900", "0.896"]
    assert [row.metrics["pcc"].text for row in table.rows_by_cell] == ["0.9", "0.896"]
    assert table.shortened == 2
    by_cell = read_tables([tmp_path / "table.csv"], by_cell=True)[0]
    assert (by_cell.rows, by_cell.shortened) == (table.rows_by_cell, 0)


@pytest.mark.parametrize(
    ("text", "learner"), [(",MAE\na,3.1\n", "a"), ("MAE,\n3.1,\n", "line 2"), ("note,Model,MAE\nx,a,3\n", "a")]
)
def test_a_column_without_a_name_is_that_of_the_learners_where_it_is_the_first(tmp_path, text, learner):
    assert [row.learner for row in read(tmp_path, text).rows] == [learner]


def test_rows_without_names_are_named_by_their_line(tmp_path):
    assert [row.learner for row in read(tmp_path, "MAE,MSE\n3.1,16\n\n3.2,17\n").rows] == ["line 2", "line 4"]


def test_the_minus_and_the_raised_point_of_journals(tmp_path):
    (row,) = read(tmp_path, "model,CCC,MAE\na,\u22120\u00b712,99\n").rows
    assert (row.metrics["ccc"].text, row.metrics["mae"].text) == ("-0.12", "99")


def test_all_faults_at_once(tmp_path):
    text = 'Method,MAE,r,PCC\nA,3.2 (2.1-4.3),0.8,0.8\nA,"3,2",x,\n,1,1,1\n'
    alone = "write the number alone, without interval, mark or unit; leave a cell empty that has none"
    assert faults(tmp_path, text) == [
        (
            *(1, "", 'the columns "r", "PCC", which all mean r', "one column a metric"),
            "keep one, or give a table for each data set",
        ),
        (2, "MAE", '"3.2 (2.1-4.3)"', "a number", alone),
        (3, "r", '"x"', "a number", alone),
        (3, "MAE", '"3,2"', "a number", "write decimals with a point"),
        (
            *(3, "Method", '"A", which is also on line 2', "one row a learner"),
            "give each data set a table of its own, or rename one",
        ),
        (4, "Method", "no name", "the name of a learner", "name the row, or delete it"),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Method;MAE;r\nA;3,2;0,8\n", 'semicolons (";") between the cells'),
        ("x,y\n1,2\n", 'no metric among "x", "y"'),
        ("model,MAE\n", "no row below the header"),
        ("model,MAE,MAE\na,1,1\n", "the column 2 times"),
        ("model,MAE\na,1,2,3\n", "4 cells"),
        ("", "no header"),
    ],
)
def test_a_table_that_is_none(tmp_path, text, found):
    assert [fault[2] for fault in faults(tmp_path, text)] == [found]


def test_faults_of_all_files_are_told_together(tmp_path):
    (tmp_path / "a.csv").write_text("model,MAE\na,x\n")
    with pytest.raises(InputError) as raised:
        read_tables([tmp_path / "a.csv", tmp_path / "none.csv"])
    assert [(one.file, one.found) for one in raised.value.problems] == [
        (f"{tmp_path}/a.csv", '"x"'),
        (f"{tmp_path}/none.csv", "no such file or directory"),
    ]
