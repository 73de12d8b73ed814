"""CDISC-style tables: rows, codes, order, unique keys, and flags worked out by hand."""

from math import isnan

import numpy as np
import pytest

from pasi.cohort.visit_cells import Visit as ListedVisit
from pasi.cohort.visit_order import Timeline
from pasi.dossier.cdisc import (
    ADRESP,
    RS,
    SUPPRS,
    Assessment,
    Evaluator,
    Response,
    Visit,
    response_code,
    response_table,
    rs_code,
    rs_tables,
    study_day,
    write_cdisc,
)
from pasi.dossier.new_scores import new_assessments, new_responses
from pasi.dossier.run_scores import RunScores, predictor_of, run_assessments, run_responses
from pasi.severity.index import SeverityIndex
from pasi.storage.tables import read_table, rows_of
from small_dossier import make_run
from small_report import CONFIG

INDEX = SeverityIndex.from_config(CONFIG["index"])
GRADER, NET = Evaluator("GRADER"), predictor_of("net")
FIRST = Visit("A", "V0", 0, 0.0, True)
SECOND = Visit("A", "V1", 1, 4.0)


def test_rows_are_sorted_by_subject_visit_test_and_evaluator_and_numbered_within_a_subject():
    given = [
        Assessment(SECOND, GRADER, "", 4.5),
        Assessment(Visit("B", "V0", 0), NET, "", 1.25, qualifiers={"PREDPART": "TEST"}),
        Assessment(FIRST, GRADER, "lower", 12.0),
        Assessment(FIRST, GRADER, "", 9.0),
        Assessment(FIRST, NET, "", 7 / 3),
    ]
    rs, supprs = rs_tables(given, INDEX, "ABC")
    assert tuple(rs) == RS
    keys = list(zip(rs["USUBJID"], rs["RSSEQ"], rs["VISIT"], rs["RSTESTCD"], rs["RSEVAL"], strict=True))
    assert keys == [
        ("ABC-A", 1, "V0", "TOTAL", "ALGORITHM"),
        ("ABC-A", 2, "V0", "TOTAL", "GRADER"),
        ("ABC-A", 3, "V0", "R2LOWER", "GRADER"),
        ("ABC-A", 4, "V1", "TOTAL", "GRADER"),
        ("ABC-B", 1, "V0", "TOTAL", "ALGORITHM"),
    ]
    assert rs["RSEVALID"] == ["net", "", "", "", "net"]
    assert rs["RSORRES"] == ["2.333333333", "9", "12", "4.5", "1.25"]
    assert rs["RSSTRESN"] == [float(text) for text in rs["RSSTRESC"]]
    assert rs["RSBLFL"] == ["Y", "Y", "Y", "", ""]
    assert rs["VISITDY"][:4] == [1.0, 1.0, 1.0, 29.0]
    assert isnan(rs["VISITDY"][4])
    label = "Part of the split of the prediction"
    expected = ["ABC", "RS", "ABC-B", "RSSEQ", "1", "PREDPART", label, "TEST", "Derived", "ALGORITHM"]
    assert tuple(supprs) == SUPPRS
    assert [cells[0] for cells in supprs.values()] == expected


def test_a_visit_without_a_score_says_that_it_was_not_done_and_why():
    rs, _ = rs_tables([Assessment(FIRST, NET, "", None, "upper: no photo")], INDEX, "ABC")
    row = {name: cells[0] for name, cells in rs.items()}
    assert (row["RSSTAT"], row["RSREASND"], row["RSORRES"], row["RSORRESU"]) == ("NOT DONE", "upper: no photo", "", "")
    assert isnan(row["RSSTRESN"])
    assert row["RSBLFL"] == ""


def test_visits_whose_order_is_not_known_have_no_number():
    rs, _ = rs_tables([Assessment(Visit("A", name), NET, "", 1.0) for name in ("V2", "V1")], INDEX, "ABC")
    assert rs["VISIT"] == ["V1", "V2"]
    assert np.isnan(rs["VISITNUM"]).all()


@pytest.mark.parametrize(("week", "day"), [(0, 1), (4, 29), (-1, -7), (0.5, 5)])
def test_there_is_no_study_day_0(week, day):
    assert study_day(week) == day


def index_of(name: str, *regions: str) -> SeverityIndex:
    own = [{"name": region, "weight": 1, "photos": 1} for region in regions]
    return SeverityIndex.from_config({**CONFIG["index"], "name": name, "regions": own})


@pytest.mark.parametrize(
    ("name", "regions", "codes", "response"),
    [
        ("PASI without head", ["upper", "lower"], ["R1UPPER", "R2LOWER"], "PASI75"),
        ("Blattbefall", ["left_upper_limb", "left_upper_arm"], ["R1LEFTUP", "R2LEFTUP"], "BLATTB75"),
        ("Ψ", ["x-1"], ["R1X1"], "RESP75"),
    ],
)
def test_codes_are_short_plain_and_unique(name, regions, codes, response):
    index = index_of(name, *regions)
    assert [rs_code(region, index) for region in regions] == codes
    assert response_code(75, index) == response
    assert rs_code("", index) == "TOTAL"


def test_change_and_flags_of_a_response():
    given = [
        Response(SECOND, NET, 4.0, 10.0, {50: True, 75: False}),
        Response(FIRST, NET, 10.0, 10.0, {}),
        Response(SECOND, GRADER, 0.0, 0.0, {50: None, 75: None}, "baseline is clear"),
    ]
    table = response_table(given, INDEX, "ABC")
    assert tuple(table) == ADRESP
    rows = rows_of(table)
    assert [(row["PARAMCD"], row["AVISIT"], row["AVALC"]) for row in rows if row["EVAL"] == "ALGORITHM"] == [
        *(("TOTAL", "V0", "10"), ("TOTAL", "V1", "4"), ("PASI50", "V1", "Y"), ("PASI75", "V1", "N"))
    ]
    later = rows[1]
    assert (later["BASE"], later["CHG"], later["PCHG"]) == (10.0, -6.0, -60.0)
    assert isnan(rows[0]["CHG"])
    undefined = [row for row in rows if row["EVAL"] == "GRADER"]
    assert [(row["AVALC"], row["REASND"]) for row in undefined] == [("0", ""), *[("", "baseline is clear")] * 2]
    assert isnan(undefined[1]["AVAL"])
    assert isnan(undefined[0]["PCHG"])


@pytest.fixture(scope="module")
def run():
    return make_run()


@pytest.fixture(scope="module")
def scores(run) -> RunScores:
    return RunScores(run.tables["scores"], run.chosen_rows("visits"), run.chosen_rows("learners"), GRADER, NET)


def test_a_run_brings_observed_and_predicted_scores(run, scores, tmp_path):
    """Each composite is 9 and each weight 0.5: the index is 9, but for the visit that lacks a region."""
    write_cdisc(run_assessments(scores, INDEX), run_responses(scores, INDEX), INDEX, "ABC", tmp_path)
    rows = rows_of(read_table(tmp_path / "rs.csv"))
    assert len({(row["USUBJID"], row["RSSEQ"]) for row in rows}) == len(rows)
    observed = [row for row in rows if row["RSEVAL"] == "GRADER"]
    assert {row["RSSTRESN"] for row in observed} == {9.0}
    totals = {(row["USUBJID"], row["VISIT"]) for row in observed if row["RSTESTCD"] == "TOTAL"}
    assert len(totals) == 13
    assert ("ABC-G", "V1") not in totals
    assert sum(row["RSTESTCD"] != "TOTAL" for row in observed) == 27
    first = next(row for row in rows if (row["USUBJID"], row["VISIT"], row["RSEVAL"]) == ("ABC-A", "V0", "ALGORITHM"))
    assert (first["RSTESTCD"], first["RSSTRESN"], first["RSEVALID"], first["VISITNUM"]) == ("TOTAL", 21.0, "net", 1.0)
    extra = rows_of(read_table(tmp_path / "supprs.csv"))
    assert {row["QVAL"] for row in extra if row["QNAM"] == "PREDPART"} == {"OUT OF FOLD", "TEST"}
    folds = {row["USUBJID"] for row in extra if row["QNAM"] == "PREDFOLD"}
    assert "ABC-A" not in folds, "a test subject was seen by the networks of no fold"
    assert "ABC-D" in folds


def test_responses_of_a_run_are_those_of_its_evaluation(run, scores):
    """Subject A: observed 20 to 10, predicted 21 to 12, so that 50% is reached by the observed scores alone."""
    rows = rows_of(response_table(run_responses(scores, INDEX), INDEX, "ABC"))
    own = {
        (row["EVAL"], row["PARAMCD"]): row["AVALC"]
        for row in rows
        if (row["USUBJID"], row["AVISIT"]) == ("ABC-A", "V1")
    }
    assert own[("GRADER", "PASI50")] == "Y"
    assert own[("ALGORITHM", "PASI50")] == "N"
    (counted,) = [row["both"] + row["observed_only"] for row in _responses(run)]
    flags = [row for row in rows if (row["EVAL"], row["PARAMCD"], row["AVALC"]) == ("GRADER", "PASI50", "Y")]
    test = {"ABC-A", "ABC-B", "ABC-C"}
    assert sum(row["USUBJID"] not in test for row in flags) == counted
    keys = [(row["USUBJID"], row["EVAL"], row["AVISIT"], row["PARAMCD"]) for row in rows]
    assert len(set(keys)) == len(keys)


def test_a_response_that_is_not_defined_is_empty_for_its_source_alone():
    """X has a clear observed baseline, the baseline of Y lacks a region, Z has none."""
    rows = [
        *(("X", "V0", "V0", 0.0, 10.0), ("X", "V1", "V0", 1.0, 2.0)),
        *(("Y", "V1", "V0", 4.0, 4.0), ("Z", "V1", "", 4.0, 4.0)),
    ]
    names = ("subject", "visit", "baseline", "observed", "predicted")
    visits = {name: np.array(cells, dtype=object) for name, cells in zip(names, zip(*rows, strict=True), strict=True)}
    visits |= {name: visits[name].astype(float) for name in ("observed", "predicted")}
    visits |= {"learner": np.full(4, "net", object), "part": np.full(4, "oof", object)}
    visits |= {"visit_order": np.array([0.0, 1.0, 1.0, 1.0]), "week": np.full(4, np.nan)}
    given = RunScores(visits, visits, visits, GRADER, NET)
    found = rows_of(response_table(run_responses(given, INDEX), INDEX, "ABC"))
    flags = {
        (row["USUBJID"][-1], row["EVAL"]): (row["AVALC"], row["REASND"]) for row in found if row["PARAMCD"] == "PASI75"
    }
    assert flags == {
        ("X", "GRADER"): ("", "baseline is clear"),
        ("X", "ALGORITHM"): ("Y", ""),
        ("Y", "GRADER"): ("", "baseline incomplete"),
        ("Y", "ALGORITHM"): ("", "baseline incomplete"),
    }


def _responses(run):
    lines = run.lines("responses", part="oof", threshold=50, imputed=False)
    return [line for line in lines if isnan(line["week"])]


def table(**columns: list) -> dict:
    """Three visits of subject A: a baseline, an improvement by 60%, and a refused one."""
    start = {"subject": ["A"] * 3, "visit": ["V0", "V1", "V2"], "status": ["ok", "degraded", "refused"]}
    start |= {"reasons": ["", "upper: 1 photo", "lower: no photo"], "photos": [3, 2, 0], "score": [10.0, 4.0, np.nan]}
    start |= {"low_90": [8.0, np.nan, np.nan], "high_90": [12.5, np.nan, np.nan]}
    start |= {"composite_upper": [10.0, 4.0, np.nan], "composite_lower": [10.0, 4.0, np.nan]}
    start |= {"response_50": [np.nan, 1.0, np.nan], "response_75": [np.nan, 0.0, np.nan]}
    return start | columns


def timelines(baseline: str | None = "V0") -> dict[str, Timeline]:
    visits = tuple(ListedVisit("A", f"V{number}", number, 4.0 * number, None, False) for number in range(3))
    return {"A": Timeline(visits, ("V0", "V1", "V2"), baseline, {visit.name: visit.week for visit in visits})}


def test_new_visits_bring_intervals_reasons_and_refusals():
    rs, supprs = rs_tables(new_assessments(table(), timelines(), INDEX, NET), INDEX, "ABC")
    assert rs["RSTESTCD"] == ["TOTAL", "R1UPPER", "R2LOWER", "TOTAL", "R1UPPER", "R2LOWER", "TOTAL"]
    assert rs["RSREASND"][-1] == "lower: no photo"
    found = {(row["IDVARVAL"], row["QNAM"]): row["QVAL"] for row in rows_of(supprs)}
    assert (found[("1", "LOW90")], found[("1", "HIGH90")], found[("1", "NPHOTOS")]) == ("8", "12.5", "3")
    assert found[("4", "REASONS")] == "upper: 1 photo"
    assert ("4", "LOW90") not in found
    assert found[("7", "STATUS")] == "refused"


def test_new_visits_have_flags_where_a_baseline_is_named_alone():
    rows = rows_of(response_table(new_responses(table(), timelines(), INDEX, NET), INDEX, "ABC"))
    assert [(row["AVISIT"], row["PARAMCD"], row["AVALC"], row["REASND"]) for row in rows] == [
        ("V0", "TOTAL", "10", ""),
        ("V1", "TOTAL", "4", ""),
        ("V1", "PASI50", "Y", ""),
        ("V1", "PASI75", "N", ""),
        ("V2", "TOTAL", "", ""),
        ("V2", "PASI50", "", "refused"),
        ("V2", "PASI75", "", "refused"),
    ]
    without = rows_of(response_table(new_responses(table(), timelines(None), INDEX, NET), INDEX, "ABC"))
    assert [row["PARAMCD"] for row in without] == ["TOTAL"] * 3


def test_a_baseline_that_was_refused_leaves_flags_empty_and_says_so():
    lost = table(score=[np.nan, 4.0, np.nan], response_50=[np.nan] * 3, response_75=[np.nan] * 3)
    rows = rows_of(response_table(new_responses(lost, timelines(), INDEX, NET), INDEX, "ABC"))
    assert {row["REASND"] for row in rows if row["AVISIT"] == "V1" and row["PARAMCD"] != "TOTAL"} == {
        "no score at the baseline"
    }


def test_a_table_of_scores_without_any_reason_has_none():
    """Read from a CSV, its column of reasons is one of NaN."""
    given = table(reasons=[np.nan] * 3, status=["ok"] * 3)
    _, supprs = rs_tables(new_assessments(given, {}, INDEX, NET), INDEX, "ABC")
    assert "REASONS" not in supprs["QNAM"]
