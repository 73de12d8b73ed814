"""The findings A1 to A6, A9 to A11 come out of the paper's two tables, and docs/audit.md shows what is printed."""

import json
import shlex

import pytest

from checkout import CHECKOUT, SHARED
from pasi.commands.main import main

TABLES = ["table_1.csv", "table_s1.csv"]
VISITS = ["--n", "34", "--subjects", "6"]
LIN = ["--ccc-ddof", "0"]


@pytest.fixture(autouse=True)
def folder(monkeypatch):
    """Makes the folder of the tables the current one."""
    if not (SHARED / "paper" / "table_s1.csv").is_file():
        pytest.skip("needs ../shared/paper (the paper's tables)")
    monkeypatch.chdir(SHARED / "paper")


def printed(capsys, *options: str, code: int = 0) -> str:
    assert main(["audit", *options]) == code
    return " ".join(capsys.readouterr().out.split())


def record(capsys, *options: str) -> dict:
    main(["audit", *options, "--json"])
    return json.loads(capsys.readouterr().out)


def row_of(found: dict, learner: str) -> dict:
    return next(row for row in found["rows"] if row["learner"] == learner)


def test_a1_the_abstract_pairs_two_models(capsys):
    quoted = ["--quoted", "MAE 3.3, CCC 0.86, r 0.90"]
    text = printed(capsys, *TABLES, *VISITS, *quoted, code=3)
    assert "MAE 3.3 is that of resnet34, whose CCC is 0.830; CCC 0.86 is that of shufflenet_v2_x0_5;" in text
    printed(capsys, *TABLES, *VISITS, "--quoted", "MAE 3.3, CCC 0.83, r 0.90")


def test_a2_the_best_by_mse_is_another_model(capsys):
    text = printed(capsys, *TABLES, *VISITS, "--best", "resnet34: MAE, MSE, PCC", code=3)
    assert "1. resnet34 is not the best by MSE: shufflenet_v2_x0_5 has 23.616, resnet34 27.191." in text
    assert "WHAT CONTRADICTS ITSELF: 1 contradiction" in text


def test_a3_the_meta_learners_among_all(capsys):
    (group,) = record(capsys, *TABLES, *VISITS, "--group", "meta_*")["groups"].values()
    assert group["ranks"] == {
        "meta_learner_ridge": [8, 8],
        "meta_learner": [9, 11],
        "meta_learner_w_intercept": [12, 13],
        "meta_learner_ridge_w_intercept": [12, 13],
    }
    assert (group["others"], group["others_worse"]) == (29, 20)
    assert group["median_of_others"] == pytest.approx(4.05)
    assert 3.78 < group["median"] < 3.80


def test_a4_the_winner_was_chosen_on_the_visits_that_judge_it(capsys):
    text = printed(capsys, *TABLES, *VISITS)
    assert "If resnet34 was picked because its MAE is the lowest of 33 on these visits" in text


def test_a5_all_rows_of_table_1_are_in_one_interval(capsys):
    text = printed(capsys, "table_1.csv", *VISITS)
    assert (
        "resnet34: 2.0 to 4.7 is the naive 95% interval, from a standard deviation of absolute errors of 4.01" in text
    )
    assert "holds the MAE of all of the other 9 rows" in text


def test_a6_spreads_bias_and_limits_of_agreement(capsys):
    text = printed(capsys, "table_1.csv", *VISITS, *LIN)
    assert "Their standard deviation is 8.0 to 10.5" in text
    assert "(by resnet34 alone 7.0 to 10.5)" in text
    assert "by MSE, r and CCC alone 3.5, but no bias exceeds the MAE" in text
    assert "the bias plus and minus 7.9 to 10.2 (by MSE, r and CCC alone from 7.5)" in text
    assert "CCC / r of resnet34 is 0.92." in text


def test_a11_two_networks_are_biased_and_spread_too_narrowly(capsys):
    found = record(capsys, *TABLES, *VISITS)
    for learner, bias, slope in (("mnasnet1_0", 3.3, 2.7), ("squeezenet1_0", 4.6, 1.2)):
        row = row_of(found, learner)
        assert row["absolute_bias"][0] > bias
        assert row["calibration_slope"][0] > slope
        assert row["predicted_sd"][1] < found["observed_sd"][0]


def test_both_tables_are_free_of_contradictions_of_their_own(capsys):
    for options in ([], LIN, ["--decimals", "cell"], ["--maximum", "64.8"]):
        assert record(capsys, *TABLES, *VISITS, *options)["contradictions"] == []


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("resnet34,3.336,", "resnet34,5.336,", "mae_above_rmse"),
        ("27.191,0.83", "27.191,0.93", "ccc_above_r"),
        ("23.616", "236.16", "different_visits"),
        ("resnet34,3.336", "resnet34,3.326", "tables_differ"),
        ("densenet121,3.507", "densenet121,0.507", "mse_above_n_mae"),
    ],
)
def test_an_edited_row_is_caught(tmp_path, capsys, old, new, kind):
    text = (SHARED / "paper" / "table_1.csv").read_text()
    assert text.count(old) == 1
    (tmp_path / "edited.csv").write_text(text.replace(old, new))
    tables = [str(tmp_path / "edited.csv"), *(TABLES[1:] if kind == "tables_differ" else [])]
    assert kind in [one["kind"] for one in record(capsys, *tables, *VISITS)["contradictions"]]


def test_the_docs_show_what_is_printed(capsys):
    page = (CHECKOUT / "docs" / "audit.md").read_text(encoding="utf-8")
    block = page.split("    $ pasi ")[1].split("\n\nWhat is found there")[0]
    command, separator, shown = block.partition('"meta_*"\n')
    main(shlex.split((command + separator).replace("\\\n", " ")))
    lines = [line.removeprefix("    ") for line in shown.splitlines()]
    assert capsys.readouterr().out.splitlines() == lines
