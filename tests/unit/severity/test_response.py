"""Improvement and responders, decided exactly in steps of the index (R47)."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasi.severity.index import Label
from pasi.severity.response import (
    improvement,
    missing_responses,
    non_responder_table,
    response_table,
    with_improvements,
)
from pasi.severity.steps import clear_end, is_clear, to_steps
from two_regions import ONE_SIGN as INDEX


@pytest.mark.parametrize(
    ("baseline", "value", "expected"),
    [
        (42.4, 10.6, 75),  # exactly; 100 * (42.4 - 10.6) / 42.4 is 74.99999999999999 in floats
        (42.4, 10.7, 74),
        (20.0, 0.3, 98),
        (20.0, 0.0, 100),
        (20.0, -3.0, 100),  # a prediction below the scale is clear, not better than clear
        (20.0, 20.0, 0),
        (20.0, 20.1, -1),  # rounded down
        (20.0, 30.0, -50),
        (0.0, 5.0, None),
        (-1.0, 5.0, None),
        (0.04, 5.0, None),  # rounds to no tenth
        (0.4, 0.2, None),  # clear from the start
        (0.5, 0.2, 60),
        (20.04, 5.04, 75),  # rounded to 20.0 and 5.0
    ],
)
def test_improvement_by_hand(baseline, value, expected):
    assert improvement(baseline, value, INDEX) == expected


def course(subject, *values, learner="mean", part="test"):
    """Visits of one subject, a week apart: (observed, predicted) of each."""
    return [
        {"learner": learner, "part": part, "subject": subject, "visit": str(week), "week": float(week)}
        | {"visit_order": float(week), "baseline": "0", "observed": observed, "predicted": predicted}
        for week, (observed, predicted) in enumerate(values)
    ]


def columns(rows):
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def test_responders_by_hand():
    """S1 goes from 42.4 to 10.6, exactly 75%, then is clear; the prediction falls short, then is clear at 0.4.

    S2 has a baseline of 0, so that no improvement is defined.
    """
    visits = columns([*course("S1", (42.4, 40.0), (10.6, 10.1), (0.0, 0.4)), *course("S2", (0.0, 1.0), (5.0, 5.0))])
    table = response_table(visits, INDEX)
    assert table["threshold"].tolist() == [50, 75, 90, 100]
    assert table["visits"].tolist() == [2, 2, 2, 2]
    assert table["observed"].tolist() == [2, 2, 1, 1]
    assert table["predicted"].tolist() == [2, 1, 1, 1]
    assert table["agreed"].tolist() == [2, 1, 2, 2]


def test_one_visit_a_subject_has_no_response():
    assert response_table(columns(course("S1", (10.0, 9.0))), INDEX).empty


def test_thresholds_are_nested():
    """From 3.0 to 0.45 is 86%, and clear: whoever reaches 100% reaches 90% too."""
    table = response_table(columns(course("S1", (3.0, 3.0), (0.4, 0.45), (0.5, 0.5))), INDEX)
    assert table["observed"].tolist() == [2, 2, 1, 1]
    assert table["predicted"].tolist() == [2, 2, 1, 1]
    assert table["agreed"].tolist() == [2, 2, 2, 2]


@given(st.lists(st.tuples(st.floats(-2, 20), st.floats(-2, 20)), min_size=2, max_size=12))
def test_a_higher_threshold_is_never_reached_more_often(values):
    table = response_table(columns(course("S1", *values)), INDEX)
    for source in ("observed", "predicted"):
        assert table[source].is_monotonic_decreasing


def test_observed_and_predicted_scores_are_clear_by_one_rule():
    values = [0.0, -1.0, 0.4, 0.45, 0.46, 0.5]  # 0.45 is rounded to 0.4, the even tenth, and 0.46 to 0.5
    assert is_clear(values, INDEX).tolist() == [True, True, True, True, False, False]
    assert is_clear([0.0, 0.04, 0.1], replace(INDEX, clear_below=0)).tolist() == [True, True, False]
    assert clear_end(replace(INDEX, clear_below=0.45)) == 5


def test_an_index_without_a_step_moves_in_millionths():
    continuous = replace(INDEX, signs=(Label("severity", 4, None),))
    assert improvement(1.0, 0.25, continuous) == 75
    assert improvement(1.0, 0.250001, continuous) == 74
    assert improvement(1.0, 0.2500001, continuous) == 75


def test_other_steps():
    assert to_steps([0.05, 0.1, 0.14], Fraction(1, 20)).tolist() == [1, 2, 3]
    assert to_steps([3.0, 7.4, -1.0], Fraction(3)).tolist() == [1, 2, 0]


@given(st.integers(5, 648), st.integers(0, 648))
def test_every_pair_of_tenths_is_decided_exactly(start, now):
    percent = improvement(start / 10, now / 10, INDEX)
    assert percent == 100 * (start - now) // start
    for threshold in INDEX.responses:
        assert (percent >= threshold) is (100 * (start - now) >= threshold * start)


def visits(**changes):
    table = {
        "learner": ["net"] * 4,
        "part": ["test"] * 4,
        "subject": ["a", "a", "b", "b"],
        "visit": ["v2", "v1", "v1", "v2"],
        "visit_order": [1.0, 0.0, 0.0, 1.0],
        "baseline": ["v1", "v1", "v1", "v1"],
        "observed": [10.6, 42.4, 0.0, 3.6],
        "predicted": [12.0, 40.0, 2.0, 3.0],
    }
    return table | changes


def test_each_source_is_measured_against_its_own_first_visit():
    table = with_improvements(visits(), INDEX)
    np.testing.assert_array_equal(table["observed_improvement"], [75, 0, np.nan, np.nan])
    np.testing.assert_array_equal(table["predicted_improvement"], [70, 0, 0, -50])
    assert table["no_response"].tolist() == ["", "is the baseline", "is the baseline", "observed baseline is clear"]
    assert table["visit"].tolist() == ["v2", "v1", "v1", "v2"]


def test_a_later_visit_is_no_baseline_where_the_first_is_incomplete():
    visits = columns(
        [*course("S1", (40.0, 40.0), (20.0, 10.0)), *course("S2", (40.0, 40.0), (20.0, 10.0), (10.0, 5.0))[1:]]
    )
    table = with_improvements(visits, INDEX)
    np.testing.assert_array_equal(table["observed_improvement"], [0, 50, np.nan, np.nan])
    assert table["no_response"].tolist() == ["is the baseline", "", "baseline incomplete", "baseline incomplete"]
    assert response_table(visits, INDEX)["visits"].tolist() == [1, 1, 1, 1]


def test_a_screening_visit_is_before_the_baseline_and_has_no_improvement():
    """From 40 at the baseline to 10 is 75%; from 15 at the screening it would be 33%."""
    rows = columns(course("S1", (15.0, 16.0), (40.0, 40.0), (10.0, 10.0)))
    rows["baseline"] = np.array(["1", "1", "1"])
    table = with_improvements(rows, INDEX)
    np.testing.assert_array_equal(table["observed_improvement"], [np.nan, 0, 75])
    np.testing.assert_array_equal(table["predicted_improvement"], [np.nan, 0, 75])
    assert response_table(rows, INDEX)["observed"].tolist() == [1, 1, 0, 0]


def test_visits_without_a_response_are_counted_by_reason():
    """Baselines, responses and reasons are all visits of a part."""
    rows = columns(
        [
            *course("screened", (30.0, 30.0), (40.0, 40.0), (10.0, 10.0)),
            *course("incomplete", (40.0, 40.0), (20.0, 20.0), (10.0, 10.0))[1:],
            *course("unordered", (40.0, 40.0), (20.0, 20.0)),
            *course("unnamed", (40.0, 40.0), (20.0, 20.0)),
            *course("clear", (0.0, 2.0), (20.0, 20.0)),
            *course("low", (40.0, -1.0), (20.0, 20.0), (10.0, 10.0)),
        ]
    )
    baselines = {"screened": "1", "unnamed": ""}
    rows["baseline"] = np.array([baselines.get(subject, "0") for subject in rows["subject"]])
    rows["visit_order"] = np.where(rows["subject"] == "unordered", np.nan, rows["visit_order"])
    table = missing_responses(rows, INDEX)
    assert table.columns.tolist() == ["part", "reason", "visits", "subjects"]
    assert {row.reason: (row.visits, row.subjects) for row in table.itertuples()} == {
        "no order": (1, 1),
        "no baseline": (2, 1),
        "baseline incomplete": (2, 1),
        "before the baseline": (1, 1),
        "observed baseline is clear": (1, 1),
        "predicted baseline is clear": (2, 1),
    }
    responses, baselines = response_table(rows, INDEX)["visits"].tolist(), 4
    assert responses == [1, 1, 1, 1]
    assert table["visits"].sum() + responses[0] + baselines == len(rows["subject"])


def test_undefined_responses_count_as_none_for_the_source_that_lacks_them():
    """Baselines, visits before them and visits without an order are no responses, defined or not."""
    rows = columns(
        [
            *course("screened", (30.0, 30.0), (40.0, 40.0), (10.0, 10.0)),  # 75% by both
            *course("incomplete", (40.0, 40.0), (20.0, 20.0), (0.0, 0.0))[1:],  # two without a baseline
            *course("unordered", (40.0, 40.0), (0.0, 0.0)),
            *course("clear", (0.4, 2.0), (0.0, 0.0)),  # predicted alone, 100%
            *course("low", (40.0, -1.0), (10.0, 10.0)),  # observed alone, 75%
        ]
    )
    rows["baseline"] = np.where(rows["subject"] == "screened", "1", "0")
    rows["visit_order"] = np.where(rows["subject"] == "unordered", np.nan, rows["visit_order"])
    table = non_responder_table(rows, INDEX)
    assert table.columns.tolist() == ["part", "threshold", "visits", "undefined", "observed", "predicted", "agreed"]
    assert table["visits"].tolist() == [5] * 4
    assert table["undefined"].tolist() == [4] * 4
    assert table["observed"].tolist() == [2, 2, 0, 0]
    assert table["predicted"].tolist() == [2, 2, 1, 1]
    assert table["agreed"].tolist() == [3, 3, 4, 4]


def test_without_undefined_responses_imputation_changes_nothing():
    rows = columns(course("S1", (42.4, 40.0), (10.6, 10.1), (0.0, 0.4)))
    imputed = non_responder_table(rows, INDEX)
    assert imputed.pop("undefined").tolist() == [0] * 4
    assert imputed.equals(response_table(rows, INDEX))


def test_learners_and_parts_are_kept_apart():
    names, order = ["v2", "v2", "v1", "v1"], [1.0, 1.0, 0.0, 0.0]
    changes = {"learner": ["net", "other"] * 2, "subject": ["a"] * 4, "visit": names, "visit_order": order}
    table = with_improvements(visits(**changes), INDEX)
    np.testing.assert_array_equal(table["predicted_improvement"], [-500, -1234, 0, 0])  # 2 to 12, 3 to 40


def test_the_table_agrees_with_single_pairs():
    rng = np.random.default_rng(0)
    predicted = rng.uniform(-1, 3, 40)
    many = {name: np.repeat(values, 10) for name, values in visits(predicted=predicted[:4]).items()}
    many |= {"subject": np.repeat(np.arange(20).astype(str), 2), "predicted": predicted}
    many |= {"visit": np.tile(["v1", "v2"], 20), "visit_order": np.tile([0.0, 1.0], 20)}
    many["learner"] = np.repeat("net", 40)
    table = with_improvements(many, INDEX)
    for first, second in zip(range(0, 40, 2), range(1, 40, 2), strict=True):
        single = improvement(predicted[first], predicted[second], INDEX)
        found = table["predicted_improvement"][second]
        assert (None if np.isnan(found) else found) == single
