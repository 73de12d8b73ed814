"""What the report says of its intervals: the figures of docs/evaluation.md, and only where there are intervals."""

from dataclasses import replace

import pytest

from checkout import CHECKOUT
from doc_tables import table
from pasi.report.cells import Line
from pasi.report.findings import FitLine, Headline
from pasi.report.measured_coverage import (
    CORRECTED,
    CORRECTED_OF_54,
    HETEROGENEOUS,
    WHOLE_LINE,
    band_text,
    coverage_text,
)

NAN = float("nan")
COLUMNS = [
    "subjects", "trials", "CCC", "MAE", "MAE, truth above",
    "calibration slope", "calibration line, middle", "calibration line, whole",
]  # fmt: skip
REPEATED = [
    "subjects", "trials", "upper limit", "variance by subject", "by visit", "change of a subject",
    "ICC", "CCC of repeated measures",
]  # fmt: skip
CHOSEN = [
    "subjects", "learners", "trials", "MAE naive: bias", "covers", "MAE corrected: bias", "covers",
    "CCC naive covers", "CCC corrected covers",
]  # fmt: skip
LINE = FitLine("out of fold", "oof", 0.9, {"low": 0.8, "high": 1.0}, 1.0, 0.0, {})


def headline(low: float) -> Headline:
    return Headline("out of fold", Line("", 1, {}), 6, {"mae": {"low": low}, "ccc": {"low": NAN}}, 5.0)


def shares(column: str, *, heterogeneous: bool, head: list[str] = COLUMNS, subjects: str = "") -> list[float]:
    """Of a column, the last one of that name; of all numbers of subjects, or of one."""
    rows = table((CHECKOUT / "docs" / "evaluation.md").read_text(encoding="utf-8"), head)
    place = len(head) - 1 - head[::-1].index(column)
    kept = [row for row in rows if ("heterogeneous" in row[0]) is heterogeneous and row[0].startswith(subjects)]
    return [float(row[place].rstrip("%")) for row in kept]


def ends(found: list[float]) -> tuple[int, int]:
    return round(min(found)), round(max(found))


def agreement(**lows: float) -> list[Line]:
    return [Line("", 1, {"measure": name, "low": low, "high": low + 1}) for name, low in lows.items()]


def test_the_figures_are_those_of_the_table():
    for metric in ("mae", "ccc"):
        assert HETEROGENEOUS[metric] == ends(shares(metric.upper(), heterogeneous=True))
    for metric, column in (("upper", "upper limit"), ("icc", "ICC"), ("repeated_ccc", "CCC of repeated measures")):
        assert HETEROGENEOUS[metric] == ends(shares(column, heterogeneous=True, head=REPEATED))
    assert ends(shares("covers", heterogeneous=True, head=CHOSEN)) == CORRECTED
    assert ends(shares("covers", heterogeneous=True, head=CHOSEN, subjects="54")) == CORRECTED_OF_54
    plain = [share for metric in ("MAE", "CCC") for share in shares(metric, heterogeneous=False)]
    assert f"{round(min(plain))} to {round(max(plain))}%." in coverage_text([headline(1.0)])
    whole = [share for mixed in (False, True) for share in shares(COLUMNS[-1], heterogeneous=mixed)]
    assert ends(whole) == WHOLE_LINE


def test_the_caption_of_snakemakes_report_has_the_same_figures():
    caption = (CHECKOUT / "workflow" / "report" / "figure_3.rst").read_text(encoding="utf-8")
    assert "in {} to {}% of simulated trials".format(*WHOLE_LINE) in caption


@pytest.mark.parametrize(("lows", "said"), [([1.0], True), ([NAN, 1.0], True), ([NAN], False), ([], False)])
def test_intervals_are_judged_only_where_there_is_one(lows, said):
    assert bool(coverage_text([headline(low) for low in lows])) is said


def test_other_intervals_are_judged_only_where_they_are_shown():
    text = coverage_text([headline(1.0)], agreement(upper=1.0, icc=NAN, sem=1.0))
    assert "less often, too: that of a limit of agreement in 82 to 90%. Without such subjects" in text
    every = coverage_text([headline(1.0)], agreement(upper=1.0, icc=0.5, repeated_ccc=0.5), corrected=True)
    assert (
        "that of a limit of agreement in 82 to 90%, that of the ICC in 88 to 94%, that of the CCC of repeated "
        "measures in 88 to 95%, that of the MAE corrected for a choice by MAE in 90 to 95%, with 54 "
        "subjects in 90 to 92%. Without"
    ) in every
    assert "MAE corrected" not in text
    assert "less often" not in coverage_text([headline(1.0)], agreement(upper=NAN))


@pytest.mark.parametrize(("lows", "said"), [([0.8], True), ([NAN, 0.8], True), ([NAN], False), ([], False)])
def test_a_band_is_judged_only_where_there_is_one(lows, said):
    lines = [replace(LINE, slope_interval={"low": low, "high": 1.0}) for low in lows]
    assert bool(band_text(lines)) is said
