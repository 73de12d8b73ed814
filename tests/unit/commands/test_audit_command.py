"""What `pasi audit` prints, its JSON, its exit codes, and what it refuses."""

import json

import pytest

from pasi.commands.main import main

SOUND = "learner,MAE,MSE,r,CCC\nresnet34,3.336,27.191,0.900,0.830\nvgg11,4.49,40.30,0.85,0.74\nodd,3.9,30.0,0.80,0.79\n"
TWO = ["--n", "34", "--subjects", "6"]


@pytest.fixture
def table(tmp_path):
    place = tmp_path / "table.csv"

    def write(text: str = SOUND) -> str:
        place.write_text(text)
        return str(place)

    return write


def test_a_table_without_a_contradiction_ends_with_0(table, capsys):
    assert main(["audit", table(), *TWO, "--ccc-ddof", "0"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "3 learners on 34 visits of 6 subjects." in text
    assert "WHAT CONTRADICTS ITSELF: 0 contradictions Nothing was found" in text
    assert "Interval of the MAE. resnet34: 2.0 to 4.7 is the naive 95% interval" in text
    assert "would be 0.0 to 7.9" in text
    assert text.index("resnet34 1 3.336") < text.index("odd 2 3.90") < text.index("vgg11 3 4.490")


def test_a_contradiction_ends_with_3_and_its_row_is_named_with_its_line(table, capsys):
    assert main(["audit", table(SOUND.replace("0.80,0.79", "0.80,0.89")), *TWO]) == 3
    text = " ".join(capsys.readouterr().out.split())
    assert f"1. odd ({table()}:4): CCC 0.890 is beyond r 0.800: the CCC is r times a factor up to 1." in text
    assert "This holds only if cells with fewer decimals than their column have lost zeros." not in text
    assert "This row is left out of what follows: odd." in text


def test_claims_of_a_text_are_held_to_the_rows(table, capsys):
    claims = ["--quoted", "MAE 3.3, CCC 0.74", "--best", "resnet34: MAE, MSE", "--best", "vgg11: CCC"]
    assert main(["audit", table(), *TWO, *claims]) == 3
    text = " ".join(capsys.readouterr().out.split())
    assert "1. No row has MAE 3.3 and CCC 0.74 together: MAE 3.3 is that of resnet34, whose CCC is 0.830;" in text
    assert "2. vgg11 is not the best by CCC: resnet34 has 0.830, vgg11 0.740." in text
    assert "2 contradictions" in text


def test_what_a_text_says_rightly_is_no_contradiction(table):
    assert main(["audit", table(), *TWO, "--quoted", "MAE 3.3, r 0.9", "--best", "resnet34: MAE, MSE, r, CCC"]) == 0


def test_groups_raters_and_the_scale(table, capsys):
    assert main(["audit", table(), *TWO, "--group", "VGG*", "--rater-difference", "3.3", "--maximum", "64.8"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert 'Group "VGG*". Ranks by MAE among 3: vgg11 3. 0 of the 2 others are worse than all of the group.' in text
    assert "a perfect predictor has a MAE of about 2.3 against one of them" in text
    assert "and a scale from 0 to 64.8" in text


def test_json_holds_the_ranges(table, capsys):
    assert main(["audit", table(), *TWO, "--ccc-ddof", "0", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["n"], found["subjects"], found["contradictions"]) == (34, 6, [])
    assert [row["learner"] for row in found["rows"]] == ["resnet34", "odd", "vgg11"]
    first = found["rows"][0]
    assert first["metrics"]["mae"] == [3.3355, 3.3365]
    assert first["rank_by_mae"] == [1, 1]
    assert first["naive_mae_interval"] == pytest.approx([1.99, 4.68], abs=0.01)
    assert first["observed_sd_by_this_row"] == pytest.approx([6.98, 10.55], abs=0.01)
    assert found["best"]["mse"] == ["resnet34"]


def test_json_of_contradictions_and_of_what_is_not_known(table, capsys):
    assert main(["audit", table("model,MAE,CCC\na,3.1,0.9\nb,-2,\n"), "--n", "10", "--json"]) == 3
    found = json.loads(capsys.readouterr().out)
    assert [(one["kind"], one["learners"]) for one in found["contradictions"]] == [("impossible_value", ["b"])]
    assert found["set_aside"] == ["b"]
    (row,) = found["rows"]
    assert row["naive_mae_interval"] is None
    assert row["apart_from_best_at"] is None


def test_every_row_contradicts_itself(table, capsys):
    assert main(["audit", table("MAE,MSE\n5,4\n"), "--n", "10"]) == 3
    assert capsys.readouterr().out.rstrip().endswith("This row is left out of what follows: line 2.")


def test_faulty_tables_are_refused_with_all_their_faults(table, capsys):
    assert main(["audit", table("model,MAE\na,x\nb,y\n"), *TWO]) == 2
    text = capsys.readouterr().err
    assert 'table.csv:2  MAE  found "x", expected a number' in text
    assert "2 problems; nothing was run." in text


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--subjects", "60"], "--subjects 60 is more than --n 34"),
        (["--best", "resnet: MAE"], 'no row is named "resnet"; did you mean "resnet34"?'),
        (
            ["--best", "resnet34 MAE"],
            "is not understood: write a learner, a colon and metrics (MAE, MSE, RMSE, r, CCC)",
        ),
        (["--quoted", "kappa 0.3"], '"kappa 0.3" is no figure such as "MAE 3.3"'),
        (["--quoted", "MAE 3.3, MAE 3.4"], '"MAE 3.4" is there twice'),
        (["--group", "meta*"], '--group "meta*" names no row with a MAE'),
        (["--group", "*"], '--group "*" names every row with a MAE'),
    ],
)
def test_options_that_do_not_fit(table, capsys, options, said):
    assert main(["audit", table(), "--n", "34", *options]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("options", [[], ["--n", "0"], ["--n", "9", "--maximum", "0"], ["--n", "9", "--maximum", "x"]])
def test_options_that_are_refused_before_anything_is_read(table, options):
    with pytest.raises(SystemExit) as raised:
        main(["audit", table(), *options])
    assert raised.value.code == 2
