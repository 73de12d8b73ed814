"""The result of a run for a terminal, of a hand-made summary and table of metrics."""

import json
import os
from pathlib import Path

import pytest

from finished_trainings import end_training
from pasi.commands.main import main
from pasi.errors import ResultError
from pasi.monitoring.run_results import fresh_results, fresh_scores, results_text
from pasi.storage.json_files import write_json
from pasi.storage.tables import write_table

FIGURE = {"estimate": 3.806, "low": 3.184, "high": 4.549}
SUMMARY = {
    "title": "Trial",
    "learner": "vgg11",
    "primary": "mae",
    "light": "Do not use",
    "conditions": [
        {"name": "limit set", "otherwise": "Use with care", "holds": False, "text": "No limit was set."},
        {"name": "no leakage", "otherwise": "Do not use", "holds": True, "text": "All checks hold."},
        {"name": "baseline beaten", "otherwise": "Do not use", "holds": False, "text": "It is not shown to be better."},
    ],
    "results": {"oof": {"mae": FIGURE, "ccc": {"estimate": 0.742, "low": None, "high": None}}},
    "endpoints": "Endpoints were not judged.",
}
LEARNERS = (
    ("mean", "meta", 4.0, 0.7, ""),
    ("vgg11", "backbone", 3.8056, 0.742, "4/5"),
    ("week", "baseline", 3.24, 0.8, ""),
)


def write_run(summary=SUMMARY, learners=LEARNERS) -> str:
    """The files of a finished run in `r`; the name of that folder."""
    names = ("learner", "kind", "mae", "ccc", "learned")
    columns = dict(zip(names, map(list, zip(*learners, strict=True)), strict=True))
    table = {**columns, "level": ["visit"] * len(learners), "part": ["oof"] * len(learners)}
    write_json(summary, Path("r/report/summary.json"))
    write_table(table, Path("r/evaluation/metrics.csv"))
    return "r"


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_it_says_the_light_its_reasons_the_figures_and_the_first_learners():
    assert results_text(write_run()).splitlines() == [
        "Trial: DO NOT USE",
        "vgg11, out of fold: MAE 3.81 (3.18 to 4.55), CCC 0.74",
        "  do not use: It is not shown to be better.",
        "  use with care: No limit was set.",
        "Endpoints were not judged.",
        "",
        "out of fold                     kind          MAE    CCC  learned",
        "week                            baseline     3.24   0.80",
        "vgg11                           backbone     3.81   0.74  4/5",
        "mean                            meta         4.00   0.70",
        "",
        "The report: r/report/report.html",
    ]


def test_where_the_ccc_is_the_primary_measure_the_highest_is_first():
    learners = [("a", "meta", 1.0, 0.5, ""), *(("b", "meta", 2.0, 0.9 - place / 100, "") for place in range(6))]
    lines = results_text(write_run({**SUMMARY, "primary": "ccc"}, learners)).splitlines()
    assert [line.split()[3] for line in lines if line.startswith("b ")] == ["0.90", "0.89", "0.88", "0.87", "0.86"]
    assert "and 2 more" in lines


def test_only_a_report_of_this_run_is_shown_at_its_end():
    assert fresh_results("r", 0.0) is None
    write_run()
    os.utime("r/report/summary.json", (100.0, 100.0))
    assert fresh_results("r", 101.0) is None
    assert fresh_results("r", 99.0) == results_text("r")


def test_only_new_scores_of_this_run_are_counted_at_its_end():
    assert fresh_scores("r", 0.0) is None
    write_table({"status": ["ok", "refused", "ok"]}, "r/scores/scores.csv")
    verdict = {"judged": "mean", "light": "Do not use", "reasons": ["It is not shown to be better.", "Few subjects."]}
    write_json({"about": {"learner": "mean", "verdict": verdict}}, Path("r/bundle/manifest.json"))
    os.utime("r/scores/scores.csv", (100.0, 100.0))
    assert fresh_scores("r", 101.0) is None
    assert fresh_scores("r", 99.0) == (
        "r/scores/scores.csv: 3 visits: 2 ok, 0 degraded, 1 refused\n"
        "The report of its run says: do not use. It is not shown to be better."
    )


def test_a_summary_of_another_form_is_named_with_what_to_do():
    write_run({name: value for name, value in SUMMARY.items() if name != "light"})
    with pytest.raises(ResultError, match=r"r/report/summary.json is damaged \(KeyError\('light'\)\): delete it"):
        results_text("r")


def test_the_command_prints_it_and_says_where_a_run_is_not_finished(capsys):
    Path("my.yaml").write_text(json.dumps({"results": "r"}))
    assert main(["results", "--config", "my.yaml"]) == 2
    said = capsys.readouterr().err.rstrip()
    assert said.endswith(
        "r/report/summary.json is not there: the run is not finished. Go on with snakemake --cores N --configfile "
        "my.yaml; pasi status --config my.yaml says how far it is"
    )
    write_run()
    assert main(["results", "--config", "my.yaml"]) == 0
    assert capsys.readouterr().out == f"{results_text('r')}\n"


def test_the_status_of_a_run_that_has_ended_shows_it_too(capsys):
    Path("my.yaml").write_text(json.dumps({"results": "r", "training": {"backbones": ["squeezenet1_1"]}}))
    for fold in range(5):
        end_training("squeezenet1_1", fold, skill=0.5)
    write_run()
    status = ["status", "--config", "my.yaml"]
    assert main(status) == 0
    assert "Trial" not in capsys.readouterr().out, "the report is not made"
    Path("r/report/report.html").touch()
    assert main(status) == 0
    assert capsys.readouterr().out.endswith(f"all trainings are done\n\n{results_text('r')}\n")
    Path("r/report/summary.json").unlink()
    assert main(status) == 0, "as a run of an earlier version has left it"
