"""What the report says of its intervals: the figures of docs/evaluation.md, and only where there are intervals."""

from dataclasses import replace

import pytest

from checkout import CHECKOUT
from doc_tables import table
from pasi.report.cells import Line
from pasi.report.findings import FitLine, Headline
from pasi.report.measured_coverage import HETEROGENEOUS, WHOLE_LINE, band_text, coverage_text

NAN = float("nan")
COLUMNS = [
    "subjects", "trials", "CCC", "MAE", "MAE, truth above",
    "calibration slope", "calibration line, middle", "calibration line, whole",
]  # fmt: skip
LINE = FitLine("out of fold", "oof", 0.9, {"low": 0.8, "high": 1.0}, 1.0, 0.0, {})


def headline(low: float) -> Headline:
    return Headline("out of fold", Line("", 1, {}), 6, {"mae": {"low": low}, "ccc": {"low": NAN}}, 5.0)


def shares(column: str, *, heterogeneous: bool) -> list[float]:
    rows = table((CHECKOUT / "docs" / "evaluation.md").read_text(encoding="utf-8"), COLUMNS)
    place = COLUMNS.index(column)
    return [float(row[place].rstrip("%")) for row in rows if ("heterogeneous" in row[0]) is heterogeneous]


def test_the_figures_are_those_of_the_table():
    for metric in ("mae", "ccc"):
        found = shares(metric.upper(), heterogeneous=True)
        assert HETEROGENEOUS[metric] == (round(min(found)), round(max(found)))
    plain = [share for metric in ("MAE", "CCC") for share in shares(metric, heterogeneous=False)]
    assert f"{round(min(plain))} to {round(max(plain))}%." in coverage_text([headline(1.0)])
    whole = [share for mixed in (False, True) for share in shares(COLUMNS[-1], heterogeneous=mixed)]
    assert (round(min(whole)), round(max(whole))) == WHOLE_LINE


def test_the_caption_of_snakemakes_report_has_the_same_figures():
    caption = (CHECKOUT / "workflow" / "report" / "figure_3.rst").read_text(encoding="utf-8")
    assert "in {} to {}% of simulated trials".format(*WHOLE_LINE) in caption


@pytest.mark.parametrize(("lows", "said"), [([1.0], True), ([NAN, 1.0], True), ([NAN], False), ([], False)])
def test_intervals_are_judged_only_where_there_is_one(lows, said):
    assert bool(coverage_text([headline(low) for low in lows])) is said


@pytest.mark.parametrize(("lows", "said"), [([0.8], True), ([NAN, 0.8], True), ([NAN], False), ([], False)])
def test_a_band_is_judged_only_where_there_is_one(lows, said):
    lines = [replace(LINE, slope_interval={"low": low, "high": 1.0}) for low in lows]
    assert bool(band_text(lines)) is said
