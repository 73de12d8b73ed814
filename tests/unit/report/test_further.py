"""Further figures of agreement, and sentences on tables of the evaluation, on both sides of their conditions."""

from dataclasses import replace

import numpy as np
import pytest

from pasi.report.findings import pick_text, undecided_text
from pasi.report.further import MEASURES, further_rows, spread_text
from pasi.report.render import render_report
from small_report import columns, make_content, with_descriptions

NAN = float("nan")


def spread(low, high):
    """The text where the slope of the spread has this interval."""
    content = with_descriptions(make_content())
    own = (content.agreement["learner"] == content.chosen) & (content.agreement["measure"] == "spread_slope")
    bounds = {name: np.where(own, value, content.agreement[name]) for name, value in (("low", low), ("high", high))}
    return spread_text(replace(content, agreement={**content.agreement, **bounds}))


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.01, 0.2, "spread more at higher scores"),
        (-0.2, -0.01, "spread less at higher scores"),
        (-0.01, 0.2, "It was not shown that the differences spread more or less"),
        (NAN, NAN, ""),
    ],
)
def test_the_spread_is_judged_by_its_interval(low, high, said):
    text = spread(low, high)
    assert said in text
    assert bool(text) is bool(said)
    assert ("Use those by score" in text) is (low > 0 or high < 0)


def test_every_measure_of_the_table_is_shown_once_and_named():
    content = with_descriptions(make_content())
    measures = set(content.agreement["measure"])
    assert measures - set(MEASURES) == {"bias", "lower", "upper", "slope"}
    assert [row.line["measure"] for row in further_rows(content)] == [name for name in MEASURES if name in measures]
    page = render_report(content)
    assert "Further figures of agreement" in page
    assert "Limits by score" in page


def ranked(inside, subjects=None):
    """Ranks of three learners, of which the confidence set holds some; by default with the subjects of the content."""
    names = ("resnet34", "vgg11", "mean")
    rows = [{"learner": name, "part": "oof", "in_set": held} for name, held in zip(names, inside, strict=True)]
    content = replace(make_content(), ranks=columns(rows))
    if subjects:
        visits = {name: np.repeat(values, 3) for name, values in content.visits.items()}
        numbers = np.arange(len(visits["subject"])) % subjects
        visits["subject"] = np.array([f"S{number}" for number in numbers], dtype=object)
        content = replace(content, visits=visits)
    return undecided_text(content)


def test_learners_that_may_be_the_best_are_named():
    text = ranked([True, False, True], subjects=11)
    assert "leave 2 of 3 learners, baselines counted" in text
    assert "resnet34" in text
    assert "vgg11" not in text


def test_a_single_learner_that_is_left_is_named_as_such():
    assert "resnet34" in ranked([True, False, False], subjects=11)
    assert "alone is left" in ranked([True, False, False], subjects=11)


def test_ten_subjects_leave_nothing_to_say():
    assert ranked([True, True, True], subjects=10) == ""


def test_picks_are_said_where_there_is_a_row():
    row = {"size": 6, "learners": 4, "picked": 2.0, "elsewhere": 2.5, "optimism": 0.5}
    text = pick_text(replace(make_content(), picks=columns([row])))
    assert "the one with the lowest MAE on" in text
    assert ">+0.50</data> more on average" in text
    assert pick_text(replace(make_content(), picks=columns([]))) == ""
