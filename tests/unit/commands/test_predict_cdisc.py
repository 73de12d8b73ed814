"""`pasi predict --cdisc`: new scores as CDISC-style tables beside the table of scores."""

import numpy as np
import pytest

from pasi.commands.main import main
from pasi.storage.tables import read_table, rows_of
from small_bundle import NAME, make_bundle, make_photos


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    return make_bundle(tmp_path_factory.mktemp("made"))


def test_scores_responses_and_refusals_are_written_on_request(bundle, tmp_path, capsys):
    photos = make_photos(tmp_path / "photos")
    text = photos.read_text().splitlines()
    photos.write_text("\n".join(line for line in text if "V3_back" not in line))  # V3 lacks a region
    call = ["predict", "--model", str(bundle), "--photos", str(photos), "--out", str(tmp_path / "scores.csv")]
    assert main([*call, "--cdisc", str(tmp_path / "cdisc"), "--study", "ABC"]) == 3
    assert "rs.csv, supprs.csv, adresp.csv" in capsys.readouterr().out

    scores = {row["visit"]: row for row in rows_of(read_table(tmp_path / "scores.csv"))}
    rs = rows_of(read_table(tmp_path / "cdisc" / "rs.csv"))
    totals = {row["VISIT"]: row for row in rs if row["RSTESTCD"] == "TOTAL"}
    assert {row["USUBJID"] for row in rs} == {"ABC-A"}
    assert {(row["RSEVAL"], row["RSEVALID"]) for row in rs} == {("ALGORITHM", NAME)}
    assert [row["RSTESTCD"] for row in rs] == ["TOTAL", "R1FRONT", "R2BACK"] * 2 + ["TOTAL"]
    for visit in ("V1", "V2"):
        assert np.isclose(totals[visit]["RSSTRESN"], scores[visit]["score"], rtol=1e-9)
    assert (totals["V3"]["RSSTAT"], totals["V3"]["RSREASND"]) == ("NOT DONE", scores["V3"]["reasons"])
    assert [totals[visit]["VISITDY"] for visit in ("V1", "V2", "V3")] == [1, 8, 15]

    flags = {
        (row["AVISIT"], row["PARAMCD"]): row["AVALC"] for row in rows_of(read_table(tmp_path / "cdisc" / "adresp.csv"))
    }
    expected = scores["V2"]["response_50"]
    assert flags[("V2", "TWO50")] == ("" if np.isnan(expected) else "NY"[int(expected)])
    assert flags[("V3", "TWO50")] == ""


def test_nothing_more_is_written_unasked(bundle, tmp_path):
    photos = make_photos(tmp_path / "photos", visits=1)
    out = tmp_path / "scores" / "scores.csv"
    assert main(["predict", "--model", str(bundle), "--photos", str(photos), "--out", str(out)]) == 0
    assert {path.suffix for path in out.parent.iterdir()} <= {".csv", ".jsonl", ".lock"}
    assert len([*out.parent.glob("*.csv")]) == 1


def test_a_study_without_its_tables_is_refused_before_anything_is_scored(bundle, tmp_path, capsys):
    photos = make_photos(tmp_path / "photos", visits=1)
    call = ["predict", "--model", str(bundle), "--photos", str(photos), "--out", str(tmp_path / "scores.csv")]
    assert main([*call, "--study", "ABC"]) == 2
    assert "the tables of --cdisc: give --cdisc DIR too, or leave --study out" in capsys.readouterr().err
    assert not (tmp_path / "scores.csv").exists()
